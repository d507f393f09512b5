"""A PostgreSQL on the disk for benchmarks, and the centre of a folder moved from SQLite to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import insert, select, text

from central.folder import Folder
from central.schema import meta, metadata
from central.storage import Storage
from tests.central.postgres import Cluster, cluster


@contextmanager
def database() -> Iterator[str]:
    """The address of a new database with all tables, in a cluster that commits to the disk."""
    yield _cluster().new_database()


@cache
def _cluster() -> Cluster:
    """One cluster for all benchmarks of a run; it ends with the process."""
    import atexit

    kept = cluster(on_disk=True)
    atexit.register(kept.__exit__, None, None, None)
    return kept.__enter__()


def move_to_postgres(root: Path, address: str) -> None:
    """Copy all rows of a centre's SQLite to a new PostgreSQL, and let the folder name that."""
    folder = Folder(root)
    old, new = Storage(folder.database), Storage(address)
    with old.read() as source, new.write() as target:
        target.execute(text("SET LOCAL session_replication_role = replica"))  # the guards of the journal
        target.execute(meta.delete())
        for table in metadata.sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(select(table))]
            if rows:
                target.execute(insert(table), rows)
            column = table.autoincrement_column
            if column is not None:
                target.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                        f'(SELECT coalesce(max("{column.name}"), 0) + 1 FROM "{table.name}"), false)'
                    )
                )
    old.close()
    new.close()
    folder.database.unlink()
    folder.database_line.write_text(address)
