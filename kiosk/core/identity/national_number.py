"""The Egyptian national number: what its 14 digits say, and the second typing that settles a doubtful one.

Century (2, 3), YYMMDD, governorate of birth registration (never the residence), serial whose last digit is
odd for men, check digit. Source of the fields: the civil registry's published description. The check digit
has no official algorithm; the one here fits published samples but not every real number: it never refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.errors import KnownError

_LENGTH = 14
_CENTURIES = {"2": 1900, "3": 2000}
_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
Sex = Literal["male", "female"]
Check = Literal["matches", "open", "mismatch"]
"""`open`: one of the remainders on which the known algorithms differ, with a digit that one of them gives."""


@dataclass(frozen=True)
class Governorate:
    """A place of birth registration; `code` is two digits as text."""

    code: str
    name_ar: str
    name_en: str


@dataclass(frozen=True)
class NationalNumber:
    """A national number that is well formed. Its repr hides the person."""

    number: str = field(repr=False)
    """14 digits, 0-9."""
    birth_date: date = field(repr=False)
    governorate: Governorate = field(repr=False)
    """Where the birth was registered; 88 is abroad."""
    sex: Sex = field(repr=False)
    check: Check

    def age(self, today: date) -> int:
        """Return whole years of age on a day."""
        born = self.birth_date
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def under_15(self, today: date) -> bool:
        """Whether this person cannot have a card yet."""
        return self.age(today) < 15


@dataclass(frozen=True)
class Typing:
    """Where a national number stands after being typed once or more.

    `ask` says why it must be typed again, None when it is accepted; an accepted number whose check digit does
    not match was typed twice the same, which the record keeps as `check_confirmed_by_second_typing`.
    """

    number: NationalNumber
    ask: Literal["check_mismatch", "typings_differ"] | None
    check_confirmed_by_second_typing: bool = False

    def question(self) -> KnownError | None:
        """Return the sentences that ask for another typing: to show as a warning, not to raise."""
        if self.ask is None:
            return None
        return KnownError(
            "identity.check_mismatch" if self.ask == "check_mismatch" else "identity.typings_differ"
        )


def read_national_number(
    text: str, *, governorates: Mapping[str, Governorate], today: date
) -> NationalNumber:
    """Read a national number as typed: any digits, direction marks and spaces between digits are ignored.

    Raises KnownError `identity.number_character`, `.number_length`, `.century`, `.birth_date`,
    `.birth_in_future` or `.governorate`. A check digit that does not match is no error: see `take_typing`.
    """
    number = ascii_digits("".join(strip_marks(text).split()))
    for letter in number:
        if letter not in "0123456789":
            raise KnownError("identity.number_character", character=excerpt(letter))
    if len(number) != _LENGTH:
        raise KnownError("identity.number_length", count=len(number))
    birth_date = _birth_date(number, today)
    governorate = governorates.get(number[7:9])
    if governorate is None:
        raise KnownError("identity.governorate", place=number[7:9])
    sex: Sex = "male" if int(number[12]) % 2 else "female"
    return NationalNumber(number, birth_date, governorate, sex, _check(number))


def take_typing(
    text: str, previous: Typing | None, *, governorates: Mapping[str, Governorate], today: date
) -> Typing:
    """Take one typing of a national number; `previous` is what the typing before it gave, None at the first.

    A first typing with a matching (or open) check digit is accepted, and so is one that corrects a mismatch.
    A mismatch asks for another typing; two equal ones in a row are accepted and flagged, different ones ask
    again as often as it takes: a real number is never refused. One that differs puts a matching one in doubt.
    Raises KnownError like `read_national_number`; the caller keeps `previous`.
    """
    number = read_national_number(text, governorates=governorates, today=today)
    if previous is None:
        return Typing(number, ask="check_mismatch" if number.check == "mismatch" else None)
    if previous.number.number == number.number:
        return Typing(number, ask=None, check_confirmed_by_second_typing=number.check == "mismatch")
    corrected = previous.number.check == "mismatch" and number.check != "mismatch"
    return Typing(number, ask=None if corrected else "typings_differ")


def _birth_date(number: str, today: date) -> date:
    century = _CENTURIES.get(number[0])
    if century is None:
        raise KnownError("identity.century", digit=number[0])
    year, month, day = century + int(number[1:3]), int(number[3:5]), int(number[5:7])
    try:
        born = date(year, month, day)
    except ValueError as error:
        raise KnownError("identity.birth_date", date=f"{day:02d}/{month:02d}/{year}") from error
    if born > today:
        raise KnownError("identity.birth_in_future", date=f"{day:02d}/{month:02d}/{year}")
    return born


def _check(number: str) -> Check:
    weighted = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    remainder, typed = weighted % 11, int(number[13])
    if remainder in (0, 1):
        return "open" if typed in (0, 1) else "mismatch"
    return "matches" if typed == 11 - remainder else "mismatch"
