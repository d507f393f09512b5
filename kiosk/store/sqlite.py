"""The one place where sqlcipher3 becomes the database module of sqlite-utils, and its errors get sentences.

sqlite-utils catches the exception classes of the module it imported. With connections of another module
`insert(alter=True)`, `upsert(alter=True)`, `update(alter=True)`, `create_index(find_unique_name=True)`,
`drop(ignore=True)` and `INSERT … RETURNING` fail, so its three modules are pointed at sqlcipher3 here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlite_utils
from sqlcipher3 import dbapi2

from kiosk.core.errors import KnownError

DatabaseError = dbapi2.DatabaseError
IntegrityError = dbapi2.IntegrityError
OperationalError = dbapi2.OperationalError

_SENTENCES = {
    dbapi2.SQLITE_NOTADB: "store.wrong_key",
    dbapi2.SQLITE_CORRUPT: "store.damaged",
    dbapi2.SQLITE_FULL: "store.disk_full",
    dbapi2.SQLITE_READONLY: "store.read_only",
    dbapi2.SQLITE_PERM: "store.read_only",
    dbapi2.SQLITE_BUSY: "store.busy",
    dbapi2.SQLITE_LOCKED: "store.busy",
}
_OF_THE_DISK = {dbapi2.SQLITE_IOERR, dbapi2.SQLITE_CANTOPEN}


def _switch_sqlite_utils() -> None:
    for name in ("utils", "db", "cli"):
        # `cli` costs 0.1 s and is not imported here; whoever imports it later gets the names from `utils`.
        module = sys.modules.get(f"{sqlite_utils.__name__}.{name}")
        for attribute, ours in (
            ("sqlite3", dbapi2),
            ("dbapi2", dbapi2),
            ("OperationalError", dbapi2.OperationalError),
        ):
            if module is not None and (name == "utils" or hasattr(module, attribute)):
                setattr(module, attribute, ours)


_switch_sqlite_utils()


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn errors of disk, key and file into `store.*`; a broken constraint or bad SQL stays what it is."""
    try:
        yield
    except DatabaseError as error:
        known = known_error(error)
        if known is None:
            raise
        raise known from error


def known_error(error: Exception) -> KnownError | None:
    """What an error of disk, key or file is to people; None for a broken constraint or bad SQL."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes keep the primary one in this byte
    if primary in _SENTENCES:
        return KnownError(_SENTENCES[primary])
    if primary in _OF_THE_DISK:
        return KnownError("store.disk_error", reason=getattr(error, "sqlite_errorname", "?"))
    return None
