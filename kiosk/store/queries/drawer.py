"""What the drawer of a shift holds, which receipt book it uses, and which outage is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Clock
from kiosk.core.wire.times import parse_utc, utc_ms, utc_text
from kiosk.store.sync_state import retired_series

_OUTAGE = "SELECT seq, cause, kind, number, approver, started_at FROM outage"


@dataclass(frozen=True)
class Book:
    """A receipt book: its numbers and the next one to use (last + 1: it is used up).

    `retired`: the centre found that a copy of this device may use its numbers too.
    """

    series: str
    first: int
    last: int
    next: int
    retired: bool = False

    @property
    def unused(self) -> int:
        """How many numbers were not used."""
        return self.last + 1 - self.next

    @property
    def left(self) -> int:
        """How many receipts may be issued for new money."""
        return 0 if self.retired else self.unused

    def check(self) -> None:
        """Raise KnownError `book.retired`, `book.used_up` when none may be."""
        if self.retired:
            raise KnownError("book.retired", series=self.series)
        if not self.left:
            raise KnownError("book.used_up", series=self.series)


@dataclass(frozen=True)
class OpenOutage:
    """An outage: its entry, cause, and the ticket or memo that makes cash lawful."""

    seq: int
    cause: str
    kind: str
    number: str
    approver: str | None
    started_at: datetime


def cash_in_hand(db: Database, shift: int) -> int:
    """Piastres that the drawer of an open shift must hold now; none once it is closed.

    Hidden from people until the count is final. Raises KnownError `journal.torn` when the counter row, which
    says it, was altered.
    """
    row = db.conn.execute(
        "SELECT (SELECT drawer FROM stream) FROM shift WHERE seq = ? AND state <> 'closed'", (shift,)
    ).fetchone()
    return _in_hand(row[0]) if row else 0


def _in_hand(drawer: int | None) -> int:
    """What the counter row says of the drawer of an open shift: it says something, or was altered."""
    if drawer is None:
        raise KnownError("journal.torn")
    return drawer


def book_of(db: Database, series: str) -> Book:
    """The book of a series."""
    row = db.conn.execute("SELECT series, first, last, next FROM book WHERE series = ?", (series,)).fetchone()
    name, first, last, following = row
    return Book(name, first, last, following, series in retired_series(db))


def open_outage(db: Database) -> OpenOutage | None:
    """The outage that is open on this device, or None."""
    return _outage(db.conn.execute(f"{_OUTAGE} WHERE closed IS NULL").fetchone())


def _outage(row: tuple[Any, ...] | None) -> OpenOutage | None:
    if row is None:
        return None
    seq, cause, kind, number, approver, started_at = row
    return OpenOutage(seq, cause, kind, number, approver, parse_utc(started_at))


def covering_outage(db: Database, after: datetime, before: datetime) -> OpenOutage | None:
    """The latest outage, open or closed, that was going on at any time between two times."""
    row = db.conn.execute(
        f"{_OUTAGE} WHERE started_at < ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY seq DESC",
        (utc_text(before), utc_text(after)),
    ).fetchone()
    return _outage(row)


def minutes_held(db: Database, shift: int, clock: Clock, believed_ms: int) -> int:
    """Whole minutes since the drawer of an open shift was last emptied to the treasury.

    Counted by the time since boot where it can be, else by the time surely reached (`believed_ms`, UTC): a
    wall clock that jumps ahead stops no money, and one put back relaxes no limit.
    """
    return drawer_now(db, shift, clock, believed_ms)[1]


def drawer_now(db: Database, shift: int, clock: Clock, believed_ms: int) -> tuple[int, int]:
    """What the drawer of an open shift must hold (`cash_in_hand`) and since when (`minutes_held`).

    Raises KnownError `journal.torn`.
    """
    in_hand, at, boot, mono_ms = db.conn.execute(
        "SELECT (SELECT drawer FROM stream), since, boot, mono_ms FROM shift WHERE seq = ?", (shift,)
    ).fetchone()
    held = clock.mono_ms - mono_ms if boot == clock.boot else believed_ms - utc_ms(parse_utc(at))
    return _in_hand(in_hand), max(0, held // 60_000)


def entry_time(db: Database, seq: int) -> datetime:
    """The claimed time of an entry."""
    query = "SELECT CAST(bytes AS TEXT) ->> 'at' FROM known_entry WHERE seq = ?"
    return parse_utc(db.conn.execute(query, (seq,)).fetchone()[0])
