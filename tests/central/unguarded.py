"""Takes away what keeps the centre's journal as it came, as a restore or somebody with the disk does."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from central.guards import GUARDED, guards
from central.storage import Storage


@contextmanager
def unguarded(storage: Storage) -> Iterator[None]:
    """Without the guards until the end, which puts them back."""
    with storage.write() as db:
        for table in GUARDED:
            if storage.is_postgres:
                db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                continue
            for act in ("update", "delete"):
                db.execute(text(f"DROP TRIGGER {table}_no_{act}"))
    yield
    with storage.write() as db:
        if not storage.is_postgres:
            for statement in guards("sqlite"):
                db.execute(text(statement))
        else:
            for table in GUARDED:
                db.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
