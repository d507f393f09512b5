"""Locks that live as long as a transaction, for processes that share one PostgreSQL.

On SQLite there is one writer, and they are free.
"""

import hashlib

from sqlalchemy import Connection, func, select

WRITER = "writer"
"""Held by who writes as if alone."""
APPLYING = "applying"
"""With a stream's name: held by the one server that applies its entries."""


def take_lock(db: Connection, *names: str) -> None:
    """Wait for the lock of this name (its parts), and hold it until the transaction ends."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_key(names))))


def try_lock(db: Connection, *names: str) -> bool:
    """Take the lock of this name when nobody holds it; whether it is ours now."""
    if db.dialect.name != "postgresql":
        return True
    return bool(db.execute(select(func.pg_try_advisory_xact_lock(_key(names)))).scalar())


def _key(names: tuple[str, ...]) -> int:
    digest = hashlib.sha256("\0".join(("kiosk-central", *names)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
