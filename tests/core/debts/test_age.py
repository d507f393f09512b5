"""Ages of debts are for supervisors, and old knowledge limits what is taken."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.core.debts.age import age_bands, check_data_age, data_age, whole_years
from kiosk.core.debts.model import Charge, Debt, Purse
from kiosk.core.errors import KnownError
from kiosk.core.policy import Component
from tests.core.debts.cases import DAY, LEASES, plain_policy


def charge(name: str, due: date, owed: int) -> Charge:
    return Charge(name, Component.PRINCIPAL, due, owed)


OLD = Debt(
    "A",
    "debtor",
    "land_rent",
    Purse("unit", "rent"),
    (
        charge("not-due", date(2026, 12, 31), 1_00),
        charge("this-year", date(2025, 11, 25), 2_00),
        charge("one-year-today", date(2025, 11, 24), 4_00),
        charge("almost-five", date(2021, 11, 25), 8_00),
        charge("five-today", date(2021, 11, 24), 16_00),
        charge("settled", date(2010, 1, 1), 0),
    ),
    LEASES["here"],
)


def test_a_supervisor_sees_the_bands_by_anniversary() -> None:
    bands = age_bands(OLD, DAY, plain_policy(), supervisor=True)
    assert {row.band.code: (row.owed, row.charges) for row in bands} == {
        "under-1": (2_00, 1),
        "1-to-3": (4_00, 1),
        "3-to-5": (8_00, 1),
        "over-5": (16_00, 1),
    }


def test_nobody_else_sees_them() -> None:
    with pytest.raises(KnownError) as error:
        age_bands(OLD, DAY, plain_policy(), supervisor=False)
    assert error.value.code == "debts.age_for_supervisors"


def test_bands_never_advise() -> None:
    for band in plain_policy().age_bands:
        assert not any(word in band.name_ar for word in ("سقط", "تقادم", "يسقط"))


def test_a_leap_day_has_its_anniversary_on_the_first_of_march() -> None:
    assert whole_years(date(2024, 2, 29), date(2025, 2, 28)) == 0
    assert whole_years(date(2024, 2, 29), date(2025, 3, 1)) == 1
    assert whole_years(date(2024, 2, 29), date(2028, 2, 29)) == 4


@pytest.mark.parametrize(
    ("as_of", "stale"), [("2026-11-24", False), ("2026-11-17", False), ("2026-11-16", True)]
)
def test_data_is_stale_after_the_days_of_the_policy(as_of: str, *, stale: bool) -> None:
    policy = replace(plain_policy(), debt_data_max_age_days=7)
    assert data_age(date.fromisoformat(as_of), DAY, policy).stale is stale


def test_data_from_tomorrow_is_a_wrong_clock_and_counts_as_stale() -> None:
    assert data_age(date(2026, 11, 25), DAY, plain_policy()).stale


def test_stale_data_takes_payments_up_to_its_cap_only() -> None:
    policy = replace(plain_policy(), debt_data_max_age_days=7, stale_debt_cap=1_000_00)
    old = data_age(date(2026, 11, 1), DAY, policy)
    check_data_age(1_000_00, old, policy)
    with pytest.raises(KnownError) as error:
        check_data_age(1_000_01, old, policy)
    assert error.value.code == "debts.above_stale_cap"
    assert "23" in error.value.sentence("ar")
    check_data_age(9_000_00, data_age(DAY, DAY, policy), policy)
