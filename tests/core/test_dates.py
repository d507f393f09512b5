"""Dates read as Egyptian offices write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.bidi import ltr
from kiosk.core.dates import (
    fiscal_year,
    fiscal_year_end,
    fiscal_year_start,
    format_date,
    format_numeric_date,
    month_name,
    week_start,
    weekday_name,
)

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def test_a_date_in_words_has_the_egyptian_month() -> None:
    assert format_date(date(2026, 1, 5)) == "5 يناير 2026"
    assert format_date(date(2025, 12, 31)) == "31 ديسمبر 2025"
    assert format_date(date(2026, 1, 5), "en") == "5 January 2026"


def test_a_date_in_digits_is_day_first_and_isolated() -> None:
    assert format_numeric_date(date(2026, 1, 5)) == ltr("05/01/2026")


def test_the_months_are_twelve_and_different() -> None:
    assert len({month_name(month) for month in range(1, 13)}) == 12
    assert (month_name(1), month_name(8), month_name(12)) == ("يناير", "أغسطس", "ديسمبر")
    for wrong in (0, 13, -1):
        with pytest.raises(ValueError, match="is not in range"):
            month_name(wrong)


def test_days_of_the_week_have_their_names() -> None:
    assert weekday_name(date(2026, 1, 4)) == "الأحد"
    assert weekday_name(date(2026, 1, 2)) == "الجمعة"
    assert weekday_name(date(2026, 1, 3), "en") == "Saturday"


@given(DAYS)
def test_a_week_starts_on_saturday(day: date) -> None:
    start = week_start(day)
    assert weekday_name(start) == "السبت"
    assert timedelta(0) <= day - start < timedelta(days=7)


def test_the_fiscal_year_turns_on_the_first_of_july() -> None:
    assert fiscal_year(date(2025, 6, 30)) == "2024/2025"
    assert fiscal_year(date(2025, 7, 1)) == "2025/2026"
    assert fiscal_year_start(date(2026, 3, 1)) == date(2025, 7, 1)
    assert fiscal_year_end(date(2026, 3, 1)) == date(2026, 6, 30)


@given(DAYS)
def test_every_day_lies_in_its_fiscal_year(day: date) -> None:
    assert fiscal_year_start(day) <= day <= fiscal_year_end(day)
    assert fiscal_year_start(fiscal_year_end(day) + timedelta(days=1)) == fiscal_year_end(day) + timedelta(
        days=1
    )
