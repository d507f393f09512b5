"""Finding a debtor among a million debts in the encrypted store, beside the same search in plain SQLite.

The debts are loaded once a run, by the product's own code, into a plain SQLite file (the peer) and copied
from there into an encrypted one: the same tables, indexes and rows on both sides.
"""

import atexit
import gc
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from sqlite_utils import Database

from benchmarks.debtors import DEBTS_EACH, national_number
from benchmarks.frame import Figure, against_limit, against_peer, interleaved
from benchmarks.store_load import packed_debts, source_of
from kiosk.store.debts.load import DebtLoad
from kiosk.store.debts.search import By, find
from kiosk.store.debts.tables import create_sets
from kiosk.store.driver import open_database

DEBTS = 1_000_000
KEY, SALT = bytes(range(32)), bytes(range(16))
MILLI, MICRO = 1_000, 1_000_000

ONE_WORD = "مح أح ال عب محم أحم حسن ابر الش الن محمد أحمد فاطمة ابراهيم الشاذلي عبدالرحمن ابوزيد رشا خا زه"
"""What has been typed after two letters, three, a word: the common ones, which have the longest lists."""
THREE_WORDS = (
    "محمد أحمد علي",
    "احمد محمد محمد",
    "فاطمه احمد النجار",
    "الشاذلي محمد أحمد",
    "مح اح ال",
    "محم أحم نجا",
    "ابراهيم عبد الرحمن حسن",
    "زينب عبدالله بدوي",
    "خديجة أبوزيد محمود",
    "على حسين المصرى",
    "نور الدين محمد مرسي",
    "سعاد مصطفي شحاته",
    "محمد محمد قبص",
    "يوسف كريم الباز",
    "منى محمد رمضان",
    "محمد أحمد سيد",
    "عبد العزيز محمد ال",
    "هدي سي فر",
    "اشرف جمال زهران",
    "محمود محمد الصعيدي",
)
_TURNS = 11


def search_1() -> Iterator[Figure]:
    """The 95th percentile of a search by one word, in ms."""
    own, peer = _both(ONE_WORD.split(), By.NAME)
    yield against_limit("store.search_1", own * MILLI, "ms", limit=1)
    yield against_peer("store.search_1 against plain SQLite", own * MILLI, peer * MILLI, "ms", at_most=8)


def search_3() -> Iterator[Figure]:
    """The 95th percentile of a search by three words in any order, in ms."""
    own, peer = _both(THREE_WORDS, By.NAME)
    yield against_limit("store.search_3", own * MILLI, "ms", limit=5)
    yield against_peer("store.search_3 against plain SQLite", own * MILLI, peer * MILLI, "ms", at_most=8)


def search_number() -> Iterator[Figure]:
    """The 95th percentile of finding a debtor by his national number, in µs."""
    numbers = [national_number(place * 7919 % 1_000_000) for place in range(1, DEBTS // DEBTS_EACH, 9973)]
    own, peer = _both(numbers, By.NUMBER)
    yield against_limit("store.search_number", own * MICRO, "µs", limit=500)
    yield against_peer("store.search_number against plain SQLite", own * MICRO, peer * MICRO, "µs", at_most=8)


def _both(queries: Sequence[str], by: By) -> tuple[float, float]:
    """The 95th percentile over the queries in the encrypted and in the plain file, in seconds.

    Each query counts with the median of its runs, which are taken in turns on both sides.
    """
    encrypted, plain = _databases()
    pairs = [
        interleaved(partial(find, encrypted, query, by), partial(find, plain, query, by), rounds=_TURNS)
        for query in queries
    ]
    return _p95([own for own, _ in pairs]), _p95([peer for _, peer in pairs])


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@cache
def _databases() -> tuple[Database, Database]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    plain = Database(sqlite3.connect(folder / "plain.db", isolation_level=None))
    plain.execute("PRAGMA journal_mode = WAL")
    create_sets(plain)
    gc.disable()
    DebtLoad(plain).load(source_of(packed_debts(DEBTS)))
    gc.enable()
    plain.execute("UPDATE debts_in_use SET current = 'a', loading = NULL")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    encrypted = open_database(folder / "kiosk.db", KEY, SALT, create=True)
    encrypted.execute("ATTACH DATABASE ? AS plain KEY ''", (str(folder / "plain.db"),))
    encrypted.execute("SELECT sqlcipher_export('main', 'plain')").fetchall()
    encrypted.close()
    return open_database(folder / "kiosk.db", KEY, SALT), plain
