"""Counting notes and coins, finding change, and the limits of cash in hand."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.cash import (
    Count,
    check_cash_room,
    count,
    handover_due,
    payable_up_to,
    suggest_change,
)
from kiosk.core.errors import BugError, KnownError
from kiosk.policy_files import default_policy

POLICY = replace(default_policy().on(date(2026, 11, 24)), cash_ceiling=20_000_00, hours_since_handover=24)
ROWS = POLICY.denominations
VALUES = {row.code: row.value for row in ROWS}


def test_the_notes_and_coins_of_the_country_are_data() -> None:
    enabled = sorted((row.value for row in ROWS if row.enabled), reverse=True)
    assert enabled == [200_00, 100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 1_00, 50, 25]
    assert [row.code for row in ROWS if not row.enabled] == ["coin-2"]


def test_a_count_by_hand() -> None:
    counted = count({"note-200": 3, "note-5": 1, "note-1": 2, "coin-1": 3, "coin-0.25": 7}, ROWS)
    assert counted.total == 600_00 + 5_00 + 2_00 + 3_00 + 1_75
    assert counted.of("coin-1") == 3
    assert counted.of("note-100") == 0


def test_an_empty_drawer_is_counted_by_a_typed_zero() -> None:
    assert count({"note-200": 0}, ROWS) == Count((), 0)


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ({}, "cash.count_empty"),
        ({"note-500": 1}, "cash.unknown_denomination"),
        ({"coin-2": 1}, "cash.denomination_off"),
        ({"note-5": -1}, "cash.wrong_pieces"),
        ({"note-5": "3"}, "cash.wrong_pieces"),
        ({"note-5": True}, "cash.wrong_pieces"),
    ],
)
def test_a_wrong_count_is_refused_by_name(pieces: dict[str, int], code: str) -> None:
    with pytest.raises(KnownError) as error:
        count(pieces, ROWS)
    assert error.value.code == code


def test_change_is_suggested_in_large_pieces_first() -> None:
    suggested = suggest_change(88_75, ROWS)
    assert suggested is not None
    assert suggested.total == 88_75
    assert suggested.pieces == (
        ("note-50", 1),
        ("note-20", 1),
        ("note-10", 1),
        ("note-5", 1),
        ("coin-1", 3),
        ("coin-0.50", 1),
        ("coin-0.25", 1),
    )


def test_change_that_greed_alone_would_miss_is_found() -> None:
    """60 pounds from one fifty and three twenties: the fifty leads nowhere."""
    drawer = count({"note-50": 1, "note-20": 3}, ROWS)
    assert suggest_change(60_00, ROWS, drawer) == Count((("note-20", 3),), 60_00)


def test_change_that_the_drawer_cannot_make_is_not_invented() -> None:
    drawer = count({"note-50": 4, "note-20": 1}, ROWS)
    assert suggest_change(30_00, ROWS, drawer) is None
    assert suggest_change(10, ROWS) is None
    assert payable_up_to(30_00, ROWS, drawer) == 20_00
    assert payable_up_to(1_10, ROWS) == 1_00


def test_no_change_is_an_empty_suggestion_and_negative_change_a_bug() -> None:
    assert suggest_change(0, ROWS) == Count((), 0)
    with pytest.raises(BugError):
        suggest_change(-25, ROWS)


def test_a_denomination_that_is_off_is_never_suggested() -> None:
    suggested = suggest_change(2_00, ROWS)
    assert suggested is not None
    assert suggested.of("coin-2") == 0


SMALL = ["note-5", "coin-1", "coin-0.50", "coin-0.25"]
ENABLED = [row.code for row in ROWS if row.enabled]
small = st.dictionaries(st.sampled_from(SMALL), st.integers(0, 3), min_size=1)


@given(small, st.integers(0, 25_00))
@settings(max_examples=150)
def test_change_is_exact_from_the_drawer_or_truly_impossible(pieces: dict[str, int], amount: int) -> None:
    drawer = count(pieces, ROWS)
    names = list(pieces)
    sums = {
        sum(VALUES[name] * number for name, number in zip(names, numbers, strict=True))
        for numbers in product(*(range(pieces[name] + 1) for name in names))
    }
    suggested = suggest_change(amount, ROWS, drawer)
    assert (suggested is not None) == (amount in sums)
    assert payable_up_to(amount, ROWS, drawer) == max(total for total in sums if total <= amount)
    if suggested is not None:
        assert sum(VALUES[code] * number for code, number in suggested.pieces) == amount
        assert all(number <= drawer.of(code) for code, number in suggested.pieces)


@given(st.dictionaries(st.sampled_from(ENABLED), st.integers(0, 999), min_size=1))
def test_a_count_is_the_sum_of_its_pieces(pieces: dict[str, int]) -> None:
    counted = count(pieces, ROWS)
    assert counted.total == sum(VALUES[code] * number for code, number in pieces.items())
    assert dict(counted.pieces) == {code: number for code, number in pieces.items() if number}


def test_cash_up_to_the_ceiling_is_taken_and_a_piastre_more_is_not() -> None:
    check_cash_room(500_00, 19_500_00, 0, POLICY)
    with pytest.raises(KnownError) as error:
        check_cash_room(500_01, 19_500_00, 0, POLICY)
    assert error.value.code == "cash.ceiling"


def test_the_refusal_does_not_say_how_much_is_in_the_drawer() -> None:
    with pytest.raises(KnownError) as error:
        check_cash_room(500_00, 19_777_00, 0, POLICY)
    assert "19,777" not in str(error.value)
    assert "223" not in str(error.value)


def test_after_the_hours_new_cash_waits_for_a_handover() -> None:
    check_cash_room(10_00, 100_00, 24 * 60 - 1, POLICY)
    with pytest.raises(KnownError) as error:
        check_cash_room(10_00, 100_00, 24 * 60, POLICY)
    assert error.value.code == "cash.handover_overdue"


def test_a_card_payment_is_never_stopped_by_cash_limits() -> None:
    check_cash_room(0, 99_000_00, 99 * 60, POLICY)


def test_an_empty_drawer_has_nothing_to_hand_over() -> None:
    check_cash_room(10_00, 0, 99 * 60, POLICY)
    assert not handover_due(0, 99 * 60, POLICY)
    assert handover_due(1, 24 * 60, POLICY)
    assert handover_due(20_000_00, 0, POLICY)
    assert not handover_due(19_999_99, 0, POLICY)
