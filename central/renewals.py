"""Renews certificates of devices. Each stays known, so that `ca crl` lists all of a retired device."""

import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, func, select

from central.ca import issue_device
from central.centre import Centre
from central.ingest import Known, find_device
from central.schema import certificate, device
from central.storage import insert_into
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.payload import claimed_device, open_record
from kiosk.core.wire.pki import issued_to, read_certificate, read_request
from kiosk.core.wire.renewal import MAX_RENEWAL_BYTES, PURPOSE, Renewal, Renewed, renewal_due
from kiosk.core.wire.times import utc_text


def renew(centre: Centre, data: bytes) -> bytes:
    """Issue a certificate for the new key of a device; for the same key the same one while it is young.

    Only its signature says who asks, so it may come without a certificate, or with one that ran out. What is
    shown by one that gets none is kept all the same, to be listed when it is retired. Raises
    KnownError `central.unknown_device`, `.other_stream`, `.retired`, `.frozen`, `pki.malformed`, `signed.*`,
    `protocol.malformed`, `wire.*`.
    """
    code, now = claimed_device(data, max_bytes=MAX_RENEWAL_BYTES), centre.now()
    with centre.storage.read() as db:
        known = find_device(db, code)
    asked = open_record(Renewal, PURPOSE, data, key=known.key, now=now, max_bytes=MAX_RENEWAL_BYTES)
    if (asked.device, asked.stream) != (known.code, known.stream):
        raise KnownError("central.other_stream", device=code)
    key = read_request(bytes.fromhex(asked.csr))
    public = _named(key)
    with centre.storage.write() as db:
        known = find_device(db, code)
        _keep(db, centre, known, bytes.fromhex(asked.held), "shown", now)
        issued = _issued(db, code, public, now)
        if issued is None and known.state == "active":
            keys = centre.keys
            issued = issue_device(code, known.unit, key, keys.ca, keys.ca_key, now)
            _keep(db, centre, known, issued, "renewed", now)
    _check_state(known)
    assert issued is not None
    return canonical(dump(Renewed(device=code, certificate=issued.hex())))


def certificates_of_retired(db: Connection) -> dict[str, list[bytes]]:
    """Every certificate (DER) of each device that is retired: of its enrolment, and of each renewal."""
    retired = select(device).where(device.c.state == "retired").order_by(device.c.code)
    found = {row.code: [bytes.fromhex(row.certificate)] for row in db.execute(retired)}
    for row in db.execute(select(certificate).order_by(certificate.c.at, certificate.c.serial)):
        if row.device in found:
            found[row.device].append(bytes.fromhex(row.der))
    return found


def certificates_end(db: Connection) -> dict[str, str]:
    """Until when the newest certificate of each device is good."""
    ends = {}
    for row in db.execute(select(device.c.code, device.c.certificate)):
        first = read_certificate(bytes.fromhex(row.certificate))
        ends[row.code] = utc_text(first.not_valid_after_utc)
    newest = select(certificate.c.device, func.max(certificate.c.until).label("until")).group_by(
        certificate.c.device
    )
    for row in db.execute(newest):
        ends[row.device] = max(ends[row.device], row.until)
    return ends


def _check_state(known: Known) -> None:
    """Raises KnownError `central.retired`, `.frozen`."""
    if known.state == "retired":
        raise KnownError("central.retired", device=known.code)
    if known.state != "active":
        raise KnownError("central.frozen", device=known.code)


def _issued(db: Connection, code: str, public: str, now: datetime) -> bytes | None:
    """The newest certificate that was issued for this key, unless it is due for renewal itself."""
    query = (
        select(certificate.c.der)
        .where(certificate.c.device == code, certificate.c.public == public, certificate.c.how == "renewed")
        .order_by(certificate.c.at.desc(), certificate.c.serial)
        .limit(1)
    )
    text = db.execute(query).scalar()
    if text is None:
        return None
    der = bytes.fromhex(text)
    return None if renewal_due(read_certificate(der), now) else der


def _keep(db: Connection, centre: Centre, known: Known, der: bytes, how: str, now: datetime) -> None:
    """Keep a certificate of this device that is not known yet; one of another CA counts nowhere."""
    found = read_certificate(der)
    enrolled = select(device.c.certificate).where(device.c.code == known.code)
    if db.execute(enrolled).scalar() == der.hex() or not issued_to(found, centre.keys.ca_der, known.code):
        return
    put = insert_into(db, certificate).values(
        serial=f"{found.serial_number:040x}",
        device=known.code,
        public=_named(found.public_key()),
        der=der.hex(),
        at=utc_text(now),
        until=utc_text(found.not_valid_after_utc),
        how=how,
    )
    db.execute(put.on_conflict_do_nothing())


def _named(key: CertificatePublicKeyTypes) -> str:
    """SHA-256 of a public key, hex."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
