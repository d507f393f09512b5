"""Numbers of bodies: tax registration and commercial register.

The library of number formats is loaded when a tax number is read or shown: it brings 20 ms of Python's
network modules with it, for which nobody should wait who opens a screen.
"""

import re
from dataclasses import dataclass

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.errors import KnownError

_FIRST_YEAR = 1900
"""A bound of shape, not a rule of the register: an older year is a slip of the finger."""


@dataclass(frozen=True)
class CommercialRegister:
    """An entry of the commercial register. No public format exists: kept as text."""

    office: str
    number: str
    year: str


def read_tax_number(text: str) -> str:
    """Read a tax registration number: nine digits; dashes may be typed. No check digit is known.

    Raises KnownError `identity.tax_number_length` or `identity.tax_number_character`.
    """
    from stdnum.eg import tn
    from stdnum.exceptions import InvalidLength, ValidationError

    bare = ascii_digits(strip_marks(text))
    try:
        number: str = tn.validate(bare)
    except InvalidLength as error:
        raise KnownError("identity.tax_number_length", count=len(tn.compact(bare))) from error
    except ValidationError as error:
        if not bare.strip():
            raise KnownError("identity.tax_number_length", count=0) from error
        raise KnownError("identity.tax_number_character") from error
    return number


def format_tax_number(number: str) -> str:
    """Write a kept tax number as papers show it: `XXX-XXX-XXX` (not isolated)."""
    from stdnum.eg import tn

    shown: str = tn.format(number)
    return shown


def read_commercial_register(office: str, number: str, year: str, *, this_year: int) -> CommercialRegister:
    """Read an entry of the commercial register: an office's name, 1-10 digits, a year up to this one.

    Raises KnownError `identity.register_office`, `identity.register_number` or `identity.register_year`.
    """
    place = " ".join(strip_marks(office).split())
    if not any(letter.isalpha() for letter in place) or not place.isprintable():
        raise KnownError("identity.register_office")
    digits = ascii_digits("".join(strip_marks(number).split()))
    if not re.fullmatch("[0-9]{1,10}", digits):
        raise KnownError("identity.register_number", text=excerpt(digits))
    when = ascii_digits("".join(strip_marks(year).split()))
    if not re.fullmatch("[0-9]{4}", when) or not _FIRST_YEAR <= int(when) <= this_year:
        raise KnownError("identity.register_year", text=excerpt(when), first=_FIRST_YEAR, last=this_year)
    return CommercialRegister(place, digits, when)
