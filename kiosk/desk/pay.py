"""Taking a payment: money, receipt number and cash movement in one transaction, before any print.

A refund never leaves the drawer: a receipt of the same shift can be voided (`kiosk.desk.void`), anything else
is form 50. Above the limit collection is electronic (Law 18/2019; PM decree 752/2022 art. 1 item 7).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from kiosk.core import tenders
from kiosk.core.cash import check_cash_room
from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import (
    Form33,
    PaymentTaken,
    ReceiptIssued,
    RequestFor,
    receipt_number,
)
from kiosk.core.errors import BugError, KnownError
from kiosk.core.policy import Form33Mode, Policy
from kiosk.core.printed import clean_number, form
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import Hex32
from kiosk.core.wire.totals import NOTHING
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.bill import (
    Bill,
    Offer,
    SlipTyped,
    accept_offer,
    check_owed,
    check_slips_unused,
    payment_facts,
)
from kiosk.desk.session import Act, OpenShift, Session
from kiosk.store.persons import SealedPerson
from kiosk.store.print_jobs import queue_print
from kiosk.store.queries.drawer import OpenOutage, book_of, drawer_now, open_outage
from kiosk.store.queries.receipts import PaidBefore, paid_with_intent, paper_form_used
from kiosk.store.rows import insert
from kiosk.template_files import receipt_template

__all__ = [
    "Bill",
    "Offer",
    "SlipTyped",
    "Taken",
    "accept_offer",
    "payment_made",
    "propose_payment",
    "take_payment",
]

_is_intent = form(Hex32)
RECEIPT, FIRST = "receipt", "first"
"""What is printed of a payment, and why: names of print jobs."""


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
    intent: str | None = None,
    printed: bool = False,
) -> Taken:
    """Take a payment and issue its receipt, in one transaction; `printed` asks for its print in the same.

    `paper` is the form 33 that the policy wants written beside or instead of the device's receipt. `recheck`
    looks again, inside the transaction, at what the bill was made from.

    `intent` (128 random bits in hex) is made when the form opens and given with every try from that form. It
    is kept in the same transaction, so a second press, or a try after a crash, answers with the payment that
    was made and makes no other: whatever else has changed since, and also when its receipt was voided.

    Raises KnownError `roles.*`, `session.expired`, `shift.*`, `stop.*`, `payment.*`, `tenders.*`, `slip.*`,
    `cash.*`, `book.*`, `bill.number`, `receipt.paper_*`, `paper.*`; nothing is written then.
    """
    session.require(Right.PAYMENT_TAKE)
    bill, offer = bill.clean(), offer.clean()
    before = _made_before(session, bill, offer, intent)
    if before is not None:
        return before
    shift = session.own_shift()
    with session.act(shift) as act:
        session.allow(paid_for(bill), *by_tender(offer))
        if recheck is not None:
            recheck(act)
        policy = session.reference.policy(session.date_of(act.moment))
        book_of(act.db, shift.series).check()
        check_owed(act.db, bill)
        outage = open_outage(act.db)
        accepted = accept_offer(bill.total, offer, policy, outage)
        check_slips_unused(act.db, offer)
        _check_room(act, shift, accepted, policy)
        form33 = form33_of(session, policy, paper)
        if isinstance(bill.payer, SealedPerson):
            act.persons.keep(bill.payer)
        lawful_by = outage if accepted.outage else None
        body = _body(act.link, bill, offer, accepted, lawful_by)
        payment = act.append(body, approvals=approvals)
        number, receipt = issue_receipt(act, shift, payment, body.total, form33)
        if printed:
            queue_print(act.db, RECEIPT, receipt.seq, FIRST)
        if intent is not None:
            insert(act.db, "intent", intent=intent, seq=payment.seq)
    return Taken(
        payment=payment,
        receipt=receipt,
        number=number,
        total=body.total,
        change=accepted.cash.change if accepted.cash else 0,
        left=accepted.left,
        outage_number=lawful_by.number if lawful_by else None,
    )


def by_tender(offer: Offer) -> tuple[Doing, ...]:
    """What an offer is to the table of stops, by the tenders that it uses."""
    used = ((Doing.NEW_CASH, bool(offer.cash)), (Doing.CARD, bool(offer.slips)))
    return tuple(one for one, is_used in used if is_used)


def payment_made(session: Session, intent: str) -> Taken | None:
    """The payment that a form (its intent) has made, or None: what is asked first after a crash."""
    before = _paid(session, intent)
    return None if before is None else _answer(session, before)


def propose_payment(session: Session, bill: Bill, offer: Offer) -> Proposal:
    """Make the payment that a second person is asked to sign, exactly as `take_payment` will write it.

    Raises KnownError `stop.*`, `payment.*`, `tenders.*`, `slip.*`, `bill.number`.
    """
    bill, offer = bill.clean(), offer.clean()
    session.allow(paid_for(bill), *by_tender(offer))
    db = session.store.db
    check_owed(db, bill)
    outage = open_outage(db)
    accepted = accept_offer(bill.total, offer, session.reference.policy(session.today()), outage)
    check_slips_unused(db, offer)
    return session.propose(_body(session.link, bill, offer, accepted, outage if accepted.outage else None))


def clean_paper(paper: PaperForm, today: date) -> PaperForm:
    """A paper form with series and number in one form, written today or earlier.

    Raises KnownError `paper.number`, `paper.later`.
    """
    if paper.written > today:
        raise KnownError("paper.later", written=paper.written.isoformat())
    return PaperForm(
        series=clean_number(paper.series, "paper.number"),
        number=clean_number(paper.number, "paper.number"),
        written=paper.written,
    )


def check_paper_unused(db: Database, paper: PaperForm) -> None:
    """Refuse a paper form that was recorded before. Raises KnownError `paper.used`."""
    if paper_form_used(db, paper):
        raise KnownError("paper.used", series=paper.series, number=paper.number)


def _made_before(session: Session, bill: Bill, offer: Offer, intent: str | None) -> Taken | None:
    """The payment that this form has made already. Raises KnownError `payment.intent_differs`."""
    before = _paid(session, intent) if intent is not None else None
    if before is None:
        return None
    if not _same(before, bill, offer):
        raise KnownError("payment.intent_differs", number=before.number)
    return _answer(session, before)


def _paid(session: Session, intent: str) -> PaidBefore | None:
    if not _is_intent(intent):
        raise BugError("an intent is 32 hex digits")
    return paid_with_intent(session.store.db, intent)


def _answer(session: Session, before: PaidBefore) -> Taken:
    cash = before.cash
    return Taken(
        payment=session.link(before.payment),
        receipt=session.link(before.receipt),
        number=before.number,
        total=before.body.total,
        change=cash.change if cash else 0,
        left=cash.left if cash else 0,
        outage_number=before.outage_number,
    )


def _same(before: PaidBefore, bill: Bill, offer: Offer) -> bool:
    """Whether a bill and an offer are those of a payment; the payer's record may have been sealed anew."""
    cash = before.cash
    slips = [(one.terminal, one.slip_no, one.piastres) for one in before.body.tenders if one.kind == "slip"]
    return (
        before.body.what_for == bill.what_for
        and before.body.lines[: len(bill.lines)] == bill.lines
        and (cash.tendered if cash else 0) == offer.cash
        and slips == [(one.terminal, one.number, one.amount) for one in offer.slips]
    )


