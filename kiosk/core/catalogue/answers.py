"""Reads one typed answer by the type of its field: the value kept, or the sentence of what is wrong."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.catalogue.model import DateLimit, Field, FieldType
from kiosk.core.errors import KnownError
from kiosk.core.identity.mobile import read_mobile
from kiosk.core.identity.national_number import Governorate, read_national_number
from kiosk.core.identity.organisation import read_tax_number
from kiosk.core.identity.passport import read_passport
from kiosk.core.money import parse_money
from kiosk.core.printed import refuse_card_number

Value = str | int
"""Whole numbers and piastres as int; ISO dates, plain decimals, yes or no, option codes as text."""

TEXT_LENGTH: Final = 200
LONG_TEXT_LENGTH: Final = 4000
PLACES: Final = 2
"""Defaults of fields that do not say: characters, characters, decimal places."""

_DATE = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_ACCOUNT = re.compile(r"[\w/.\- ]{1,40}")
_NATIONAL = re.compile(r"(?<!\d)(?:2\d|3[0-4])\d{12}(?!\d)", re.ASCII)
"""A national number in a free text: its digits may look like those of a card, and it may stand there."""
_COUNTRY = "مصر"
"""Stands for the country where only the number of a passport is read: the country is a field of its own."""
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,7})?)(?:\s*,\s*|\s+)(-?\d{1,3}(?:\.\d{1,7})?)", re.ASCII)


@dataclass(frozen=True)
class Surroundings:
    """What answers are judged against: the day, the unit's governorate and the table of governorate codes."""

    today: date
    governorate: str | None
    governorates: Mapping[str, Governorate]


@dataclass(frozen=True)
class Answer:
    """A value; `type_again` for a national number whose check digit does not match."""

    value: Value
    type_again: bool = False


def read_answer(field: Field, typed: str, around: Surroundings) -> Answer:
    """Read what was typed. Raises KnownError `form.*`, `money.*`, `identity.*` or `slip.card_number`."""
    text = unicodedata.normalize("NFC", strip_marks(typed)).strip()
    if field.type is FieldType.NATIONAL_NUMBER:
        number = read_national_number(text, governorates=around.governorates, today=around.today)
        return Answer(number.number, type_again=number.check == "mismatch")
    if field.type is FieldType.DATE:
        return Answer(_date(field, text, around.today))
    return Answer(_READERS[field.type](field, text))


def _line(field: Field, text: str) -> str:
    return _limited(" ".join(text.split()), field.max_length or TEXT_LENGTH)


def _long(field: Field, text: str) -> str:
    return _limited(text, field.max_length or LONG_TEXT_LENGTH)


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise KnownError("form.too_long", length=len(text), limit=limit)
    refuse_card_number(_NATIONAL.sub(" ", ascii_digits(text)))
    return text


def _name(field: Field, text: str) -> str:
    name = _line(field, text)
    stray = next(
        (one for one in name if not (one.isalpha() or unicodedata.combining(one) or one in " -'.")), None
    )
    if stray:
        raise KnownError("form.name_character", character=excerpt(stray))
    if len(name.split()) < 2:
        raise KnownError("form.name_short", text=excerpt(name))
    return name


def _whole(field: Field, text: str) -> int:
    digits = ascii_digits(text)
    if not _WHOLE.fullmatch(digits):
        raise KnownError("form.not_whole", text=excerpt(text))
    _within(field, Fraction(digits), text)
    return int(digits)


def _decimal(field: Field, text: str) -> str:
    match = _DECIMAL.fullmatch(ascii_digits(text).replace("٫", "."))
    if match is None:
        raise KnownError("form.not_decimal", text=excerpt(text))
    places = field.places or PLACES
    rest = (match[2] or "").rstrip("0")
    if len(rest) > places:
        raise KnownError("form.too_many_places", text=excerpt(text), places=places)
    whole = match[1].lstrip("0") or "0"
    plain = f"{whole}.{rest}" if rest else whole
    _within(field, Fraction(plain), text)
    return plain


def _within(field: Field, number: Fraction, text: str) -> None:
    if field.minimum is not None and number < field.minimum:
        raise KnownError("form.too_small", text=excerpt(text), least=field.minimum)
    if field.maximum is not None and number > field.maximum:
        raise KnownError("form.too_large", text=excerpt(text), most=field.maximum)


def _date(field: Field, text: str, today: date) -> str:
    match = _DATE.fullmatch(ascii_digits(text))
    if match is None:
        raise KnownError("form.not_a_date", text=excerpt(text))
    day, month, year = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise KnownError("form.no_such_day", text=excerpt(text)) from error
    if field.dates is DateLimit.PAST and found > today:
        raise KnownError("form.date_ahead", text=excerpt(text), today=f"{today:%d/%m/%Y}")
    if field.dates is DateLimit.FUTURE and found < today:
        raise KnownError("form.date_gone", text=excerpt(text), today=f"{today:%d/%m/%Y}")
    return found.isoformat()


def _choice(field: Field, text: str) -> str:
    if text not in {option.code for option in field.options}:
        raise KnownError("form.not_an_option", text=excerpt(text))
    return text


def _yes_no(_: Field, text: str) -> str:
    if text not in ("yes", "no"):
        raise KnownError("form.not_yes_no", text=excerpt(text))
    return text


def _account(_: Field, text: str) -> str:
    number = " ".join(ascii_digits(text).split())
    if not _ACCOUNT.fullmatch(number) or not any(one.isdigit() for one in number):
        raise KnownError("form.account", text=excerpt(text))
    return number


def _coordinates(_: Field, text: str) -> str:
    match = _POINT.fullmatch(ascii_digits(text).replace("٫", ".").replace("،", ","))
    if match is None or abs(Fraction(match[1])) > 90 or abs(Fraction(match[2])) > 180:
        raise KnownError("form.coordinates", text=excerpt(text))
    return f"{match[1]},{match[2]}"


_READERS: Final[Mapping[FieldType, Callable[[Field, str], Value]]] = {
    FieldType.TEXT: _line,
    FieldType.LONG_TEXT: _long,
    FieldType.NAME: _name,
    FieldType.PASSPORT: lambda _, text: read_passport(_COUNTRY, text).number,
    FieldType.MOBILE: lambda _, text: read_mobile(text),
    FieldType.ADDRESS: _line,
    FieldType.PLACE: _line,
    FieldType.COORDINATES: _coordinates,
    FieldType.WHOLE: _whole,
    FieldType.DECIMAL: _decimal,
    FieldType.MONEY: lambda _, text: parse_money(text),
    FieldType.CHOICE: _choice,
    FieldType.YES_NO: _yes_no,
    FieldType.ACCOUNT: _account,
    FieldType.TAX_NUMBER: lambda _, text: read_tax_number(text),
}
