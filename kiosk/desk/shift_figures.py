"""The figures of a shift, worked out from its journal entries alone: what X, Z and the close rest on.

Every entry between the opening and now belongs to the shift: by its place, never by the clock.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlite_utils import Database

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
from kiosk.core.entries.parts import (
    LOWERING,
    AccountSum,
    Breach,
    ReceiptRange,
    StaffSum,
    TenderSum,
)
from kiosk.core.entries.payment import (
    Cash,
    PaperReceiptEntered,
    PaymentFacts,
    ReceiptIssued,
    ReceiptVoided,
)
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.request import RequestTaken
from kiosk.core.entries.shift import CashTerms, Figures, Pending, ShiftCounted, ShiftOpened
from kiosk.core.entries.staff import OverrideGranted
from kiosk.core.errors import BugError
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
from kiosk.core.shifts import Opening, ShiftFigures, figures
from kiosk.core.wire.codec import FieldError
from kiosk.core.wire.entry import Entry
from kiosk.desk.counting import count_of
from kiosk.store.queries.shift import entries_of

CASH, SLIP, CARD = "cash", "slip", "card"
NO_RECEIPT = Breach(rule="payment_without_receipt", seq=1)
NOT_CROSS_FOOTING = Breach(rule="figures_do_not_cross_foot", seq=1)
_PURPOSES = {purpose.value: purpose for purpose in Purpose}


_Cards = CardPrepared | CardDeclined | CardUnknown | CardResolved | CardCompleted | CardReversed


@dataclass(frozen=True)
class ShiftReading:
    """A shift as its entries tell it. `figures` is the arithmetic, `body` and `terms` the form of entries."""

    seq: int
    opened: ShiftOpened
    opened_at: datetime
    figures: ShiftFigures
    body: Figures
    terms: CashTerms
    counts: tuple[Count, ...]
    first_count_at: datetime | None


@dataclass
class _Gathered:
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

    def movements(self) -> list[Movement]:
        return sorted([*self.payments.values(), *self.moves, *self.cards.values()], key=lambda row: row.seq)


def read_shift(db: Database, seq: int, last: int | None = None) -> ShiftReading:
    """Read a shift from the journal: from its opening entry `seq` to `last` (default: now).

    Raises KnownError `entry.*` for an entry that cannot be read.
    """
    rows = entries_of(db, seq, last)
    entry, opened = next(rows)
    if not isinstance(opened, ShiftOpened):
        raise BugError(f"entry {seq} opens no shift")
    gathered = _gather(rows)
    before = opened.previous_kept if opened.from_shift is not None else None
    sums = figures(Opening(opened.total, before), gathered.movements())
    return ShiftReading(
        seq=seq,
        opened=opened,
        opened_at=entry.at,
        figures=sums,
        body=_figures_body(seq, sums, gathered),
        terms=_terms(sums),
        counts=tuple(gathered.counts),
        first_count_at=gathered.first_count_at,
    )


def _gather(rows: Iterable[tuple[Entry, Body | UnknownBody]]) -> _Gathered:
    into = _Gathered()
    for entry, body in rows:
        if isinstance(body, PaymentFacts):
            _gather_payment(into, entry, body)
        elif isinstance(body, ReceiptIssued):
            _gather_receipt(into, body)
        elif isinstance(body, ReceiptVoided):
            _gather_void(into, entry, body)
        elif isinstance(body, _Cards):
            _gather_card(into, entry, body)
        elif isinstance(body, CashMoved | HandoverGiven | HandoverReceived):
            move = _cash_move(entry.seq, body)
            into.moves += [move] if move else []
        elif isinstance(body, ShiftCounted):
            into.counts.append(count_of(body.denominations))
            into.first_count_at = into.first_count_at or entry.at
        else:
            _gather_tally(into, body)
    return into


def _gather_payment(into: _Gathered, entry: Entry, body: PaymentFacts) -> None:
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


def _gather_receipt(into: _Gathered, body: ReceiptIssued) -> None:
    payment = into.payments.get(body.payment.seq)
    if payment is not None:
        into.unreceipted.discard(payment.seq)
        into.payments[payment.seq] = replace(payment, receipt=Receipt(body.series, body.serial))


def _gather_void(into: _Gathered, entry: Entry, body: ReceiptVoided) -> None:
    series, _, serial = body.number.rpartition("-")
    into.moves.append(Void(entry.seq, Receipt(series, int(serial))))
    staff = entry.staff or "?"
    into.voids[staff] += 1
    into.void_sums[staff] += body.cash_returned + body.card_returned + sum(one.piastres for one in body.slips)


def _gather_card(into: _Gathered, entry: Entry, body: _Cards) -> None:
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


def _gather_tally(into: _Gathered, body: Body | UnknownBody) -> None:
    into.tally["requests"] += isinstance(body, RequestTaken)
    into.tally["copies"] += isinstance(body, PrintCopied)
    into.tally["print_failures"] += isinstance(body, PrintFailed)
    into.tally["overrides"] += isinstance(body, OverrideGranted)
    into.tally["drawer_openings"] += isinstance(body, DrawerOpened) and body.cause != "sale"


def _terms(sums: ShiftFigures) -> CashTerms:
    moves = sums.moves
    return CashTerms(
        opening_float=sums.opening.counted,
        tendered=sums.tendered,
        change=sums.change,
        applied=sums.cash.taken,
        voided=sums.cash.voided,
        cash_in=moves[Move.CASH_IN],
        cash_out=moves[Move.CASH_OUT],
        handed_over=moves[Move.HANDED_OVER],
        transfers_in=moves[Move.TRANSFER_IN],
        transfers_out=moves[Move.TRANSFER_OUT],
    )


def _figures_body(seq: int, sums: ShiftFigures, gathered: _Gathered) -> Figures:
    tally = gathered.tally
    body = Figures(
        tenders=_tenders(sums, tally),
        accounts=tuple(
            AccountSum(account=name, taken=one.taken, reversed=one.voided)
            for name, one in sorted(sums.accounts.items())
        ),
        receipts=_receipts(gathered),
        paper_receipts=tally["paper_receipts"],
        requests=tally["requests"],
        pending=_open(gathered, CardState.PENDING),
        unknown=_open(gathered, CardState.UNKNOWN),
        voids=tuple(
            StaffSum(staff=name, count=number, piastres=gathered.void_sums[name])
            for name, number in sorted(gathered.voids.items())
        ),
        copies=tally["copies"],
        drawer_openings=tally["drawer_openings"],
        overrides=tally["overrides"],
        print_failures=tally["print_failures"],
        breaches=_breaches(sums, gathered),
    )
    try:
        body.check()
    except FieldError:
        return with_breach(body, seq)
    return body


def with_breach(body: Figures, seq: int) -> Figures:
    """Figures that do not add up, marked as such: a shift closes all the same, and its Z says so."""
    return replace(body, breaches=(*body.breaches, replace(NOT_CROSS_FOOTING, seq=seq)))


def _breaches(sums: ShiftFigures, gathered: _Gathered) -> tuple[Breach, ...]:
    """Broken identities. A discount is a line below zero by right, which the movements do not know."""
    named = [
        Breach(rule=one.rule, seq=one.seq)
        for one in sums.breaches
        if one.rule != "amount_not_positive" or one.seq not in gathered.lowered
    ]
    named += [replace(NO_RECEIPT, seq=seq) for seq in sorted(gathered.unreceipted)]
    return tuple(named)


def _tenders(sums: ShiftFigures, tally: Counter[str]) -> tuple[TenderSum, ...]:
    rows = [TenderSum(kind="cash", count=tally[CASH], taken=sums.cash.taken, reversed=sums.cash.voided)]
    for kind in (SLIP, CARD):
        one = sums.tenders.get(kind)
        if one is not None and (kind == SLIP or tally[CARD]):
            rows.append(
                TenderSum(
                    kind=kind,  # type: ignore[arg-type]
                    count=tally[kind],
                    taken=one.approved,
                    reversed=one.reversed,
                )
            )
    return tuple(rows)


def _open(gathered: _Gathered, state: CardState) -> Pending:
    """The attempts by card of this shift whose end is open: apart, never inside what was taken."""
    found = [one for one in gathered.cards.values() if one.state is state]
    return Pending(count=len(found), piastres=sum(one.amount for one in found))


def _receipts(gathered: _Gathered) -> tuple[ReceiptRange, ...]:
    """The numbers used of each series of this device; those of paper books are counted apart."""
    used: dict[str, list[int]] = {}
    for payment in gathered.payments.values():
        if not payment.receipt.paper:
            used.setdefault(payment.receipt.series, []).append(payment.receipt.serial)
    voided = {row.receipt for row in gathered.moves if isinstance(row, Void)}
    return tuple(
        ReceiptRange(
            series=series,
            first=min(serials),
            last=max(serials),
            count=len(serials),
            voided=sum(Receipt(series, one) in voided for one in serials),
        )
        for series, serials in sorted(used.items())
    )
