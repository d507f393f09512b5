"""Who may divide a payment offline: two desks must never collect the same charge.

A vehicle leases its unit's debts, a tablet its collector's. Money for any other debt is taken on account and
divided by the centre.
"""

from dataclasses import dataclass
from datetime import date

from kiosk.core.debts.model import Debt, Lease, LeasedTo


@dataclass(frozen=True)
class CollectingDesk:
    """Who collects: the unit of a vehicle (`collector` empty) or a collector with a tablet."""

    unit: str
    collector: str = ""


def held_here(debt: Debt, desk: CollectingDesk, day: date) -> bool:
    """Say whether this desk holds the lease of the debt on that business date."""
    return holds(debt.lease, desk, day)


def holds(lease: Lease, desk: CollectingDesk, day: date) -> bool:
    """Say whether a desk holds a lease on that business date.

    A lease that has run out is not held: its payments go on account. Time limits never relax.
    """
    if lease.until is not None and day > lease.until:
        return False
    if lease.to is LeasedTo.COLLECTOR:
        return bool(desk.collector) and lease.holder == desk.collector
    if lease.to is LeasedTo.UNIT:
        return not desk.collector and lease.holder == desk.unit
    return False
