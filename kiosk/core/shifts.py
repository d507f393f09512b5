"""The arithmetic of a shift: what one drawer must hold, from the movements of its journal and nothing else.

Totals are derived, never typed in; a difference of the count stays a difference. Amounts are piastres.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kiosk.core.shift_movements import (
    Breach,
    CardOpen,
    CardResolved,
    CardState,
    CashMove,
    Line,
    Move,
    Movement,
    Payment,
    Purpose,
    Receipt,
    Spoiled,
    Void,
    breaches,
)

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Perpetual:
    """Totals since the first receipt of a device; neither ever falls."""

    taken: int = 0
    voided: int = 0


@dataclass(frozen=True)
class Opening:
    """How a shift began: the float as counted, what the previous shift kept (None: there was none)."""

    counted: int
    previous_kept: int | None = None
    perpetual: Perpetual = field(default_factory=Perpetual)

    @property
    def variance(self) -> int:
        """Counted float less previous float kept: charged to the handover, not to this shift."""
        return 0 if self.previous_kept is None else self.counted - self.previous_kept


@dataclass(frozen=True)
class Sums:
    """Gross and voided are kept apart; `net` is their difference."""

    taken: int = 0
    voided: int = 0

    @property
    def net(self) -> int:
        """Taken less voided."""
        return self.taken - self.voided


@dataclass(frozen=True)
class TenderFigures:
    """One tender other than cash: approved and reversed; pending and unknown apart, with their number."""

    approved: int
    reversed: int
    pending: int
    unknown: int
    open_payments: int

    @property
    def expected(self) -> int:
        """What the terminal's batch must show: approved less reversed."""
        return self.approved - self.reversed


@dataclass(frozen=True)
class Book:
    """The numbers used of one series."""

    series: str
    first: int
    last: int
    used: int


@dataclass(frozen=True)
class ShiftFigures:
    """Everything an X or Z says about money, derived from the movements. Amounts are piastres."""

    opening: Opening
    tendered: int
    change: int
    cash: Sums
    moves: Mapping[Move, int]
    tenders: Mapping[str, TenderFigures]
    accounts: Mapping[str, Sums]
    purposes: Mapping[Purpose, Sums]
    receipts: Sums
    books: tuple[Book, ...]
    payments: int
    voids: int
    breaches: tuple[Breach, ...]

    @property
    def expected(self) -> int:
        """What the drawer must hold.

        Counted opening float + cash applied - cash of voided receipts + cash in - cash out - handed over
        + transfers in - transfers out.
        """
        moves = self.moves
        return (
            self.opening.counted
            + self.cash.taken
            - self.cash.voided
            + moves[Move.CASH_IN]
            - moves[Move.CASH_OUT]
            - moves[Move.HANDED_OVER]
            + moves[Move.TRANSFER_IN]
            - moves[Move.TRANSFER_OUT]
        )

    @property
    def perpetual(self) -> Perpetual:
        """Perpetual totals after this shift: before + this shift."""
        before = self.opening.perpetual
        return Perpetual(before.taken + self.receipts.taken, before.voided + self.receipts.voided)


def figures(opening: Opening, movements: Sequence[Movement]) -> ShiftFigures:
    """Work out the figures of a shift; asks nothing of the clock and changes nothing, so an X is a Z so far.

    Never raises for wrong movements: it names each broken identity in `breaches`. Refuse an entry that would
    add one; a shift that has one still closes, and its Z says so.
    """
    rows = tuple(dict.fromkeys(movements))
    taken = [row for row in rows if isinstance(row, Payment)]
    voided = _voided(rows)
    return ShiftFigures(
        opening=opening,
        tendered=sum(row.tendered for row in taken),
        change=sum(row.change for row in taken),
        cash=Sums(sum(row.cash for row in taken), sum(row.cash for row in voided)),
        moves={
            move: sum(row.amount for row in rows if isinstance(row, CashMove) and row.move is move)
            for move in Move
        },
        tenders=_tenders(rows, taken, voided),
        accounts=_by_line(taken, voided, lambda line: line.account),
        purposes=_by_line(taken, voided, lambda line: line.purpose),
        receipts=Sums(sum(row.total for row in taken), sum(row.total for row in voided)),
        books=_books(rows),
        payments=len(taken),
        voids=len(voided),
        breaches=tuple(breaches(movements)),
    )


def _voided(rows: Sequence[Movement]) -> list[Payment]:
    """The payments made void, each once, in the order of their voids."""
    open_receipts: dict[Receipt, Payment] = {}
    voided: list[Payment] = []
    for row in rows:
        if isinstance(row, Payment):
            open_receipts.setdefault(row.receipt, row)
        elif isinstance(row, Void) and row.receipt in open_receipts:
            payment = open_receipts[row.receipt]
            if payment not in voided:
                voided.append(payment)
    return voided


def _by_line(taken: list[Payment], voided: list[Payment], key: Callable[[Line], Key]) -> dict[Key, Sums]:
    gross: Counter[Key] = Counter()
    back: Counter[Key] = Counter()
    for payments, sums in ((taken, gross), (voided, back)):
        for line in (line for payment in payments for line in payment.lines):
            sums[key(line)] += line.amount
    return {name: Sums(gross[name], back[name]) for name in gross}


def _open_cards(rows: Sequence[Movement]) -> list[CardOpen]:
    resolved = {row.ref for row in rows if isinstance(row, CardResolved)}
    return [row for row in rows if isinstance(row, CardOpen) and row.ref not in resolved]


def _tenders(
    rows: Sequence[Movement], taken: list[Payment], voided: list[Payment]
) -> dict[str, TenderFigures]:
    still_open = _open_cards(rows)
    names = {other.tender for payment in taken for other in payment.others}
    names |= {row.tender for row in rows if isinstance(row, CardOpen)}

    def of(payments: list[Payment], name: str) -> int:
        return sum(other.amount for row in payments for other in row.others if other.tender == name)

    def waiting(name: str, state: CardState) -> int:
        return sum(row.amount for row in still_open if row.tender == name and row.state is state)

    return {
        name: TenderFigures(
            approved=of(taken, name),
            reversed=of(voided, name),
            pending=waiting(name, CardState.PENDING),
            unknown=waiting(name, CardState.UNKNOWN),
            open_payments=sum(row.tender == name for row in still_open),
        )
        for name in sorted(names)
    }


def _books(rows: Sequence[Movement]) -> tuple[Book, ...]:
    used: dict[str, list[int]] = {}
    for row in rows:
        if isinstance(row, Payment | Spoiled):
            used.setdefault(row.receipt.series, []).append(row.receipt.serial)
    return tuple(Book(name, min(serials), max(serials), len(serials)) for name, serials in used.items())
