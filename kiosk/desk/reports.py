"""The X report of an open shift, and the Z of a closed one read again: figures only, for screen and paper.

While the count is blind, an X withholds every amount from which the cash in the drawer could be worked out:
the cash tender, its terms, the accounts, and the perpetual totals of cash. They are None, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kiosk.core.cash import Count
from kiosk.core.entries.shift import CashTerms, Figures, ShiftClosed, XReport
from kiosk.core.errors import BugError, KnownError
from kiosk.core.policy import Policy
from kiosk.core.roles import Right
from kiosk.core.shift_close import expected_shown
from kiosk.core.shift_reading import ShiftReading
from kiosk.core.wire.totals import Totals
from kiosk.desk.session import Session
from kiosk.desk.shift_figures import read_shift
from kiosk.store.queries.shift import closed_by_z, entries_of, hash_of
from kiosk.store.unlocked import May

CASH_TOTALS = frozenset(
    {"cash", "cash_voided", "cash_in", "cash_out", "handed_over", "transfers_in", "transfers_out"}
)
"""Perpetual totals that would tell the cash of the drawer when compared with those of the last Z."""


@dataclass(frozen=True)
class Report:
    """What an X or a Z says. Amounts are piastres; `head` is the hash of the report's own entry, in hex.

    `shift` is the seq of the shift's opening. `terms` and `expected` are None while the count is blind, and
    then `figures` lacks the cash tender and the accounts, and `totals` holds None for cash. `close` and the
    counts are there for a Z. `integrity` is what a check of the journal found, as the caller was told.
    """

    kind: Literal["x", "z"]
    number: int
    entry: int
    shift: int
    holder: str
    made_by: str
    opened_at: datetime
    made_at: datetime
    trial: bool
    opening_variance: int
    figures: Figures
    terms: CashTerms | None
    expected: int | None
    totals: Mapping[str, int | None]
    head: str
    integrity: str | None
    counts: tuple[Count, ...] = ()
    close: ShiftClosed | None = None

    @property
    def hidden(self) -> bool:
        """Whether amounts of cash are withheld because the count is still to come."""
        return self.expected is None


def report_x(session: Session, *, integrity: str | None = None) -> Report:
    """Make an X report of the open shift, whoever holds it: numbered and journalled, and it resets nothing.

    Raises KnownError `roles.no_right`, `session.expired`, `shift.none_open`.
    """
    session.require(Right.REPORT_X)
    shift = session.shift()
    if shift is None:
        raise KnownError("shift.none_open")
    with session.act(shift) as act:
        reading = read_shift(act.db, shift.seq)
        state = act.state()
        number = state.totals.reports + 1
        link = act.append(XReport(number=number, figures=reading.body, totals=Totals()))
        after = act.state()
        policy = session.reference.policy(session.date_of(act.moment))
        report = Report(
            kind="x",
            number=number,
            entry=link.seq,
            shift=shift.seq,
            holder=shift.staff,
            made_by=session.staff,
            opened_at=reading.opened_at,
            made_at=act.moment.at,
            trial=after.trial,
            opening_variance=reading.figures.opening.variance,
            figures=reading.body,
            terms=reading.terms,
            expected=reading.figures.expected,
            totals=after.totals.to_map(),
            head=after.head.hex(),
            integrity=integrity,
        )
        return blinded(report, reading, policy)


def blinded(report: Report, reading: ShiftReading, policy: Policy) -> Report:
    """Withhold the cash from a report while its count must stay blind."""
    if expected_shown(reading.figures.expected, reading.counts, policy) is not None:
        return report
    others = tuple(one for one in report.figures.tenders if one.kind != "cash")
    return replace(
        report,
        figures=replace(report.figures, tenders=others, accounts=()),
        terms=None,
        expected=None,
        totals={name: None if name in CASH_TOTALS else value for name, value in report.totals.items()},
    )


def read_z(session: Session, number: int | None = None, *, integrity: str | None = None) -> Report:
    """Read the Z of a number again, or without one the last; the same figures every time, nothing written.

    Raises KnownError `roles.no_right`, `session.expired`, `z.unknown`, `z.none_yet`.
    """
    session.require(Right.REPORT_X, May.CLOSE)
    state = session.store.journal.state()
    if number is None:
        number = state.totals.shifts
        if not number:
            raise KnownError("z.none_yet")
    shift = closed_by_z(session.store.db, number)
    if shift is None:
        raise KnownError("z.unknown", number=number, last=state.totals.shifts)
    return z_report(session, shift.seq, shift.closed, integrity=integrity)


def z_report(session: Session, shift: int, closed: int, *, integrity: str | None = None) -> Report:
    """The Z that the entry `closed` wrote for the shift `shift`."""
    db = session.store.db
    reading = read_shift(db, shift, closed - 1)
    entry, close = next(entries_of(db, closed, closed))
    holder = next(entries_of(db, shift, shift))[0].staff
    if not isinstance(close, ShiftClosed) or entry.staff is None or holder is None:
        raise BugError(f"entry {closed} closes no shift")
    return Report(
        kind="z",
        number=close.z,
        entry=closed,
        shift=shift,
        holder=holder,
        made_by=entry.staff,
        opened_at=reading.opened_at,
        made_at=entry.at,
        trial=session.store.journal.state().trial,
        opening_variance=reading.figures.opening.variance,
        figures=close.figures,
        terms=close.terms,
        expected=close.expected,
        totals=close.totals.to_map(),
        head=hash_of(db, closed).hex(),
        integrity=integrity,
        counts=reading.counts,
        close=close,
    )
