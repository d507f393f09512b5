"""Small fee tables written in a test: a few parameters and one or more services."""

from collections.abc import Mapping
from datetime import date

from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables, Quote, build_fee_tables
from kiosk.core.marked import read_marked

ON = date(2026, 7, 1)

NAMES = """
table: {version: t1, from: 2026-01-01, to: 2026-12-31}
accounts:
  fees: {ar: رسوم, en: Fees, kind: revenue}
  other: {ar: جهة, en: Body, kind: other_body}
  tax: {ar: ضريبة, en: Tax, kind: tax}
  stamp: {ar: دمغة, en: Stamp, kind: stamp}
  trust: {ar: أمانات, en: Trust, kind: trust}
inputs:
  place:
    {type: choice, ar: مكان, en: Place, options: [{code: city, ar: م, en: C}, {code: village, ar: ق, en: V}]}
  kind: {type: choice, ar: نوع, en: Kind, options: [{code: a, ar: أ, en: A}, {code: b, ar: ب, en: B}]}
  area_m2: {type: decimal, ar: مساحة, en: Area, max: 100000}
  units: {type: whole, ar: عدد, en: Count, max: 1000}
  late_months: {type: whole, ar: شهور, en: Months, min: 0, default: 0}
  cost: {type: money, ar: تكلفة, en: Cost, max: 1000000000}
  paid: {type: money, ar: مسدد, en: Paid, min: 0, default: 0}
  agreed: {type: yes_no, ar: موافق, en: Agreed, default: no}
  account_number: {type: account, ar: حساب, en: Account}
  reference: {type: text, ar: مرجع, en: Reference}
"""


def row(value: str, begins: str = "2026-01-01", basis: str = "law", ends: str = "") -> str:
    """One dated row in flow style."""
    end = f", to: {ends}" if ends else ""
    return f"{{from: {begins}{end}, value: {value}, basis: {basis}, source: مصدر}}"


def parameter(name: str, value: str, unit: str = "EGP", basis: str = "law", more: str = "") -> str:
    """One parameter with one row."""
    return (
        f"  {name}: {{ar: {name} ع, en: {name}, unit: '{unit}'{more}, rows: [{row(value, basis=basis)}]}}\n"
    )


def service(code: str, *lines: str, basis: str = "law", example: str = "{}") -> str:
    """One service; each line is written in flow style."""
    below = "".join(f"      - {line}\n" for line in lines)
    return f"  {code}:\n    basis: {basis}\n    source: مصدر\n    lines:\n{below}    example: {example}\n"


def build(parameters: str, *services: str) -> tuple[FeeTables | None, list[KnownError]]:
    """Build tables of `NAMES`, parameters and services, each a file of its own."""
    return build_fee_tables(
        [
            read_marked(NAMES, "names.yaml"),
            read_marked(f"parameters:\n{parameters or '  {}'}", "parameters.yaml"),
            read_marked("services:\n" + "".join(services), "services.yaml"),
        ]
    )


def sound(parameters: str, *services: str) -> FeeTables:
    """Build tables that must hold no mistake."""
    tables, found = build(parameters, *services)
    assert tables is not None, [str(problem) for problem in found]
    return tables


def quote_one(
    parameters: str, lines: list[str], inputs: Mapping[str, str] | None = None, on: date = ON
) -> Quote:
    """Quote a service made of these lines."""
    return sound(parameters, service("AAA-01", *lines)).quote("AAA-01", inputs or {}, on)


def amounts(quote: Quote) -> list[tuple[str, int]]:
    """Ids and piastres of the printed lines, in order."""
    return [(line.id, line.amount) for line in quote.lines]
