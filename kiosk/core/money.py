"""Money as whole piastres: the one parser of typed amounts and the one formatter.

An amount reads one way or not at all. Nothing is guessed, rounded or silently dropped but direction marks,
which arrive by copying from Arabic text and carry no meaning.
"""

import re
import unicodedata

from kiosk.core.arabic import ARABIC_INDIC_DIGITS, EASTERN_DIGITS, ascii_digits
from kiosk.core.bidi import excerpt, ltr, strip_marks
from kiosk.core.errors import BugError, KnownError, Language

Piastres = int
"""Whole piastres; 100 make a pound. Never a float, never negative in front of people."""

MAX_PIASTRES = 10**13
"""The largest amount the parser takes: a technical bound, so that sums of them fit 64 bits; no rule."""

_DIGIT_FAMILIES = (frozenset("0123456789"), frozenset(ARABIC_INDIC_DIGITS), frozenset(EASTERN_DIGITS))
_DIGITS = frozenset[str]().union(*_DIGIT_FAMILIES)
_SEPARATORS = str.maketrans("٫٬", ".,")
_SIGNS = re.compile("[+\u2010-\u2015\u2212\ufe58\ufe62\ufe63\uff0b\uff0d-]")
_SPACES = re.compile(r"\s")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")


def parse_money(text: str) -> Piastres:
    """Read an amount in pounds as typed: `1234.5`, `1,234.50`, `١٢٣٤٫٥`, `۱۲۳۴٫۵`.

    Digits of one family, at most two after one point (`.` or `٫`); `,` or `٬` may group the thousands.
    Digits of two families in one amount are refused: no keyboard writes them so, and ۴ or ٥ beside 0-9 is a
    paste gone wrong. A leading zero is refused: it is a telephone or account number in the wrong field.
    Raises KnownError `money.*`, one situation for each kind of mistake.
    """
    bare = strip_marks(text)
    _check_characters(bare)
    if sum(not family.isdisjoint(bare) for family in _DIGIT_FAMILIES) > 1:
        raise KnownError("money.mixed_digits", text=excerpt(bare), suggestion=excerpt(ascii_digits(bare)))
    plain = ascii_digits(bare).translate(_SEPARATORS)
    if plain.count(".") > 1:
        raise KnownError("money.two_points", text=excerpt(bare))
    pounds, point, piastres = plain.partition(".")
    whole = _whole_pounds(pounds, bool(point), excerpt(bare))
    cents = _piastres(whole, piastres, excerpt(bare)) if point else "00"
    if len(whole) > len(str(MAX_PIASTRES)) or int(whole + cents) > MAX_PIASTRES:
        raise KnownError("money.too_large", text=excerpt(bare), limit=format_money(MAX_PIASTRES))
    return int(whole + cents)


def format_money(piastres: Piastres) -> str:
    """Write an amount with Latin digits, grouped thousands and always two decimals: `1,234.50`.

    Raises BugError for anything but int, and for a negative amount: people read مدين or دائن, no minus sign.
    """
    if type(piastres) is not int or piastres < 0:
        raise BugError(f"not an amount to show: {piastres!r}")
    pounds, rest = divmod(piastres, 100)
    return f"{pounds:,}.{rest:02d}"


def format_pounds(piastres: Piastres, language: Language = "ar") -> str:
    """Write an amount with its currency for a sentence; in Arabic the number is isolated left to right.

    Raises BugError like `format_money`.
    """
    amount = format_money(piastres)
    return f"{ltr(amount)} ج.م" if language == "ar" else f"EGP {amount}"


def _check_characters(bare: str) -> None:
    if not bare.strip():
        raise KnownError("money.empty")
    if _SIGNS.search(bare):
        raise KnownError("money.sign")
    for letter in bare:
        if letter not in _DIGITS and letter not in ".,٫٬" and not letter.isspace():
            raise KnownError("money.character", text=excerpt(bare), character=_visible(letter))
    if _SPACES.search(bare):
        raise KnownError("money.space", text=excerpt(bare))


def _visible(letter: str) -> str:
    return letter if letter.isprintable() and not unicodedata.combining(letter) else f"U+{ord(letter):04X}"


def _whole_pounds(pounds: str, has_point: bool, shown: str) -> str:
    """Return the digits of the pounds without grouping, checking that it is grouping by threes."""
    digits = pounds.replace(",", "")
    if "," in pounds and not _GROUPED.fullmatch(pounds):
        head, _, tail = pounds.partition(",")
        if not has_point and head and tail.isdigit() and len(tail) <= 2:
            raise KnownError("money.comma_as_point", text=shown, suggestion=excerpt(f"{head}.{tail:0<2}"))
        raise KnownError("money.grouping", text=shown)
    if not digits:
        raise KnownError("money.nothing_before_point", text=shown)
    if len(digits) > 1 and digits.startswith("0"):
        raise KnownError("money.leading_zero", text=shown)
    return digits


def _piastres(whole: str, piastres: str, shown: str) -> str:
    """Return exactly two digits of piastres."""
    if not piastres:
        raise KnownError("money.nothing_after_point", text=shown)
    if "," in piastres:
        raise KnownError("money.comma_after_point", text=shown)
    if len(piastres) > 2:
        example = excerpt(f"{whole}.{piastres[:2]}", 24)
        raise KnownError("money.third_decimal", text=shown, count=len(piastres), example=example)
    return f"{piastres:0<2}"
