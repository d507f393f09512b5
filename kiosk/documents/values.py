"""Values as paper shows them: hostile text made harmless, numbers isolated, amounts and dates in one form."""

from collections.abc import Callable
from datetime import date, datetime
from unicodedata import category, normalize

from kiosk.core.bidi import ltr, strip_marks
from kiosk.core.dates import format_date, format_numeric_date, weekday_name
from kiosk.core.errors import BugError
from kiosk.core.money import format_money

FSI, PDI = "\u2068", "\u2069"
LONGEST = 400
"""Most characters of one value on paper; the journal keeps the whole text."""
_NBSP = "\u00a0"
_CURRENCY = "ج.م"
_LESS = "خصم"


def harmless(text: str) -> str:
    """One line without direction marks or control characters, at most LONGEST characters, in form NFC.

    Presentation forms, which arrive by copying from old PDFs, become the letters that they stand for.

    A name must not be able to turn the figures beside it around, nor run over the paper.
    """
    bare = "".join(map(_shown, strip_marks(text[: 4 * LONGEST])))
    clean = normalize("NFC", " ".join(filter(None, bare.split(" "))))
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + "…"


def _shown(letter: str) -> str:
    if letter.isspace() and letter != _NBSP:
        return " "
    if "\ufb50" <= letter <= "\ufdff" or "\ufe70" <= letter <= "\ufefe":
        return normalize("NFKC", letter)
    return letter if category(letter) not in ("Cc", "Cs", "Co", "Cn") else "\ufffd"


def _plain(value: object) -> str:
    if isinstance(value, bool) or value is None:
        raise BugError(f"not a value for paper: {value!r}")
    if isinstance(value, int):
        return ltr(str(value))
    if isinstance(value, str):
        clean = harmless(value)
        return f"{FSI}{clean}{PDI}" if clean else ""
    raise BugError(f"a value that needs a form (money, date …): {value!r}")


def _money(value: object) -> str:
    """An amount; one below zero (a discount, a rounding) says so in a word: people read no minus signs."""
    amount = _int(value)
    shown = ltr(format_money(abs(amount)))
    return shown if amount >= 0 else f"{_LESS}{_NBSP}{shown}"


def _pounds(value: object) -> str:
    return f"{_money(value)}{_NBSP}{_CURRENCY}"


def _code(value: object) -> str:
    clean = harmless(str(value)) if isinstance(value, str | int) else ""
    return ltr(clean.replace(" ", _NBSP)) if clean else ""


def _text(value: object) -> str:
    """Text of our own (words of an amount, a village): not isolated, so that it flows with its sentence."""
    return harmless(str(value))


def _date(value: object) -> str:
    return format_date(_day(value)).replace(" ", _NBSP)


def _weekday(value: object) -> str:
    return weekday_name(_day(value))


def _digits(value: object) -> str:
    return format_numeric_date(_day(value))


def _time(value: object) -> str:
    if not isinstance(value, datetime):
        raise BugError(f"not a time: {value!r}")
    return ltr(f"{value:%H:%M}")


def _int(value: object) -> int:
    if type(value) is not int:
        raise BugError(f"not a whole number: {value!r}")
    return value


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise BugError(f"not a date: {value!r}")
    return value.date() if isinstance(value, datetime) else value


FORMS: dict[str, Callable[[object], str]] = {
    "": _plain,
    "money": _money,
    "pounds": _pounds,
    "code": _code,
    "text": _text,
    "date": _date,
    "weekday": _weekday,
    "digits": _digits,
    "time": _time,
}
"""Forms a template may ask for: `{total|pounds}`, `{issued|date}`; without one, text is isolated."""
