"""The signed list of device keys, with which anyone checks a receipt without a connection."""

import hashlib
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from central.centre import Centre
from central.publish import Content, latest, publish
from central.schema import device, receipt, unit
from kiosk.core.receipt_keys import EDDSA, PURPOSE
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.signed import kid_of, sign_object
from kiosk.core.wire.times import parse_utc, utc_text

_VALID = timedelta(days=60)
_RENEWED = timedelta(days=1)
"""A list without news is signed again after this long, so that its date stays young."""
_KEY_DAYS = timedelta(days=3650)


def publish_key_list(centre: Centre, db: Connection) -> None:
    """Publish the list of keys and voids inside the open transaction, when it is news or a day old."""
    now = centre.now()
    plain = _plain(centre, db)
    digest = hashlib.sha256(canonical(plain)).hexdigest()
    last = latest(db, PURPOSE, "")
    if last is not None and last.hash == digest and parse_utc(last.as_of) + _RENEWED > now:
        return
    signed = sign_object(
        PURPOSE, plain, key=centre.keys.ack, kid=kid_of(centre.keys.ack.public_key()), issued=now,
        expires=now + _VALID,
    )  # fmt: skip
    content = Content(
        name=PURPOSE,
        scope="",
        form="signed",
        data=signed,
        hash=digest,
        rows=len(plain["keys"]),
        as_of=now,
        valid_until=now + _VALID,
    )
    publish(centre, db, content)


def _plain(centre: Centre, db: Connection) -> dict[str, Any]:
    rows = db.execute(
        select(device, unit.c.name).join(unit, unit.c.code == device.c.unit).order_by(device.c.code)
    )
    voids = db.execute(
        select(receipt.c.number).where(receipt.c.voided.is_not(None)).order_by(receipt.c.number)
    )
    return {
        "host": centre.settings.receipt_host,
        "keys": [_key(row) for row in rows],
        "voids": sorted(set(voids.scalars())),
    }


def _key(row: Any) -> dict[str, Any]:
    raw = bytes.fromhex(row.public_key)
    begins = parse_utc(row.enrolled_at)
    return {
        "kid": kid_of(Ed25519PublicKey.from_public_bytes(raw)),
        "alg": EDDSA,
        "public": row.public_key,
        "device": row.code,
        "unit": row.unit,
        "unit_name": row.name,
        "from": row.enrolled_at,
        "to": utc_text(begins + _KEY_DAYS),
    }
