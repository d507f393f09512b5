"""Divides a payment among debts and their charges; every piastre has a place or the payment is refused.

The debtor's choice first (Civil Code art. 344); only if he makes none, due before not due, then the heaviest
or the oldest by policy (art. 345); inside one debt costs, late charge, principal (art. 343), the oldest due
first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from kiosk.core.debts.lease import CollectingDesk, held_here
from kiosk.core.debts.model import Charge, Debt, Purse
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Among, Component, PartPayment, Policy


@dataclass(frozen=True)
class NoChoice:
    """The debtor was asked and does not choose."""


@dataclass(frozen=True)
class ChosenDebts:
    """The debts he pays, in his order; each is paid off before the next."""

    debts: tuple[str, ...]


@dataclass(frozen=True)
class ChosenAmounts:
    """What he pays on each debt, in piastres; the amounts make up the payment."""

    amounts: tuple[tuple[str, int], ...]


Choice = NoChoice | ChosenDebts | ChosenAmounts


class ChosenBy(StrEnum):
    """Who decided which debts are paid; printed on the receipt."""

    DEBTOR = "debtor"
    RULE = "rule"
    CENTRE = "centre"
    """Nobody here: the money is on account and the centre divides it."""


@dataclass(frozen=True)
class Part:
    """What pays one charge, in piastres."""

    debt: str
    charge: str
    component: Component
    amount: int


@dataclass(frozen=True)
class Kept:
    """Money that pays no charge here: an advance on a debt, or a payment on account. In piastres.

    `debt` is None only for money on account that may reach several debts of the purse.
    """

    debt: str | None
    purse: Purse
    amount: int


@dataclass(frozen=True)
class Balance:
    """What was and is owed on one debt, by the data at hand, in piastres."""

    debt: str
    before: int
    after: int


@dataclass(frozen=True)
class Allocation:
    """Where a payment went: the sum of parts, advances and money on account is `paid`, exactly."""

    paid: int
    choice: Choice
    chosen_by: ChosenBy
    parts: tuple[Part, ...]
    advances: tuple[Kept, ...]
    on_account: tuple[Kept, ...]
    balances: tuple[Balance, ...]

    @property
    def placed(self) -> int:
        """The sum of everything it placed, in piastres."""
        kept = (*self.advances, *self.on_account)
        return sum(part.amount for part in self.parts) + sum(row.amount for row in kept)


@dataclass(frozen=True)
class Rules:
    """What the division depends on besides the debts: policy, business date, and who collects."""

    policy: Policy
    day: date
    desk: CollectingDesk


def allocate(paid: int, debts: Sequence[Debt], choice: Choice, rules: Rules) -> Allocation:
    """Divide `paid` piastres among the debts of one debtor.

    `debts` carry the balances as shown (`kiosk.core.debts.balance`). A debt that this desk does not hold is
    never divided here: its money goes on account, and the choice is kept for the centre.
    Raises KnownError `debts.*` with the reason when the payment cannot be placed as asked.
    """
    if paid <= 0:
        raise KnownError("debts.nothing_paid")
    listed = _by_id(debts)
    if isinstance(choice, ChosenAmounts):
        allocation = _by_amounts(paid, listed, choice, rules)
    else:
        allocation = _by_order(paid, _candidates(listed, choice), choice, rules)
    if allocation.placed != paid:
        raise BugError(f"{allocation.placed} of {paid} piastres placed")
    return allocation


def _by_id(debts: Sequence[Debt]) -> dict[str, Debt]:
    if len({debt.debtor for debt in debts}) > 1:
        raise BugError("one payment divided among the debts of several debtors")
    listed = {debt.id: debt for debt in debts}
    if len(listed) != len(debts):
        raise BugError("the same debt given twice")
    return listed


def _chosen(listed: dict[str, Debt], names: Sequence[str]) -> list[Debt]:
    if not names:
        raise KnownError("debts.none_chosen")
    for position, name in enumerate(names):
        if name not in listed:
            raise KnownError("debts.not_listed", debt=name)
        if name in names[:position]:
            raise KnownError("debts.chosen_twice", debt=name)
    return [listed[name] for name in names]


def _candidates(listed: dict[str, Debt], choice: NoChoice | ChosenDebts) -> list[Debt]:
    """The debts that a payment without amounts may reach: all of one purse."""
    if isinstance(choice, ChosenDebts):
        debts = _chosen(listed, choice.debts)
    else:
        debts = [debt for debt in listed.values() if debt.balance] or list(listed.values())
    if not debts:
        raise KnownError("debts.none_chosen")
    if len({debt.purse for debt in debts}) > 1:
        raise KnownError("debts.several_purses")
    return debts


def _by_amounts(paid: int, listed: dict[str, Debt], choice: ChosenAmounts, rules: Rules) -> Allocation:
    debts = _chosen(listed, [name for name, _ in choice.amounts])
    shares = [amount for _, amount in choice.amounts]
    if any(share <= 0 for share in shares):
        raise KnownError("debts.nothing_paid")
    if sum(shares) != paid:
        raise KnownError("debts.shares_differ", shares=format_money(sum(shares)), paid=format_money(paid))
    placed = [
        _divide(share, [debt], choice, rules)
        if held_here(debt, rules.desk, rules.day)
        else _on_account(share, [debt], choice, rules)
        for debt, share in zip(debts, shares, strict=True)
    ]
    return Allocation(
        paid,
        choice,
        ChosenBy.DEBTOR,
        tuple(part for one in placed for part in one.parts),
        tuple(kept for one in placed for kept in one.advances),
        tuple(kept for one in placed for kept in one.on_account),
        tuple(balance for one in placed for balance in one.balances),
    )


def _by_order(paid: int, debts: list[Debt], choice: Choice, rules: Rules) -> Allocation:
    if all(held_here(debt, rules.desk, rules.day) for debt in debts):
        return _divide(paid, debts, choice, rules)
    return _on_account(paid, debts, choice, rules)


def _on_account(paid: int, debts: list[Debt], choice: Choice, rules: Rules) -> Allocation:
    """Take money that only the centre may divide; nothing is subtracted from a balance here.

    A debt without any charge is one that this device knows only from the debtor's papers: no limit is known.
    """
    owed = sum(debt.balance for debt in debts)
    if paid > owed and all(debt.charges for debt in debts):
        _advance(paid - owed, paid, debts, rules)
    named = debts[0].id if len(debts) == 1 else None
    by = ChosenBy.CENTRE if isinstance(choice, NoChoice) else ChosenBy.DEBTOR
    balances = tuple(Balance(debt.id, debt.balance, debt.balance) for debt in debts)
    return Allocation(paid, choice, by, (), (), (Kept(named, debts[0].purse, paid),), balances)


def _divide(paid: int, debts: list[Debt], choice: Choice, rules: Rules) -> Allocation:
    """Divide among debts held here, all of one purse; what is left is an advance or the reason to refuse."""
    left = paid
    parts: list[Part] = []
    for debt, charge in _order(debts, choice, rules):
        if not left:
            break
        amount = min(left, charge.owed)
        parts.append(Part(debt.id, charge.id, charge.component, amount))
        left -= amount
    advances = (_advance(left, paid, debts, rules),) if left else ()
    for debt in debts:
        _check_part_payment(debt, [part for part in parts if part.debt == debt.id], rules)
    by = ChosenBy.RULE if isinstance(choice, NoChoice) else ChosenBy.DEBTOR
    balances = tuple(
        Balance(
            debt.id, debt.balance, debt.balance - sum(part.amount for part in parts if part.debt == debt.id)
        )
        for debt in debts
    )
    return Allocation(paid, choice, by, tuple(parts), advances, (), balances)


def _order(debts: list[Debt], choice: Choice, rules: Rules) -> list[tuple[Debt, Charge]]:
    """Every charge in the order in which money reaches it."""
    if not isinstance(choice, NoChoice):
        return [(debt, charge) for debt in debts for charge in _inside(debt, rules)]
    due = {debt.id: [charge for charge in _inside(debt, rules) if charge.is_due(rules.day)] for debt in debts}
    later = {
        debt.id: [charge for charge in _inside(debt, rules) if charge not in due[debt.id]] for debt in debts
    }
    return [
        (debt, charge)
        for tier in (due, later)
        for debt in sorted(debts, key=partial(_rank, tier, rules))
        for charge in tier[debt.id]
    ]


def _inside(debt: Debt, rules: Rules) -> list[Charge]:
    """The open charges of one debt: by the kind's order of components (art. 343), the oldest due first."""
    order = rules.policy.kind(debt.kind).component_order
    open_charges = [charge for charge in debt.charges if charge.owed]
    return sorted(open_charges, key=lambda charge: (order.index(charge.component), charge.due, charge.id))


