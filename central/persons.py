"""Personal records on their arrival: kept sealed, each once, and opened only by who holds the intake key."""

from sqlalchemy import select, update

from central.centre import Centre
from central.erased import ERASED
from central.ingest import find_device
from central.schema import person, stream
from central.storage import insert_into
from kiosk.core.errors import KnownError
from kiosk.core.wire.payload import claimed_device, open_record
from kiosk.core.wire.sealed_person import (
    ANSWER,
    MAX_DELIVERY_BYTES,
    PURPOSE,
    Delivery,
    DeliveryAnswer,
    open_person,
)
from kiosk.core.wire.times import utc_text


def take_persons(centre: Centre, data: bytes) -> bytes:
    """Keep sealed records and answer with the ids that are held; the first version of an id stays.

    Up to which entry nothing is missing rises with them, when the delivery follows what is here.
    Raises KnownError `central.unknown_device`, `signed.*`, `protocol.malformed`, `wire.*`.
    """
    code = claimed_device(data, max_bytes=MAX_DELIVERY_BYTES)
    with centre.storage.read() as db:
        known = find_device(db, code)
    delivery = open_record(
        Delivery, PURPOSE, data, key=known.key, now=centre.now(), max_bytes=MAX_DELIVERY_BYTES
    )
    if delivery.device != code:
        raise KnownError("central.bad_signature", device=code)
    rows = [
        {"person": one.person, "device": code, "sealed": bytes.fromhex(one.sealed),
         "received": utc_text(centre.now())}
        for one in delivery.records
    ]  # fmt: skip
    with centre.storage.write() as db:
        db.execute(insert_into(db, person).on_conflict_do_nothing(), rows)
        follows = (stream.c.stream == known.stream) & (stream.c.persons >= delivery.after)
        higher = follows & (stream.c.persons < delivery.through)
        db.execute(update(stream).where(higher).values(persons=delivery.through))
    stored = tuple(one.person for one in delivery.records)
    return centre.sign(ANSWER, DeliveryAnswer(device=code, nonce=delivery.nonce, stored=stored))


def read_person(centre: Centre, record: str) -> tuple[dict[str, str], bytes]:
    """Open one record with the intake key: (details, salt).

    Raises KnownError `central.unknown_person`, `person.erased`, `person.cannot_open`.
    """
    with centre.storage.read() as db:
        row = db.execute(select(person).where(person.c.person == record)).first()
    if row is None:
        raise KnownError("central.unknown_person", person=record[:40])
    if row.sealed == ERASED:
        raise KnownError("person.erased", person=record[:40])
    return open_person(row.sealed, person=row.person, device=row.device, intake=centre.keys.intake)
