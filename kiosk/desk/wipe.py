"""Wiping the keys of this device by an order that both the data key and the root signed."""

from kiosk.core.entries.keys import KeysWiped
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import from_ms
from kiosk.core.wire.tombstone import OpenedWipe, open_wipe
from kiosk.desk.session import Session
from kiosk.store.sync_state import centre_of


def open_wipe_order(session: Session, data: bytes) -> OpenedWipe:
    """Check an order to wipe this device; nothing is changed.

    Raises KnownError `sync.not_enrolled` on a trial, `wipe.not_ours`, `signed.*`, `wire.*`, `authority.*`,
    `protocol.malformed`.
    """
    centre = centre_of(session.store.db)
    if centre is None:
        raise KnownError("sync.not_enrolled")
    now = from_ms(session.believed_ms())
    me = session.store.unlocked
    device = session.store.device_signer.by
    return open_wipe(data, centre.authority(now), device=device, stream=me.stream, now=now)


def tell_wipe(session: Session, order: OpenedWipe) -> None:
    """Write the last entry, with a checkpoint, so that it can be sent before the keys are destroyed."""
    store = session.store
    with session.act() as act:
        body = KeysWiped(order=order.hash, number=order.request.number)
        store.journal.append(body, act.moment, signers=(store.device_signer,))
        act.checkpoint()
