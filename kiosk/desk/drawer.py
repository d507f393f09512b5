"""The drawer without a payment: cash in and out with a reason, and openings that are counted."""

from dataclasses import dataclass
from typing import Literal

from kiosk.core.cash import check_cash_room, payable_up_to
from kiosk.core.entries.custody import CashMoved, DrawerOpened
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.counting import a_reason, a_remark, a_staff_code
from kiosk.desk.session import Act, OpenShift, Session
from kiosk.store.queries.drawer import cash_in_hand, minutes_held
from kiosk.store.queries.drawer_openings import cash_payments


@dataclass(frozen=True)
class Moving:
    """Cash into or out of the drawer: piastres above zero, code of the reason, a remark of one line."""

    direction: Literal["in", "out"]
    piastres: int
    reason: str
    remark: str | None = None


@dataclass(frozen=True)
class Moved:
    """Cash that was moved, in piastres."""

    entry: Link
    direction: Literal["in", "out"]
    piastres: int


def propose_move(session: Session, moving: Moving, approver: str) -> Proposal:
    """Make the movement that a supervisor is asked to sign. Raises as `move_cash`."""
    session.require(Right.CASH_MOVE)
    session.own_shift()
    return session.propose(_body(session, moving, approver))


def move_cash(session: Session, moving: Moving, approval: Approval | None = None) -> Moved:
    """Move cash in or out of the drawer with a reason, in one transaction.

    Cash that leaves has no counterpart who signs for it, so a supervisor does: always. Cash that comes in
    keeps to the limits of what a person may hold; none leaves beyond what the drawer must hold.

    Raises KnownError `roles.no_right`, `session.expired`, `shift.*`, `stop.*`, `cash.*`,
    `custody.more_than_drawer`,
    `tenders.no_such_cash`, `typed.*`, `approval.changed`, `entry.same_person`.
    """
    session.require(Right.CASH_MOVE)
    shift = session.own_shift()
    if moving.direction == "out" and approval is None:
        raise KnownError("cash.out_needs_approver")
    with session.act(shift) as act:
        body = _body(session, moving, approval.staff if approval else None)
        _check_room(session, act, shift, moving)
        link = act.append(body, approvals=[approval] if approval else [])
    return Moved(link, moving.direction, moving.piastres)


def _body(session: Session, moving: Moving, approver: str | None) -> CashMoved:
    policy = session.reference.policy(session.today())
    amount = moving.piastres
    if amount <= 0:
        raise KnownError("custody.nothing")
    possible = payable_up_to(amount, policy.denominations)
    if possible != amount:
        raise KnownError("tenders.no_such_cash", cash=format_money(amount), possible=format_money(possible))
    return CashMoved(
        direction=moving.direction,
        piastres=amount,
        reason=a_reason(moving.reason),
        remark=a_remark(moving.remark),
        approver=None if approver is None else a_staff_code(approver),
        totals=Totals(),
    )


def _check_room(session: Session, act: Act, shift: OpenShift, moving: Moving) -> None:
    in_hand = cash_in_hand(act.db, shift.seq)
    if moving.direction == "out":
        if moving.piastres > in_hand:
            raise KnownError("custody.more_than_drawer")
        return
    session.allow(Doing.NEW_CASH)
    policy = session.reference.policy(session.date_of(act.moment))
    minutes = minutes_held(act.db, shift.seq, act.moment.clock, act.believed_ms)
    check_cash_room(moving.piastres, in_hand, minutes, policy)


def open_drawer(
    session: Session,
    cause: Literal["count", "handover", "change", "test", "other"],
    reason: str | None = None,
) -> Link:
    """Record that the drawer was told to open without a payment; X and Z print how often.

    Raises KnownError `roles.no_right`, `session.expired`, `shift.*`, `custody.reason_needed`, `typed.*`.
    """
    session.require(Right.CASH_MOVE)
    shift = session.own_shift(closing=True)
    if cause == "other" and reason is None:
        raise KnownError("custody.reason_needed")
    body = DrawerOpened(cause=cause, payment=None, reason=None if reason is None else a_reason(reason))
    with session.act(shift) as act:
        return act.append(body)


class DrawerWatch:
    """Says when the drawer must open: by what the journal took in since this watch began, and once for each.

    What was committed before, in a session that ended or crashed, opens nothing any more.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sales: tuple[int, ...] = ()
        self._look()

    def due(self) -> bool:
        """Whether cash was taken, if the policy opens the drawer for it, or somebody opened it by an act."""
        session, openings = self._session, self._openings
        if session.store.journal.state().seq == self._through:
            return False
        sales = cash_payments(session.store.db, self._through)
        if sales and not session.reference.policy(session.today()).drawer_on_cash:
            sales = ()
        self._sales = sales
        self._look()
        return bool(sales) or self._openings > openings

    def acts(self) -> bool:
        """Whether somebody opened it by an act since the last look, for a device where nothing opens it."""
        openings = self._openings
        self._look()
        return self._openings > openings

    def record_sales(self) -> None:
        """Write that the drawer opens for the payments that were found due; to be told before it opens.

        Raises KnownError `shift.*`, `session.expired`.
        """
        sales, self._sales = self._sales, ()
        if not sales:
            return
        session = self._session
        with session.act(session.own_shift(closing=True)) as act:
            for payment in sales:
                act.append(DrawerOpened(cause="sale", payment=act.link(payment), reason=None))

    def _look(self) -> None:
        """What is in the journal by now has been seen; openings without a sale are counted in its totals."""
        state = self._session.store.journal.state()
        self._through, self._openings = state.seq, state.totals.drawer_openings
