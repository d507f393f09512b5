"""Instalment plans: dates and amounts that add up exactly."""

import calendar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kiosk.core.fees.values import round_half_up


@dataclass(frozen=True)
class Instalment:
    """One part of a plan: its number (0 is the down payment), its due date and its amount in piastres."""

    number: int
    due: date
    amount: int

    def to_plain(self) -> dict[str, str | int]:
        """The same as integers and a date text."""
        return {"number": self.number, "due": self.due.isoformat(), "piastres": self.amount}


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def instalment_plan(
    amount: int, count: int, months: int, down: Fraction, start: date
) -> tuple[Instalment, ...]:
    """Divide an amount (piastres) into a down payment at `start` and `count` equal parts, `months` apart.

    The down payment is rounded half up; parts are whole piastres and the last takes what division leaves, so
    the plan adds up to the amount. Without a down payment the first part falls due one period after the
    start.
    """
    first = round_half_up(amount * down)
    each = (amount - first) // count
    parts = [each] * (count - 1)
    parts.append(amount - first - sum(parts))
    plan = [Instalment(0, start, first)] if first else []
    plan += [Instalment(n, add_months(start, n * months), part) for n, part in enumerate(parts, 1)]
    return tuple(plan)