def _rank(tier: dict[str, list[Charge]], rules: Rules, debt: Debt) -> tuple[int, date, str]:
    """Rank debts nobody chose among (art. 345): heaviest if policy says so, then oldest due, then number."""
    burden = rules.policy.kind(debt.kind).burden_bp if debt.burden_bp is None else debt.burden_bp
    heavy = -burden if rules.policy.among_debts is Among.HEAVIEST else 0
    return heavy, min((charge.due for charge in tier[debt.id]), default=date.max), debt.id


def _advance(left: int, paid: int, debts: list[Debt], rules: Rules) -> Kept:
    homes = [debt for debt in debts if rules.policy.kind(debt.kind).allows_advance]
    if not homes:
        raise KnownError("debts.more_than_owed", paid=format_money(paid), owed=format_money(paid - left))
    if len(homes) > 1:
        raise KnownError("debts.advance_for_which", extra=format_money(left))
    return Kept(homes[0].id, homes[0].purse, left)


def _check_part_payment(debt: Debt, parts: list[Part], rules: Rules) -> None:
    rule = rules.policy.kind(debt.kind).part_payment
    given = sum(part.amount for part in parts)
    if rule is PartPayment.ANY or given in (0, debt.balance):
        return
    if rule is PartPayment.WHOLE_DEBT:
        raise KnownError("debts.whole_debt_only", debt=debt.id, owed=format_money(debt.balance))
    owed = {charge.id: charge.owed for charge in debt.charges}
    missing = sum(owed[part.charge] - part.amount for part in parts)
    if missing:
        raise KnownError("debts.whole_instalment_only", debt=debt.id, missing=format_money(missing))
