"""Egyptian mobile numbers: typed in any usual way, kept as E.164."""

import re

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.identity import mask

_BETWEEN_DIGITS = re.compile(r"[\s().\u2010-\u2015-]")
_COUNTRY_CODE = re.compile(r"(?:\+20|0020|20)0?")
"""The code of Egypt, with the trunk zero that some people keep after it."""
_NATIONAL_LENGTH = 11


def read_mobile(text: str) -> str:
    """Read an Egyptian mobile number: `01…`, `+20 1…`, `0020 1…`; spaces, dashes, dots and brackets go.

    Returns E.164, `+201XXXXXXXXX`. Raises KnownError `identity.mobile_character`, `.mobile_foreign`,
    `.mobile_prefix` or `.mobile_length`.
    """
    number = ascii_digits(_BETWEEN_DIGITS.sub("", strip_marks(text)))
    for letter in number.removeprefix("+"):
        if letter not in "0123456789":
            raise KnownError("identity.mobile_character", character=excerpt(letter))
    if re.match(r"\+(?!20)|00(?!20)", number):
        raise KnownError("identity.mobile_foreign")
    national = _COUNTRY_CODE.sub("0", number, count=1) if _COUNTRY_CODE.match(number) else number
    if national and not re.match("0(1([0125]|$)|$)", national[:3]):
        raise KnownError("identity.mobile_prefix", start=national[:3])
    if len(national) != _NATIONAL_LENGTH:
        raise KnownError("identity.mobile_length", count=len(national))
    return f"+2{national}"


def local_mobile(e164: str) -> str:
    """Write a kept number the way people say it: `01XXXXXXXXX`."""
    return e164.removeprefix("+2")


def mask_mobile(e164: str) -> str:
    """Show the last four digits of a kept number only, as `kiosk.core.identity.mask` does: `*******4567`."""
    return mask(local_mobile(e164))
