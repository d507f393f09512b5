"""Gathers what the entries of one shift add up to, entry by entry: at the desk and again at the centre.

Every entry between the opening and the close belongs to the shift: by its place, never by the clock.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.core.cash import Count
from kiosk.core.entries.body import Body
from kiosk.core.entries.card import (
    CardCompleted,
    CardDeclined,
    CardPrepared,
    CardResolved,
    CardReversed,
    CardUnknown,
)
from kiosk.core.entries.custody import CashMoved, DrawerOpened, HandoverGiven, HandoverReceived
from kiosk.core.entries.operations import PrintCopied, PrintFailed
from kiosk.core.entries.parts import LOWERING, Denominations
from kiosk.core.entries.payment import (
    Cash,
    PaperReceiptEntered,
    PaymentFacts,
    ReceiptIssued,
    ReceiptVoided,
)
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.request import RequestTaken
from kiosk.core.entries.shift import ShiftCounted
from kiosk.core.entries.staff import OverrideGranted
from kiosk.core.printed import paper_key
from kiosk.core.shift_movements import (
    Approved,
    CardOpen,
    CardState,
    CashMove,
    Line,
    Move,
    Movement,
    Payment,
    Purpose,
    Receipt,
    Void,
)
from kiosk.core.wire.entry import Entry

CASH, SLIP, CARD = "cash", "slip", "card"
_PURPOSES = {purpose.value: purpose for purpose in Purpose}


_Cards = CardPrepared | CardDeclined | CardUnknown | CardResolved | CardCompleted | CardReversed


@dataclass
class Gathered:
    """What the entries of one shift add up to."""

    payments: dict[int, Payment] = field(default_factory=dict)
    unreceipted: set[int] = field(default_factory=set)
    moves: list[Movement] = field(default_factory=list)
    cards: dict[int, CardOpen] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)
    first_count_at: datetime | None = None
    lowered: set[int] = field(default_factory=set)
    voids: Counter[str] = field(default_factory=Counter)
    void_sums: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)

    def take(self, entry: Entry, body: Body | UnknownBody) -> None:
        """Add the next entry of the shift."""
        if isinstance(body, PaymentFacts):
            _gather_payment(self, entry, body)
        elif isinstance(body, ReceiptIssued):
            _gather_receipt(self, body)
        elif isinstance(body, ReceiptVoided):
            _gather_void(self, entry, body)
        elif isinstance(body, _Cards):
            _gather_card(self, entry, body)
        elif isinstance(body, CashMoved | HandoverGiven | HandoverReceived):
            move = _cash_move(entry.seq, body)
            self.moves += [move] if move else []
        elif isinstance(body, ShiftCounted):
            self.counts.append(count_of(body.denominations))
            self.first_count_at = self.first_count_at or entry.at
        else:
            _gather_tally(self, body)

    def movements(self) -> list[Movement]:
        """The movements so far, in the order of their entries."""
        return sorted([*self.payments.values(), *self.moves, *self.cards.values()], key=lambda row: row.seq)


def count_of(denominations: Denominations) -> Count:
    """The count that an entry holds."""
    pieces = tuple((one.code, one.count) for one in denominations)
    return Count(pieces, sum(one.value * one.count for one in denominations))


def _gather_payment(into: Gathered, entry: Entry, body: PaymentFacts) -> None:
    receipt = Receipt("none", entry.seq, paper=True)
    if isinstance(body, PaperReceiptEntered):
        # The serial of a paper book may hold letters: the whole number names it, and a second use shows.
        key = paper_key(body.paper.series, body.paper.number)
        receipt = Receipt(f"paper {' '.join(key)}", 1, paper=True)
        into.tally["paper_receipts"] += 1
    else:
        into.unreceipted.add(entry.seq)
    cash = [one for one in body.tenders if isinstance(one, Cash)]
    others = [Approved(one.kind, one.piastres) for one in body.tenders if not isinstance(one, Cash)]
    into.tally[CASH] += len(cash)
    for one in others:
        into.tally[one.tender] += 1
    if any(line.kind in LOWERING or not line.piastres for line in body.lines):
        into.lowered.add(entry.seq)
    into.payments[entry.seq] = Payment(
        seq=entry.seq,
        receipt=receipt,
        total=body.total,
        lines=tuple(
            Line(_PURPOSES.get(line.kind, Purpose.FEE), line.account, line.piastres) for line in body.lines
        ),
        tendered=sum(one.tendered for one in cash),
        change=sum(one.change for one in cash),
        others=tuple(others),
    )


def _gather_receipt(into: Gathered, body: ReceiptIssued) -> None:
    payment = into.payments.get(body.payment.seq)
    if payment is not None:
        into.unreceipted.discard(payment.seq)
        into.payments[payment.seq] = replace(payment, receipt=Receipt(body.series, body.serial))


def _gather_void(into: Gathered, entry: Entry, body: ReceiptVoided) -> None:
    series, _, serial = body.number.rpartition("-")
    into.moves.append(Void(entry.seq, Receipt(series, int(serial))))
    staff = entry.staff or "?"
    into.voids[staff] += 1
    into.void_sums[staff] += body.cash_returned + body.card_returned + sum(one.piastres for one in body.slips)


def _gather_card(into: Gathered, entry: Entry, body: _Cards) -> None:
    """Follow the payments by card that began in this shift, until each has ended."""
    if isinstance(body, CardPrepared):
        if body.kind == "payment":
            into.cards[entry.seq] = CardOpen(entry.seq, body.attempt, CARD, body.piastres, CardState.PENDING)
        return
    began = into.cards.get(body.attempt.seq)
    if began is None:
        return
    if isinstance(body, CardUnknown):
        into.cards[began.seq] = replace(began, state=CardState.UNKNOWN)
    elif isinstance(body, CardResolved) and body.done:
        into.cards[began.seq] = replace(began, state=CardState.PENDING)
    else:
        del into.cards[began.seq]


def _cash_move(seq: int, body: CashMoved | HandoverGiven | HandoverReceived) -> CashMove | None:
    """The drawer's side of a move; a bag of a closed shift is not in this drawer."""
    if isinstance(body, CashMoved):
        return CashMove(seq, Move.CASH_IN if body.direction == "in" else Move.CASH_OUT, body.piastres)
    if isinstance(body, HandoverGiven):
        kind = Move.HANDED_OVER if body.to == "treasury" else Move.TRANSFER_OUT
        return CashMove(seq, kind, body.total) if body.source == "drawer" else None
    return CashMove(seq, Move.TRANSFER_IN, body.total) if body.into == "drawer" and body.total else None


def _gather_tally(into: Gathered, body: Body | UnknownBody) -> None:
    into.tally["requests"] += isinstance(body, RequestTaken)
    into.tally["copies"] += isinstance(body, PrintCopied)
    into.tally["print_failures"] += isinstance(body, PrintFailed)
    into.tally["overrides"] += isinstance(body, OverrideGranted)
    into.tally["drawer_openings"] += isinstance(body, DrawerOpened) and body.cause != "sale"
