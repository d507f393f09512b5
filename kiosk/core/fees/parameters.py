"""Dated values of the fee tables, each row with its source and what it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from kiosk.core.errors import BugError, KnownError
from kiosk.core.fees.basis import Basis
from kiosk.core.fees.label import Label
from kiosk.core.fees.values import show_number
from kiosk.core.money import format_money


class Measure(Enum):
    """What the leaves of a parameter are."""

    MONEY = "money"
    """Whole piastres."""
    RATE = "rate"
    """A share of something: 14% is 14/100."""
    NUMBER = "number"
    """A count or limit, in the unit of the parameter."""


@dataclass(frozen=True)
class Leaf:
    """One value: piastres, a share or a number, as an exact fraction."""

    number: Fraction


@dataclass(frozen=True)
class Choices:
    """One value for each option of a choice."""

    by_option: tuple[tuple[str, "Value"], ...]

    def get(self, option: str) -> "Value | None":
        """The value of an option."""
        return next((value for code, value in self.by_option if code == option), None)


@dataclass(frozen=True)
class Bands:
    """Whole bands by size: the first limit that is not below the size counts, for all of it.

    Beyond the last limit: `beyond`, which may be absent.
    """

    limits: tuple[tuple[Fraction, "Value"], ...]
    beyond: "Value | None" = None

    def get(self, size: Fraction) -> "Value | None":
        """The value of the band that holds this size; None beyond a table that ends."""
        return next((value for limit, value in self.limits if size <= limit), self.beyond)

    @property
    def last_limit(self) -> str:
        """The end of the table, as typed."""
        return show_number(self.limits[-1][0])


Value = Leaf | Choices | Bands


def leaves(value: Value) -> Iterator[Leaf]:
    """Every leaf of a value."""
    if isinstance(value, Leaf):
        yield value
    elif isinstance(value, Choices):
        for _, below in value.by_option:
            yield from leaves(below)
    else:
        for _, below in value.limits:
            yield from leaves(below)
        if value.beyond is not None:
            yield from leaves(value.beyond)


@dataclass(frozen=True)
class Row:
    """A value from `valid_from` to `valid_to` (inclusive; None until further notice)."""

    value: Value
    valid_from: date
    valid_to: date | None
    basis: Basis
    source: str
    note: str = ""


@dataclass(frozen=True)
class Found:
    """The row that counts on a date; `expired` when it ended before that date and nothing followed."""

    row: Row
    expired: bool


@dataclass(frozen=True)
class Parameter:
    """A named value with its rows, oldest first.

    `unit` is as written (`EGP/m2`, `%`, `instalments`); a `campaign` counts only inside its dates and may
    have gaps; `account` is that of a stamp, else empty.
    """

    name: str
    label: Label
    unit: str
    measure: Measure
    rows: tuple[Row, ...]
    campaign: bool = False
    account: str = ""

    def on(self, day: date) -> Found | None:
        """The row of a day.

        An ended campaign is None. Any other parameter whose rows have ended gives its last row, marked
        expired. Raises KnownError `fees.no_row` for a day before the first row of a parameter that is no
        campaign.
        """
        started = [row for row in self.rows if row.valid_from <= day]
        if not started:
            if self.campaign:
                return None
            first = min(row.valid_from for row in self.rows)
            raise KnownError("fees.no_row", label=self.label, date=day, first=first)
        row = started[-1]
        ended = row.valid_to is not None and row.valid_to < day
        return None if ended and self.campaign else Found(row, ended)


def show_leaf(measure: Measure, leaf: Leaf) -> str:
    """Write a leaf as it is typed in the file: `1,000.00`, `14%` or `12`."""
    if measure is Measure.MONEY:
        return format_money(int(leaf.number))
    if measure is Measure.RATE:
        return f"{show_number(leaf.number * 100)}%"
    return show_number(leaf.number)


@dataclass(frozen=True)
class Beyond:
    """A size beyond a table that ends: the bands, and the place of the size among the keys."""

    bands: Bands
    place: int


def pick(value: Value, keys: Sequence[str | Fraction], *, last: bool = False) -> Leaf | Beyond:
    """Walk down a table by its keys; keys that are left over do not matter.

    With `last`, a size beyond the table counts as its last band. Raises BugError for a table that was never
    checked against its rule.
    """
    for place, key in enumerate(keys):
        if isinstance(value, Leaf):
            break
        below: Value | None = None
        if isinstance(value, Choices) and isinstance(key, str):
            below = value.get(key)
        elif isinstance(value, Bands) and isinstance(key, Fraction):
            below = value.get(key)
            if below is None and not last:
                return Beyond(value, place)
            below = below or value.limits[-1][1]
        if below is None:
            raise BugError(f"no value for {key}: the table was not checked against its rule")
        value = below
    if isinstance(value, Leaf):
        return value
    raise BugError("the table has more levels than its rule has keys")
