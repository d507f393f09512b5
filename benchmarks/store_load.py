"""A million debts come to a device while it collects: how long it takes, what it costs, who has to wait.

The load runs as the product runs it, on a connection and a thread of its own. Its peer is the usual way to
load the same rows into plain SQLite: large chunks, then the indexes, then the name index in one segment.
"""

import gc
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from benchmarks.debtors import DEBTS_EACH, debtors
from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.store_commit import MILLI, till
from kiosk.store.debts import keys
from kiosk.store.debts.fill import Filling, SoFar, chunks
from kiosk.store.debts.load import CHUNK_ROWS, DebtLoad
from kiosk.store.debts.tables import KEYS, create_sets
from kiosk.store.driver import open_database
from kiosk.store.schema import migrations

DEBTS = 1_000_000
KEY, SALT = bytes(range(32)), bytes(range(16))
MEGA = 1_000_000
USUAL = 200
"""Payments taken before the load, to know what is usual."""
BETWEEN_S = 0.03
"""Between two payments, far more than any desk takes."""


def load_1m() -> Iterator[Figure]:
    """Seconds of the load against plain SQLite; the largest log and the growth of memory, in MB."""
    forget()
    with tempfile.TemporaryDirectory() as folder:
        own, log, grown = _alone(Path(folder))
        forget()
        peer = seconds_of(lambda: _plain(Path(folder) / "plain.db"))
    yield against_peer("store.load_1m against plain SQLite", own, peer, "s", at_most=1.5)
    yield against_limit("store.load_1m log", log, "MB", limit=64)
    yield against_limit("store.load_1m memory growth", grown, "MB", limit=150)


def forget() -> None:
    """Neither side finds the keys of names that the other has worked out."""
    for remembers in (keys._exact, keys._loose, keys._stands_alone):
        remembers.cache_clear()


def load_commit_p95() -> Iterator[Figure]:
    """The 95th percentile of a payment while a million debts load, above that without a load, in ms."""
    usual, meanwhile = _payments(DEBTS)
    above = max(0.0, _p95(meanwhile) - _p95(usual)) * MILLI
    yield against_limit("store.load_commit_p95 above the usual", above, "ms", limit=50)


def _alone(folder: Path) -> tuple[float, float, float]:
    """Seconds, largest log in MB, growth of memory in MB."""
    log, before, most = 0, _resident(), 0
    with closing(open_database(folder / "kiosk.db", KEY, SALT, create=True)) as db:
        migrations.apply(db)

        def look(_so_far: SoFar) -> None:
            nonlocal log, most
            log = max(log, (folder / "kiosk.db-wal").stat().st_size)
            most = max(most, _resident())

        rows = debtors(DEBTS // DEBTS_EACH)
        taken = seconds_of(lambda: DebtLoad(db, target="00" * 32).load(rows, look))
    return taken, log / MEGA, max(0, most - before) / MEGA


def _plain(file: Path) -> None:
    db = Database(sqlite3.connect(file, isolation_level=None))
    with closing(db):
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        create_sets(db)
        filling = Filling("a")
        names = "INSERT INTO debtor_search_a (rowid, loose) SELECT id, loose FROM debtor_a WHERE id > ?"
        for chunk in chunks(debtors(DEBTS // DEBTS_EACH), lambda: CHUNK_ROWS):
            before = filling.debtors
            filling.take(chunk)
            db.execute("BEGIN IMMEDIATE")
            filling.write(db)
            db.execute(names, (before,))
            db.execute("COMMIT")
        for key in KEYS:
            unique = "UNIQUE " if key.unique else ""
            db.execute(
                f"CREATE {unique}INDEX peer_{key.name} ON {key.source}_a ({', '.join(key.columns)})"
                f" WHERE {key.columns[0]} NOT NULL"
            )
        db.execute("INSERT INTO debtor_search_a (debtor_search_a) VALUES ('optimize')")


def _payments(many: int) -> tuple[list[float], list[float]]:
    """Seconds of single payments before a load and while it goes on."""
    with tempfile.TemporaryDirectory() as folder, till(Path(folder)) as (pay, connect):
        pause = threading.Event()

        def one() -> float:
            pause.wait(BETWEEN_S)
            return _seconds(pay)

        usual = [one() for _ in range(USUAL)]
        failed: list[BaseException] = []
        load = threading.Thread(target=_load, args=(connect, many, failed))
        load.start()
        meanwhile = []
        while load.is_alive():
            meanwhile.append(one())
        load.join()
        if failed:
            raise failed[0]
    return usual, meanwhile


def _load(connect: Callable[[], Database], many: int, failed: list[BaseException]) -> None:
    try:
        with closing(connect()) as db:
            DebtLoad(db, target="00" * 32).load(debtors(many // DEBTS_EACH))
    except BaseException as error:  # noqa: BLE001 - handed to the thread that measures
        failed.append(error)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _resident() -> int:
    """Bytes of this process in memory."""
    gc.collect(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
