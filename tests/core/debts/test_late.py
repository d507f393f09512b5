"""A late charge is nothing unless data says so, and never above its cap."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.debts.late import late_charge
from kiosk.core.policy import LateRule
from kiosk.policy_files import default_policy

DUE = date(2025, 1, 1)


def test_without_a_rule_nothing_is_charged() -> None:
    assert late_charge(100_000_00, DUE, date(2035, 1, 1), None) == 0


def test_no_shipped_kind_charges_anything() -> None:
    assert all(rule.late is None for rule in default_policy().on(DUE).debt_kinds.values())


@pytest.mark.parametrize(
    ("day", "rule", "charge"),
    [
        (date(2026, 1, 1), LateRule(rate_bp=1000, grace_days=0, cap_bp=None), 100_00),
        (date(2026, 1, 1), LateRule(rate_bp=1000, grace_days=365, cap_bp=None), 0),
        (date(2025, 1, 1), LateRule(rate_bp=1000, grace_days=0, cap_bp=None), 0),
        (date(2024, 1, 1), LateRule(rate_bp=1000, grace_days=0, cap_bp=None), 0),
        (date(2025, 1, 31), LateRule(rate_bp=1000, grace_days=0, cap_bp=None), 8_22),
        (date(2025, 1, 31), LateRule(rate_bp=1000, grace_days=10, cap_bp=None), 5_48),
        (date(2026, 1, 1), LateRule(rate_bp=1000, grace_days=0, cap_bp=500), 50_00),
        (date(2045, 1, 1), LateRule(rate_bp=1000, grace_days=0, cap_bp=10_000), 1_000_00),
    ],
)
def test_a_thousand_pounds_late_by_hand(day: date, rule: LateRule, charge: int) -> None:
    assert late_charge(1_000_00, DUE, day, rule) == charge


def test_half_a_piastre_is_rounded_up() -> None:
    """0.50 pounds, 1 per cent a year, one year: 0.005 pounds."""
    rule = LateRule(rate_bp=100, grace_days=0, cap_bp=None)
    assert late_charge(50, DUE, date(2026, 1, 1), rule) == 1
    assert late_charge(49, DUE, date(2026, 1, 1), rule) == 0


@given(st.integers(0, 10**9), st.integers(0, 5000), st.integers(0, 4000), st.integers(0, 10_000))
def test_it_grows_with_time_and_stops_at_the_cap(principal: int, rate: int, days: int, cap: int) -> None:
    rule = LateRule(rate_bp=rate, grace_days=5, cap_bp=cap)
    earlier = late_charge(principal, DUE, date.fromordinal(DUE.toordinal() + days), rule)
    later = late_charge(principal, DUE, date.fromordinal(DUE.toordinal() + days + 1), rule)
    assert 0 <= earlier <= later
    assert later * 10_000 <= principal * cap
