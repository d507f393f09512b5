"""Closing a shift: blind counts that are kept, then one transaction that writes the Z for good.

It needs no network, works for a person whose validity has run out, and goes on where it stopped after a
crash: the counts are entries. When the holder is absent, a supervisor counts and closes in his place.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.cash import Count
from kiosk.core.entries.body import with_totals
from kiosk.core.entries.shift import ShiftClosed, ShiftCounted, Unsent
from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.core.roles import Right
from kiosk.core.shift_close import Parting, Signers, Step, expected_shown, next_step
from kiosk.core.shift_close import close as core_close
from kiosk.core.shift_reading import ShiftReading, with_breach
from kiosk.core.wire.codec import FieldError
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.counting import a_remark, a_seal, counted
from kiosk.desk.reports import Report, z_report
from kiosk.desk.rollback import look_at_counter
from kiosk.desk.session import OpenShift, Session
from kiosk.desk.shift_figures import read_shift
from kiosk.store.journal import StreamState
from kiosk.store.moments import Moment
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.queries.shift import closed_by_opening, last_closed
from kiosk.store.unlocked import May


@dataclass(frozen=True)
class Counted:
    """A count that was written: attempt, total (piastres), and what comes next.

    `expected` and `over_short` are None until the count is final: a recount is as blind as the first.
    """

    attempt: int
    total: int
    next: Step
    expected: int | None
    over_short: int | None


@dataclass(frozen=True)
class Closing:
    """How a person ends his shift: what stays as the next float (piastres), seal of the bag, and reasons.

    What is not kept is set aside in a bag for handing over, in the same transaction. `no_approver`: he says
    that no supervisor is at hand to sign for a difference beyond the hard limit.
    """

    kept: int
    seal: str | None = None
    reason: str | None = None
    remark: str | None = None
    no_approver: bool = False


def count(session: Session, pieces: Mapping[str, int]) -> Counted:
    """Write a blind count; from the first one on the shift takes no more work.

    A second count is taken once, and only when the first was outside the soft limit.
    Raises KnownError `roles.no_right`, `session.expired`, `shift.none_open`, `shift.of_another`,
    `shifts.one_recount_only`, `cash.*`.
    """
    shift = _shift_to_close(session)
    with session.act(shift) as act:
        reading = read_shift(act.db, shift.seq)
        policy = _policy(session, reading, act.moment)
        if reading.counts and next_step(reading.figures.expected, reading.counts, policy) is Step.FINAL:
            raise KnownError("shifts.one_recount_only")
        total, denominations = counted(pieces, policy)
        counts = (*reading.counts, total)
        body = ShiftCounted(
            attempt=1 if len(counts) == 1 else 2, denominations=denominations, total=total.total
        )
        act.append(body)
        expected = reading.figures.expected
        step = next_step(expected, counts, policy)
        shown = expected_shown(expected, counts, policy)
    return Counted(
        attempt=len(counts),
        total=total.total,
        next=step,
        expected=shown,
        over_short=None if shown is None else total.total - shown,
    )


def next_count(session: Session, shift: OpenShift) -> Step:
    """What the count of a shift needs next: a first count, a recount, or nothing more."""
    reading = read_shift(session.store.db, shift.seq)
    policy = _policy(session, reading, session.moment())
    return next_step(reading.figures.expected, reading.counts, policy)


@dataclass(frozen=True)
class Standing:
    """How far the close of a shift is: whose it is, what its count needs, and the difference once known.

    `first` is the first count that was kept (piastres, None: none yet). The figures are None until the count
    is final; `needs_supervisor`: the difference is beyond the hard limit. `may_close_alone`: the policy lets
    it close unapproved when nobody who may sign is at hand.
    """

    shift: int
    staff: str
    next: Step
    first: int | None
    total: int | None
    expected: int | None
    over_short: int | None
    needs_supervisor: bool
    may_close_alone: bool
    policy: Policy


def standing(session: Session) -> Standing:
    """Say how far the close of this person's shift is (for a supervisor: of whatever shift is open).

    A close that a crash interrupted goes on from here. Raises KnownError `roles.no_right`,
    `session.expired`, `shift.none_open`, `shift.of_another`.
    """
    shift = _shift_to_close(session)
    reading = read_shift(session.store.db, shift.seq)
    policy = _policy(session, reading, session.moment())
    expected = reading.figures.expected
    step = next_step(expected, reading.counts, policy)
    final = step is Step.FINAL
    total = reading.counts[-1].total if final else None
    off = None if total is None else total - expected
    return Standing(
        shift=shift.seq,
        staff=shift.staff,
        next=step,
        first=reading.counts[0].total if reading.counts else None,
        total=total,
        expected=expected if final else None,
        over_short=off,
        needs_supervisor=off is not None and abs(off) > policy.hard_difference,
        may_close_alone=policy.close_without_approver,
        policy=policy,
    )


def propose_close(session: Session, closing: Closing, approver: str) -> Proposal:
    """Make the Z that a supervisor is asked to sign, exactly as `close` will write it.

    Raises as `close` does, and KnownError `entry.same_person` for the holder of the shift.
    """
    shift = _shift_to_close(session)
    moment, state = session.moment(), session.store.journal.state()
    return session.propose(_body(session, shift, closing, approver, moment, state))


def close(
    session: Session, closing: Closing, *, approval: Approval | None = None, shift: int | None = None
) -> Report:
    """Close the shift in one transaction: the Z with all its terms, signatures, and a checkpoint.

    Asked again, the same Z comes back: for the shift that began with entry `shift`, or without it for this
    person's shift when it was the last to close.

    Raises KnownError `roles.no_right`, `session.expired`, `shift.none_open`, `shift.of_another`, `shifts.*`
    with what is missing, `approval.changed`, `entry.same_person`, `typed.*`.
    """
    session.require(Right.SHIFT_CLOSE, May.CLOSE)
    done = _closed_already(session, shift)
    if done is not None:
        return done
    mine = _shift_to_close(session)
    with session.act(mine) as act:
        approver = approval.staff if approval else None
        body = _body(session, mine, closing, approver, act.moment, act.state())
        link = act.append(body, sign=True, approvals=[approval] if approval else [])
        act.checkpoint()
        report = z_report(session, mine.seq, link.seq)
    # The shift is closed: what stands in the way of the counter now is met again at the next unlock.
    with suppress(KnownError):
        look_at_counter(session)
    return report


def _closed_already(session: Session, shift: int | None) -> Report | None:
    db = session.store.db
    if shift is not None:
        before = closed_by_opening(db, shift)
    else:
        before = last_closed(db) if session.shift() is None else None
        if before is not None and before.staff != session.staff:
            before = None
    return z_report(session, before.seq, before.closed) if before else None


def _shift_to_close(session: Session) -> OpenShift:
    """His own shift, or for a supervisor whatever shift is open: nobody's absence blocks the drawer."""
    session.require(Right.SHIFT_CLOSE, May.CLOSE)
    shift = session.shift()
    if shift is not None and shift.staff != session.staff:
        try:
            session.require(Right.DIFFERENCE_APPROVE, May.CLOSE)
        except KnownError as error:
            raise KnownError("shift.of_another", staff=shift.staff) from error
        return shift
    return session.own_shift(closing=True)


