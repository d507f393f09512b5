"""Opens the encrypted database: the only module of the product that makes a connection.

Each thread opens its own connection (a connection refuses other threads); writes go through `transaction`.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.store.files import create_empty, remove_durably, synced_meanwhile
from kiosk.store.sqlite import DatabaseError, known_error, store_errors
from kiosk.store.turns import TURNS

KEY_BYTES = 32
SALT_BYTES = 16
BUSY_MS = 5000
"""How long a writer waits for another connection of this process."""
_PAGES_AT_ONCE = 2048
"""Copied between two calls of `progress`: 8 MB."""
_PLAIN_HEADER = b"SQLite format 3\0"

Bytes = bytes | bytearray


def open_database(
    path: Path, key: Bytes, salt: Bytes, *, create: bool = False, readonly: bool = False
) -> Database:
    """Open the database at `path` with its raw key (32 bytes) and salt (16 bytes).

    An existing file is never made anew, and with a wrong key not one byte of it or of its WAL changes.
    `create` makes a file that must not exist; `readonly` writes nothing and leaves the journal mode alone.
    The connection belongs to the calling thread, commits each statement unless `transaction` is open, and
    syncs once a commit (`synchronous=FULL` in WAL mode: NORMAL loses acknowledged commits in a power cut).

    Raises KnownError `store.missing`, `store.exists`, `store.wrong_key`, `store.not_encrypted`,
    `store.damaged`, `store.read_only`, `store.disk_full`, `store.busy` or `store.disk_error`.
    """
    if len(key) != KEY_BYTES or len(salt) != SALT_BYTES or (create and readonly):
        raise BugError("open_database: a key of 32 bytes, a salt of 16, and not both create and readonly")
    raw = _RawKey(key, salt)
    del key, salt
    connection = _create(path, raw) if create else _open_existing(path, raw, readonly=readonly)
    return Database(connection, execute_plugins=False)


def copy_under(
    db: Database, path: Path, key: Bytes, salt: Bytes, progress: Callable[[int, int], None] | None = None
) -> Database:
    """Copy a database page by page into a new file under another key, and return it open for more.

    Not all of the copy is on the disk until it is closed and synced (`kiosk.store.files.sync_file`); after a
    cut it is worth nothing. `progress` gets pages done and pages in all. Raises KnownError `store.*`.
    """
    try:
        create_empty(path)
    except FileExistsError as error:
        raise KnownError("store.exists", path=path) from error
    with store_errors():
        connection = _connect(path, _RawKey(key, salt), "rw")
        with _closed_on_error(connection):
            _check_cipher(connection)
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")
            told = progress or (lambda _done, _all: None)
            pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
            with synced_meanwhile(path) if pages > _PAGES_AT_ONCE else nullcontext():
                db.conn.backup(
                    connection,
                    pages=_PAGES_AT_ONCE,
                    progress=lambda _, left, total: told(total - left, total),
                )
            _set_always(connection)
    return Database(connection, execute_plugins=False)


def become_sole(db: Database) -> None:
    """Take the write-ahead log into the database and do without it until it is opened anew.

    Raises KnownError `store.busy` while another connection is open, `store.*`.
    """
    with store_errors():
        db.conn.execute("PRAGMA synchronous = EXTRA")
        mode = db.conn.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    if mode != "delete":
        raise KnownError("store.busy")


def hold_still(db: Database) -> None:
    """Begin to read and do not end: while there is no write-ahead log, nobody can commit meanwhile."""
    with store_errors():
        db.conn.execute("BEGIN")
        db.conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def resume_log(db: Database) -> None:
    """Write through the write-ahead log again, as an opened database does. Raises KnownError `store.*`."""
    with store_errors():
        _settle(db.conn)


class _RawKey:
    """Key and salt without a form that a trace or a log of local values could show."""

    def __init__(self, key: Bytes, salt: Bytes) -> None:
        self._parts = key, salt

    def __repr__(self) -> str:
        return "<key>"

    def fits(self, path: Path) -> bool:
        """Whether the file begins with this salt, as no database of another key does."""
        with path.open("rb") as file:
            return file.read(SALT_BYTES) == self._parts[1]

    def text(self) -> str:
        """The two as SQLCipher reads a raw key."""
        key, salt = self._parts
        return f"x'{key.hex()}{salt.hex()}'"


def memory_database() -> Database:
    """An empty database in the memory of this process, never on disk: to replay a journal and compare."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")
    return Database(connection, execute_plugins=False)


