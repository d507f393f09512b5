"""What it costs to bring down where the requests of a unit stand: all of them, whole, in one transaction.

The peer fetches the same bytes from a bare server and inserts the same rows into a plain SQLite table: no
check, no index. One word of a person at the centre makes the whole set anew, which is measured beside it.
"""

import gzip
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson

from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.sync_bare import bare_server
from benchmarks.sync_device import copied
from central.bulk import add_rows
from central.centre import open_centre
from central.folder import Folder
from central.ingest import find_device
from central.request_data import publish_statuses
from central.request_log import Saying, say_status
from central.schema import stream
from central.schema_books import request
from kiosk.core.request_states import RECEIVED
from kiosk.core.wire.manifest import DatasetRef
from kiosk.core.wire.request_status import REQUEST_STATUS
from kiosk.core.wire.times import utc_text
from kiosk.sync.downlink import Pulled, pull

REQUESTS = 20_000
AT_MOST = 4
_PUT = "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_FIELDS = ("tracking", "service", "day", "state", "at", "note", "until", "office")


def pull_requests() -> Iterator[Figure]:
    """`sync.pull_requests_20k`: 20,000 open requests of a unit until they are in use, beside the bare limit;
    `central.say_20k`: one word on one of them.
    """
    said: list[float] = []
    with ExitStack() as stack:
        rounds, centre = stack.enter_context(copied(before_serving=lambda root: said.append(_publish(root))))
        ref = rounds.client.manifest().find(REQUEST_STATUS)
        if ref is None or ref.rows < REQUESTS:
            raise RuntimeError("the centre has published other requests")
        pulled: list[Pulled] = []
        own = seconds_of(lambda: pulled.append(pull(rounds.place, rounds.client)))
        if REQUEST_STATUS not in pulled[0].applied:
            raise RuntimeError(f"the requests are not in use: {pulled[0].faults}")
        peer = _bare(centre, ref)
    yield against_limit("sync.pull_requests_20k", own, "s", limit=2)
    yield against_peer("sync.pull_requests_20k against the same bytes", own, peer, "s", at_most=AT_MOST)
    yield against_limit("central.say_20k", said[0], "s", limit=3)


def _publish(root: Path) -> float:
    """Lay the requests at a centre that is not served and publish them; returns the seconds of one word."""
    centre = open_centre(root)
    with centre.storage.write() as db:
        known = find_device(db, db.execute(stream.select()).one().device)
        columns = request.columns.keys()
        now = utc_text(centre.now())
        rows = (
            {
                "stream": known.stream,
                "seq": 1_000_000 + n,
                "device": known.code,
                "unit": known.unit,
                "tracking": f"{known.code}-2026-{900_000 + n:06d}",
                "service": "BLD-01",
                "day": "2026-07-01",
                "staff": "TEL-1",
                "papers_until": None,
                "received": now,
                "state": RECEIVED,
                "state_at": now,
                "said": 0,
                "person": f"{n:032x}",
                "identity": "",
            }
            for n in range(REQUESTS)
        )
        add_rows(db, request, columns, ([row[one] for one in columns] for row in rows))
        publish_statuses(centre, db, known.unit)
    word = Saying("accepted", "ADM-1", note="مستوفٍ")
    took = seconds_of(lambda: say_status(centre, f"{known.code}-2026-{900_000:06d}", word))
    centre.close()
    return took


def _bare(centre: Path, ref: DatasetRef) -> float:
    """Seconds to fetch the file and insert its rows, durably."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ref.file).write_bytes((Folder(centre).files / ref.file).read_bytes())
        with bare_server(centre, Path(folder)) as (session, address):
            return seconds_of(lambda: _insert(session.get(f"{address}/{ref.file}").content, folder))


def _insert(packed: bytes, folder: str) -> None:
    db = sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute(f"CREATE TABLE told ({', '.join(_FIELDS)})")
    statuses = orjson.loads(gzip.decompress(packed))["statuses"]
    db.execute("BEGIN")
    db.executemany(_PUT, ([one[name] for name in _FIELDS] for one in statuses))
    db.execute("COMMIT")
    db.close()