def _policy(session: Session, reading: ShiftReading, moment: Moment) -> Policy:
    """The policy of the day on which the count began: midnight does not move its limits."""
    if reading.first_count_at is not None:
        moment = replace(moment, at=reading.first_count_at)
    return session.reference.policy(session.date_of(moment))


def _body(
    session: Session,
    shift: OpenShift,
    closing: Closing,
    approver: str | None,
    moment: Moment,
    state: StreamState,
) -> ShiftClosed:
    """The whole Z. What the movements or totals contradict becomes a breach on it, never a refusal."""
    reading = read_shift(session.store.db, shift.seq, state.seq)
    if approver is not None and approver == shift.staff:
        raise KnownError("entry.same_person", staff=approver)
    policy = _policy(session, reading, moment)
    total = _final(reading.counts)
    difference = total - reading.figures.expected
    handed = total - closing.kept
    core_close(
        state.totals.shifts + 1,
        reading.figures,
        reading.counts,
        Parting(closing.kept, handed),
        Signers(session.staff, approver, nobody=closing.no_approver),
        _as_counted(policy, reading),
        reason=closing.reason,
    )
    through = acknowledged_through(session.store.db)
    body = ShiftClosed(
        z=state.totals.shifts + 1,
        terms=reading.terms,
        expected=reading.figures.expected,
        attempts=1 if len(reading.counts) == 1 else 2,
        counted=total,
        over_short=difference,
        limit=_limit(difference, policy),
        reason=closing.reason if difference else None,
        remark=a_remark(closing.remark),
        kept=closing.kept,
        handed=handed,
        seal=a_seal(closing.seal),
        approver=approver,
        figures=reading.body,
        unsent=_unsent(state.seq, through),
        totals_before=reading.opened.totals,
        totals=Totals(),
    )
    try:
        with_totals(body, state.totals)[0].check()
    except FieldError:
        body = replace(body, figures=with_breach(body.figures, shift.seq))
    return body


def _final(counts: Sequence[Count]) -> int:
    if not counts:
        raise KnownError("shifts.no_count")
    return counts[-1].total


def _as_counted(policy: Policy, reading: ShiftReading) -> Policy:
    """A recount stays rightful though newer limits would not ask for it: else such a shift never closed."""
    if len(reading.counts) < 2:
        return policy
    off = abs(reading.counts[0].total - reading.figures.expected)
    return replace(policy, soft_difference=min(policy.soft_difference, off - 1))


def _limit(difference: int, policy: Policy) -> Literal["within", "soft", "hard"]:
    if abs(difference) > policy.hard_difference:
        return "hard"
    return "soft" if abs(difference) > policy.soft_difference else "within"


def _unsent(last: int, through: int) -> Unsent:
    waiting = max(0, last - through)
    return Unsent(count=waiting, first=through + 1 if waiting else None)
