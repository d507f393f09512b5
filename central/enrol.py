"""Enrolment: prepares a slot with its one-time number, and turns a request into one signed bundle."""

import gzip
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from central.books import FIRST_SERIALS, grant_book, grants_of
from central.ca import issue_device
from central.centre import Centre
from central.folder import read_file
from central.manifests import manifest_bytes
from central.numbers import device_code, one_time_number
from central.people import find_unit, find_vehicle
from central.publish import latest
from central.schema import device, reconciled, slot, staff, stream
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.bundle import PURPOSE, Bundle
from kiosk.core.wire.enrolment import (
    LOCATOR_DIGITS,
    TRIES,
    VALID_HOURS,
    EnrolmentRequest,
    Slip,
    number_fits,
    number_key,
    parse_request,
)
from kiosk.core.wire.entry import FIRST_PREVIOUS
from kiosk.core.wire.pki import read_request
from kiosk.core.wire.reference import STAFF
from kiosk.core.wire.times import utc_text


@dataclass(frozen=True)
class Plan:
    """What a device is to be: its unit, its vehicle or the collector whose tablet it is, its first book."""

    unit: str
    address: str
    vehicle: str | None = None
    collector: str | None = None
    serials: int = FIRST_SERIALS


def prepare(centre: Centre, plan: Plan) -> Slip:
    """Prepare the enrolment of one device and return its slip. The number is kept nowhere.

    Raises KnownError `central.unknown_unit`, `.unknown_vehicle`, `.unknown_staff`, `.no_staff`.
    """
    now = centre.now()
    with centre.storage.write() as db:
        find_unit(db, plan.unit)
        if plan.vehicle is not None:
            find_vehicle(db, plan.vehicle, plan.unit)
        _check_staff(db, plan)
        number = _free_number(db, utc_text(now))
        public = number_key(number, centre.keys.code).public_key().public_bytes_raw().hex()
        db.execute(
            insert(slot).values(
                locator=number[:LOCATOR_DIGITS],
                public=public,
                unit=plan.unit,
                vehicle=plan.vehicle,
                collector=plan.collector,
                serials=plan.serials,
                address=plan.address,
                made=utc_text(now),
                expires=utc_text(now + timedelta(hours=VALID_HOURS)),
                tries=0,
                state="open",
            )
        )
    return Slip(number=number, code=centre.keys.code, address=plan.address)


def enrol(centre: Centre, data: bytes) -> bytes:
    """Answer a request with its signed bundle; the same bytes again get the same device.

    Raises KnownError `enrol.unknown_number`, `.wrong_number`, `.no_tries`, `.used`, `.expired`,
    `.bad_signature`, `pki.malformed`, `protocol.malformed`, `wire.*`.
    """
    request = parse_request(data)
    digest = hashlib.sha256(data).hexdigest()
    with centre.storage.write() as db:
        found, refusal = _judge(centre, db, request, digest)
        if refusal is None:
            code = found.device if found.state == "used" else _make_device(centre, db, request, found, digest)
    if refusal is not None:
        raise refusal
    return _bundle(centre, request, digest, code)


def _judge(
    centre: Centre, db: Connection, request: EnrolmentRequest, digest: str
) -> tuple[Row[Any], KnownError | None]:
    """The slot of a request, and why it is refused; a wrong number is counted in the same transaction."""
    rows = db.execute(select(slot).where(slot.c.locator == request.locator).order_by(slot.c.id.desc())).all()
    fitting = next((row for row in rows if number_fits(request, row.public)), None)
    if fitting is None:
        return _count_try(db, rows)
    if fitting.state == "used":
        return fitting, None if fitting.request == digest else KnownError("enrol.used")
    if fitting.state == "void":
        return fitting, KnownError("enrol.no_tries")
    if fitting.expires <= utc_text(centre.now()):
        return fitting, KnownError("enrol.expired", expires=fitting.expires)
    return fitting, None


def _count_try(db: Connection, rows: Any) -> tuple[Row[Any], KnownError]:
    tried = next((row for row in rows if row.state == "open"), None)
    if tried is None:
        raise KnownError("enrol.unknown_number")
    left = TRIES - tried.tries - 1
    db.execute(
        update(slot)
        .where(slot.c.id == tried.id, slot.c.state == "open")
        .values(tries=tried.tries + 1, state="open" if left > 0 else "void")
    )
    return tried, KnownError("enrol.wrong_number", left=left) if left > 0 else KnownError("enrol.no_tries")


