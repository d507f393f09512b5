"""A payment is divided as the law and the debtor say, and no piastre is made or lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.debts.allocation import (
    Allocation,
    ChosenAmounts,
    ChosenBy,
    ChosenDebts,
    Kept,
    NoChoice,
    Rules,
    allocate,
)
from kiosk.core.debts.model import Charge, Debt, Purse
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Among, Component
from tests.core.debts.cases import DAY, LAW, LEASES, VEHICLE, Case, load_cases, plain_policy

CASES = load_cases()


def plain_amount(piastres: int) -> str:
    return format_money(piastres).replace(",", "")


def kept(rows: tuple[Kept, ...]) -> list[list[str]]:
    return [[row.debt or "-", plain_amount(row.amount)] for row in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_worked_example_comes_out_as_by_hand(case: Case) -> None:
    refused = case.text("refused")
    if refused:
        with pytest.raises(KnownError) as error:
            allocate(case.paid, case.debts, case.choice, case.rules)
        assert error.value.code == refused
        return
    result = allocate(case.paid, case.debts, case.choice, case.rules)
    assert [[part.debt, part.charge, plain_amount(part.amount)] for part in result.parts] == case.rows(
        "parts"
    )
    assert kept(result.advances) == case.rows("advances")
    assert kept(result.on_account) == case.rows("on_account")
    balances = [[row.debt, plain_amount(row.before), plain_amount(row.after)] for row in result.balances]
    assert balances == case.rows("balances")
    assert result.chosen_by == (case.text("chosen_by") or "debtor")
    assert result.choice == case.choice


def test_the_examples_cover_every_article_and_every_kind_of_debt() -> None:
    assert len(CASES) >= 30
    assert {"343", "344", "345"} <= {case.article for case in CASES}
    shown = {debt.kind for case in CASES for debt in case.debts}
    assert set(plain_policy().debt_kinds) - {"default"} <= shown
    worked = [case for case in CASES if not case.text("refused")]
    assert {"343", "344", "345", "purse", "credit", "part", "lease"} == {case.article for case in worked}


def test_each_refusal_names_what_to_do() -> None:
    case = next(case for case in CASES if case.text("refused") == "debts.more_than_owed")
    with pytest.raises(KnownError) as error:
        allocate(case.paid, case.debts, case.choice, case.rules)
    assert "60.00" in error.value.sentence("en")
    assert "60.00" in error.value.remedy("ar")


def test_an_advance_keeps_the_purse_of_its_debt() -> None:
    case = next(case for case in CASES if case.rows("advances"))
    result = allocate(case.paid, case.debts, case.choice, case.rules)
    assert result.advances[0].purse == case.debts[0].purse


def test_debts_of_two_debtors_and_a_debt_given_twice_are_bugs() -> None:
    debt = Debt("A", "one", "waste", Purse("unit", "waste"), (), LEASES["here"])
    other = replace(debt, id="B", debtor="two")
    rules = Rules(plain_policy(), DAY, VEHICLE)
    with pytest.raises(BugError, match="several debtors"):
        allocate(100, [debt, other], NoChoice(), rules)
    with pytest.raises(BugError, match="twice"):
        allocate(100, [debt, debt], NoChoice(), rules)


def test_no_debt_at_all_and_no_choice_of_any_is_said() -> None:
    rules = Rules(plain_policy(), DAY, VEHICLE)
    for choice in (NoChoice(), ChosenDebts(()), ChosenAmounts(())):
        with pytest.raises(KnownError) as error:
            allocate(100, [], choice, rules)
        assert error.value.code == "debts.none_chosen"


# ---- properties over random debts

amounts = st.integers(min_value=0, max_value=50_000)
days = st.dates(min_value=DAY.replace(year=2019), max_value=DAY.replace(year=2029))


@st.composite
def debt_lists(draw: st.DrawFn) -> list[Debt]:
    debts = []
    for number in range(draw(st.integers(1, 4))):
        rows = draw(st.lists(st.tuples(st.sampled_from(Component), days, amounts), max_size=5))
        charges = tuple(
            Charge(f"c{i}", component, due, owed) for i, (component, due, owed) in enumerate(rows)
        )
        kind = draw(st.sampled_from(["waste", "housing", "fine"]))
        burden = draw(st.sampled_from([None, 0, 500, 1200]))
        lease = draw(st.sampled_from(["here", "here", "here", "none"]))
        debts.append(Debt(f"D{number}", "debtor", kind, Purse("unit", "f"), charges, LEASES[lease], burden))
    return debts


choices = st.one_of(
    st.just(NoChoice()),
    st.permutations(["D0", "D1", "D2", "D3"]).flatmap(
        lambda names: st.integers(1, 4).map(lambda n: ChosenDebts(tuple(names[:n])))
    ),
    st.dictionaries(st.sampled_from(["D0", "D1", "D2", "D3"]), st.integers(1, 60_000), min_size=1).map(
        lambda shares: ChosenAmounts(tuple(shares.items()))
    ),
)
rule_sets = st.sampled_from(Among).map(
    lambda among: Rules(
        replace(
            plain_policy(among),
            debt_kinds={
                code: replace(rule, allows_advance=code == "housing")
                for code, rule in plain_policy(among).debt_kinds.items()
            },
        ),
        DAY,
        VEHICLE,
    )
)


def tried(
    paid: int, debts: list[Debt], choice: NoChoice | ChosenDebts | ChosenAmounts, rules: Rules
) -> Allocation | None:
    """The allocation, or None when it is refused with a reason."""
    try:
        return allocate(paid, debts, choice, rules)
    except KnownError:
        return None


@given(debt_lists(), choices, st.integers(1, 200_000), rule_sets)
@settings(max_examples=250)
def test_a_division_never_makes_or_loses_a_piastre(
    debts: list[Debt], choice: NoChoice | ChosenDebts | ChosenAmounts, paid: int, rules: Rules
) -> None:
    if isinstance(choice, ChosenAmounts):
        paid = sum(amount for _, amount in choice.amounts)
    result = tried(paid, debts, choice, rules)
    if result is None:
        return
    assert result.placed == paid == result.paid
    assert all(part.amount > 0 for part in result.parts)
    by_id = {debt.id: debt for debt in debts}
    for part in result.parts:
        charge = next(row for row in by_id[part.debt].charges if row.id == part.charge)
        assert part.amount <= charge.owed
    assert len({(part.debt, part.charge) for part in result.parts}) == len(result.parts)
    for row in result.balances:
        paid_here = sum(part.amount for part in result.parts if part.debt == row.debt)
        assert row.before - row.after == paid_here
        assert row.before == by_id[row.debt].balance
        assert row.after >= 0


@given(debt_lists(), choices, st.integers(1, 200_000), rule_sets)
@settings(max_examples=250)
def test_a_division_follows_the_choice_of_the_debtor(
    debts: list[Debt], choice: NoChoice | ChosenDebts | ChosenAmounts, paid: int, rules: Rules
) -> None:
    if isinstance(choice, ChosenAmounts):
        paid = sum(amount for _, amount in choice.amounts)
    result = tried(paid, debts, choice, rules)
    if result is None:
        return
    if isinstance(choice, NoChoice):
        assert result.chosen_by is not ChosenBy.DEBTOR
        return
    assert result.chosen_by is ChosenBy.DEBTOR
    if isinstance(choice, ChosenDebts):
        touched = [part.debt for part in result.parts]
        assert touched == sorted(touched, key=choice.debts.index)
        for before in dict.fromkeys(touched[:-1]):
            if before != touched[-1]:
                assert next(row.after for row in result.balances if row.debt == before) == 0
        return
    for name, share in choice.amounts:
        placed = [row.amount for row in result.parts if row.debt == name]
        placed += [row.amount for row in (*result.advances, *result.on_account) if row.debt == name]
        assert sum(placed) == share


@given(debt_lists(), choices, st.integers(1, 200_000), rule_sets)
@settings(max_examples=250)
def test_inside_a_debt_nothing_is_paid_while_what_goes_before_it_is_open(
    debts: list[Debt], choice: NoChoice | ChosenDebts | ChosenAmounts, paid: int, rules: Rules
) -> None:
    if isinstance(choice, ChosenAmounts):
        paid = sum(amount for _, amount in choice.amounts)
    result = tried(paid, debts, choice, rules)
    if result is None:
        return
    for debt in debts:
        given_to = {part.charge: part.amount for part in result.parts if part.debt == debt.id}
        ordered = sorted(debt.charges, key=lambda row: (LAW.index(row.component), row.due, row.id))
        open_before = False
        for charge in ordered:
            assert not (open_before and charge.id in given_to)
            open_before = open_before or given_to.get(charge.id, 0) < charge.owed


@given(debt_lists(), st.integers(1, 200_000), rule_sets)
@settings(max_examples=200)
def test_without_a_choice_nothing_undue_is_paid_while_something_due_is_open(
    debts: list[Debt], paid: int, rules: Rules
) -> None:
    result = tried(paid, debts, NoChoice(), rules)
    if result is None or not result.parts:
        return
    owed = {(debt.id, row.id): row for debt in debts for row in debt.charges}
    given_to = {(part.debt, part.charge): part.amount for part in result.parts}
    undue_paid = any(not owed[key].is_due(DAY) for key in given_to)
    due_open = any(row.is_due(DAY) and given_to.get(key, 0) < row.owed for key, row in owed.items())
    assert not (undue_paid and due_open)
