"""What the card screens ask of the desk: functions of the Session that return plain values. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.core.errors import BugError
from kiosk.ui.screens.pay_reading import Due, Given, prepared_for

if TYPE_CHECKING:
    from kiosk.core.card_terminal import LastResult
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.card import Paid
    from kiosk.desk.collect import Prepared
    from kiosk.desk.session import Session
    from kiosk.store.queries.cards import Attempt
    from kiosk.ui.cards import Start

OPEN_STATES = ("prepared", "sent", "approved", "unknown", "person")
DOUBTS = ("sent", "unknown", "person")
WHYS = (
    *("stopped", "silent", "lost", "garbled", "amount", "currency", "terminal", "counter", "kind"),
    *("memory_lost", "record_used", "not_taken", "slip", "dated"),
)
"""Reasons that have words of their own (`card.why_*`)."""


@dataclass(frozen=True)
class CardFacts:
    """An attempt as plain values. `at`: when it began, by the clock of the office; amounts are piastres."""

    seq: int
    kind: str
    state: str
    why: str
    terminal: str
    piastres: int
    counter: int | None
    reference: str
    staff: str
    at: str
    mine: bool


def open_now(session: "Session") -> tuple[CardFacts, ...]:
    """The attempts that have not ended, oldest first; runs in the worker."""
    from kiosk.desk.card_complete import open_cards

    return tuple(_facts(session, one) for one in open_cards(session))


def facts_at(seq: int) -> "Callable[[Session], CardFacts]":
    """Read an attempt."""

    def work(session: "Session") -> CardFacts:
        from kiosk.store.queries.cards import attempt_at

        return _facts(session, attempt_at(session.store.db, seq))

    return work


def issue(seq: int) -> "Callable[[Session], Paid]":
    """Issue the receipt of an approved payment. Raises what `complete_card` raises."""

    def work(session: "Session") -> "Paid":
        from kiosk.desk.card import Paid
        from kiosk.desk.card_complete import complete_card
        from kiosk.store.queries.cards import attempt_at

        taken = complete_card(session, attempt_at(session.store.db, seq), printed=True)
        return Paid(attempt_at(session.store.db, seq), taken)

    return work


def payment_start(due: Due, given: Given, intent: str) -> "Start":
    """Begin the attempt for a whole bill: a request's, or a division of debts that must still be as shown."""

    def start(session: "Session", terminal: str, last: "LastResult") -> "Attempt":
        from kiosk.desk.card import prepare_card
        from kiosk.desk.collect import unchanged
        from kiosk.desk.pay import Offer
        from kiosk.desk.serve import request_bill

        if due.collection is None:
            bill, recheck = request_bill(session, due.tracking, Offer(), mandate=given.mandate), None
        else:
            prepared = prepared_for(session, due, None)
            bill, recheck = prepared.bill, unchanged(session, prepared)
        return prepare_card(session, bill, terminal, last, intent=intent, paper=given.paper, recheck=recheck)

    return start


class CardConfirmed:
    """A debtor found by name pays by card: a second person signs the very attempt that is written."""

    def __init__(self, due: Due, given: Given, intent: str, terminal: str, last: "LastResult") -> None:
        self._due, self._given, self._intent = due, given, intent
        self._terminal, self._last = terminal, last
        self._prepared: Prepared | None = None

    def propose(self, session: "Session", code: str) -> "Proposal":
        """The attempt as it will be written, for this second person. Runs in the worker."""
        from kiosk.desk.card import propose_card

        self._prepared = prepared_for(session, self._due, code)
        bill = self._prepared.bill
        return propose_card(session, bill, self._terminal, self._last, intent=self._intent)

    def commit(self, session: "Session", approval: "Approval") -> "Attempt":
        """Write it with his signature. Runs in the worker."""
        from kiosk.desk.card import prepare_card
        from kiosk.desk.collect import unchanged

        prepared = self._prepared or prepared_for(session, self._due, approval.staff)
        return prepare_card(
            session,
            prepared.bill,
            self._terminal,
            self._last,
            intent=self._intent,
            paper=self._given.paper,
            recheck=unchanged(session, prepared, (approval,)),
            approvals=(approval,),
        )


@dataclass(frozen=True)
class PaidByCard:
    """The card payment of a receipt: `reversed` once the terminal has put its money back."""

    terminal: str
    receipt_no: int
    piastres: int
    reversed: bool


def card_of(number: str) -> "Callable[[Session], PaidByCard | None]":
    """Read the card payment of a receipt of this device, None where it was paid otherwise."""

    def work(session: "Session") -> PaidByCard | None:
        from kiosk.desk.card_reverse import reversal_of
        from kiosk.store.queries.cards import of_payment
        from kiosk.store.queries.receipts import find_receipt

        record = find_receipt(session.store.db, number)
        if record is None:
            raise BugError(f"no receipt {number}")
        paid = of_payment(session.store.db, record.row.payment)
        if paid is None:
            return None
        done = reversal_of(session, record.row.payment) is not None
        return PaidByCard(paid.terminal, paid.receipt_no or 0, paid.piastres, done)

    return work


def _facts(session: "Session", one: "Attempt") -> CardFacts:
    from kiosk.core.entries.card import CardPrepared
    from kiosk.paperwork.reading import entry_of

    began, _body = entry_of(session.store.db, one.seq, CardPrepared)
    return CardFacts(
        seq=one.seq,
        kind=one.kind,
        state=one.state.value,
        why=one.why,
        terminal=one.terminal,
        piastres=one.piastres,
        counter=one.counter,
        reference=one.reference,
        staff=one.staff,
        at=f"{began.at:%Y/%m/%d %H:%M}",
        mine=one.staff == session.staff,
    )
