"""Tombstones: the centre's signed orders that a person opens nothing any more, on one device or on all.

They reach devices by sync, as the dataset `tombstones` of the unit, and locked ones as files on a stick.
Numbers rise; of several for one person the highest counts.
"""

from datetime import timedelta

from sqlalchemy import Connection, func, insert, select

from central.centre import Centre
from central.ingest import find_device
from central.publish import Content, publish
from central.schema import staff, tombstone
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.payload import read_record, sign_record
from kiosk.core.wire.times import utc_text
from kiosk.core.wire.tombstone import TOMBSTONE, TOMBSTONES, Tombstone

VALID = timedelta(days=3650)
"""A tombstone is judged by when it was issued; it does not run out by itself."""


def entomb(
    centre: Centre, code: str, reason: str, *, device: str | None = None, stands: bool = True
) -> bytes:
    """Sign a tombstone for a person and publish it for the devices of his unit; return its bytes.

    `device`: on that device alone. With `stands` false an earlier one is lifted.
    Raises KnownError `central.unknown_staff`, `central.unknown_device`, `protocol.malformed`.
    """
    with centre.storage.write() as db:
        row = db.execute(select(staff).where(staff.c.code == code)).first()
        if row is None:
            raise KnownError("central.unknown_staff", staff=code)
        if device is not None:
            find_device(db, device)
        number = (db.execute(select(func.max(tombstone.c.number))).scalar() or 0) + 1
        now, plain = centre.now(), {"staff": code, "device": device, "slot": None, "number": number}
        record = read_record(Tombstone, {**plain, "stands": stands, "reason": reason}, TOMBSTONE)
        signed = sign_record(TOMBSTONE, record, key=centre.keys.data, issued=now, expires=now + VALID)
        db.execute(
            insert(tombstone).values(
                number=number, unit=row.unit, staff=code, signed=signed.decode("utf-8"), made=utc_text(now)
            )
        )
        publish_tombstones(centre, db, row.unit)
    return signed


def publish_tombstones(centre: Centre, db: Connection, unit: str) -> None:
    """Publish all tombstones of a unit inside the open transaction."""
    query = select(tombstone.c.signed).where(tombstone.c.unit == unit).order_by(tombstone.c.number)
    texts = list(db.execute(query).scalars())
    content = Content(
        name=TOMBSTONES,
        scope=f"unit:{unit}",
        form="plain",
        data=canonical({TOMBSTONES: texts}),
        rows=len(texts),
        as_of=centre.now(),
        valid_until=None,
    )
    publish(centre, db, content)
