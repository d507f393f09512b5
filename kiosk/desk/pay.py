"""Taking a payment: money, receipt number and cash movement in one transaction, before any print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kiosk.core import tenders
from kiosk.core.cash import check_cash_room
from kiosk.core.entries.parts import CHANGE_LEFT, ROUNDING, Line, PaperForm, PersonRef
from kiosk.core.entries.payment import (
    Allocation,
    Cash,
    DebtsFor,
    Form33,
    PaymentTaken,
    ReceiptIssued,
    RequestFor,
    Slip,
    SnapshotRef,
    Tender,
    receipt_number,
)
from kiosk.core.errors import KnownError
from kiosk.core.policy import Form33Mode, Policy
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.session import Act, OpenShift, Session
from kiosk.store.persons import SealedPerson
from kiosk.store.queries.drawer import OpenOutage, book_of, cash_in_hand, holding_since, open_outage
from kiosk.template_files import receipt_template

CHANGE_ACCOUNT, ROUNDING_ACCOUNT = "KIOSK.CHANGE-LEFT", "KIOSK.ROUNDING"
"""Accounts of our own lines; the centre maps them to its chart."""


@dataclass(frozen=True)
class SlipTyped:
    """A slip of the government terminal as typed: piastres, numbers, time as printed (`YYYY-MM-DDTHH:MM`)."""

    amount: int
    number: str
    terminal: str
    approval: str
    printed_at: str
    last4: str | None = None


@dataclass(frozen=True)
class Offer:
    """What the citizen gives, in piastres: cash, slips, and change that he leaves."""

    cash: int = 0
    slips: tuple[SlipTyped, ...] = ()
    left: int = 0


@dataclass(frozen=True)
class Bill:
    """What is paid for. `payer`: a record already kept, or one sealed now and kept with the payment."""

    what_for: RequestFor | DebtsFor
    lines: tuple[Line, ...]
    payer: PersonRef | SealedPerson
    capacity: str
    allocation: Allocation | None = None
    snapshot: SnapshotRef | None = None
    mandate: str | None = None
    order_no: str | None = None
    period: str | None = None

    @property
    def total(self) -> int:
        """Sum of the lines, in piastres."""
        return sum(line.piastres for line in self.lines)


@dataclass(frozen=True)
class Taken:
    """A payment that was taken: entry, receipt, change to give, and the ticket that made it lawful."""

    payment: Link
    receipt: Link
    number: str
    total: int
    change: int
    left: int
    outage_number: str | None


def take_payment(
    session: Session,
    bill: Bill,
    offer: Offer,
    *,
    paper: PaperForm | None = None,
    recheck: Callable[[Act], None] | None = None,
    approvals: Sequence[Approval] = (),
) -> Taken:
    """Take a payment and issue its receipt, in one transaction.

    `paper` is the form 33 that the policy wants written beside or instead of the device's receipt. `recheck`
    looks again, inside the transaction, at what the bill was made from.
    Raises KnownError `roles.*`, `shift.*`, `tenders.*`, `cash.*`, `book.used_up`, `receipt.paper_*`.
    """
    session.require(Right.PAYMENT_TAKE)
    shift = session.own_shift()
    with session.act(shift) as act:
        if recheck is not None:
            recheck(act)
        policy = session.reference.policy(session.date_of(act.moment))
        outage = open_outage(act.db)
        accepted = accept_offer(bill.total, offer, policy, outage)
        _check_room(act, shift, accepted, policy)
        if isinstance(bill.payer, SealedPerson):
            act.persons.keep(bill.payer)
        body = _body(bill, offer, accepted, act.link(outage.seq) if outage and accepted.outage else None)
        payment = act.append(body, approvals=approvals)
        number, receipt = _issue(act, shift, payment, body.total, _form33(policy, paper))
    return Taken(
        payment=payment,
        receipt=receipt,
        number=number,
        total=body.total,
        change=accepted.cash.change if accepted.cash else 0,
        left=accepted.left,
        outage_number=outage.number if outage and accepted.outage else None,
    )


def accept_offer(total: int, offer: Offer, policy: Policy, outage: OpenOutage | None) -> tenders.Accepted:
    """Check what is offered for a total, in piastres. Raises KnownError `tenders.*`."""
    slips = tuple(tenders.Slip(one.terminal, one.number, one.amount) for one in offer.slips)
    open_now = None
    if outage is not None:
        paper = tenders.OutagePaper(outage.kind)
        open_now = tenders.Outage(paper, outage.number, outage.cause, outage.approver or "")
    return tenders.accept(total, tenders.Offered(offer.cash, slips, offer.left), policy, open_now)


def propose_payment(session: Session, bill: Bill, offer: Offer) -> Proposal:
    """Make the payment that a second person is asked to sign, exactly as `take_payment` will write it.

    Raises KnownError `tenders.*`.
    """
    outage = open_outage(session.store.db)
    accepted = accept_offer(bill.total, offer, session.reference.policy(session.today()), outage)
    return session.propose(
        _body(bill, offer, accepted, session.link(outage.seq) if outage and accepted.outage else None)
    )


def _body(bill: Bill, offer: Offer, accepted: tenders.Accepted, lawful_by: Link | None) -> PaymentTaken:
    lines = bill.lines + tuple(
        Line(kind=kind, account=account, label=kind, piastres=piastres, refundable=False, sample=False)
        for kind, account, piastres in (
            (ROUNDING, ROUNDING_ACCOUNT, accepted.rounding),
            (CHANGE_LEFT, CHANGE_ACCOUNT, accepted.left),
        )
        if piastres
    )
    return PaymentTaken(
        what_for=bill.what_for,
        lines=lines,
        total=sum(line.piastres for line in lines),
        tenders=_tenders(accepted, offer),
        payer=bill.payer.ref if isinstance(bill.payer, SealedPerson) else bill.payer,
        capacity=bill.capacity,
        allocation=bill.allocation,
        snapshot=bill.snapshot,
        outage=lawful_by,
        mandate=bill.mandate,
        order_no=bill.order_no,
        period=bill.period,
        totals=Totals(),
    )


def _tenders(accepted: tenders.Accepted, offer: Offer) -> tuple[Tender, ...]:
    cash = accepted.cash
    taken: list[Tender] = []
    if cash is not None and cash.applied:
        taken.append(Cash(tendered=cash.tendered, change=cash.change, applied=cash.applied, left=cash.left))
    taken += [
        Slip(
            piastres=one.amount,
            slip_no=one.number,
            terminal=one.terminal,
            last4=one.last4,
            approval=one.approval,
            slip_time=one.printed_at,
        )
        for one in offer.slips
    ]
    return tuple(taken)


def _check_room(act: Act, shift: OpenShift, accepted: tenders.Accepted, policy: Policy) -> None:
    if accepted.cash is None:
        return
    held = act.moment.at - holding_since(act.db, shift.seq)
    minutes = max(0, held // timedelta(minutes=1))
    check_cash_room(accepted.cash.applied, cash_in_hand(act.db, shift.seq), minutes, policy)


def _form33(policy: Policy, paper: PaperForm | None) -> Form33:
    """The form that the policy wants. Raises KnownError `receipt.paper_needed`, `receipt.paper_not_used`."""
    wanted = policy.form33_mode is not Form33Mode.DEVICE
    if wanted and paper is None:
        raise KnownError("receipt.paper_needed")
    if paper is not None and not wanted:
        raise KnownError("receipt.paper_not_used")
    return Form33(mode=policy.form33_mode.value, paper=paper)


def _issue(act: Act, shift: OpenShift, payment: Link, piastres: int, form33: Form33) -> tuple[str, Link]:
    """Use the next number of the shift's book. Raises KnownError `book.used_up`."""
    book = book_of(act.db, shift.series)
    if not book.left:
        raise KnownError("book.used_up", series=book.series)
    number = receipt_number(book.series, book.next)
    body = ReceiptIssued(
        number=number,
        series=book.series,
        serial=book.next,
        payment=payment,
        piastres=piastres,
        form33=form33,
        template=receipt_template(),
        totals=Totals(),
    )
    return number, act.append(body)
