"""Numbers copied from paper: slips of the government terminal, paper receipts, tickets. No card numbers.

They come in one form (Latin digits, single spaces), so that the same paper typed twice is seen as one.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import FieldError, coder
from kiosk.core.wire.fields import Code, Last4, PrintedNumber, SlipTime

_CARD_DIGITS = range(13, 20)
"""Length of a card number: ISO/IEC 7812-1 and the schemes in use (13 to 19 digits)."""
_GROUPS = re.compile(r"\d+(?:[ \u00a0./*_-]{1,3}\d+)*")


@dataclass(frozen=True)
class CleanSlip:
    """A terminal slip in the form in which it is kept; `printed_at` is `YYYY-MM-DDTHH:MM`, local."""

    terminal: str
    number: str
    approval: str
    printed_at: str
    last4: str | None


def clean_slip(terminal: str, number: str, approval: str, printed_at: str, last4: str | None) -> CleanSlip:
    """Bring the fields of a slip into one form.

    Raises KnownError `slip.card_number` (kept nowhere, not even in the error), `tenders.slip_incomplete`,
    `slip.terminal`, `slip.number`, `slip.approval`, `slip.last4`, `slip.time`.
    """
    for text in (terminal, number, approval, printed_at, last4 or ""):
        refuse_card_number(text)
    clean = tidy(terminal), tidy(number), tidy(approval)
    if not all(clean):
        raise KnownError("tenders.slip_incomplete")
    for text, code in zip(clean, ("slip.terminal", "slip.number", "slip.approval"), strict=True):
        if not fits(PrintedNumber, text):
            raise KnownError(code, text=excerpt(text))
    digits = tidy(last4) if last4 is not None else ""
    if digits and not fits(Last4, digits):
        raise KnownError("slip.last4", text=excerpt(digits))
    return CleanSlip(*clean, printed_at=_time(tidy(printed_at)), last4=digits or None)


def clean_number(typed: str, code: str) -> str:
    """Bring a number copied from paper into one form. Raises KnownError `code`."""
    text = tidy(typed)
    if not fits(PrintedNumber, text):
        raise KnownError(code, text=excerpt(text))
    return text


def clean_code(typed: str, code: str) -> str:
    """A code of an office, a list or a person; never a name. Raises KnownError `code`."""
    text = tidy(typed)
    if not fits(Code, text):
        raise KnownError(code, text=excerpt(text))
    return text


def tidy(typed: str) -> str:
    """Latin digits, no direction marks, single spaces, NFC."""
    return " ".join(ascii_digits(unicodedata.normalize("NFC", strip_marks(typed))).split())


def paper_key(series: str, number: str) -> tuple[str, str]:
    """The key of a paper form or slip: what stays alike however series and number were typed.

    Case, spaces, points and dashes are dropped, and zeros before the number: 0042 and 42 are one paper.
    """
    return _bare(series), _bare(number).lstrip("0") or "0"


def refuse_card_number(text: str) -> None:
    """Refuse text that holds a card number, written together or in groups.

    13 to 19 digits whose check digit (Luhn) holds. Nothing of a card but its last four digits is ever kept.
    Raises KnownError `slip.card_number`.
    """
    for run in _GROUPS.finditer(ascii_digits(strip_marks(text))):
        groups = re.findall(r"\d+", run.group())
        for first in range(len(groups)):
            joined = ""
            for group in groups[first:]:
                joined += group
                if len(joined) in _CARD_DIGITS and _luhn(joined):
                    raise KnownError("slip.card_number")


def fits(kind: Any, value: str) -> bool:
    """Whether a value has the form of a field (`kiosk.core.wire.fields`)."""
    return form(kind)(value)


def form(kind: Any) -> Callable[[str], bool]:
    """What tells whether a value has the form of a field: to keep where each payment asks."""
    load = coder(kind).load

    def has_form(value: str) -> bool:
        try:
            load(value)
        except FieldError:
            return False
        return True

    return has_form


def _time(text: str) -> str:
    text = text.replace(" ", "T", 1)
    if fits(SlipTime, text):
        try:
            datetime.fromisoformat(text)
        except ValueError as error:
            raise KnownError("slip.time", text=excerpt(text)) from error
        return text
    raise KnownError("slip.time", text=excerpt(text))


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", ascii_digits(text)).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
