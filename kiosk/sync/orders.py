"""Fetches the centre's orders when there is a new one or an incident stands, and carries each out once."""

import secrets
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.core.entries.technical import OrderDone
from kiosk.core.errors import KnownError
from kiosk.core.wire.device_log import PURPOSE as LOG
from kiosk.core.wire.device_log import DeviceLog, seal_log
from kiosk.core.wire.heartbeat import OrderNumber
from kiosk.core.wire.order import LOGS, OpenedOrder, open_order
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.times import from_ms
from kiosk.link.centre import CentreClient
from kiosk.report_files import CRASH_KIND, LOG_KIND, files_of
from kiosk.store.driver import transaction
from kiosk.store.incidents import carry_out, incident_stands, is_done
from kiosk.store.sync_state import keep_order_seen, kept_clock, order_seen
from kiosk.sync.place import Place, now

_PASSED_BY = frozenset(
    {"lift.order_done", "lift.no_incident", "lift.other_incident", "lift.expired", "lift.unknown_order"}
)
"""Orders that were done, ran out, or are about something else: they stay at the centre, as evidence."""
_STOPS = ("sync.", "store.")
_VALID = timedelta(minutes=5)


def take_orders(
    place: Place, client: CentreClient, newest: OrderNumber | None, faults: list[KnownError]
) -> int:
    """Carry out what was not carried out yet; return how many. `newest`: the newest order there is.

    Nothing is asked while that is known and nothing stands. An order that is forged, or of a form that this
    release cannot read, is one of the `faults` and keeps neither the others nor data from coming; it is asked
    for again with the next round. Raises KnownError `sync.*`, `store.*`.
    """
    if not _is_new(place, newest) and not incident_stands(place.db):
        return 0
    done, before = 0, len(faults)
    for data in client.orders():
        try:
            done += _take(place, client, data)
        except KnownError as error:
            if error.code.startswith(_STOPS):
                raise
            faults.append(error)
    if newest is not None and len(faults) == before:
        with transaction(place.db):
            keep_order_seen(place.db, newest)
    return done


def _is_new(place: Place, newest: OrderNumber | None) -> bool:
    seen = order_seen(place.db)
    return newest is not None and (seen is None or (newest.epoch, newest.n) > (seen.epoch, seen.n))


def take_brought(place: Place, data: bytes) -> bool:
    """Carry out an order that a stick brought, unless it was done; one for logs waits for the line.

    Raises as `take_orders`.
    """
    return _take(place, None, data)


def _take(place: Place, client: CentreClient | None, data: bytes) -> bool:
    kept = kept_clock(place.db)
    believed = from_ms(kept.floor_ms) if kept else now()
    try:
        found = open_order(
            data, place.me.authority, device=place.me.device, stream=place.me.stream, now=believed
        )
        if found.order.kind == LOGS:
            return client is not None and _send_log(place, client, found)
        with place.act() as act:
            carry_out(place, act.append, found)
    except KnownError as error:
        if error.code not in _PASSED_BY:
            raise
        return False
    return True


def _send_log(place: Place, client: CentreClient, found: OpenedOrder) -> bool:
    """Send the log first and tell the journal afterwards: cut between, it is sent once more."""
    order = found.order
    if is_done(place.db, order):
        return False
    number = OrderNumber(epoch=order.epoch, n=order.n)
    intake = X25519PublicKey.from_public_bytes(bytes.fromhex(place.centre.intake))
    log = DeviceLog(
        device=place.me.device,
        stream=place.me.stream,
        nonce=secrets.token_hex(16),
        order=number,
        sealed=seal_log(_text(place), device=place.me.device, order=number, intake=intake),
    )
    client.log(sign_record(LOG, log, key=place.me.key, issued=now(), expires=now() + _VALID))
    with place.act() as act:
        act.append(OrderDone(epoch=order.epoch, n=order.n, kind=order.kind, order=found.hash))
    return True


def _text(place: Place) -> str:
    """Crash reports and the log, the newest last. Both are redacted as they are written."""
    files = files_of(place.root)
    parts = [f"== {file.name}\n{_read(file)}" for kind in (CRASH_KIND, LOG_KIND) for file in files[kind]]
    return "\n".join(parts) or "no log"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"cannot be read: {error.strerror}"
