"""Entering a paper form 33 that was used in an emergency: later, flagged, by two persons.

The money was taken already and is in the drawer, so neither the ceiling nor the hours since the handover
refuse the entry; they refuse the next cash. Cash above the electronic limit still needs its outage: the one
that was going on on the day written on the form, recorded before this entry where it was not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import PaperReceiptEntered
from kiosk.core.reasons import PAPER_REASONS, known_reason
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.core.wire.times import from_ms, utc_ms
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.bill import (
    Bill,
    Offer,
    accept_offer,
    check_owed,
    check_slips_unused,
    payment_facts,
)
from kiosk.desk.counting import a_staff_code
from kiosk.desk.pay import check_paper_unused, clean_paper
from kiosk.desk.session import Act, Session
from kiosk.store.persons import SealedPerson
from kiosk.store.queries.drawer import covering_outage


@dataclass(frozen=True)
class PaperTyped:
    """A paper receipt as typed: what it was for, what was given, the form, why, and who will sign (code)."""

    bill: Bill
    offer: Offer
    paper: PaperForm
    reason: str
    approver: str


@dataclass(frozen=True)
class PaperEntered:
    """A paper receipt that was entered: its entry, the form, and what entered the drawer (piastres)."""

    entry: Link
    paper: PaperForm
    total: int
    cash: int
    outage_number: str | None
    approver: str


def propose_paper(session: Session, typed: PaperTyped) -> Proposal:
    """Make the entry that the second person is asked to sign: exactly what `enter_paper` will write.

    Raises KnownError as `enter_paper` does, but for `approval.changed`.
    """
    session.require(Right.PAPER_ENTER)
    session.own_shift()
    session.allow(Doing.PAPER_RECEIPT)
    return session.propose(_body(session, typed)[0])


def enter_paper(
    session: Session,
    typed: PaperTyped,
    approval: Approval,
    *,
    recheck: Callable[[Act], None] | None = None,
) -> PaperEntered:
    """Enter a paper receipt into the open shift, with the approval given for its proposal.

    `recheck` looks again, inside the transaction, at what the bill was made from.
    Raises KnownError `roles.no_right`, `session.expired`, `shift.*`, `stop.*`, `reason.unknown`, `paper.*`,
    `payment.*`, `tenders.*`, `slip.*`, `bill.number`, `entry.same_person`, `entry.unsigned`, and
    `approval.changed` when anything was written since the approver was shown the proposal.
    """
    session.require(Right.PAPER_ENTER)
    with session.act(session.own_shift()) as act:
        session.allow(Doing.PAPER_RECEIPT)
        if recheck is not None:
            recheck(act)
        body, number = _body(session, typed)
        if isinstance(typed.bill.payer, SealedPerson):
            act.persons.keep(typed.bill.payer)
        entry = act.append(body, sign=True, approvals=[approval])
    return PaperEntered(entry, body.paper, body.total, body.cash, number, body.approver)


def _body(session: Session, typed: PaperTyped) -> tuple[PaperReceiptEntered, str | None]:
    """The body, and the number of the outage that makes its cash lawful."""
    db, bill, offer = session.store.db, typed.bill.clean(), typed.offer.clean()
    paper = clean_paper(typed.paper, session.latest_date())
    check_paper_unused(db, paper)
    check_owed(db, bill)
    outage = covering_outage(db, *_day(session, paper.written))
    accepted = accept_offer(bill.total, offer, session.reference.policy(paper.written), outage)
    check_slips_unused(db, offer)
    lawful_by = outage if accepted.outage else None
    facts = payment_facts(bill, offer, accepted, session.link(lawful_by.seq) if lawful_by else None)
    body = PaperReceiptEntered(
        **facts,
        paper=paper,
        reason=known_reason(typed.reason, PAPER_REASONS),
        approver=a_staff_code(typed.approver),
    )
    return body, lawful_by.number if lawful_by else None


def _day(session: Session, day: date) -> tuple[datetime, datetime]:
    """Beginning and end of a day of the offices, in UTC."""
    begins = utc_ms(datetime.combine(day, time(), UTC))
    ends = begins + timedelta(days=1) // timedelta(milliseconds=1)
    zone = session.reference.zone
    return from_ms(begins - zone.offset(begins) * 60_000), from_ms(ends - zone.offset(ends) * 60_000)
