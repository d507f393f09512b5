"""Turns a division of money among debts into what an entry says: allocation and printed lines."""

from collections.abc import Iterator, Sequence
from datetime import date

from kiosk.core.debts import allocation as division
from kiosk.core.debts.model import Debt, Purse
from kiosk.core.entries.parts import DEBT, Line
from kiosk.core.entries.payment import Allocation, Credit, Part

ADVANCE, ON_ACCOUNT = "advance", "on_account"
PAID_AHEAD, NOT_HELD = "paid_ahead", "not_held"
"""Why money is a credit: more than is owed on a kind that takes it; a debt that this desk does not hold."""


def entry_allocation(divided: division.Allocation, debts: Sequence[Debt], day: date) -> Allocation:
    """The division as an entry keeps it; `debts` are those it was made from, `day` the business date."""
    charges = {(debt.id, charge.id): charge for debt in debts for charge in debt.charges}
    parts = tuple(
        Part(
            debt=part.debt,
            charge=part.charge,
            component=part.component.value,
            piastres=part.amount,
            was_due=charges[part.debt, part.charge].is_due(day),
        )
        for part in divided.parts
    )
    advances = tuple(
        Credit(kind="advance", debt=kept.debt, reason=PAID_AHEAD, piastres=kept.amount)
        for kept in divided.advances
    )
    on_account = tuple(
        Credit(kind="on_account", debt=kept.debt, reason=NOT_HELD, piastres=kept.amount)
        for kept in divided.on_account
    )
    return Allocation(chosen_by=divided.chosen_by.value, parts=parts, credits=advances + on_account)


def entry_lines(divided: division.Allocation, debts: Sequence[Debt]) -> tuple[Line, ...]:
    """One printed line for each revenue account and component, in the order in which money reached them."""
    sums: dict[tuple[str, str, str, bool], int] = {}
    for kind, purse, label, amount in _pieces(divided, {debt.id: debt.purse for debt in debts}):
        key = (kind, account_of(purse), label, purse.deposit)
        sums[key] = sums.get(key, 0) + amount
    return tuple(
        Line(kind=kind, account=account, label=label, piastres=amount, refundable=refundable, sample=False)
        for (kind, account, label, refundable), amount in sums.items()
    )


def account_of(purse: Purse) -> str:
    """The revenue account of a purse; the centre maps it to its chart."""
    return f"{purse.body}/{purse.fund}/deposit" if purse.deposit else f"{purse.body}/{purse.fund}"


def _pieces(divided: division.Allocation, purses: dict[str, Purse]) -> Iterator[tuple[str, Purse, str, int]]:
    for part in divided.parts:
        yield DEBT, purses[part.debt], part.component.value, part.amount
    for kept in divided.advances:
        yield ADVANCE, kept.purse, ADVANCE, kept.amount
    for kept in divided.on_account:
        yield ON_ACCOUNT, kept.purse, ON_ACCOUNT, kept.amount
