"""Takes a device in again that a restored server does not know: by the bundle that the centre had signed.

It is heard at once, because draining is never stopped, and given nothing new until a person says so.
"""

import hashlib
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Select, insert, select, update

from central.books import take_over_book
from central.centre import Centre
from central.ingest import report
from central.orders import find_row
from central.reconcile import TAKEN
from central.schema import device, readmission, stream, unit, vehicle
from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.bundle import MAX_BUNDLE_BYTES, Bundle
from kiosk.core.wire.bundle import PURPOSE as BUNDLE
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.claims import MAX_CLAIMS_BYTES, READMISSION, Readmission
from kiosk.core.wire.enrolment import EnrolmentRequest, parse_request
from kiosk.core.wire.entry import FIRST_PREVIOUS
from kiosk.core.wire.payload import open_record
from kiosk.core.wire.pki import check_certificate, read_request
from kiosk.core.wire.times import utc_text


def readmit(centre: Centre, data: bytes) -> bytes:
    """Take a forgotten device in again; one that is known is left as it is. The same bytes, the same answer.

    The request that the bundle answers holds the device's key, and the bundle is signed by the centre: so the
    two prove whose key signed this. Raises KnownError `central.not_readmitted`, `signed.*`, `pki.*`,
    `protocol.malformed`, `wire.*`, `enrol.bad_signature`.
    """
    now = centre.now()
    key = _claimed_key(data)
    shown = open_record(Readmission, READMISSION, data, key=key, now=now, max_bytes=MAX_CLAIMS_BYTES)
    authority = Authority(centre.keys.root, [one.encode() for one in centre.keys.delegations], now=now)
    bundle = authority.read(Bundle, BUNDLE, shown.bundle.encode(), now=now, max_bytes=MAX_BUNDLE_BYTES)
    request = parse_request(shown.request.encode())
    ours = (hashlib.sha256(shown.request.encode()).hexdigest(), request.stream, shown.device, shown.stream)
    if (bundle.request, bundle.stream, bundle.device, bundle.stream) != ours:
        raise KnownError("central.not_readmitted", device=shown.device)
    check_certificate(
        bytes.fromhex(bundle.certificate), centre.keys.ca_der, device=bundle.device,
        key=read_request(bytes.fromhex(request.csr)),
    )  # fmt: skip
    with centre.storage.write() as db:
        _take_in(centre, db, shown, request, bundle, now)
    return TAKEN


def confirm(centre: Centre, code: str) -> None:
    """A person has looked: the device is given things again. Raises KnownError `central.unknown_device`."""
    with centre.storage.write() as db:
        row = find_row(db, code)
        waits = select(readmission.c.device).where(
            readmission.c.device == code, readmission.c.decided.is_(None)
        )
        if row.state != "frozen" or db.execute(waits).first() is None:
            raise KnownError("central.not_waiting", device=code)
        db.execute(update(device).where(device.c.code == code).values(state="active"))
        db.execute(
            update(readmission).where(readmission.c.device == code).values(decided=utc_text(centre.now()))
        )


def waiting_devices() -> Select[tuple[str]]:
    """Devices that were taken in again and wait for a person."""
    return select(readmission.c.device).where(readmission.c.decided.is_(None)).order_by(readmission.c.device)


def _claimed_key(data: bytes) -> Ed25519PublicKey:
    """The key in the request that was shown: whether it is a device's, the bundle says afterwards."""
    fields: Any = parse_canonical(data, max_bytes=MAX_CLAIMS_BYTES)
    try:
        request = parse_request(fields["payload"]["request"].encode())
    except (KeyError, TypeError, AttributeError) as error:
        raise KnownError("signed.malformed") from error
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(request.device_key))


def _take_in(
    centre: Centre,
    db: Connection,
    shown: Readmission,
    request: EnrolmentRequest,
    bundle: Bundle,
    now: datetime,
) -> None:
    known = (device.c.code == bundle.device) | (device.c.stream == bundle.stream)
    found = db.execute(select(device.c.code, device.c.stream).where(known)).first()
    if found is not None:
        if (found.code, found.stream) != (bundle.device, bundle.stream):
            raise KnownError("central.not_readmitted", device=bundle.device)
        return
    _places(db, bundle)
    db.execute(
        insert(device).values(
            code=bundle.device,
            unit=bundle.unit.code,
            vehicle=bundle.vehicle.code if bundle.vehicle else None,
            collector=bundle.collector,
            stream=bundle.stream,
            public_key=request.device_key,
            certificate=bundle.certificate,
            app=request.app,
            state="frozen",
            enrolled_at=utc_text(bundle.server_time),
        )
    )
    db.execute(
        insert(stream).values(
            stream=bundle.stream, device=bundle.device, stored=0, head=FIRST_PREVIOUS, safe=0, applied=0,
            verified="", persons=0, persons_safe=0,
        )
    )  # fmt: skip
    db.execute(
        insert(readmission).values(
            device=bundle.device,
            at=utc_text(now),
            request=shown.request.encode(),
            bundle=shown.bundle.encode(),
        )
    )
    for text in bundle.books:
        take_over_book(centre, db, bundle.device, text)
    report(
        db, "readmitted", utc_text(now), device=bundle.device, stream=bundle.stream, seq=0,
        detail={"unit": bundle.unit.code, "enrolled": utc_text(bundle.server_time)},
    )  # fmt: skip


def _places(db: Connection, bundle: Bundle) -> None:
    """Unit and vehicle that were made since the back-up, by the names that the bundle gives them."""
    one = bundle.unit
    if db.execute(select(unit.c.code).where(unit.c.code == one.code)).first() is None:
        db.execute(
            insert(unit).values(code=one.code, name=one.name, name_en=one.name, body_ar="", body_en="")
        )
    car = bundle.vehicle
    if (
        car is not None
        and db.execute(select(vehicle.c.code).where(vehicle.c.code == car.code)).first() is None
    ):
        db.execute(insert(vehicle).values(code=car.code, unit=one.code, name=car.name))
