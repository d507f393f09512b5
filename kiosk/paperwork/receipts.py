"""Makes the receipt of a payment from what its entries say, and from nothing else but names."""

from datetime import datetime

from kiosk.core.entries.operations import OutageOpened
from kiosk.core.entries.payment import Cash as CashEntry
from kiosk.core.entries.payment import DebtsFor, PaymentTaken, ReceiptIssued, ReceiptVoided
from kiosk.core.entries.payment import Slip as SlipEntry
from kiosk.core.errors import KnownError
from kiosk.core.identity import mask
from kiosk.core.reasons import VOID_REASONS
from kiosk.core.wire.times import utc_ms
from kiosk.core.words import receipt_words
from kiosk.desk.session import Session
from kiosk.documents.model import (
    CardTender,
    CashTender,
    Outage,
    PaperForm,
    Person,
    Receipt,
    RevenueLine,
    VoidMark,
)
from kiosk.paperwork.balances import allocations_of
from kiosk.paperwork.labels import CAPACITIES, line_labels
from kiosk.paperwork.origin import place_of
from kiosk.paperwork.reading import Written, entry_of
from kiosk.paperwork.sealing import seal_of
from kiosk.store.queries.requests import request_of


def receipt_of(session: Session, seq: int, *, copy: int = 0) -> Receipt:
    """The receipt whose entry is `seq`; `copy` is what it is marked with, 0 for the original.

    Runs where the store lives. Raises KnownError `person.*` for a payer that cannot be read.
    """
    db = session.store.db
    written, issued = entry_of(db, seq, ReceiptIssued)
    paid_at, paid = entry_of(db, issued.payment.seq, PaymentTaken)
    place, trial = place_of(db)
    for_debts = isinstance(paid.what_for, DebtsFor)
    service = None
    tracking = ""
    if not isinstance(paid.what_for, DebtsFor):
        tracking = paid.what_for.tracking
        service = request_of(db, tracking).body.service
    label = line_labels(session, service)
    payer, debtor = _persons(session, paid)
    return Receipt(
        place=place,
        series=issued.series,
        serial=issued.serial,
        issued=written.at,
        payer=payer,
        lines=tuple(
            RevenueLine(label(line).ar, line.account, line.piastres, sample=line.sample)
            for line in paid.lines
        ),
        total=paid.total,
        words=receipt_words(paid.total),
        collector=written.staff,
        mandate=paid.mandate or "",
        entry_hash=paid_at.hash.hex()[:8],
        cash=_cash(paid),
        cards=_cards(paid),
        debtor=debtor,
        order_number=paid.order_no or "",
        tracking=tracking,
        allocations=allocations_of(db, issued.payment.stream, paid_at.seq, paid.what_for.debtor, paid)
        if isinstance(paid.what_for, DebtsFor)
        else (),
        chosen_by_debtor=paid.allocation is not None and paid.allocation.chosen_by == "debtor",
        data_as_of=session.reference.zone.local_date(utc_ms(paid.snapshot.as_of)) if paid.snapshot else None,
        on_account=paid.allocation is not None and not paid.allocation.parts,
        outage=_outage(session, paid),
        paper_form=_paper(issued),
        seal=seal_of(
            session,
            number=issued.number,
            at=written.at,
            service=service or (paid.lines[0].account if for_debts else "-"),
            amount=paid.total,
            entry_hash=paid_at.hash,
        ),
        copy=copy,
        void=_void(session, written),
        training=trial,
    )


def _persons(session: Session, paid: PaymentTaken) -> tuple[Person, Person | None]:
    try:
        details = session.store.persons.open(paid.payer.person)
    except KnownError as error:
        if error.code != "person.erased":
            raise
        details = {}
    capacity = CAPACITIES.get(paid.capacity)
    name = details.get("payer_name") or details.get("applicant_name") or ""
    number = details.get("national_number") or details.get("passport_number") or ""
    payer = Person(name, mask(number) if number else "", capacity=capacity.ar if capacity else "")
    other = details.get("debtor_name", "")
    if not other or paid.capacity == "self":
        return payer, None
    theirs = details.get("debtor_national_number", "")
    return payer, Person(other, mask(theirs) if theirs else "")


def _cash(paid: PaymentTaken) -> CashTender | None:
    cash = next((one for one in paid.tenders if isinstance(one, CashEntry)), None)
    return CashTender(cash.applied, cash.tendered, cash.change, cash.left) if cash else None


def _cards(paid: PaymentTaken) -> tuple[CardTender, ...]:
    return tuple(
        CardTender(one.piastres, one.slip_no, one.terminal, one.last4 or "", one.approval)
        if isinstance(one, SlipEntry)
        else CardTender(
            one.piastres, str(one.receipt_no), one.terminal, one.last4 or "", one.approval or "", linked=True
        )
        for one in paid.tenders
        if not isinstance(one, CashEntry)
    )


def _outage(session: Session, paid: PaymentTaken) -> Outage | None:
    if paid.outage is None:
        return None
    _, opened = entry_of(session.store.db, paid.outage.seq, OutageOpened)
    return Outage(opened.reference.kind, opened.reference.number)


def _paper(issued: ReceiptIssued) -> PaperForm | None:
    paper = issued.form33.paper
    return PaperForm(paper.series, paper.number, paper.written) if paper else None


def _void(session: Session, receipt: Written) -> VoidMark | None:
    query = "SELECT voided FROM receipt WHERE payment = ?"
    row = session.store.db.execute(query, (receipt.seq - 1,)).fetchone()
    if row is None or row[0] is None:
        return None
    written, body = entry_of(session.store.db, row[0], ReceiptVoided)
    reason = VOID_REASONS.get(body.reason)
    at: datetime = written.at
    return VoidMark(reason.ar if reason else body.reason, written.staff, body.approver, at)
