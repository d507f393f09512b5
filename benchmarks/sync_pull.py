"""What it costs to bring debts down: fetch the snapshot, check it, load it into the encrypted store.

The peer fetches the same bytes from a bare server and inserts the same rows into a plain SQLite table: no
check, nothing to find them by, no index.
"""

import gzip
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

import orjson

from benchmarks.debtors import DEBTS_EACH, debtors
from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.sync_bare import bare_server
from benchmarks.sync_device import copied
from central.centre import open_centre
from central.debt_snapshots import refresh_debts
from central.debts import import_rows
from central.folder import Folder
from central.ingest import find_device
from central.schema import stream
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.wire.debt_files import DebtIndex, read_index
from kiosk.core.wire.manifest import DEBTS, unpack_file
from kiosk.store.debts.tables import debtor_table
from kiosk.sync.downlink import Pulled, pull
from tests.central.server import UNIT

AT_MOST = 4
_AT_ONCE = 20_000


def pull_100k() -> Iterator[Figure]:
    """`sync.pull_100k`: 100,000 debts until they are in use, and beside the bare limit."""
    yield from _pulled("sync.pull_100k", 100_000, limit=3)


def pull_1m() -> Iterator[Figure]:
    """`sync.pull_1m`: 1,000,000 debts."""
    yield from _pulled("sync.pull_1m", 1_000_000, limit=30)


def _pulled(name: str, debts: int, limit: int) -> Iterator[Figure]:
    with ExitStack() as stack:
        rounds, centre = stack.enter_context(copied(before_serving=lambda root: _publish(root, debts)))
        ref = rounds.client.manifest().find(DEBTS)
        if ref is None or ref.deltas:
            raise RuntimeError("the centre has published no snapshot")
        index = read_index(unpack_file(ref, (Folder(centre).files / ref.file).read_bytes()))
        if index.debtors * DEBTS_EACH != debts:
            raise RuntimeError("the centre has published other debts")
        pulled: list[Pulled] = []
        own = seconds_of(lambda: pulled.append(pull(rounds.place, rounds.client)))
        if DEBTS not in pulled[0].applied:
            raise RuntimeError(f"the debts are not in use: {pulled[0].faults}")
        peer = _bare(centre, index)
    yield against_limit(name, own, "s", limit=limit)
    yield against_peer(f"{name} against the same bytes", own, peer, "s", at_most=AT_MOST)


def _publish(root: Path, debts: int) -> None:
    """Import the debts at a centre that is not served, and publish their snapshot for the device's unit."""
    centre = open_centre(root)
    rows = debtors(debts // DEBTS_EACH)
    while some := list(islice(rows, _AT_ONCE)):
        import_rows(centre, [_leased(row) for row in some])
    with centre.storage.write() as db:
        code = db.execute(stream.select()).one().device
        known = find_device(db, code)
    made = seconds_of(lambda: refresh_debts(centre, known))
    print(f"  the centre made the snapshot in {made:.1f} s", flush=True)
    centre.close()


def _leased(row: DebtorRow) -> DebtorRow:
    return replace(row, debts=tuple(replace(one, lease=replace(one.lease, holder=UNIT)) for one in row.debts))


def _bare(centre: Path, index: DebtIndex) -> float:
    """Seconds to fetch the file and insert its rows, durably."""
    with tempfile.TemporaryDirectory() as folder:
        file = index.pieces_file
        (Path(folder) / file).write_bytes((Folder(centre).files / file).read_bytes())
        with bare_server(centre, Path(folder)) as (session, address):
            return seconds_of(lambda: _fetch(session.get(f"{address}/{file}").content, index, folder))


def _fetch(packed: bytes, index: DebtIndex, folder: str) -> None:
    db = sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute(debtor_table("debtor"))
    db.execute("BEGIN")
    db.executemany(f"INSERT INTO debtor VALUES ({', '.join('?' * 11)})", _rows(packed, index))
    db.execute("COMMIT")
    db.close()


def _rows(packed: bytes, index: DebtIndex) -> Iterator[list[object]]:
    at = 0
    for piece in index.pieces:
        for row in orjson.loads(gzip.decompress(packed[at : at + piece.size])):
            row[3] = row[3] or row[2]
            row[4] = row[4] or row[3]
            row[9], row[10] = orjson.dumps(row[9]).decode(), orjson.dumps(row[10]).decode()
            yield row
        at += piece.size