def _body(
    link: Callable[[int], Link],
    bill: Bill,
    offer: Offer,
    accepted: tenders.Accepted,
    lawful_by: OpenOutage | None,
) -> PaymentTaken:
    return PaymentTaken(**payment_facts(bill, offer, accepted, link(lawful_by.seq) if lawful_by else None))


def paid_for(bill: Bill) -> Doing:
    """What a bill is to the table of stops."""
    return Doing.FEE if isinstance(bill.what_for, RequestFor) else Doing.DEBT


def _check_room(act: Act, shift: OpenShift, accepted: tenders.Accepted, policy: Policy) -> None:
    if accepted.cash is not None:
        in_hand, minutes = drawer_now(act.db, shift.seq, act.moment.clock, act.believed_ms)
        check_cash_room(accepted.cash.applied, in_hand, minutes, policy)


def form33_of(session: Session, policy: Policy, paper: PaperForm | None) -> Form33:
    """The form that the policy wants.

    Raises KnownError `receipt.paper_needed`, `receipt.paper_not_used`, `paper.*`.
    """
    wanted = policy.form33_mode is not Form33Mode.DEVICE
    if wanted and paper is None:
        raise KnownError("receipt.paper_needed")
    if paper is not None and not wanted:
        raise KnownError("receipt.paper_not_used")
    if paper is not None:
        paper = clean_paper(paper, session.latest_date())
        check_paper_unused(session.store.db, paper)
    return Form33(mode=policy.form33_mode.value, paper=paper)


def issue_receipt(
    act: Act, shift: OpenShift, payment: Link, piastres: int, form33: Form33
) -> tuple[str, Link]:
    """Use the next number of the shift's book. Raises KnownError `book.used_up`."""
    book = book_of(act.db, shift.series)
    if not book.unused:
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
        totals=NOTHING,
    )
    return number, act.append(body)
