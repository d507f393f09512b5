"""What the drawer of a shift holds, which receipt book it uses, and which outage is open."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.core.wire.times import parse_utc


@dataclass(frozen=True)
class Book:
    """A receipt book: its numbers and the next one to use (last + 1: it is used up)."""

    series: str
    first: int
    last: int
    next: int

    @property
    def left(self) -> int:
        """How many receipts are left."""
        return self.last + 1 - self.next


@dataclass(frozen=True)
class OpenOutage:
    """The outage that is open: its entry, cause, and the ticket or memo that makes cash lawful."""

    seq: int
    cause: str
    kind: str
    number: str
    approver: str | None
    started_at: datetime


def cash_in_hand(db: Database, shift: int) -> int:
    """Piastres that the drawer must hold now. Hidden from people until the count is final."""
    total: int = db.conn.execute(
        "SELECT coalesce(sum(piastres), 0) FROM cash_movement WHERE shift = ?", (shift,)
    ).fetchone()[0]
    return total


def book_of(db: Database, series: str) -> Book:
    """The book of a series."""
    row = db.conn.execute("SELECT series, first, last, next FROM book WHERE series = ?", (series,)).fetchone()
    return Book(*row)


def open_outage(db: Database) -> OpenOutage | None:
    """The outage that is open on this device, or None."""
    row = db.conn.execute(
        "SELECT seq, cause, kind, number, approver, started_at FROM outage WHERE closed IS NULL"
    ).fetchone()
    if row is None:
        return None
    seq, cause, kind, number, approver, started_at = row
    return OpenOutage(seq, cause, kind, number, approver, parse_utc(started_at))


def holding_since(db: Database, shift: int) -> datetime:
    """When the drawer was last emptied to the treasury: the last handover of the shift, else its opening."""
    row = db.conn.execute(
        "SELECT coalesce((SELECT max(seq) FROM handover WHERE shift = ?1 AND direction = 'given'"
        " AND closing IS NULL), ?1)",
        (shift,),
    ).fetchone()
    return entry_time(db, row[0])


def entry_time(db: Database, seq: int) -> datetime:
    """The claimed time of an entry."""
    query = "SELECT CAST(bytes AS TEXT) ->> 'at' FROM journal_1 WHERE seq = ?"
    return parse_utc(db.conn.execute(query, (seq,)).fetchone()[0])
