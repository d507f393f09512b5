"""Perpetual totals only grow."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.totals import Totals, read_totals

NAMES = [field.name for field in fields(Totals)]
totals = st.fixed_dictionaries({name: st.integers(0, 10**12) for name in NAMES}).map(
    lambda plain: Totals(**plain)
)


@settings(max_examples=50)
@given(totals, totals)
def test_what_is_added_can_be_taken_apart_again(before: Totals, effect: Totals) -> None:
    after = before + effect
    assert after.covers(before)
    assert after - before == effect
    assert read_totals(after.to_map()) == after


@pytest.mark.parametrize("name", NAMES)
def test_no_total_ever_decreases(name: str) -> None:
    with pytest.raises(BugError):
        Totals() + replace(Totals(), **{name: -1})
    more = replace(Totals(), **{name: 1})
    assert not Totals().covers(more)
    with pytest.raises(BugError):
        Totals() - more


def test_damaged_totals_are_a_known_error() -> None:
    good = Totals().to_map()
    damaged: tuple[object, ...] = (
        {**good, "cash": -1},
        {**good, "more": 1},
        {**good, "cash": True},
        [],
        None,
    )
    for wrong in damaged:
        with pytest.raises(KnownError) as caught:
            read_totals(wrong)
        assert caught.value.code == "entry.malformed"
