"""Passports, for a person without an Egyptian national number: issuing country and number."""

import re
import unicodedata
from dataclasses import dataclass, field

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.errors import KnownError

_COUNTRY = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'’()&-])+")
_COUNTRY_LENGTH = 60
_NUMBER = re.compile(r"[0-9A-Z]{5,15}")
"""ICAO Doc 9303 gives nine characters to the number and lets longer ones run over."""


@dataclass(frozen=True)
class Passport:
    """A passport as typed and checked for shape only. Its repr hides the person."""

    country: str
    """Issuing country, name or code as the clerk's list gives it."""
    number: str = field(repr=False)
    """Capital letters and digits, without spaces."""


def read_passport(country: str, number: str) -> Passport:
    """Read the issuing country and number of a passport; no register is asked.

    Raises KnownError `identity.passport_country` or `identity.passport_number`.
    """
    place = unicodedata.normalize("NFC", " ".join(strip_marks(country).split()))
    if not _COUNTRY.fullmatch(place) or len(place) > _COUNTRY_LENGTH:
        raise KnownError("identity.passport_country", text=excerpt(place))
    compact = ascii_digits("".join(strip_marks(number).split())).upper()
    if not _NUMBER.fullmatch(compact) or not any(letter.isdigit() for letter in compact):
        raise KnownError("identity.passport_number")
    return Passport(place, compact)
