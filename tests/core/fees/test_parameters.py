"""The row of a day, and the band of a size."""

from datetime import date
from fractions import Fraction

import pytest

from kiosk.core.errors import BugError, KnownError
from kiosk.core.fees.parameters import Beyond, Leaf, pick
from tests.core.fees.small import ON, amounts, parameter, row, service, sound

ROWS = f"{row('10', '2025-01-01', ends='2026-03-31')}, {row('12.50', '2026-04-01', ends='2026-09-30')}"
TWO = f"  fee: {{ar: رسم, en: Fee, unit: EGP, rows: [{ROWS}]}}\n"
FIXED = service("AAA-01", "{account: fees, rule: FIXED(fee)}")


@pytest.mark.parametrize(
    ("day", "amount", "expired"),
    [
        (date(2025, 1, 1), 1000, False),
        (date(2026, 3, 31), 1000, False),
        (date(2026, 4, 1), 1250, False),
        (date(2026, 9, 30), 1250, False),
        (date(2026, 10, 1), 1250, True),
    ],
)
def test_the_row_is_chosen_by_date_and_an_ended_one_says_so(day: date, amount: int, expired: bool) -> None:
    quote = sound(TWO, FIXED).quote("AAA-01", {}, day)
    assert amounts(quote) == [("fee", amount)]
    assert (quote.expired, quote.lines[0].expired) == (expired, expired)


def test_a_day_before_the_first_row_has_no_value() -> None:
    with pytest.raises(KnownError) as caught:
        sound(TWO, FIXED).quote("AAA-01", {}, date(2024, 12, 31))
    assert caught.value.code == "fees.no_row"
    assert caught.value.params["first"] == date(2025, 1, 1)


def test_the_whole_table_expires_too() -> None:
    tables = sound(f"  fee: {{ar: رسم, en: Fee, unit: EGP, rows: [{row('10')}]}}\n", FIXED)
    assert not tables.quote("AAA-01", {}, date(2026, 12, 31)).expired
    late = tables.quote("AAA-01", {}, date(2027, 1, 1))
    assert late.expired
    assert not late.lines[0].expired
    assert late.marks("en") == ("expired table",)
    assert late.marks("ar") == ("جدول منتهي",)


BANDS = parameter("fee", "{<=100: 10, <=200: 20}")
BEYOND = parameter("more", "99", basis="sample")


@pytest.mark.parametrize(
    ("area", "beyond", "amount", "sample"),
    [
        ("100", "", 1000, False),
        ("100.01", "", 2000, False),
        ("200", ", beyond=more", 2000, False),
        ("200.5", ", beyond=more", 9900, True),
        ("200.5", ", beyond=last", 2000, False),
    ],
)
def test_a_band_holds_whole_up_to_its_limit(area: str, beyond: str, amount: int, sample: bool) -> None:
    lines = service("AAA-01", f'{{account: fees, rule: "BANDED(fee, size=area_m2{beyond})"}}')
    quote = sound(BANDS + BEYOND, lines).quote("AAA-01", {"area_m2": area}, ON)
    assert (quote.total, quote.sample) == (amount, sample)


def test_a_size_beyond_a_table_that_ends_is_refused() -> None:
    lines = service("AAA-01", '{account: fees, rule: "BANDED(fee, size=area_m2)"}')
    with pytest.raises(KnownError) as caught:
        sound(BANDS, lines).quote("AAA-01", {"area_m2": "201"}, ON)
    assert caught.value.code == "fees.beyond_table"
    assert (caught.value.params["text"], caught.value.params["last"]) == ("201", "200")


def test_an_unchecked_table_is_a_bug_not_a_price() -> None:
    value = (
        sound(BANDS, service("AAA-01", '{account: fees, rule: "BANDED(fee, size=area_m2)"}'))
        .parameters["fee"]
        .rows[0]
        .value
    )
    assert pick(value, [Fraction(100)]) == Leaf(Fraction(1000))
    assert isinstance(pick(value, [Fraction(999)]), Beyond)
    with pytest.raises(BugError):
        pick(value, [])
    with pytest.raises(BugError):
        pick(value, ["city"])