def _make_device(
    centre: Centre, db: Connection, request: EnrolmentRequest, found: Row[Any], digest: str
) -> str:
    """Use the number up and make the device, all in the open transaction."""
    code = _free_code(db)
    used = db.execute(
        update(slot)
        .where(slot.c.id == found.id, slot.c.state == "open", slot.c.tries < TRIES)
        .values(state="used", request=digest, device=code)
    )
    if used.rowcount != 1:
        raise KnownError("enrol.used")
    if db.execute(select(stream.c.stream).where(stream.c.stream == request.stream)).first():
        raise KnownError("enrol.stream_known")
    tls = read_request(bytes.fromhex(request.csr))
    issued = issue_device(code, found.unit, tls, centre.keys.ca, centre.keys.ca_key, centre.now())
    db.execute(
        insert(device).values(
            code=code,
            unit=found.unit,
            vehicle=found.vehicle,
            collector=found.collector,
            stream=request.stream,
            public_key=request.device_key,
            certificate=issued.hex(),
            app=request.app,
            state="active",
            enrolled_at=utc_text(centre.now()),
        )
    )
    db.execute(
        insert(stream).values(
            stream=request.stream,
            device=code,
            stored=0,
            head=FIRST_PREVIOUS,
            safe=0,
            applied=0,
            verified="",
            persons=0,
            persons_safe=0,
        )
    )
    db.execute(insert(reconciled).values(device=code, epoch=epoch_of(db), at=utc_text(centre.now())))
    grant_book(centre, db, code, found.serials)
    return code


def _bundle(centre: Centre, request: EnrolmentRequest, digest: str, code: str) -> bytes:
    manifest = manifest_bytes(centre, code)
    with centre.storage.read() as db:
        row = db.execute(select(device).where(device.c.code == code)).one()
        where = db.execute(select(slot).where(slot.c.device == code)).one()
        bundle = Bundle(
            request=digest,
            device=code,
            stream=request.stream,
            unit=find_unit(db, row.unit),
            vehicle=find_vehicle(db, row.vehicle, row.unit) if row.vehicle else None,
            collector=row.collector,
            address=where.address,
            certificate=row.certificate,
            ca=centre.keys.ca_der.hex(),
            root=centre.keys.root.public_bytes_raw().hex(),
            delegations=centre.keys.delegations,
            recovery=centre.keys.recovery,
            intake=centre.keys.intake.public_key().public_bytes_raw().hex(),
            books=grants_of(db, code),
            staff=_signed_roster(centre, db, row.unit),
            manifest=manifest.decode("utf-8"),
            epoch=epoch_of(db),
            server_time=centre.now(),
            nonce=request.nonce,
        )
    return centre.sign(PURPOSE, bundle)


def _signed_roster(centre: Centre, db: Connection, unit: str) -> str:
    """The unit's roster as it was signed and published."""
    version = latest(db, STAFF, f"unit:{unit}")
    if version is None:
        raise KnownError("central.no_staff", unit=unit)
    return gzip.decompress(read_file(centre.folder.files / version.file)).decode("utf-8")


def _check_staff(db: Connection, plan: Plan) -> None:
    """A device needs a supervisor who makes the slots of others; a tablet's collector must be of the unit."""
    rows = db.execute(select(staff).where(staff.c.unit == plan.unit, staff.c.revoked.is_(None))).all()
    if not any('"supervisor"' in row.roles for row in rows):
        raise KnownError("central.no_staff", unit=plan.unit)
    if plan.collector is not None and plan.collector not in {row.code for row in rows}:
        raise KnownError("central.unknown_staff", staff=plan.collector[:40])


def _free_number(db: Connection, now: str) -> str:
    """A new number whose first digits no open slot has."""
    still_open = (slot.c.state == "open") & (slot.c.expires > now)
    taken = set(db.execute(select(slot.c.locator).where(still_open)).scalars())
    if len(taken) >= 10**LOCATOR_DIGITS // 2:
        raise KnownError("enrol.too_many_open")
    number = one_time_number()
    while number[:LOCATOR_DIGITS] in taken:
        number = one_time_number()
    return number


def _free_code(db: Connection) -> str:
    code = device_code()
    while db.execute(select(device.c.code).where(device.c.code == code)).first():
        code = device_code()
    return code
