"""Opening a shift: a person takes the drawer, as he counted it, and the receipt book into his custody."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.core.entries.shift import Book as BookBody
from kiosk.core.entries.shift import OpeningVariance, ShiftOpened
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.counting import counted
from kiosk.desk.session import Act, Session
from kiosk.store.queries.drawer import Book
from kiosk.store.queries.shift import books, last_closed


@dataclass(frozen=True)
class Opened:
    """An open shift: its entry, its book, the counted float and how it differs from what was kept (piastres).

    `variance` is counted − kept by the shift before, 0 when there was none: the handover's, not the shift's.
    """

    shift: Link
    staff: str
    book: Book
    total: int
    previous_kept: int | None
    variance: int


def open_shift(session: Session, pieces: Mapping[str, int], series: str | None = None) -> Opened:
    """Open a shift with the float that was counted; `pieces` are numbers by denomination code.

    Without `series` the book is the only one on the device that has numbers left. A float that differs from
    what the shift before kept is an entry of its own in the same transaction. One drawer, one shift: while
    another is open or was not closed to the end, none opens.

    Raises KnownError `roles.no_right`, `session.expired`, `shift.already_open`, `shift.unfinished_close`,
    `shift.of_another`, `stop.*`, `book.none_left`, `book.which`, `book.unknown`, `book.used_up`, `cash.*`.
    """
    session.require(Right.SHIFT_OPEN)
    with session.act() as act:
        _require_none_open(session)
        session.allow(Doing.NEW_SHIFT)
        policy = session.reference.policy(session.date_of(act.moment))
        total, denominations = counted(pieces, policy)
        book = _choose_book(act, series)
        before = last_closed(act.db)
        kept = before.kept if before else 0
        shift = act.append(
            ShiftOpened(
                book=BookBody(series=book.series, next=book.next, last=book.last),
                denominations=denominations,
                total=total.total,
                previous_kept=kept,
                from_shift=session.link(before.seq) if before else None,
                totals=Totals(),
            ),
            sign=True,
        )
        act.join(shift)
        variance = total.total - kept if before else 0
        if variance:
            act.append(
                OpeningVariance(
                    opened=shift,
                    expected=kept,
                    counted=total.total,
                    difference=variance,
                    sense="over" if variance > 0 else "short",
                    totals=Totals(),
                )
            )
    return Opened(shift, session.staff, book, total.total, before.kept if before else None, variance)


def _require_none_open(session: Session) -> None:
    shift = session.shift()
    if shift is None:
        return
    if shift.staff != session.staff:
        raise KnownError("shift.of_another", staff=shift.staff)
    if shift.state == "closing":
        raise KnownError("shift.unfinished_close")
    raise KnownError("shift.already_open")


def _choose_book(act: Act, series: str | None) -> Book:
    known = books(act.db)
    if series is not None:
        named = next((one for one in known if one.series == series), None)
        if named is None:
            raise KnownError("book.unknown", series=series[:40])
        named.check()
        return named
    usable = [one for one in known if one.left]
    if not usable:
        raise KnownError("book.none_left")
    if len(usable) > 1:
        raise KnownError("book.which", series=", ".join(one.series for one in usable))
    return usable[0]
