"""The age of a debt (for supervisors; nothing is deleted, nobody is advised) and of what we know about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.core.debts.model import Debt
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import AgeBand, Policy


@dataclass(frozen=True)
class BandTotal:
    """What is owed in one age band, in piastres, and on how many charges."""

    band: AgeBand
    owed: int
    charges: int


def age_bands(debt: Debt, day: date, policy: Policy, *, supervisor: bool) -> tuple[BandTotal, ...]:
    """Group the due charges of a debt by whole years since they fell due; youngest band first.

    The bands follow the prescription periods and prove nothing: whether time has run out is for the legal
    department. Raises KnownError `debts.age_for_supervisors` for anyone else.
    """
    if not supervisor:
        raise KnownError("debts.age_for_supervisors")
    bands = sorted(policy.age_bands, key=lambda band: band.from_years)
    ages = [(whole_years(charge.due, day), charge.owed) for charge in debt.charges if charge.due <= day]
    return tuple(
        _band(band, [owed for years, owed in ages if owed and band_of(years, bands) == band])
        for band in bands
    )


def _band(band: AgeBand, owed: list[int]) -> BandTotal:
    return BandTotal(band, sum(owed), len(owed))


def band_of(years: int, bands: Sequence[AgeBand]) -> AgeBand:
    """Return the oldest band that these whole years reach; `bands` are ordered youngest first."""
    return [band for band in bands if band.from_years <= years or band is bands[0]][-1]


def whole_years(start: date, day: date) -> int:
    """Count the anniversaries of `start` up to and including `day`; 29 February counts on 1 March."""
    years = day.year - start.year
    return years if (day.month, day.day) >= (start.month, start.day) else years - 1


@dataclass(frozen=True)
class DataAge:
    """How old the debt data is on a day; screens and receipts say `as of`."""

    as_of: date
    days: int
    stale: bool


def data_age(as_of: date, day: date, policy: Policy) -> DataAge:
    """Measure the age of debt data in days.

    Data from the future means a wrong clock: it counts as stale, since time limits never relax.
    """
    days = (day - as_of).days
    return DataAge(as_of, days, stale=not 0 <= days <= policy.debt_data_max_age_days)


def check_data_age(paid: int, age: DataAge, policy: Policy) -> None:
    """Refuse a payment above the cap on stale data; the rest and payments on account go on.

    Raises KnownError `debts.above_stale_cap`.
    """
    if age.stale and paid > policy.stale_debt_cap:
        raise KnownError(
            "debts.above_stale_cap",
            as_of=age.as_of,
            days=abs(age.days),
            cap=format_money(policy.stale_debt_cap),
        )
