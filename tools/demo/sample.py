"""The sample data of the demonstration: places, staff, one citizen, and any number of invented debtors."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kiosk.core.identity.national_number import read_national_number
from kiosk.core.money import format_money
from kiosk.governorates import governorates
from kiosk.resources import read_resource

SEED = 7
YEARS = (2023, 2024, 2025, 2026)
DEBTORS = 20_000
_LEASE_ENDS = "2030-06-30"


@dataclass(frozen=True)
class Citizen:
    """Who comes to the counter: she asks for a statement and pays part of what she owes."""

    name: str
    father: str
    number: str
    mobile: str
    address: str


class Sample:
    """What `resources/demo/sample.yaml` says."""

    def __init__(self) -> None:
        self.words: dict[str, Any] = yaml.safe_load(read_resource("demo", "sample.yaml"))
        self.unit: dict[str, str] = self.words["unit"]
        self.vehicle: dict[str, str] = self.words["vehicle"]
        self.staff: dict[str, list[str]] = self.words["staff"]
        self.technician: str = self.words["technician"]
        self.citizen = Citizen(**self.words["citizen"])

    def rows(self, debtors: int) -> Iterator[dict[str, str]]:
        """The rows of a file of debts, one a charge: the citizen first; the same each time."""
        chance = random.Random(SEED)
        yield from self._citizens_rows()
        for n in range(2, debtors + 1):
            yield from self._debtor(n, chance)

    def write(self, file: Path, debtors: int) -> None:
        """Write so many debtors as CSV."""
        rows = self.rows(debtors)
        first = next(rows)
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(first))
            writer.writeheader()
            writer.writerow(first)
            writer.writerows(rows)

    def _citizens_rows(self) -> Iterator[dict[str, str]]:
        one = self.citizen
        person = self._person("DB-00001", one.name, one.father, one.number, one.mobile, one.address)
        for account, kind, piastres in (("LND-00001", "land_rent", 41_250), ("WTR-00001", "water", 9_675)):
            for year in (2025, 2026):
                yield person | self._charge(account, kind, year, piastres + (year - 2025) * 1_500)

    def _debtor(self, n: int, chance: random.Random) -> Iterator[dict[str, str]]:
        words = self.words
        father = chance.choice(words["fathers"])
        given, family = chance.choice(words["given"]), chance.choice(words["families"])
        name = f"{given} {father} {chance.choice(words['fathers'])} {family}"
        mobile = f"010{chance.randrange(10**8):08d}"
        person = self._person(
            f"DB-{n:05d}", name, father, _number(n, chance), mobile, chance.choice(words["places"])
        )
        for at in range(1 + (n % 7 == 0)):
            kind = chance.choice(list(words["kinds"]))
            yearly = 25 * chance.randrange(400, 6_000)
            for year in YEARS[chance.randrange(len(YEARS)) :]:
                yield person | self._charge(f"{kind[:3].upper()}-{n:05d}-{at + 1}", kind, year, yearly)

    def _person(self, code: str, *facts: str) -> dict[str, str]:
        names = ("debtor_name", "father_name", "national_number", "phone", "address")
        return {"debtor_code": code, **dict(zip(names, facts, strict=True))}

    def _charge(self, account: str, kind: str, year: int, piastres: int) -> dict[str, str]:
        return {
            "account": account,
            "contract": "",
            "kind": kind,
            "body": "B-UNIT",
            "fund": "F-1",
            "deposit": "no",
            "lease_to": "unit",
            "lease_holder": self.unit["code"],
            "lease_until": _LEASE_ENDS,
            "charge_id": str(year),
            "component": "principal",
            "due": f"{year}-07-01",
            "amount": format_money(piastres).replace(",", ""),
            "label": f"{self.words['kinds'][kind]} {year}",
        }


def _number(n: int, chance: random.Random) -> str:
    """A national number that is well formed, whose digits 10 to 13 hold nothing but the count `n`."""
    from datetime import date

    born = f"2{chance.randrange(45, 99):02d}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}"
    start = f"{born}17{n % 10_000:04d}"
    known, today = governorates(), date(YEARS[-1], 7, 1)
    for digit in "1234567890":
        if read_national_number(start + digit, governorates=known, today=today).check != "mismatch":
            return start + digit
    raise ValueError(start)
