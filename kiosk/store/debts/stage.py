"""Debtors on their way into a set: pieces are read in memory, by SQLite itself, judged, and then moved.

Python would take ten times as long for a million rows. Nothing of this holds the write lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from sqlite_utils import Database

from kiosk.core.debts.keys import name_keys
from kiosk.core.debts.model import LeasedTo
from kiosk.core.debts.pieces import Piece, account_keys, rows_hash
from kiosk.core.errors import KnownError
from kiosk.core.policy import Component
from kiosk.store.debts.tables import debtor_table
from kiosk.store.sqlite import DatabaseError

_PIECE = "INSERT INTO incoming.piece VALUES (jsonb(?))"
_READ = (
    "INSERT OR REPLACE INTO incoming.debtor SELECT value ->> 0, value ->> 1, value ->> 2,"
    " coalesce(value ->> 3, value ->> 2), coalesce(value ->> 4, value ->> 3, value ->> 2),"
    " value ->> 5, value ->> 6, value ->> 7, value ->> 8, value -> 9, value -> 10"
    " FROM incoming.piece p, jsonb_each(p.lines)"
)
_OF_A_PIECE = "SELECT count(*), max(id) FROM incoming.debtor WHERE id >= ? AND id < ?"
"""All that a piece brought must be among the rows that are hashed: none below its range, none twice."""
_ROWS = (
    "SELECT json_group_array(json_array(id, code, name, father, address, national, phone, json(debts))"
    " ORDER BY id) FROM {table} WHERE id >= ? AND id < ?"
)
"""The bytes over which the hash of a piece is taken, written anew from what was stored: they are equal only
if every value arrived as it was sent."""
BEYOND = 1 << 62
"""Above every debtor's number: whoever had this one would be in no piece, and no hash would tell of him."""


class Stage:
    """Debtors in memory beside the database: who is new or changed as `incoming.debtor`, who went as
    `incoming.gone`. Opened by `stage`.

    With `own_keys` what debtors are found by is worked out here, and not taken as it came.
    """

    def __init__(self, db: Database, *, own_keys: bool) -> None:
        self._db = db
        self._own_keys = own_keys
        self._last = -1
        self.debtors = 0
        """How many wait to be moved."""

    def follow(self, last: int | None) -> None:
        """The pieces to come follow others, which end with this debtor; None: which are empty."""
        self._last = -1 if last is None else last

    def take(self, piece: Piece) -> None:
        """Read and judge a piece, which follows the one that was taken before it.

        Raises KnownError `manifest.altered`.
        """
        if piece.first <= self._last or self._read(piece.lines) != piece.debtors:
            raise _altered()
        if self._own_keys:
            self._work_out_keys(piece.first)
        if rows_hash(rows_text(self._db, "incoming.debtor", piece.first, None)) != piece.rows_hash:
            raise _altered()
        here, last = self._db.execute(_OF_A_PIECE, (piece.first, BEYOND)).fetchone()
        if here != piece.debtors:
            raise _altered()
        self._last = max(piece.first, last or 0)
        self.debtors += piece.debtors

    def merge(self, gone: Sequence[int], lines: bytes) -> None:
        """Read and judge what changed, over what changed before. Raises KnownError `manifest.altered`."""
        numbers = [(number,) for number in gone]
        self._db.conn.executemany("DELETE FROM incoming.debtor WHERE id = ?", numbers)
        self._db.conn.executemany("INSERT OR IGNORE INTO incoming.gone VALUES (?)", numbers)
        self._read(lines)
        if self._own_keys:
            self._work_out_keys(0)
        self._db.execute("DELETE FROM incoming.gone WHERE id IN (SELECT id FROM incoming.debtor)")
        self.debtors = self._db.execute("SELECT count(*) FROM incoming.debtor").fetchone()[0]

    def clear(self) -> None:
        """Forget what was moved."""
        self._db.execute("DELETE FROM incoming.debtor")
        self._db.execute("DELETE FROM incoming.gone")
        self.debtors = 0

    def _read(self, lines: bytes) -> int:
        """Read lines of debtors whose debts and charges have their form; return how many there were."""
        try:
            self._db.execute("DELETE FROM incoming.piece")
            self._db.execute(_PIECE, (lines.decode(),))
            wrong = self._db.execute(_WRONG).fetchone()[0]
            read: int = self._db.conn.execute(_READ).rowcount
        except (DatabaseError, UnicodeDecodeError) as error:
            raise _altered() from error
        if wrong:
            raise _altered()
        return read

    def _work_out_keys(self, above: int) -> None:
        try:
            self._db.execute(_OWN_KEYS, (above,))
        except DatabaseError as error:
            raise _altered() from error


