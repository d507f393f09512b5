"""Exact numbers of the fee tables: quantities, rates and amounts as fractions, never floats."""

import re
from fractions import Fraction

from kiosk.core.arabic import ascii_digits

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


def read_number(text: str) -> Fraction:
    """Read a decimal number of zero or more: up to 12 digits before the point and 6 after.

    Arabic-Indic digits are accepted. Raises ValueError for anything else.
    """
    plain = ascii_digits(text.strip()).replace("٫", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    return Fraction(plain)


def read_rate(text: str) -> Fraction:
    """Read a percentage such as `14%` or `2.8%` as an exact fraction. Raises ValueError."""
    plain = text.strip().replace("٪", "%")
    if not plain.endswith("%"):
        raise ValueError(text)
    return read_number(plain[:-1]) * Fraction(1, 100)


def show_number(number: Fraction) -> str:
    """Write a number that `read_number` reads: no exponent, no needless zeros."""
    whole, rest = divmod(number, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole}.{digits}" if digits else str(whole)


def round_half_up(piastres: Fraction) -> int:
    """Round an amount of zero or more to the whole piastre; half a piastre goes up."""
    return int((piastres + Fraction(1, 2)) // 1)
