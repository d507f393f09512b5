"""Reads the worked examples, and makes policies and debts for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from kiosk.core.debts.allocation import Choice, ChosenAmounts, ChosenDebts, NoChoice, Rules
from kiosk.core.debts.lease import CollectingDesk
from kiosk.core.debts.model import Charge, Debt, Lease, LeasedTo, Purse
from kiosk.core.marked import Marked, read_marked
from kiosk.core.money import parse_money
from kiosk.core.policy import Among, Component, KindRule, PartPayment, Policy
from kiosk.policy_files import default_policy

DAY = date(2026, 11, 24)
VEHICLE = CollectingDesk(unit="U7")
LEASES = {
    "here": Lease(LeasedTo.UNIT, "U7"),
    "other": Lease(LeasedTo.COLLECTOR, "C9"),
    "none": Lease(LeasedTo.NONE),
    "past": Lease(LeasedTo.UNIT, "U7", until=date(2026, 11, 23)),
}
LAW = (Component.COSTS, Component.LATE, Component.PRINCIPAL)


@dataclass(frozen=True)
class Case:
    """One worked example; `expected` holds its hand-computed answer as text."""

    name: str
    article: str
    debts: tuple[Debt, ...]
    paid: int
    choice: Choice
    rules: Rules
    expected: Mapping[str, Marked]

    def rows(self, name: str) -> list[list[str]]:
        return (
            [str(row.text).split() for row in (self.expected[name].items or [])]
            if name in self.expected
            else []
        )

    def text(self, name: str) -> str | None:
        return self.expected[name].text if name in self.expected else None


@cache
def plain_policy(among: Among = Among.HEAVIEST) -> Policy:
    """A policy whose kinds all take any part payment and no advance, whatever the shipped samples say."""
    policy = default_policy().on(DAY)
    kinds = {code: plain(rule) for code, rule in policy.debt_kinds.items()}
    return replace(policy, debt_kinds=kinds, among_debts=among)


def plain(rule: KindRule) -> KindRule:
    return replace(
        rule, part_payment=PartPayment.ANY, allows_advance=False, component_order=LAW, burden_bp=0, late=None
    )


def load_cases() -> list[Case]:
    path = Path(__file__).parents[2] / "data" / "allocation_cases.yaml"
    rows = read_marked(path.read_text(encoding="utf-8"), path.name).items
    assert rows
    return [_case(row.map or {}) for row in rows]


def _case(fields: Mapping[str, Marked]) -> Case:
    among = Among(str(fields["among"].text)) if "among" in fields else Among.HEAVIEST
    policy = _with_terms(plain_policy(among), (fields["terms"].map or {}) if "terms" in fields else {})
    return Case(
        str(fields["name"].text),
        str(fields["article"].text),
        tuple(_debt(name, row) for name, row in (fields["debts"].map or {}).items()),
        parse_money(str(fields["pay"].text)),
        _choice(str(fields["choice"].text)),
        Rules(policy, DAY, VEHICLE),
        fields,
    )


def _with_terms(policy: Policy, terms: Mapping[str, Marked]) -> Policy:
    kinds = dict(policy.debt_kinds)
    for name, row in terms.items():
        words = [str(word.text) for word in row.items or []]
        if name == "component_order":
            order = tuple(Component(word) for word in words)
            kinds = {code: replace(rule, component_order=order) for code, rule in kinds.items()}
        for code in words if name == "allows_advance" else []:
            kinds[code] = replace(kinds[code], allows_advance=True)
        for code in words if name in set(PartPayment) else []:
            kinds[code] = replace(kinds[code], part_payment=PartPayment(name))
    return replace(policy, debt_kinds=kinds)


def _debt(name: str, row: Marked) -> Debt:
    kind, purse, lease, *rest = [str(word.text) for word in row.items or []]
    body, fund, *deposit = purse.split("/")
    burden = next((int(text.split()[1]) for text in rest if text.startswith("burden ")), None)
    charges = tuple(_charge(text) for text in rest if not text.startswith("burden "))
    return Debt(name, "debtor", kind, Purse(body, fund, bool(deposit)), charges, LEASES[lease], burden)


def _charge(text: str) -> Charge:
    name, component, due, amount = text.split()
    return Charge(name, Component(component), date.fromisoformat(due), parse_money(amount))


def _choice(text: str) -> Choice:
    if text == "none":
        return NoChoice()
    words = [part.split() for part in text.split(",")]
    if all(len(pair) == 2 for pair in words):
        return ChosenAmounts(tuple((name, parse_money(amount)) for name, amount in words))
    return ChosenDebts(tuple(pair[0] for pair in words))
