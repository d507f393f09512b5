"""Takes away what keeps the centre's journal as it came, as a restore or somebody with the disk does."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from central.guards import COUNTED, GUARDED, guards
from central.storage import Storage


@contextmanager
def unguarded(storage: Storage) -> Iterator[None]:
    """Without the guards until the end, which puts them back."""
    with storage.write() as db:
        if storage.is_postgres:
            _switch(db, "DISABLE")
        else:
            for table in GUARDED:
                for act in ("update", "delete"):
                    db.execute(text(f"DROP TRIGGER {table}_no_{act}"))
    yield
    with storage.write() as db:
        if storage.is_postgres:
            _switch(db, "ENABLE")
        else:
            # A connection that was idle meanwhile still knows the old ones and would make none: read first.
            db.execute(text("SELECT count(*) FROM sqlite_master")).all()
            for statement in guards("sqlite"):
                db.execute(text(statement))


def _switch(db: Connection, how: str) -> None:
    """Of the tables, and of each month of the journal."""
    for table in (*GUARDED, COUNTED):
        db.execute(text(f"ALTER TABLE {table} {how} TRIGGER USER"))
    months = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'journal'::regclass"
    for table in db.execute(text(months)).scalars().all():
        db.execute(text(f"ALTER TABLE {table} {how} TRIGGER USER"))
