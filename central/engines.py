"""Opens the databases the centre can run on, SQLite or PostgreSQL, so that each commit lasts."""

from pathlib import Path
from typing import Any

from psycopg.types.string import BytesBinaryDumper
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from kiosk.core.errors import KnownError

WRITES = "kiosk_writes"
"""Execution option of a SQLite connection whose transaction is to write."""
_BUSY_MS = 15_000
_CONNECT_S = 5
_POOL, _MORE, _POOL_WAIT_S = 12, 12, 15
"""Connections of one process to PostgreSQL: kept, and more at a rush. 100 are allowed unless it is told
otherwise: room for four processes.
"""
_SESSION = "-c lock_timeout=30s -c idle_in_transaction_session_timeout=10min"
"""Nobody waits for a lock, nor holds one while its server is gone, without end."""
_KEEPS = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"


def sqlite_engine(path: Path) -> Engine:
    """SQLite with its write-ahead log, each commit on the disk before it returns (`synchronous=FULL`)."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def postgres_engine(url: str) -> Engine:
    """PostgreSQL through psycopg 3. Every new connection proves that a commit is on the disk when it returns.

    Raises KnownError `central.bad_database`; a connection raises `central.not_durable`.
    """
    try:
        made = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise KnownError("central.bad_database") from error
    if made.get_backend_name() != "postgresql":
        raise KnownError("central.bad_database")
    asked: dict[str, Any] = {
        "connect_timeout": _CONNECT_S,
        "application_name": "kiosk-central",
        "options": _SESSION,
        "keepalives_idle": 30,
        "tcp_user_timeout": 20_000,
    }
    engine = create_engine(
        made.set(drivername="postgresql+psycopg"),
        connect_args={name: value for name, value in asked.items() if name not in made.query},
        pool_size=_POOL,
        max_overflow=_MORE,
        pool_timeout=_POOL_WAIT_S,
    )
    event.listen(engine, "connect", _check_keeps)
    return engine


def shown(url: str) -> str:
    """A database's address without its password, for people."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "?"


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
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_keeps(connection: Any, _record: Any) -> None:
    """What is acknowledged must be on the disk: refuse a server that answers before it has written.

    COPY also takes its dumper of bytes by their type in the database: the quick one, not that for `Binary`.
    """
    connection.adapters.register_dumper(bytes, BytesBinaryDumper)
    with connection.cursor() as cursor:
        fsync, commit = cursor.execute(_KEEPS).fetchone()
    connection.rollback()
    if fsync != "on":
        raise KnownError("central.not_durable", setting="fsync", value=fsync)
    if commit == "off":
        raise KnownError("central.not_durable", setting="synchronous_commit", value=commit)
