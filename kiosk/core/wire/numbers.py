"""One-time numbers that people type: 16 digits with two check digits (ISO 7064, MOD 97-10).

The check catches every wrong digit and every swap of neighbours. Digits, because an Arabic keyboard types no
Latin codes; ٠-٩ and ۰-۹ are accepted, and spaces or dashes between groups.
"""

import re

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError

RANDOM_DIGITS = 14
"""Random digits of a one-time number; two check digits follow."""
_BETWEEN = re.compile(r"[\s\u00a0-]+")
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def with_check(digits: str) -> str:
    """Append the two check digits: the whole number leaves 1 when divided by 97."""
    return f"{digits}{98 - int(digits) * 100 % 97:02d}"


def read_number(typed: str, length: int = RANDOM_DIGITS + 2) -> str:
    """Return the digits of a number as typed.

    Raises KnownError `number.letters`, `number.length` or `number.check`.
    """
    text = ascii_digits(_BETWEEN.sub("", strip_marks(typed[:200])))
    if text and not _DIGITS.fullmatch(text):
        raise KnownError("number.letters")
    if len(text) != length:
        raise KnownError("number.length", length=length, found=len(text))
    if int(text) % 97 != 1:
        raise KnownError("number.check")
    return text


def grouped(digits: str) -> str:
    """The number as printed: groups of four."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