@contextmanager
def stage(db: Database, *, own_keys: bool = False) -> Iterator[Stage]:
    """A stage for one load; what it took of memory is given back afterwards."""
    db.execute("ATTACH DATABASE ':memory:' AS incoming KEY ''")
    try:
        db.execute("PRAGMA incoming.journal_mode = OFF")
        db.execute(debtor_table("incoming.debtor"))
        db.execute("CREATE TABLE incoming.piece (lines BLOB NOT NULL) STRICT")
        db.execute("CREATE TABLE incoming.gone (id INTEGER PRIMARY KEY) STRICT")
        db.conn.create_function("kiosk_exact_key", 1, lambda name: name_keys(name)[0], deterministic=True)
        db.conn.create_function("kiosk_loose_key", 1, lambda name: name_keys(name)[1], deterministic=True)
        db.conn.create_function("kiosk_account_keys", 1, _account_keys, deterministic=True)
        yield Stage(db, own_keys=own_keys)
    finally:
        db.execute("DETACH DATABASE incoming")


def rows_text(db: Database, table: str, first: int, before: int | None) -> bytes:
    """The rows of debtors with these numbers as canonical JSON, as `rows_bytes` of the core writes them."""
    limits = first, BEYOND if before is None else before
    text: str = db.execute(_ROWS.format(table=table), limits).fetchone()[0]
    return text.encode()


def _account_keys(debts: str) -> str:
    return orjson.dumps(account_keys(orjson.loads(debts))).decode()


def _altered() -> KnownError:
    return KnownError("manifest.altered", name="debts")


_OWN_KEYS = (
    "UPDATE incoming.debtor SET exact = kiosk_exact_key(name), loose = kiosk_loose_key(name),"
    " accounts = kiosk_account_keys(debts) WHERE id >= ?"
)


def _listed(values: Any) -> str:
    return ", ".join(f"'{one.value}'" for one in values)


_DATE = "GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'"
_WRONG = (
    "SELECT count(*) FROM incoming.piece p, jsonb_each(p.lines) r"  # noqa: S608 - our own words
    " LEFT JOIN jsonb_each(r.value, '$[9]') b LEFT JOIN jsonb_each(b.value, '$[10]') c"
    " WHERE json_array_length(r.value) != 11 OR json_type(r.value, '$[9]') IS NOT 'array'"
    " OR json_array_length(r.value, '$[10]') IS NOT json_array_length(r.value, '$[9]')"
    " OR b.key IS NOT NULL AND (json_array_length(b.value) != 11"
    " OR coalesce(b.value ->> 4 NOT IN (0, 1), true)"
    f" OR coalesce(b.value ->> 5, '') NOT IN ({_listed(LeasedTo)})"
    " OR json_type(b.value, '$[10]') IS NOT 'array')"
    " OR c.key IS NOT NULL AND (json_array_length(c.value) != 5"
    f" OR coalesce(c.value ->> 1, '') NOT IN ({_listed(Component)})"
    f" OR coalesce(c.value ->> 2, '') NOT {_DATE}"
    " OR json_type(c.value, '$[3]') IS NOT 'integer' OR c.value ->> 3 < 0)"
)
"""How many debtors, debts and charges are not of the form, as far as money depends on it: `read_debts` of the
core judges the rest when they are shown."""
