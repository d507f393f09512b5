"""Notes and coins: counts, change, and how much cash one person may hold. All amounts are piastres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Denomination, Policy


@dataclass(frozen=True)
class Count:
    """Pieces of each denomination, largest value first, and what they make in piastres."""

    pieces: tuple[tuple[str, int], ...]
    total: int

    def of(self, code: str) -> int:
        """Return the pieces of one denomination; zero when it was not counted."""
        return dict(self.pieces).get(code, 0)


def count(pieces: Mapping[str, int], denominations: Sequence[Denomination]) -> Count:
    """Add up typed pieces by denomination code. A denomination that was not typed counts zero.

    Raises KnownError `cash.count_empty`, `cash.unknown_denomination`, `cash.denomination_off` or
    `cash.wrong_pieces`.
    """
    if not pieces:
        raise KnownError("cash.count_empty")
    known = {row.code: row for row in denominations}
    for code, number in pieces.items():
        row = known.get(code)
        if row is None:
            enabled = ", ".join(row.code for row in denominations if row.enabled)
            raise KnownError("cash.unknown_denomination", denomination=code, known=enabled)
        if type(number) is not int or number < 0:
            raise KnownError("cash.wrong_pieces", denomination=code, pieces=number)
        if not row.enabled and number:
            raise KnownError("cash.denomination_off", denomination=code)
    rows = sorted(known.values(), key=lambda row: (-row.value, row.code))
    kept = tuple((row.code, pieces[row.code]) for row in rows if pieces.get(row.code))
    return Count(kept, sum(known[code].value * number for code, number in kept))


def suggest_change(
    amount: int, denominations: Sequence[Denomination], available: Count | None = None
) -> Count | None:
    """Suggest notes and coins that make `amount` piastres exactly, large ones first; None when none do.

    `available` is what the drawer is known to hold; None: enough of every enabled denomination.
    """
    if amount < 0:
        raise BugError(f"change of {amount} piastres")
    rows = sorted((row for row in denominations if row.enabled), key=lambda row: (-row.value, row.code))
    limits = [_most(row, amount, available) for row in rows]
    reachable = _reachable(rows, limits, amount)
    if not reachable[0] >> amount & 1:
        return None
    chosen: dict[str, int] = {}
    left = amount
    for row, limit, below in zip(rows, limits, reachable[1:], strict=True):
        number = min(limit, left // row.value)
        while not below >> (left - number * row.value) & 1:
            number -= 1
        chosen[row.code] = number
        left -= number * row.value
    return Count(tuple((code, number) for code, number in chosen.items() if number), amount)


def payable_up_to(amount: int, denominations: Sequence[Denomination], available: Count | None = None) -> int:
    """Return the largest sum not above `amount` that notes and coins can make, in piastres."""
    rows = [row for row in denominations if row.enabled]
    if available is None and rows:
        values = [row.value for row in rows]
        smallest = min(values)
        if not [value for value in values if value % smallest]:
            return amount - amount % smallest
    limits = [_most(row, amount, available) for row in rows]
    return _reachable(rows, limits, amount)[0].bit_length() - 1


def _most(row: Denomination, amount: int, available: Count | None) -> int:
    fits = amount // row.value
    return fits if available is None else min(fits, available.of(row.code))


def _reachable(rows: Sequence[Denomination], limits: Sequence[int], amount: int) -> list[int]:
    """For each position the sums that the rows from there on can make: bit n set means n piastres."""
    mask = (1 << (amount + 1)) - 1
    sums = [1]
    for row, limit in zip(reversed(rows), reversed(limits), strict=True):
        sums.append(_add_pieces(sums[-1], row.value, limit) & mask)
    return sums[::-1]


def _add_pieces(sums: int, value: int, limit: int) -> int:
    """Add zero to `limit` pieces of a value to every sum, by doubling portions."""
    portion = 1
    while limit:
        used = min(portion, limit)
        sums |= sums << (used * value)
        limit -= used
        portion *= 2
    return sums


def handover_due(in_hand: int, minutes_since_handover: int, policy: Policy) -> bool:
    """Say whether the handover must be offered now. Says no figure: the expected cash stays hidden.

    A person who holds no cash has nothing to hand over, however long ago the last handover was.
    """
    overdue = minutes_since_handover >= policy.hours_since_handover * 60
    return in_hand >= policy.cash_ceiling or (in_hand > 0 and overdue)


def check_cash_room(adding: int, in_hand: int, minutes_since_handover: int, policy: Policy) -> None:
    """Refuse `adding` piastres of cash past the ceiling or once a handover is due; cards and closing go on.

    Raises KnownError `cash.handover_overdue` or `cash.ceiling`.
    """
    if adding == 0:
        return
    if in_hand + adding > policy.cash_ceiling:
        raise KnownError(
            "cash.ceiling", adding=format_money(adding), ceiling=format_money(policy.cash_ceiling)
        )
    if handover_due(in_hand, minutes_since_handover, policy):
        hours, limit = minutes_since_handover // 60, policy.hours_since_handover
        raise KnownError("cash.handover_overdue", hours=hours, limit=limit)
