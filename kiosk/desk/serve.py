"""Taking a citizen's request and the payment of its fee: two acts, the request first.

A request takes no money itself, so it may be taken outside a shift; its payment needs one. When the machine
stops between the two acts, the request stands and is due: it is paid later by its tracking number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.core.catalogue.gates import TimeLimitState
from kiosk.core.catalogue.model import Service, StaffWarning, Tender, Text
from kiosk.core.entries.parts import Line, PaperForm
from kiosk.core.entries.payment import RequestFor
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.fees import LedgerItem, Quote
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.desk.pay import Bill, Offer, Taken, accept_offer, by_tender, take_payment
from kiosk.desk.payer import Payer, check_capacity, seal_payer
from kiosk.desk.reference import CATALOGUE, FEES
from kiosk.desk.serve_check import RequestCheck, RequestTyped, check_request
from kiosk.desk.serve_fees import due_lines
from kiosk.desk.serve_papers import PapersSlip
from kiosk.desk.session import OpenShift, Session
from kiosk.store.person_index import PersonIndex
from kiosk.store.queries.drawer import open_outage
from kiosk.store.queries.requests import TakenRequest, line_key, lines_paid, next_tracking, request_of

__all__ = ["Payer", "RequestTyped", "check_request", "pay_request", "take_and_pay", "take_request"]


@dataclass(frozen=True)
class RequestDone:
    """A request that was taken; piastres and days.

    `until`: accepted on condition that the papers of `slip` come by that day. `quote` may be for information
    only: `due` is what this counter takes. `ledger` are debts that the collecting desk takes over.
    """

    link: Link
    tracking: str
    service: Service
    until: date | None
    lines: tuple[Line, ...]
    total: int
    due: int
    quote: Quote | None
    result_on: date
    slip: PapersSlip
    time_limits: tuple[TimeLimitState, ...]
    same_today: tuple[str, ...]
    must_not_claim: Text

    @property
    def appointment(self) -> Text | None:
        """What the citizen makes an appointment for, None when he need not come."""
        return self.service.appointment

    @property
    def warnings(self) -> tuple[StaffWarning, ...]:
        """What staff see before they go on."""
        return self.service.warnings

    @property
    def ledger(self) -> tuple[LedgerItem, ...]:
        """Amounts that the ledger holds and not the fee table."""
        return self.quote.ledger if self.quote else ()


def take_request(session: Session, typed: RequestTyped) -> RequestDone:
    """Take a request: person sealed, number given, entry written, in one transaction.

    Raises KnownError what `check_request` raises and finds: `request.answers_wrong`, `request.gate_shut`,
    `request.papers_missing`, `fees.*`. A refusal writes nothing.
    """
    check = check_request(session, typed)
    refusal = check.refusal()
    if refusal is not None:
        raise refusal
    fee = check.fee if check.charged else None
    person = session.store.persons.prepare(check.kept.sealed)
    index = PersonIndex(session.store.db, session.store.unlocked.data_key)
    with session.act(_shift_at_work(session)) as act:
        session.allow(Doing.REQUEST)
        device = act.state().device
        tracking = next_tracking(act.db, device, session.latest_date().year)
        act.persons.keep(person)
        for key in check.kept.keys:
            index.add(person.ref.person, key)
        body = RequestTaken(
            tracking=tracking,
            service=check.service.code,
            catalogue=session.reference.version(CATALOGUE),
            fees=session.reference.version(FEES),
            person=person.ref,
            capacity=check.capacity,
            answers=check.kept.facts,
            papers=check.entry_papers,
            conditional_until=check.papers.until,
            fee_lines=fee.lines if fee else (),
            total=fee.total if fee else 0,
            due=fee.due if fee else 0,
        )
        link = act.append(body)
    return _done(session, check, body, link)


def _done(session: Session, check: RequestCheck, body: RequestTaken, link: Link) -> RequestDone:
    return RequestDone(
        link=link,
        tracking=body.tracking,
        service=check.service,
        until=body.conditional_until,
        lines=body.fee_lines,
        total=body.total,
        due=body.due,
        quote=check.fee.quote if check.fee else None,
        result_on=check.day + timedelta(days=check.service.turnaround.days),
        slip=check.slip,
        time_limits=check.time_limits,
        same_today=check.same_today,
        must_not_claim=session.reference.catalogue.must_not_claim(check.service),
    )


def _shift_at_work(session: Session) -> OpenShift | None:
    """His own shift while it takes work; a request taken outside one belongs to none."""
    shift = session.shift()
    at_work = shift is not None and shift.staff == session.staff and shift.state == "open"
    return shift if at_work else None


def pay_request(
    session: Session,
    tracking: str,
    offer: Offer,
    *,
    payer: Payer | None = None,
    mandate: str | None = None,
    order_no: str | None = None,
    paper: PaperForm | None = None,
    intent: str | None = None,
    printed: bool = False,
) -> Taken:
    """Take what is due of a request, whole; several tenders may share it. `printed` asks for its print.

    The person of the request pays unless `payer` says who else does. `mandate` is the collector's, for
    services that are taken only under one.
    Raises KnownError `request.unknown`, `request.paid_in_part`, `request.tender`, `request.mandate`,
    `payer.*`, and what `take_payment` raises.
    """
    session.require(Right.PAYMENT_TAKE)
    bill = request_bill(session, tracking, offer, payer=payer, mandate=mandate, order_no=order_no)
    return take_payment(session, bill, offer, paper=paper, intent=intent, printed=printed)


def request_bill(
    session: Session,
    tracking: str,
    offer: Offer,
    *,
    payer: Payer | None = None,
    mandate: str | None = None,
    order_no: str | None = None,
) -> Bill:
    """The bill of what is due of a request now, on this device's receipt or on a paper one.

    Raises KnownError `request.unknown`, `request.paid_in_part`, `request.tender`, `request.mandate`,
    `payer.*`.
    """
    request = request_of(session.store.db, tracking)
    service = session.reference.catalogue.services.get(request.body.service)
    if service is not None:
        _check_service(service, offer, mandate)
    if payer is not None:
        check_capacity(payer.capacity)
    return Bill(
        what_for=RequestFor(tracking=tracking),
        lines=_lines_to_pay(session, request),
        payer=request.body.person if payer is None else seal_payer(session, payer),
        capacity=request.body.capacity if payer is None else payer.capacity,
        mandate=mandate,
        order_no=order_no,
    )


def take_and_pay(
    session: Session,
    typed: RequestTyped,
    offer: Offer,
    *,
    payer: Payer | None = None,
    mandate: str | None = None,
    paper: PaperForm | None = None,
) -> tuple[RequestDone, Taken | None]:
    """Take a request, then what is due of it; no payment where nothing is due.

    Two acts in two transactions. What can be known before the first is checked before it: shift, tender, and
    whether the offer pays the fee. Raises what `take_request` and `pay_request` raise; after a refusal of the
    second act the request stands unpaid (`request.stands_unpaid` names it).
    """
    check = check_request(session, typed)
    refusal = check.refusal()
    if refusal is not None:
        raise refusal
    due = check.fee.due if check.charged and check.fee else 0
    if due:
        _check_offer(session, check.service, due, offer, payer, mandate)
    elif offer != Offer():
        raise KnownError("request.nothing_due", service=check.service.code)
    done = take_request(session, typed)
    if not due:
        return done, None
    try:
        taken = pay_request(session, done.tracking, offer, payer=payer, mandate=mandate, paper=paper)
    except KnownError as error:
        raise KnownError(
            "request.stands_unpaid",
            tracking=done.tracking,
            problem=InBoth(error.sentence("ar"), error.sentence("en")),
        ) from error
    return done, taken


def _check_offer(
    session: Session, service: Service, due: int, offer: Offer, payer: Payer | None, mandate: str | None
) -> None:
    session.require(Right.PAYMENT_TAKE)
    session.own_shift()
    session.allow(Doing.FEE, *by_tender(offer))
    _check_service(service, offer, mandate)
    if payer is not None:
        seal_payer(session, payer)
    policy = session.reference.policy(session.today())
    accept_offer(due, offer.clean(), policy, open_outage(session.store.db))


def _check_service(service: Service, offer: Offer, mandate: str | None) -> None:
    given: Mapping[Tender, bool] = {Tender.CASH: bool(offer.cash), Tender.SLIP: bool(offer.slips)}
    for tender, used in given.items():
        if used and tender not in service.tenders:
            raise KnownError("request.tender", service=service.code)
    if service.mandate and not (mandate or "").strip():
        raise KnownError("request.mandate", service=service.code)


def _lines_to_pay(session: Session, request: TakenRequest) -> tuple[Line, ...]:
    """The lines that are due and that no standing payment has paid."""
    lines = due_lines(request.body.fee_lines)
    if request.paid == 0 or request.left <= 0:
        return lines if request.left > 0 else ()
    paid = lines_paid(session.store.db, request.body.tracking)
    left = tuple(line for line in lines if line_key(line) not in paid)
    whole = all(paid[line_key(line)] == line.piastres for line in lines if line not in left)
    if not whole or sum(line.piastres for line in left) != request.left:
        raise KnownError("request.paid_in_part", tracking=request.body.tracking)
    return left
