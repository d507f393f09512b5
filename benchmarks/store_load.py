"""A million debts come to a device while it collects: how long it takes, what it costs, who has to wait.

The load runs as the product runs it, on a connection and a thread of its own, from the pieces that travel.
Its peer is the usual way to load the same pieces into plain SQLite: large chunks, then the indexes, then the
name index in one segment; it checks nothing.
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
from typing import Any

import orjson
from sqlite_utils import Database

from benchmarks.debtors import DEBTS_EACH, debtors
from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.store_commit import MILLI, till
from kiosk.core.debts.pieces import Piece, pieces_of
from kiosk.core.wire.debt_files import PieceRef, pack_piece, unpack_piece
from kiosk.store.debts.load import DebtLoad, SoFar, Source
from kiosk.store.debts.tables import create_sets
from kiosk.store.driver import open_database
from kiosk.store.schema import migrations

Packed = tuple[PieceRef, bytes]
DEBTS = 1_000_000
KEY, SALT = bytes(range(32)), bytes(range(16))
MEGA = 1_000_000
USUAL = 200
"""Payments taken before the load, to know what is usual."""
BETWEEN_S = 0.03
"""Between two payments, far more than any desk takes."""


def load_1m() -> Iterator[Figure]:
    """Seconds of the load against plain SQLite; the largest log and the growth of memory, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        packed = packed_debts(DEBTS)
        own, log, grown = _alone(Path(folder), packed)
        peer = seconds_of(lambda: _plain(Path(folder) / "plain.db", packed))
    yield against_peer("store.load_1m against plain SQLite", own, peer, "s", at_most=1.5)
    yield against_limit("store.load_1m log", log, "MB", limit=64)
    yield against_limit("store.load_1m memory growth", grown, "MB", limit=150)


def load_commit_p95() -> Iterator[Figure]:
    """The 95th percentile of a payment while a million debts load, above that without a load, in ms."""
    usual, meanwhile = _payments(DEBTS)
    above = max(0.0, _p95(meanwhile) - _p95(usual)) * MILLI
    yield against_limit("store.load_commit_p95 above the usual", above, "ms", limit=50)


def packed_debts(debts: int) -> list[Packed]:
    """The pieces of so many debts as they travel."""
    return [pack_piece(piece) for piece, _ in pieces_of(debtors(debts // DEBTS_EACH))]


def source_of(packed: list[Packed]) -> Source:
    """The pieces as a download would hand them out."""
    return lambda held: (unpack_piece(ref, data) for ref, data in packed[held:])


def _alone(folder: Path, packed: list[Packed]) -> tuple[float, float, float]:
    """Seconds, largest log in MB, growth of memory in MB."""
    log, before, most = 0, _resident(), 0
    with closing(open_database(folder / "kiosk.db", KEY, SALT, create=True)) as db:
        migrations.apply(db)

        def look(_so_far: SoFar) -> None:
            nonlocal log, most
            log = max(log, (folder / "kiosk.db-wal").stat().st_size)
            most = max(most, _resident())

        taken = seconds_of(lambda: DebtLoad(db, target="00" * 32).load(source_of(packed), look))
    return taken, log / MEGA, max(0, most - before) / MEGA


def _plain(file: Path, packed: list[Packed]) -> None:
    """The usual way: rows as they come, in large transactions, then indexes and the name index."""
    db = Database(sqlite3.connect(file, isolation_level=None))
    with closing(db):
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        create_sets(db)
        db.execute(
            "CREATE TABLE peer_account (account_key TEXT, account TEXT, contract_key TEXT, id INTEGER)"
        )
        names = "INSERT INTO debtor_search_a (rowid, loose) SELECT id, loose FROM debtor_a WHERE id > ?"
        last = 0
        for at in range(0, len(packed), _PEER_PIECES):
            rows = [
                row
                for ref, data in packed[at : at + _PEER_PIECES]
                for row in _stored(unpack_piece(ref, data))
            ]
            db.execute("BEGIN IMMEDIATE")
            db.conn.executemany(f"INSERT INTO debtor_a VALUES ({', '.join('?' * 11)})", rows)
            db.conn.executemany("INSERT INTO peer_account VALUES (?, ?, ?, ?)", _accounts(rows))
            db.execute(names, (last,))
            db.execute("COMMIT")
            last = rows[-1][0]
        for name, columns in _PEER_INDEXES.items():
            db.execute(f"CREATE INDEX by_{name} ON {columns}")
        db.execute("INSERT INTO debtor_search_a (debtor_search_a) VALUES ('optimize')")


_PEER_PIECES = 80
"""20,000 debtors a transaction."""
_PEER_INDEXES = {
    "code": "debtor_a (code)",
    "loose": "debtor_a (loose)",
    "national": "debtor_a (national)",
    "phone": "debtor_a (phone)",
    "account": "peer_account (account_key, account)",
    "contract": "peer_account (contract_key) WHERE contract_key NOT NULL",
}


def _stored(piece: Piece) -> Iterator[list[Any]]:
    for row in orjson.loads(piece.lines):
        row[3] = row[3] or row[2]
        row[4] = row[4] or row[3]
        row[9], row[10] = orjson.dumps(row[9]).decode(), orjson.dumps(row[10]).decode()
        yield row


def _accounts(rows: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        for debt, keys in zip(orjson.loads(row[9]), orjson.loads(row[10]), strict=True):
            yield keys[0], debt[0], keys[1] if len(keys) > 1 else None, row[0]


def _payments(many: int) -> tuple[list[float], list[float]]:
    """Seconds of single payments before a load and while it goes on."""
    packed = packed_debts(many)
    with tempfile.TemporaryDirectory() as folder, till(Path(folder)) as (pay, connect):
        pause = threading.Event()

        def one() -> float:
            pause.wait(BETWEEN_S)
            return _seconds(pay)

        usual = [one() for _ in range(USUAL)]
        failed: list[BaseException] = []
        load = threading.Thread(target=_load, args=(connect, packed, failed))
        load.start()
        meanwhile = []
        while load.is_alive():
            meanwhile.append(one())
        load.join()
        if failed:
            raise failed[0]
    return usual, meanwhile


def _load(connect: Callable[[], Database], packed: list[Packed], failed: list[BaseException]) -> None:
    try:
        with closing(connect()) as db:
            DebtLoad(db, target="00" * 32).load(source_of(packed))
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
