"""Units, vehicles and staff, and the signed roster that each unit's devices get."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from central.centre import Centre
from central.numbers import one_time_number, token_hex
from central.publish import Content, publish
from central.schema import staff, unit, vehicle
from kiosk.core.errors import KnownError
from kiosk.core.unit import UNIT, Unit, unit_content
from kiosk.core.wire.bundle import Place
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.enrolment import activation_hash
from kiosk.core.wire.payload import read_record
from kiosk.core.wire.reference import STAFF, Activation, Roster, StaffMember, roster_plain, sign_data
from kiosk.core.wire.times import parse_utc, utc_text

ROSTER_VALID = timedelta(days=60)


@dataclass(frozen=True)
class Added:
    """A person who was added: his code and the one-time number that he needs on his first device."""

    code: str
    roles: tuple[str, ...]
    activation: str


def add_unit(
    centre: Centre,
    code: str,
    name: str,
    *,
    name_en: str | None = None,
    body: tuple[str, str] = ("", ""),
    governorate: str | None = None,
) -> None:
    """Add a unit and tell its devices of it. `body`: the body above it, Arabic and English.

    Raises KnownError `protocol.malformed` for what is out of form, `central.exists`.
    """
    place = _place(code, name)
    with centre.storage.write() as db:
        if db.execute(select(unit.c.code).where(unit.c.code == code)).first():
            raise KnownError("central.exists", what=code)
        db.execute(
            insert(unit).values(
                code=place.code,
                name=place.name,
                name_en=name_en or place.name,
                body_ar=body[0],
                body_en=body[1],
                governorate=governorate,
            )
        )
        _publish_unit(centre, db, code)
        sign_roster(centre, db, code)


def locate_unit(centre: Centre, code: str, governorate: str | None) -> None:
    """Say in which governorate a unit is, two digits as in national numbers, and tell its devices.

    Raises KnownError `central.unknown_unit`, `protocol.malformed`.
    """
    with centre.storage.write() as db:
        find_unit(db, code)
        db.execute(update(unit).where(unit.c.code == code).values(governorate=governorate))
        _publish_unit(centre, db, code)


def _publish_unit(centre: Centre, db: Connection, code: str) -> None:
    """Publish the dataset `unit` of one unit inside the open transaction."""
    row = db.execute(select(unit).where(unit.c.code == code)).one()
    plain = {
        "unit": row.code,
        "name_ar": row.name,
        "name_en": row.name_en,
        "body_ar": row.body_ar,
        "body_en": row.body_en,
        "governorate": row.governorate,
    }
    content = Content(
        name=UNIT,
        scope=f"unit:{code}",
        form="plain",
        data=unit_content(read_record(Unit, plain, UNIT)),
        rows=1,
        as_of=centre.now(),
        valid_until=None,
    )
    publish(centre, db, content)


def add_vehicle(centre: Centre, code: str, unit_code: str, name: str) -> None:
    """Add a vehicle of a unit. Raises KnownError as `add_unit`, and `central.unknown_unit`."""
    place = _place(code, name)
    with centre.storage.write() as db:
        find_unit(db, unit_code)
        if db.execute(select(vehicle.c.code).where(vehicle.c.code == code)).first():
            raise KnownError("central.exists", what=code)
        db.execute(insert(vehicle).values(code=place.code, unit=unit_code, name=place.name))


def add_staff(
    centre: Centre, code: str, unit_code: str, roles: tuple[str, ...], valid_until: datetime | None = None
) -> Added:
    """Add a person to a unit, with a one-time activation number, and sign the unit's roster again.

    Raises KnownError `protocol.malformed`, `central.unknown_unit`, `central.exists`.
    """
    number, salt = one_time_number(), token_hex()
    activation = Activation(salt=salt, hash=activation_hash(number, salt))
    plain = {
        "code": code,
        "roles": list(roles),
        "activation": dump(activation),
        "revoked": None,
        "valid_until": utc_text(valid_until) if valid_until else None,
    }
    member = read_record(StaffMember, plain, STAFF)
    with centre.storage.write() as db:
        find_unit(db, unit_code)
        if db.execute(select(staff.c.code).where(staff.c.code == code)).first():
            raise KnownError("central.exists", what=code)
        db.execute(
            insert(staff).values(
                code=member.code,
                unit=unit_code,
                roles=json.dumps(member.roles),
                activation_salt=salt,
                activation_hash=activation.hash,
                valid_until=plain["valid_until"],
            )
        )
        sign_roster(centre, db, unit_code)
    return Added(code, member.roles, number)


def revoke_staff(centre: Centre, code: str) -> None:
    """Let a person open no more shifts, from now on. Raises KnownError `central.unknown_staff`."""
    with centre.storage.write() as db:
        row = db.execute(select(staff).where(staff.c.code == code)).first()
        if row is None:
            raise KnownError("central.unknown_staff", staff=code)
        if row.revoked is None:
            db.execute(update(staff).where(staff.c.code == code).values(revoked=utc_text(centre.now())))
            sign_roster(centre, db, row.unit)


def renew_rosters(centre: Centre) -> list[str]:
    """Sign the rosters of all units again, so that they do not run out, and return the units."""
    with centre.storage.write() as db:
        units = list(db.execute(select(unit.c.code).order_by(unit.c.code)).scalars())
        for code in units:
            sign_roster(centre, db, code)
    return units


def find_unit(db: Connection, code: str) -> Place:
    """The unit of this code. Raises KnownError `central.unknown_unit`."""
    row = db.execute(select(unit).where(unit.c.code == code)).first()
    if row is None:
        raise KnownError("central.unknown_unit", unit=code[:40])
    return Place(code=row.code, name=row.name)


def find_vehicle(db: Connection, code: str, unit_code: str) -> Place:
    """The vehicle of this code in this unit. Raises KnownError `central.unknown_vehicle`."""
    row = db.execute(select(vehicle).where(vehicle.c.code == code, vehicle.c.unit == unit_code)).first()
    if row is None:
        raise KnownError("central.unknown_vehicle", vehicle=code[:40], unit=unit_code)
    return Place(code=row.code, name=row.name)


def roster_of(db: Connection, unit_code: str) -> Roster:
    """Everyone who may work, or might once, in a unit."""
    rows = db.execute(select(staff).where(staff.c.unit == unit_code).order_by(staff.c.code))
    return Roster(unit=unit_code, members=tuple(_member(row) for row in rows))


def sign_roster(centre: Centre, db: Connection, unit_code: str) -> None:
    """Publish the roster of a unit, signed with the data key, inside the open transaction."""
    now = centre.now()
    plain = roster_plain(roster_of(db, unit_code))
    signed = sign_data(
        STAFF, utc_text(now), plain, key=centre.keys.data, issued=now, expires=now + ROSTER_VALID
    )
    content = Content(
        name=STAFF,
        scope=f"unit:{unit_code}",
        form="signed",
        data=signed,
        content=canonical(plain),
        rows=len(plain["members"]),
        as_of=now,
        valid_until=now + ROSTER_VALID,
    )
    publish(centre, db, content)


def _member(row: object) -> StaffMember:
    activation = None
    if row.activation_hash:  # type: ignore[attr-defined]
        activation = Activation(salt=row.activation_salt, hash=row.activation_hash)  # type: ignore[attr-defined]
    return StaffMember(
        code=row.code,  # type: ignore[attr-defined]
        roles=tuple(json.loads(row.roles)),  # type: ignore[attr-defined]
        activation=activation,
        revoked=_moment(row.revoked),  # type: ignore[attr-defined]
        valid_until=_moment(row.valid_until),  # type: ignore[attr-defined]
    )


def _moment(text: str | None) -> datetime | None:
    return parse_utc(text) if text else None


def _place(code: str, name: str) -> Place:
    return read_record(Place, {"code": code, "name": name}, "place")
