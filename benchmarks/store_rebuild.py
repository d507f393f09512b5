"""How long the derived tables take to be made again from the journal."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bulk import lengthen, till
from benchmarks.frame import Figure, against_limit, seconds_of
from kiosk.store.rebuild import derived_rows, rebuild

ENTRIES = 100_000


def rebuild_100k() -> Iterator[Figure]:
    """Once, in s; the tables must be what they were."""
    with tempfile.TemporaryDirectory() as folder, till(Path(folder) / "till") as session:
        lengthen(session, ENTRIES)
        before = dict(derived_rows(session.store.db))

        def work() -> None:
            with session.store.transaction() as db:
                rebuild(db, session.store.journal)

        taken = seconds_of(work)
        if dict(derived_rows(session.store.db)) != before:
            raise RuntimeError("the tables are not what they were")
    yield against_limit("store.rebuild_100k", taken, "s", limit=15)
