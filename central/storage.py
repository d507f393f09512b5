"""The database of the server: SQLite, write-ahead log, each commit on the disk, one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Table, create_engine, event, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, OperationalError

from central.schema import SCHEMA_VERSION, meta, metadata
from kiosk.core.errors import KnownError

_BUSY_MS = 15_000
_GUARDED = ("journal", "branch")
_WRITES = "kiosk_writes"


class Storage:
    """Opens the database, makes its tables, and hands out transactions."""

    def __init__(self, path: Path) -> None:
        """Raises KnownError `central.later_schema`, `central.damaged` or `central.cannot_write`."""
        self._writer = RLock()
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        try:
            with self.write() as db:
                self._make(db)
        except OperationalError as error:
            raise KnownError("central.cannot_write", path=path, reason=str(error.orig)) from error
        except DatabaseError as error:
            raise KnownError("central.damaged", path=path) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction; commits at the end, rolls back on any error. Others wait."""
        with self._writer, self._engine.connect().execution_options(**{_WRITES: True}) as db, db.begin():
            yield db

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer."""
        with self._engine.connect() as db, db.begin():
            yield db

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _make(self, db: Connection) -> None:
        metadata.create_all(db)
        row = db.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar()
        if row is None:
            db.execute(
                insert(meta),
                [
                    {"name": "schema", "value": str(SCHEMA_VERSION)},
                    {"name": "epoch", "value": "1"},
                    {"name": "change", "value": "0"},
                ],
            )
            for table in _GUARDED:
                for act in ("UPDATE", "DELETE"):
                    db.execute(
                        text(
                            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                        )
                    )
        elif int(row) > SCHEMA_VERSION:
            raise KnownError("central.later_schema", found=row, known=SCHEMA_VERSION)


def insert_into(db: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert in the words of the database in use, which can skip or replace rows that are there already
    (`on_conflict_do_nothing`, `on_conflict_do_update`).
    """
    return postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)


def setting(db: Connection, name: str) -> str | None:
    """A value that the server keeps under a name, or None."""
    return db.execute(select(meta.c.value).where(meta.c.name == name)).scalar()


def put_setting(db: Connection, name: str, value: str) -> None:
    """Keep a value under a name."""
    put = insert_into(db, meta).values(name=name, value=value)
    db.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def epoch_of(db: Connection) -> int:
    """The life of this database: one more after each restore."""
    return int(setting(db, "epoch") or "1")


def change_of(db: Connection) -> int:
    """How often the debts were changed by people: import, lease."""
    return int(setting(db, "change") or "0")


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
