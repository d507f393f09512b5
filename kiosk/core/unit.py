"""The local unit that a device works for: its names, and where it is; content of the dataset `unit`."""

import re
from dataclasses import dataclass
from typing import Annotated

from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import Text, dump
from kiosk.core.wire.fields import Code
from kiosk.core.wire.payload import read_bytes

UNIT = "unit"
_Name = Annotated[str, Text(re.compile(r"[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f\u2028\u2029]{0,99}"))]
_Words = Annotated[str, Text(re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{0,100}"))]
_Governorate = Annotated[str, Text(re.compile(r"\d{2}", re.ASCII))]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One local unit. `body_*`: the body whose unit it is, '' when not told.

    `governorate` is the two-digit code that conditions of the catalogue name; None: nobody said, and no such
    condition holds.
    """

    unit: Code
    name_ar: _Name
    name_en: _Name
    body_ar: _Words = ""
    body_en: _Words = ""
    governorate: _Governorate | None = None


def unit_content(unit: Unit) -> bytes:
    """The unit as the bytes of its dataset (canonical JSON)."""
    return canonical(dump(unit))


def read_unit(content: bytes) -> Unit:
    """Read the dataset `unit`. Raises KnownError `protocol.malformed`, `wire.*`."""
    return read_bytes(Unit, content, UNIT)
