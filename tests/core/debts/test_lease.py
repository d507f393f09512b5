"""A debt is divided by one desk only: the vehicle of its unit, or the tablet of its collector."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.core.debts.lease import CollectingDesk, held_here
from kiosk.core.debts.model import Debt, Lease, LeasedTo, Purse

DAY = date(2026, 11, 24)
DEBT = Debt("A", "debtor", "waste", Purse("unit", "waste"), (), Lease(LeasedTo.NONE))
VEHICLE = CollectingDesk(unit="U7")
TABLET = CollectingDesk(unit="U7", collector="C1")


@pytest.mark.parametrize(
    ("lease", "vehicle", "tablet"),
    [
        (Lease(LeasedTo.UNIT, "U7"), True, False),
        (Lease(LeasedTo.UNIT, "U8"), False, False),
        (Lease(LeasedTo.COLLECTOR, "C1"), False, True),
        (Lease(LeasedTo.COLLECTOR, "C2"), False, False),
        (Lease(LeasedTo.COLLECTOR, ""), False, False),
        (Lease(LeasedTo.NONE), False, False),
        (Lease(LeasedTo.NONE, "U7"), False, False),
    ],
)
def test_who_holds_a_debt(lease: Lease, *, vehicle: bool, tablet: bool) -> None:
    debt = replace(DEBT, lease=lease)
    assert held_here(debt, VEHICLE, DAY) is vehicle
    assert held_here(debt, TABLET, DAY) is tablet


def test_a_lease_holds_through_its_last_day() -> None:
    debt = replace(DEBT, lease=Lease(LeasedTo.UNIT, "U7", until=DAY))
    assert held_here(debt, VEHICLE, DAY)
    assert not held_here(debt, VEHICLE, date(2026, 11, 25))


def test_no_two_desks_hold_the_same_debt() -> None:
    desks = [CollectingDesk(unit, collector) for unit in ("U7", "U8") for collector in ("", "C1", "C2")]
    leases = [Lease(kind, holder) for kind in LeasedTo for holder in ("U7", "U8", "C1", "C2")]
    for lease in leases:
        held = {
            (desk.collector or desk.unit)
            for desk in desks
            if held_here(replace(DEBT, lease=lease), desk, DAY)
        }
        assert len(held) <= 1