@contextmanager
def transaction(db: Database) -> Iterator[Database]:
    """One act, whole or not at all: BEGIN IMMEDIATE … COMMIT, and ROLLBACK when anything is raised.

    sqlite-utils commits only what it began itself, so its methods join this transaction; where one would
    have to commit it raises TransactionError instead. The savepoint proves it: if anything inside ended the
    transaction, its release fails and so does the act.

    Raises KnownError `store.*`; BugError for an act inside an act or one that was split. A broken constraint
    (`kiosk.store.sqlite.IntegrityError`) is passed on.
    """
    connection = db.conn
    if connection.in_transaction:
        raise BugError("an act inside an act")
    try:
        with TURNS.asking():
            connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("SAVEPOINT act")
            yield db
            _release(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except DatabaseError as error:
        known = known_error(error)
        if known is None:
            raise
        raise known from error


def settle_so_far(db: Database) -> None:
    """Begin the savepoint of a long act anew; it stays whole or not at all. BugError if it was split.

    SQLite keeps every page that changed since the savepoint, in case one statement must be taken back, and
    walks along all of them at the end of each `INSERT … SELECT`: 0.5 ms a row after 50,000 rows.
    """
    with store_errors():
        _release(db.conn)
        db.conn.execute("SAVEPOINT act")


def _release(connection: Any) -> None:
    try:
        connection.execute("RELEASE act")
    except dbapi2.OperationalError as error:
        if error.sqlite_errorcode != dbapi2.SQLITE_ERROR:
            raise
        raise BugError("an act was split: something inside it committed or rolled back") from error


def check_pages(db: Database) -> None:
    """Check the MAC of every page (0.7 s per 268 MB). Raises KnownError `store.damaged`.

    The check reads the database file alone. A power cut while the log was being moved into it leaves pages
    there that are torn and whole in the log: they are moved once more before anything is called damage.
    """
    check = "PRAGMA cipher_integrity_check"
    with store_errors():
        if not db.execute(check).fetchall():
            return
        try:
            db.execute("PRAGMA wal_checkpoint(FULL)").fetchall()
        except DatabaseError as error:
            raise KnownError("store.damaged") from error
        if db.execute(check).fetchall():
            raise KnownError("store.damaged")


def refuse_plain(path: Path) -> None:
    """Raise KnownError `store.not_encrypted` for a file that is empty or begins as plain SQLite does."""
    with path.open("rb") as file:
        header = file.read(len(_PLAIN_HEADER))
    if len(header) < len(_PLAIN_HEADER) or header == _PLAIN_HEADER:
        raise KnownError("store.not_encrypted", path=path)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _create(path: Path, raw: _RawKey) -> Any:
    beside = [_beside(path, end) for end in ("-wal", "-journal")]
    if any(file.exists() for file in beside):
        raise KnownError("store.exists", path=path)
    try:
        create_empty(path)
    except FileExistsError as error:
        raise KnownError("store.exists", path=path) from error
    try:
        with store_errors():
            connection = _connect(path, raw, "rw")
            with _closed_on_error(connection):
                _settle(connection)
                refuse_plain(path)
    except BaseException:
        for file in (path, *beside, _beside(path, "-shm")):
            with contextlib.suppress(KnownError):
                remove_durably(file)
        raise
    return connection


def _open_existing(path: Path, raw: _RawKey, *, readonly: bool) -> Any:
    if not path.is_file():
        raise KnownError("store.missing", path=path)
    try:
        refuse_plain(path)
    except PermissionError as error:
        raise KnownError("store.read_only") from error
    if readonly:
        return _probed(path, raw)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise KnownError("store.read_only")
    # A connection that may write checkpoints an old WAL when it closes, even with a wrong key. One that may
    # only read cannot, so the key is tried with that first (0.2 ms).
    try:
        _probed(path, raw).close()
    except KnownError as error:
        # A power cut while the log was turned on or off left a rollback journal: only who writes can undo it.
        if not (error.code == "store.read_only" and _beside(path, "-journal").exists() and raw.fits(path)):
            raise
    with store_errors():
        connection = _connect(path, raw, "rw")
        with _closed_on_error(connection):
            _settle(connection)
    return connection


def _probed(path: Path, raw: _RawKey) -> Any:
    with store_errors():
        connection = _connect(path, raw, "ro")
        with _closed_on_error(connection):
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            _check_cipher(connection)
            _set_always(connection)
    return connection


@contextmanager
def _closed_on_error(connection: Any) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _connect(path: Path, raw: _RawKey, mode: str) -> Any:
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=0
    )
    # SQLCipher reports damaged pages to standard error, where nobody looks: we raise them instead.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # Locks and wipes every allocation of SQLite, four times slower to load; keys are wiped without it
    # (docs/decisions/0012).
    connection.execute("PRAGMA cipher_memory_security = OFF")
    # SHA-256 is in the hardware of most processors (docs/decisions/0040). The default of the process holds
    # for what SQLCipher opens by itself too, as the target of VACUUM INTO.
    connection.execute("PRAGMA cipher_default_hmac_algorithm = HMAC_SHA256")
    # Through the C interface, not `PRAGMA key`: no statement, trace or tracer ever holds the key.
    connection.set_key(raw.text())
    return connection


def _settle(connection: Any) -> None:
    """Set what must hold on every connection that writes, and check that it does."""
    _check_cipher(connection)
    _set_always(connection)
    # EXTRA first: it syncs the folder after the rollback journal of a switch of modes is deleted, so that a
    # power cut brings no journal back (a new database, and one whose data key was just changed).
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    found = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
    }
    if found != {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}:
        raise BugError(f"the database did not take its settings: {found}")


def _set_always(connection: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")


def _check_cipher(connection: Any) -> None:
    """An SQLite without SQLCipher ignores the key and writes plain files: stop before it writes."""
    try:
        version = connection.execute("PRAGMA cipher_version").fetchone()
    except DatabaseError as error:
        raise BugError("the database module has no cipher") from error
    if not version or not version[0]:
        raise BugError("the database module has no cipher")
