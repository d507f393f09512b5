"""The table of governorates that national numbers name, read from the shipped reference data."""

import csv
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kiosk.core.errors import BugError
from kiosk.core.identity.national_number import Governorate
from kiosk.resources import read_resource


@cache
def governorates() -> Mapping[str, Governorate]:
    """Return the governorates by their two-digit code; 88 is birth outside Egypt.

    Raises BugError when the shipped table is broken.
    """
    rows = csv.DictReader(read_resource("reference", "governorates.csv").splitlines(), strict=True)
    table: dict[str, Governorate] = {}
    for row in rows:
        place = Governorate(row["code"], row["name_ar"], row["name_en"])
        if len(place.code) != 2 or not place.code.isdecimal() or place.code in table:
            raise BugError(f"governorates.csv line {rows.line_num}: bad code {place.code!r}")
        table[place.code] = place
    return MappingProxyType(table)
