"""Fetches the centre's orders while an incident stands, and carries out the one that lifts it."""

from kiosk.core.errors import KnownError
from kiosk.core.wire.order import open_order
from kiosk.core.wire.times import from_ms
from kiosk.link.centre import CentreClient
from kiosk.store.incidents import carry_out, incident_stands
from kiosk.store.sync_state import kept_clock
from kiosk.sync.place import Place, now

_PASSED_BY = frozenset(
    {"lift.order_done", "lift.no_incident", "lift.other_incident", "lift.expired", "lift.unknown_order"}
)
"""Orders that were done, ran out, or are about something else: they stay at the centre, as evidence."""


def take_orders(place: Place, client: CentreClient) -> int:
    """Carry out the orders that lift what stands; return how many. Nothing is asked while nothing stands.

    Raises KnownError `sync.*`, and what a forged order is: `signed.*`, `authority.*`, `lift.not_ours`.
    """
    if not incident_stands(place.db):
        return 0
    return sum(_take(place, data) for data in client.orders())


def _take(place: Place, data: bytes) -> bool:
    kept = kept_clock(place.db)
    believed = from_ms(kept.floor_ms) if kept else now()
    try:
        found = open_order(
            data, place.me.authority, device=place.me.device, stream=place.me.stream, now=believed
        )
        with place.act() as act:
            carry_out(place, act.append, found)
    except KnownError as error:
        if error.code not in _PASSED_BY:
            raise
        return False
    return True
