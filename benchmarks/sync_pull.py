"""What it costs to bring debts down: fetch the snapshot, check it, load it into the encrypted store.

The peer fetches the same gzip bytes from a bare server and inserts the lines into plain SQLite.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.debtors import DEBTS_EACH, debtors
from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.store_load import forget
from benchmarks.sync_bare import bare_server
from benchmarks.sync_device import copied
from central.centre import open_centre
from central.debt_snapshots import refresh_debts
from central.debts import import_rows
from central.folder import Folder
from central.ingest import find_device
from central.schema import stream
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.wire.manifest import DEBTS, DatasetRef, unpack_lines
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
    forget()
    with ExitStack() as stack:
        rounds, centre = stack.enter_context(copied(before_serving=lambda root: _publish(root, debts)))
        ref = rounds.client.manifest().find(DEBTS)
        if ref is None or ref.rows * DEBTS_EACH != debts:
            raise RuntimeError("the centre has published other debts")
        pulled: list[Pulled] = []
        own = seconds_of(lambda: pulled.append(pull(rounds.place, rounds.client)))
        if DEBTS not in pulled[0].applied:
            raise RuntimeError(f"the debts are not in use: {pulled[0].faults}")
        peer = _bare(centre, ref)
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
        refresh_debts(centre, db, find_device(db, code))
    centre.close()


def _leased(row: DebtorRow) -> DebtorRow:
    return replace(row, debts=tuple(replace(one, lease=replace(one.lease, holder=UNIT)) for one in row.debts))


def _bare(centre: Path, ref: DatasetRef) -> float:
    """Seconds to fetch the file and insert its lines, durably."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ref.file).write_bytes((Folder(centre).files / ref.file).read_bytes())
        with bare_server(centre, Path(folder)) as (session, address):
            return seconds_of(lambda: _fetch(session.get(f"{address}/{ref.file}").content, ref, folder))


def _fetch(packed: bytes, ref: DatasetRef, folder: str) -> None:
    db = sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE debtor (line BLOB)")
    db.execute("BEGIN")
    db.executemany("INSERT INTO debtor VALUES (?)", ((line,) for line in unpack_lines(ref, packed)))
    db.execute("COMMIT")
    db.close()
