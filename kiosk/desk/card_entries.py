"""The entries of a card payment, made from what bill, attempt and terminal say. Nothing is written here."""

from typing import Literal

from kiosk.core.card_terminal import EGP, LastResult, TerminalRecord
from kiosk.core.entries.card import CardBill, CardPrepared, CardRecord, CardResolved, CardUnknown
from kiosk.core.entries.payment import Card, Form33, PaymentTaken
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.bill import Bill
from kiosk.store.queries.cards import Attempt


def prepared(bill: Bill, terminal: str, last: LastResult, intent: str, form33: Form33) -> CardPrepared:
    """The attempt as it begins; `last`: where the terminal stood just before."""
    return CardPrepared(
        attempt=intent,
        kind="payment",
        terminal=terminal,
        piastres=bill.total,
        currency=EGP,
        counter=last.counter,
        slip_before=last.receipt_no,
        bill=CardBill(
            what_for=bill.what_for,
            lines=bill.lines,
            total=bill.total,
            payer=bill.payer_ref,
            capacity=bill.capacity,
            allocation=bill.allocation,
            snapshot=bill.snapshot,
            mandate=bill.mandate,
            order_no=bill.order_no,
            period=bill.period,
            form33=form33,
        ),
        reverses=None,
        receipt_no=None,
        approver=None,
    )


def payment(link: Link, attempt: Attempt, bill: CardBill) -> PaymentTaken:
    """The payment that an approved attempt (its `link`) has made."""
    tender = Card(
        piastres=attempt.piastres,
        attempt=link,
        terminal=attempt.terminal,
        trace=attempt.trace or 0,
        receipt_no=attempt.receipt_no or 0,
        approval=attempt.approval,
        last4=attempt.last4,
    )
    return PaymentTaken(
        what_for=bill.what_for,
        lines=bill.lines,
        total=bill.total,
        tenders=(tender,),
        payer=bill.payer,
        capacity=bill.capacity,
        allocation=bill.allocation,
        snapshot=bill.snapshot,
        outage=None,
        mandate=bill.mandate,
        order_no=bill.order_no,
        period=bill.period,
        totals=Totals(),
    )


def record_body(said: TerminalRecord) -> CardRecord:
    """What a terminal told, as entries keep it."""
    return CardRecord(
        approved=said.approved,
        code=said.code,
        terminal=said.terminal,
        trace=said.trace,
        receipt_no=said.receipt_no,
        piastres=said.piastres,
        currency=said.currency,
        approval=said.approval,
        last4=said.last4,
        reversal=said.reversal,
        dated=said.dated,
    )


def not_done(link: Link, why: str, said: TerminalRecord | None = None) -> CardResolved:
    """The entry that says that nothing was charged, and what shows it."""
    return CardResolved(
        attempt=link,
        how="not_done",
        done=False,
        why=why,
        record=record_body(said) if said else None,
        remark=None,
        approver=None,
    )


def unknown(
    link: Link, attempt: Attempt, why: str, record: CardRecord | None, silent_s: int | None
) -> CardUnknown:
    """Of a terminal that cannot be asked for its last transaction only persons can find it out."""
    needs: Literal["evidence", "person"] = "person" if attempt.counter is None else "evidence"
    return CardUnknown(attempt=link, why=why, needs=needs, record=record, silent_s=silent_s)
