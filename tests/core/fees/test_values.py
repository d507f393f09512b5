"""Numbers of the fee tables are exact from the text to the piastre."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.fees.values import read_number, read_rate, round_half_up, show_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120", Fraction(120)),
        ("175.50", Fraction(351, 2)),
        ("٣٫٥", Fraction(7, 2)),
        (" 0.000001 ", Fraction(1, 1_000_000)),
    ],
)
def test_a_decimal_is_read_exactly(text: str, number: Fraction) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1e3", "1,000", ".5", "5.", "1.2345678", "1" * 13, "²", "NaN"]
)
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        read_number(text)


def test_a_rate_needs_its_sign() -> None:
    assert read_rate("2.8%") == Fraction(28, 1000)
    assert read_rate("14٪") == Fraction(14, 100)
    with pytest.raises(ValueError, match="14"):
        read_rate("14")


@pytest.mark.parametrize(
    ("exact", "piastres"),
    [
        (Fraction(5, 2), 3),
        (Fraction(249, 100), 2),
        (Fraction(7, 2), 4),
        (Fraction(1, 3), 0),
        (Fraction(0), 0),
        (Fraction(1, 2), 1),
    ],
)
def test_half_a_piastre_goes_up(exact: Fraction, piastres: int) -> None:
    assert round_half_up(exact) == piastres


@given(st.integers(0, 10**17))
def test_a_number_reads_back_as_it_was_written(millionths: int) -> None:
    number = Fraction(millionths, 1_000_000)
    assert read_number(show_number(number)) == number
