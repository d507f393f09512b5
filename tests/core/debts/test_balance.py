"""The shown balance counts each of our own entries once: in the snapshot or beside it, never both."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.debts.balance import Applied, OwnPart, shown_balance
from kiosk.core.debts.model import Charge, Debt, Purse
from kiosk.core.errors import BugError
from kiosk.core.policy import Component
from tests.core.debts.cases import LEASES

DUE = date(2026, 1, 1)


def debt(**owed: int) -> Debt:
    charges = tuple(Charge(name, Component.PRINCIPAL, DUE, amount) for name, amount in owed.items())
    return Debt("A", "debtor", "waste", Purse("unit", "waste"), charges, LEASES["here"])


def paid(seq: int, amount: int, charge: str | None = "c", stream: str = "s") -> OwnPart:
    return OwnPart(stream, seq, "A", charge, amount)


def test_an_entry_that_the_snapshot_lacks_is_subtracted() -> None:
    assert shown_balance(debt(c=100_00), [paid(7, 30_00)], Applied({"s": 6})).balance == 70_00


def test_an_entry_that_the_snapshot_has_is_not_subtracted_again() -> None:
    snapshot_after = debt(c=70_00)
    own = [paid(7, 30_00)]
    assert shown_balance(snapshot_after, own, Applied({"s": 7})).balance == 70_00
    counted_twice = snapshot_after.balance - sum(part.amount for part in own)
    assert counted_twice == 40_00


def test_the_same_entry_handed_over_twice_counts_once() -> None:
    assert shown_balance(debt(c=100_00), [paid(7, 30_00), paid(7, 30_00)], Applied()).balance == 70_00


def test_one_entry_with_two_amounts_is_a_bug() -> None:
    with pytest.raises(BugError, match="s/7"):
        shown_balance(debt(c=100_00), [paid(7, 30_00), paid(7, 31_00)], Applied())


def test_a_quarantined_entry_is_still_ours_to_subtract() -> None:
    applied = Applied({"s": 9}, frozenset({("s", 7)}))
    assert shown_balance(debt(c=100_00), [paid(7, 30_00), paid(8, 5_00)], applied).balance == 70_00


def test_another_stream_has_its_own_count() -> None:
    own = [paid(7, 30_00), paid(7, 1_00, stream="t")]
    assert shown_balance(debt(c=100_00), own, Applied({"s": 7})).balance == 99_00


def test_another_debt_of_the_same_entry_is_left_alone() -> None:
    elsewhere = OwnPart("s", 7, "B", "c", 30_00)
    assert shown_balance(debt(c=100_00), [elsewhere], Applied()).balance == 100_00


def test_a_void_gives_back_what_the_snapshot_has_already_taken() -> None:
    own = [paid(7, 30_00), paid(8, -30_00)]
    assert shown_balance(debt(c=70_00), own, Applied({"s": 7})).balance == 100_00
    assert shown_balance(debt(c=100_00), own, Applied({"s": 6})).balance == 100_00


def test_a_void_of_a_charge_that_is_gone_is_owed_again() -> None:
    seen = shown_balance(debt(d=10_00), [paid(8, -30_00)], Applied({"s": 7}))
    assert (seen.balance, seen.reopened, seen.over) == (40_00, 30_00, 0)


def test_over_collection_is_told_apart_and_never_below_zero() -> None:
    seen = shown_balance(debt(c=20_00, d=50_00), [paid(7, 30_00), paid(8, 5_00, "gone")], Applied())
    assert seen.balance == 50_00
    assert seen.over == 15_00


def test_money_on_account_waits_and_changes_no_charge() -> None:
    seen = shown_balance(debt(c=20_00), [paid(7, 30_00, None)], Applied())
    assert (seen.balance, seen.waiting) == (20_00, 30_00)
    assert shown_balance(debt(c=20_00), [paid(7, 30_00, None)], Applied({"s": 7})).waiting == 0


parts = st.lists(
    st.builds(
        paid, st.integers(1, 12), st.integers(1, 9_000), st.sampled_from(["c", "d", None]), st.just("s")
    ),
    unique_by=lambda part: (part.seq, part.charge),
    max_size=12,
)


@given(parts, st.integers(0, 12), st.sets(st.integers(1, 12)))
def test_wherever_the_snapshot_stands_the_balance_is_the_same(
    own: list[OwnPart], through: int, held_back: set[int]
) -> None:
    """The centre applies any prefix but for what it quarantined; the device shows the same either way."""
    applied = Applied({"s": through}, frozenset(("s", seq) for seq in held_back))
    start = {"c": 200_000, "d": 200_000}
    left = dict(start)
    everything = dict(start)
    for part in own:
        if part.charge is not None:
            everything[part.charge] -= part.amount
            if part.seq <= through and part.seq not in held_back:
                left[part.charge] -= part.amount
    handed_over = own + own[::2]
    seen = shown_balance(debt(**left), handed_over, applied)
    assert seen.balance == sum(everything.values())
    assert {row.id: row.owed for row in seen.debt.charges} == everything
    assert seen.over == seen.reopened == 0


signed = st.lists(
    st.builds(
        paid,
        st.integers(1, 12),
        st.integers(-9_000, 9_000),
        st.sampled_from(["c", "d", "gone", None]),
        st.just("s"),
    ),
    unique_by=lambda part: (part.seq, part.charge),
    max_size=12,
)


@given(signed, st.integers(0, 12), st.integers(0, 9_000), st.integers(0, 9_000))
def test_snapshot_less_own_is_shown_less_over(own: list[OwnPart], through: int, c: int, d: int) -> None:
    seen = shown_balance(debt(c=c, d=d), own, Applied({"s": through}))
    lacking = sum(part.amount for part in own if part.seq > through and part.charge is not None)
    assert c + d - lacking == seen.balance - seen.over
    assert seen.balance >= 0
    assert seen.over >= 0
