"""What happens in a shift: payments with their receipts, voids, cash moves, open card payments.

A movement belongs to a shift by its place in the journal (`seq`), never by the clock. Amounts are piastres.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.core.errors import KnownError


class Purpose(StrEnum):
    """What a printed line of a receipt is for."""

    FEE = "fee"
    DEBT = "debt"
    ADVANCE = "advance"
    ON_ACCOUNT = "on_account"
    CHANGE_LEFT = "change_left"
    ROUNDING = "rounding"


class Move(StrEnum):
    """Cash that moves without a receipt."""

    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    HANDED_OVER = "handed_over"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"


@dataclass(frozen=True, order=True)
class Receipt:
    """A receipt number. The numbers of a paper book may be used by several hands: no gap rule for them."""

    series: str
    serial: int
    paper: bool = False


@dataclass(frozen=True)
class Line:
    """One printed line: what for, which service or fund account, how much (only rounding may be negative)."""

    purpose: Purpose
    account: str
    amount: int


@dataclass(frozen=True)
class Approved:
    """An approved or recorded payment by another tender than cash."""

    tender: str
    amount: int


@dataclass(frozen=True)
class Payment:
    """A payment with its receipt. `total` is the printed total: change left and rounding are lines of it."""

    seq: int
    receipt: Receipt
    total: int
    lines: tuple[Line, ...]
    tendered: int = 0
    change: int = 0
    others: tuple[Approved, ...] = ()

    @property
    def cash(self) -> int:
        """What stays in the drawer: tendered less change."""
        return self.tendered - self.change


@dataclass(frozen=True)
class Void:
    """A receipt of this shift, void with all its copies: its cash leaves, other tenders are reversed."""

    seq: int
    receipt: Receipt


@dataclass(frozen=True)
class Spoiled:
    """A receipt number that was spoiled and kept: it counts among the numbers and carries no money."""

    seq: int
    receipt: Receipt


@dataclass(frozen=True)
class CashMove:
    """Cash in or out without a receipt; `amount` above zero, the sign is in `move`."""

    seq: int
    move: Move
    amount: int


class CardState(StrEnum):
    """A payment by another tender whose end is open: listed apart, never inside approved."""

    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CardOpen:
    """A card payment was sent and has no known end. `ref` names it until it is resolved."""

    seq: int
    ref: str
    tender: str
    amount: int
    state: CardState


@dataclass(frozen=True)
class CardResolved:
    """The end of a card payment became known by evidence; if it was taken, a Payment follows."""

    seq: int
    ref: str


Movement = Payment | Void | Spoiled | CashMove | CardOpen | CardResolved


@dataclass(frozen=True)
class Breach:
    """An identity that does not hold, at an entry: `rule` names it. Printed on the Z, never hidden."""

    rule: str
    seq: int


def within(movements: Iterable[Movement], opened: int, closed: int | None = None) -> tuple[Movement, ...]:
    """Choose the movements of a shift: those between the seqs of its opening and closing entries."""
    return tuple(row for row in movements if opened < row.seq and (closed is None or row.seq < closed))


def breaches(movements: Sequence[Movement]) -> Iterator[Breach]:
    """Name each identity that a movement breaks."""
    last_seq = 0
    last_serial: dict[str, int] = {}
    numbers: set[Receipt] = set()
    open_receipts: set[Receipt] = set()
    refs: set[str] = set()
    for row in movements:
        if row.seq <= last_seq:
            yield Breach("entry_twice_or_out_of_order", row.seq)
        last_seq = max(last_seq, row.seq)
        if isinstance(row, Payment | Spoiled):
            yield from _number_breaches(row, numbers, last_serial)
        if isinstance(row, Payment):
            open_receipts.add(row.receipt)
            yield from _payment_breaches(row)
        elif isinstance(row, Void):
            if row.receipt not in open_receipts:
                yield Breach("void_without_open_receipt", row.seq)
            open_receipts.discard(row.receipt)
        elif isinstance(row, CashMove) and row.amount <= 0:
            yield Breach("move_not_positive", row.seq)
        elif isinstance(row, CardOpen):
            refs.add(row.ref)
        elif isinstance(row, CardResolved):
            if row.ref not in refs:
                yield Breach("nothing_to_resolve", row.seq)
            refs.discard(row.ref)


def _number_breaches(
    row: Payment | Spoiled, numbers: set[Receipt], last_serial: dict[str, int]
) -> Iterator[Breach]:
    number = row.receipt
    if number in numbers:
        yield Breach("receipt_number_twice", row.seq)
    elif not number.paper and last_serial.get(number.series, number.serial - 1) != number.serial - 1:
        yield Breach("receipt_numbers_with_gap", row.seq)
    numbers.add(number)
    last_serial[number.series] = max(number.serial, last_serial.get(number.series, 0))


def _payment_breaches(row: Payment) -> Iterator[Breach]:
    """Sum by tender = sum by account = printed total; change within what was tendered; signs right."""
    if row.cash + sum(other.amount for other in row.others) != row.total:
        yield Breach("tenders_differ_from_total", row.seq)
    if sum(line.amount for line in row.lines) != row.total:
        yield Breach("lines_differ_from_total", row.seq)
    if not 0 <= row.change <= row.tendered:
        yield Breach("change_outside_tendered", row.seq)
    positive = [other.amount for other in row.others]
    positive += [line.amount for line in row.lines if line.purpose is not Purpose.ROUNDING]
    if any(amount <= 0 for amount in positive):
        yield Breach("amount_not_positive", row.seq)


def check_voidable(movements: Sequence[Movement], receipt: Receipt) -> None:
    """Refuse to void a receipt of another shift, or one that is void: the drawer pays nothing back for it.

    Raises KnownError `shifts.receipt_not_here` or `shifts.already_void`.
    """
    shown = f"{receipt.series}-{receipt.serial}"
    if not any(isinstance(row, Payment) and row.receipt == receipt for row in movements):
        raise KnownError("shifts.receipt_not_here", receipt=shown)
    if any(isinstance(row, Void) and row.receipt == receipt for row in movements):
        raise KnownError("shifts.already_void", receipt=shown)
