"""Orders to wipe a device's keys: the data key asks, the root agrees, somewhere else and by two people."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, insert, select

from central.centre import Centre
from central.ingest import find_device
from central.schema import incident
from kiosk.core.wire.payload import read_record, sign_record
from kiosk.core.wire.times import utc_text
from kiosk.core.wire.tombstone import WIPE_REQUEST, WipeRequest, sign_wipe

VALID = timedelta(days=30)


def request_wipe(centre: Centre, device: str, reason: str) -> bytes:
    """Sign a request to wipe a device with the data key, and note it.

    Raises KnownError `central.unknown_device`, `protocol.malformed`.
    """
    with centre.storage.write() as db:
        stream = find_device(db, device).stream
        asked = select(func.count()).select_from(incident).where(incident.c.kind == "wipe_requested")
        number = (db.execute(asked).scalar() or 0) + 1
        now = centre.now()
        plain = {"device": device, "stream": stream, "number": number, "reason": reason}
        record = read_record(WipeRequest, plain, WIPE_REQUEST)
        note = {"at": utc_text(now), "kind": "wipe_requested", "device": device, "stream": stream, "seq": 0}
        db.execute(insert(incident).values(**note, detail=f"{number} {reason}"))
    return sign_record(WIPE_REQUEST, record, key=centre.keys.data, issued=now, expires=now + VALID)


def agree_to_wipe(request: bytes, root: Ed25519PrivateKey, now: datetime) -> bytes:
    """Let the root sign the request; done where the root key is, away from the centre's machine."""
    return sign_wipe(request, root=root, issued=now, expires=now + VALID)
