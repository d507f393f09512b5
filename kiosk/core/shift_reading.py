"""The figures of a shift, worked out from its entries alone: what X, Z, the close and the centre rest on."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.core.cash import Count
from kiosk.core.entries.parts import AccountSum, Breach, ReceiptRange, StaffSum, TenderSum
from kiosk.core.entries.shift import CashTerms, Figures, Pending, ShiftOpened
from kiosk.core.shift_gathering import CARD, CASH, SLIP, Gathered
from kiosk.core.shift_movements import CardState, Move, Receipt, Void
from kiosk.core.shifts import Opening, ShiftFigures, figures
from kiosk.core.wire.codec import FieldError
from kiosk.core.wire.entry import Entry

NO_RECEIPT = Breach(rule="payment_without_receipt", seq=1)
NOT_CROSS_FOOTING = Breach(rule="figures_do_not_cross_foot", seq=1)


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


def reading_of(entry: Entry, opened: ShiftOpened, gathered: Gathered) -> ShiftReading:
    """Work out the figures of the shift that `entry` opened, from what was gathered after it."""
    before = opened.previous_kept if opened.from_shift is not None else None
    sums = figures(Opening(opened.total, before), gathered.movements())
    return ShiftReading(
        seq=entry.seq,
        opened=opened,
        opened_at=entry.at,
        figures=sums,
        body=_figures_body(entry.seq, sums, gathered),
        terms=_terms(sums),
        counts=tuple(gathered.counts),
        first_count_at=gathered.first_count_at,
    )


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


def _figures_body(seq: int, sums: ShiftFigures, gathered: Gathered) -> Figures:
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


def _breaches(sums: ShiftFigures, gathered: Gathered) -> tuple[Breach, ...]:
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


def _open(gathered: Gathered, state: CardState) -> Pending:
    """The attempts by card of this shift whose end is open: apart, never inside what was taken."""
    found = [one for one in gathered.cards.values() if one.state is state]
    return Pending(count=len(found), piastres=sum(one.amount for one in found))


def _receipts(gathered: Gathered) -> tuple[ReceiptRange, ...]:
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
