"""Reads the parameters of the fee tables: dated rows, tables of choices and bands, gaps and overlaps."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from kiosk.core.fees.basis import Basis
from kiosk.core.fees.parameters import Bands, Choices, Leaf, Measure, Parameter, Row, Value
from kiosk.core.fees.reading import Problems, listed
from kiosk.core.fees.values import read_number, read_rate, show_number
from kiosk.core.marked import Marked
from kiosk.core.money import parse_money

BEYOND = "beyond"
"""The key of the value beyond the last band."""

_EXPECTED = {Measure.MONEY: "1,000.00", Measure.RATE: "14%", Measure.NUMBER: "12"}


def measure_of(unit: str) -> Measure:
    """What the values of a unit are: `EGP…` money, `%` a rate, anything else a number."""
    if unit.startswith("EGP"):
        return Measure.MONEY
    return Measure.RATE if unit == "%" else Measure.NUMBER


def read_parameters(
    entries: Mapping[str, Marked], accounts: Mapping[str, object], problems: Problems
) -> dict[str, Parameter]:
    """Read every parameter; one that is wrong is noted and left out."""
    found = {}
    for name, at in entries.items():
        fields = problems.map(at, ("ar", "en", "unit", "rows"), ("campaign", "account"))
        unit = problems.text(fields.get("unit"))
        account = problems.text(fields.get("account"))
        if account and account not in accounts:
            problems.add("fees.account_unknown", fields["account"], name=account)
        read = [_row(row, measure_of(unit), problems) for row in problems.items(fields.get("rows"))]
        rows = tuple(row for row in read if row is not None)
        campaign = problems.flag(fields.get("campaign"))
        if len(rows) < len(read) or "rows" not in fields:
            continue
        if not rows:
            problems.add("fees.key_missing", at, key="rows")
            continue
        _check_dates(name, problems.items(fields["rows"]), rows, campaign, problems)
        label = problems.label(fields)
        found[name] = Parameter(name, label, unit, measure_of(unit), rows, campaign, account)
    return found


def _row(at: Marked, measure: Measure, problems: Problems) -> Row | None:
    before = len(problems.found)
    fields = problems.map(at, ("from", "value", "basis", "source"), ("to", "note"))
    begins = problems.day(fields.get("from"))
    ends = problems.day(fields.get("to"))
    basis = problems.read(fields.get("basis"), Basis, listed(Basis))
    value = _value(fields["value"], measure, problems) if "value" in fields else None
    source = problems.text(fields.get("source"))
    note = problems.text(fields.get("note"))
    if begins and ends and ends < begins:
        problems.add("fees.value_kind", fields["to"], text=ends.isoformat(), expected=f"> {begins}")
    if begins is None or basis is None or value is None or len(problems.found) > before:
        return None
    return Row(value, begins, ends, basis, source, note)


def _value(at: Marked, measure: Measure, problems: Problems) -> Value | None:
    if at.text is not None:
        number = problems.read(at, _reader(measure), _EXPECTED[measure])
        return None if number is None else Leaf(number)
    pairs = _pairs(at, problems)
    if not pairs:
        problems.add("fees.value_kind", at, text="{ }", expected=_EXPECTED[measure])
        return None
    values = [(key, _value(below, measure, problems), below) for key, below in pairs]
    read = [(key, value, below) for key, value, below in values if value is not None]
    if len(read) < len(values):
        return None
    if any(key.startswith("<=") for key, _ in pairs):
        return _bands(read, problems)
    return Choices(tuple((key, value) for key, value, _ in read))


def _pairs(at: Marked, problems: Problems) -> list[tuple[str, Marked]]:
    """The entries of a map, or of a list of one-entry maps (the form that keeps its order in canonical
    JSON).
    """
    if at.map is not None:
        return list(at.map.items())
    pairs: list[tuple[str, Marked]] = []
    for item in at.items or []:
        if item.map is None or len(item.map) != 1:
            problems.add("fees.value_kind", item, text=item.text or "{ }", expected="<=250: 500")
            return []
        pairs.extend(item.map.items())
    return pairs


def _bands(read: list[tuple[str, Value, Marked]], problems: Problems) -> Bands | None:
    limits: list[tuple[Fraction, Value]] = []
    beyond = None
    for key, value, at in read:
        if beyond is not None:
            problems.add("fees.bands_order", at, first=BEYOND, second=key)
            return None
        if key == BEYOND:
            beyond = value
            continue
        limit = problems.read(Marked(key.removeprefix("<="), at.file, at.line), read_number, "<=250")
        if limit is None:
            return None
        if limits and limit <= limits[-1][0]:
            problems.add("fees.bands_order", at, first=f"<={show_number(limits[-1][0])}", second=key)
            return None
        limits.append((limit, value))
    return Bands(tuple(limits), beyond)


def _reader(measure: Measure) -> Callable[[str], Fraction]:
    if measure is Measure.MONEY:
        return lambda text: Fraction(parse_money(text))
    return read_rate if measure is Measure.RATE else read_number


def _check_dates(
    name: str, at: list[Marked], rows: tuple[Row, ...], campaign: bool, problems: Problems
) -> None:
    """Rows go from old to new; each ends the day before the next (unless a campaign), the last may stay
    open.
    """
    day = timedelta(days=1)
    for row, following, place in zip(rows, rows[1:], at[1:], strict=False):
        ends = row.valid_to
        if ends is None or ends >= following.valid_from:
            problems.add(
                "fees.rows_overlap", place, name=name, date=max(following.valid_from, row.valid_from)
            )
        elif ends + day < following.valid_from and not campaign:
            last_free: date = following.valid_from - day
            problems.add("fees.rows_gap", place, name=name, from_date=ends + day, to_date=last_free)
