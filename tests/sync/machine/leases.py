"""Whose debts are, and what else the centre gives in the histories: leases moved away and back, books."""

from central.books import grant_book
from central.debt_acts import move_lease
from kiosk.core.debts.model import LeasedTo
from kiosk.core.errors import KnownError
from tests.central.server import UNIT
from tests.sync.machine.body import Body
from tests.sync.machine.template import TELLER
from tests.sync.machine.world import World

_AWAY, _HERE = f"{LeasedTo.COLLECTOR}:{TELLER}", f"{LeasedTo.UNIT}:{UNIT}"


def move(world: World, account: str, to: str) -> str:
    """Lease a debt to a collector, whose tablet is none of these devices, or back to the unit."""
    try:
        before = move_lease(world.centre.centre, account, _AWAY if to == "away" else _HERE, None, by=TELLER)
    except KnownError as error:
        if error.code != "books.same_as_before":
            raise
        return error.code
    world.odd.add("lease")
    world.tally[f"lease: moved {to}"] += 1
    return f"from {before}"


def another_book(world: World, body: Body) -> str:
    """Give a device one more receipt book."""
    centre = world.centre.centre
    with centre.storage.write() as db:
        given = grant_book(centre, db, body.device, 20)
    world.tally["a book given"] += 1
    return given.series
