"""Instalments add up exactly and fall due on real days."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.fees.plans import Instalment, add_months, instalment_plan


def test_the_last_part_takes_what_division_leaves() -> None:
    # 100.00 down 25 % = 25.00; 75.00 over 7 = 10.71 six times (64.26), and 10.74
    plan = instalment_plan(10000, 7, 1, Fraction(1, 4), date(2026, 1, 31))
    assert [part.amount for part in plan] == [2500, 1071, 1071, 1071, 1071, 1071, 1071, 1074]
    assert plan[0] == Instalment(0, date(2026, 1, 31), 2500)


def test_without_a_down_payment_the_first_part_is_due_a_period_later() -> None:
    plan = instalment_plan(1200, 3, 3, Fraction(0), date(2026, 11, 24))
    assert [(part.number, part.due) for part in plan] == [
        (1, date(2027, 2, 24)),
        (2, date(2027, 5, 24)),
        (3, date(2027, 8, 24)),
    ]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
    ],
)
def test_a_short_month_ends_on_its_last_day(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(st.integers(1, 10**12), st.integers(1, 240), st.integers(0, 100))
def test_a_plan_adds_up(amount: int, count: int, percent: int) -> None:
    plan = instalment_plan(amount, count, 1, Fraction(percent, 100), date(2026, 7, 1))
    assert sum(part.amount for part in plan) == amount
    assert all(part.amount >= 0 for part in plan)
    assert [part.due for part in plan] == sorted(part.due for part in plan)
