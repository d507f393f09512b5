"""What a fee is worked out from: named, typed inputs, and the reading of what was typed for them."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.fees.label import Label
from kiosk.core.fees.values import read_number, show_number
from kiosk.core.money import format_money, parse_money

MAX_TEXT = 64
"""Characters of an account number or reference."""

_YES_NO = {"yes": True, "نعم": True, "no": False, "لا": False}


class InputType(StrEnum):
    """How an input is typed. `account` and `text` are kept as typed and never counted with."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    MONEY = "money"
    CHOICE = "choice"
    YES_NO = "yes_no"
    ACCOUNT = "account"
    TEXT = "text"


COUNTED = (InputType.WHOLE, InputType.DECIMAL)
"""Types that rules multiply by or find bands with."""


@dataclass(frozen=True)
class Condition:
    """Holds when a choice has this option, or when a yes/no input says yes (`option` None)."""

    input: str
    option: str | None = None

    def __str__(self) -> str:
        return f"{self.input}:{self.option}" if self.option else self.input


@dataclass(frozen=True)
class FeeInput:
    """One input of a fee.

    `unit` is shown beside the value; money is in pounds as typed. `minimum` and `maximum` are inclusive;
    without a minimum the value must be above zero. `required` is false when there is a `default` (as it
    would be typed) or when the input is wanted only under a condition: any of `needed_when`, each a set of
    conditions that must all hold.
    """

    name: str
    type: InputType
    label: Label
    unit: Label | None = None
    options: tuple[tuple[str, Label], ...] = ()
    default: str | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    needed_when: tuple[tuple[Condition, ...], ...] = ()

    @property
    def required(self) -> bool:
        """True when every quote needs it."""
        return self.default is None and not self.needed_when

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the options of a choice."""
        return tuple(code for code, _ in self.options)


InputValue = Fraction | int | bool | str
"""Fraction for whole and decimal, int (piastres) for money, bool for yes/no, str for the others."""


def read_input(definition: FeeInput, text: str) -> InputValue:
    """Read what was typed for one input.

    Raises KnownError `fees.input_not_number`, `fees.input_not_whole`, `fees.input_not_money`,
    `fees.choice_unknown`, `fees.yes_no`, `fees.text_bad`, `fees.input_too_small` or `fees.input_too_large`.
    """
    if definition.type in COUNTED:
        return _counted(definition, text)
    if definition.type is InputType.MONEY:
        return _money(definition, text)
    label = shown_label(definition)
    if definition.type is InputType.CHOICE:
        if text.strip() not in definition.codes:
            raise KnownError(
                "fees.choice_unknown", label=label, text=excerpt(text), known=" ".join(definition.codes)
            )
        return text.strip()
    if definition.type is InputType.YES_NO:
        answer = _YES_NO.get(text.strip().lower())
        if answer is None:
            raise KnownError("fees.yes_no", label=label, text=excerpt(text))
        return answer
    kept = unicodedata.normalize("NFC", text.strip())
    if not kept or len(kept) > MAX_TEXT or not kept.isprintable():
        raise KnownError("fees.text_bad", label=label, limit=MAX_TEXT)
    return kept


def shown_label(definition: FeeInput) -> str:
    """The label as errors show it: both languages, because a parameter of an error serves both sentences."""
    return str(definition.label)


def _counted(definition: FeeInput, text: str) -> Fraction:
    label = shown_label(definition)
    try:
        number = read_number(text)
    except ValueError as error:
        raise KnownError("fees.input_not_number", label=label, text=excerpt(text)) from error
    if definition.type is InputType.WHOLE and not ascii_digits(text.strip()).isdigit():
        raise KnownError("fees.input_not_whole", label=label, text=excerpt(text))
    _check_bounds(definition, number, text, show_number)
    return number


def _money(definition: FeeInput, text: str) -> int:
    try:
        piastres = parse_money(text.strip())
    except KnownError as error:
        raise KnownError("fees.input_not_money", label=shown_label(definition), text=excerpt(text)) from error
    _check_bounds(definition, Fraction(piastres, 100), text, lambda pounds: format_money(int(pounds * 100)))
    return piastres


def _check_bounds(definition: FeeInput, number: Fraction, text: str, show: Callable[[Fraction], str]) -> None:
    label = shown_label(definition)
    if definition.minimum is None and number == 0:
        raise KnownError("fees.input_too_small", label=label, text=excerpt(text), limit="> 0")
    if definition.minimum is not None and number < definition.minimum:
        limit = show(definition.minimum)
        raise KnownError("fees.input_too_small", label=label, text=excerpt(text), limit=limit)
    if definition.maximum is not None and number > definition.maximum:
        limit = show(definition.maximum)
        raise KnownError("fees.input_too_large", label=label, text=excerpt(text), limit=limit)
