"""`kiosk provision` and `kiosk first-supervisor`: from the slip to the first person who may work."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.commands import desk_session
from kiosk.commands.activation import activation_of, number_of
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.device_secret import Held, device_secret_option, held_by
from kiosk.commands.staff import chosen_secret
from kiosk.core.bidi import ltr
from kiosk.core.entries.operations import BookTaken
from kiosk.core.errors import KnownError
from kiosk.core.wire.enrolment import VALID_HOURS, Slip, read_slip
from kiosk.core.wire.times import utc_text
from kiosk.desk.enrolled import EnrolledPlan, FirstData, set_up_enrolled
from kiosk.desk.first_access import first_supervisor
from kiosk.desk.reference import ZONE, Reference
from kiosk.desk.session import Session
from kiosk.link.certificate import own_certificate
from kiosk.link.transport import Transport
from kiosk.provisioning.enrol import EnrolledDevice, enrol, typed_slip
from kiosk.store.device_backends import policy_with
from kiosk.store.device_secret import FILE
from kiosk.store.files import disk_errors, replace_durably
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slots import TECHNICIAN, NewStaff
from kiosk.store.store import EnrolledKeys, Store
from kiosk.store.sync_state import CentreRecord
from kiosk.sync.downlink import pull
from kiosk.sync.place import Place
from kiosk.zone_files import read_zone


@click.command("provision")
@click.option(
    "--store",
    "root",
    envvar="KIOSK_STORE",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="مجلد جديد أو فارغ لبيانات الجهاز · a new or empty data folder",
)
@click.option("--server", metavar="URL", help="عنوان المركز كما في الورقة · address of the centre")
@click.option("--ca-code", metavar="DIGITS", help="كود المركز: 32 رقمًا · code of the centre on the slip")
@click.option(
    "--number",
    envvar="KIOSK_NUMBER",
    metavar="DIGITS",
    help="رقم التسجيل: 16 رقمًا لمرة واحدة · one-time number of the slip",
)
@click.option("--slip", envvar="KIOSK_SLIP", metavar="TEXT", help="نص رمز الورقة كله · all that the QR says")
@click.option("--technician", default="TECH-1", metavar="CODE", help="كود الفني · code of the technician")
@click.option(
    "--supervisor", metavar="CODE", help="أول مشرف، وهو حاضر ومعه كود تفعيله · the first supervisor, present"
)
@device_secret_option
@output_options
def provision_command(
    root: Path | None,
    server: str | None,
    ca_code: str | None,
    number: str | None,
    slip: str | None,
    technician: str,
    supervisor: str | None,
    device_secret: str,
) -> None:
    """سجِّل جهازًا جديدًا على المركز · enrol a new device at the centre."""
    if root is None:
        raise KnownError("session.no_store")
    paper = _slip(server, ca_code, number, slip)
    _refuse_used(root)
    held = held_by(device_secret)
    workshop = root.with_name(root.name + ".enrolling")
    done = enrol(paper, workshop, now=_now)
    secret = generate_secret(policy_with(held.backend))
    tech = NewStaff(technician, (TECHNICIAN,), secret, _now() + timedelta(hours=VALID_HOURS))
    made = workshop / "store"
    with disk_errors():
        if made.exists():
            shutil.rmtree(made)
    person, waits = _make(made, done, tech, supervisor, held.backend)
    _put_in_place(made, root)
    with disk_errors():
        shutil.rmtree(workshop)
    _say(root, done, tech, person, waits, held)


@click.command("first-supervisor")
@click.argument("code", metavar="CODE")
@store_options
@output_options
def first_supervisor_command(store: Path | None, staff: str | None, code: str) -> None:
    """أدخل أول مشرف بكود تفعيله؛ مفتاح الفني ينتهي بذلك · let the first supervisor in."""
    with open_session(store, staff) as session:
        person = _first(session, code)
    if person.chosen:
        output().emit(
            _person(person),
            f"المشرف {ltr(person.code)} يفتح بالرقم الذي اختاره. مفتاح الفني انتهى.",
            f"Supervisor {person.code} unlocks with the secret that he chose. The technician's slot is gone.",
        )
        return
    output().emit(
        _person(person),
        f"المشرف {ltr(person.code)}، رقمه السري: {ltr(person.secret.grouped())}\n"
        "يُعرض مرة واحدة؛ سلّمه له الآن. مفتاح الفني انتهى.",
        f"Supervisor {person.code}, secret: {person.secret.grouped()}\n"
        "Shown once; give it to him now. The technician's slot is gone.",
    )


def _first(session: Session, code: str) -> NewStaff:
    """Let the first supervisor in by his number; where a chip counts tries he chooses his own secret."""
    typed = activation_of(code)
    return first_supervisor(session, code, typed, chosen=chosen_secret(session.store.slots.policy, code))


def _now() -> datetime:
    return datetime.now(UTC)


def _slip(server: str | None, ca_code: str | None, number: str | None, slip: str | None) -> Slip:
    """The slip: its whole text, or its three parts. Raises KnownError `provision.missing`, `enrol.*`, …"""
    if slip is not None:
        return read_slip(slip)
    given = {"--server": server, "--ca-code": ca_code}
    for option, value in given.items():
        if not value:
            raise KnownError("provision.missing", option=option)
    return typed_slip(server or "", ca_code or "", number or number_of())


def _refuse_used(root: Path) -> None:
    """A device that is there is never written over. Raises KnownError `store.exists`."""
    with disk_errors():
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise KnownError("store.exists", path=root)


def _make(
    made: Path, done: EnrolledDevice, tech: NewStaff, supervisor: str | None, backend: str
) -> tuple[NewStaff | None, list[str]]:
    """Make the store beside its place: until it is whole nothing of it is sent and nobody sees it.

    Returns the first supervisor, if he came at once, and what the centre's data still lacks.
    """
    zone = read_zone(next(one for one in done.data if one.name == ZONE).content.decode(), ZONE)
    clock = DeviceClock(zone, anchor=done.anchor)
    store = set_up_enrolled(made, plan_of(done, tech, backend), clock, desk_session.OPENING)
    try:
        faults = _first_data(store)
        person = None
        if supervisor is not None:
            session = Session(store, Reference(store.db), clock)
            person = _first(session, supervisor)
    finally:
        store.close()
    return person, faults


def plan_of(done: EnrolledDevice, tech: NewStaff, backend: str = FILE) -> EnrolledPlan:
    """What the store is made of, out of what the centre signed."""
    bundle = done.bundle
    return EnrolledPlan(
        device=bundle.device,
        keys=EnrolledKeys(done.pending.stream, done.pending.key),
        recovery=X25519PublicKey.from_public_bytes(bytes.fromhex(bundle.recovery)),
        centre=CentreRecord(
            address=bundle.address,
            ca=bundle.ca,
            root=bundle.root,
            delegations=bundle.delegations,
            intake=bundle.intake,
            unit=bundle.unit.code,
            unit_name=bundle.unit.name,
            vehicle=bundle.vehicle.code if bundle.vehicle else None,
            collector=bundle.collector,
            epoch=bundle.epoch,
            certificate=bundle.certificate,
            tls_key=done.pending.tls_der.hex(),
        ),
        technician=tech,
        data=[FirstData(one.name, one.version, one.hash, one.content, one.as_of) for one in done.data],
        books=[
            BookTaken(series=grant.series, first=grant.first, last=grant.last, grant=named)
            for grant, named in done.books
        ],
        anchor=done.anchor,
        papers=(done.pending.request, done.signed),
        device_secret=backend,
    )


def _first_data(store: Store) -> list[str]:
    """Fetch the rest of the manifest: debts, keys, books. A line that fails leaves it to the first sync."""
    place = Place.of(store)
    own = own_certificate(place.centre.certificate, place.centre.tls_key)
    client = place.client(Transport(place.centre.address, bytes.fromhex(place.centre.ca), own=own))
    try:
        return [one.sentence(output().language) for one in pull(place, client).faults]
    except KnownError as error:
        if not error.code.startswith("sync."):
            raise
        return [error.sentence(output().language)]
    finally:
        client.close()


def _put_in_place(made: Path, root: Path) -> None:
    """Give the whole store its name at once."""
    with disk_errors():
        if root.exists():
            root.rmdir()
    replace_durably(made, root)


def _person(person: NewStaff) -> dict[str, Any]:
    return {
        "code": person.code,
        "roles": list(person.roles),
        "expires": utc_text(person.expires),
        "secret": None if person.chosen else person.secret.grouped(),
        "chosen": person.chosen,
    }


def _say(
    root: Path,
    done: EnrolledDevice,
    tech: NewStaff,
    person: NewStaff | None,
    waits: list[str],
    held: Held,
) -> None:
    bundle, first = done.bundle, person or tech
    payload = {
        "device": bundle.device,
        "folder": str(root),
        "unit": bundle.unit.code,
        "vehicle": bundle.vehicle.code if bundle.vehicle else None,
        "collector": bundle.collector,
        "server": bundle.address,
        "books": [
            {"series": grant.series, "first": grant.first, "last": grant.last} for grant, _ in done.books
        ],
        "technician": None if person else _person(tech),
        "supervisor": _person(person) if person else None,
        "faults": waits,
        **held.plain(),
    }
    arabic = [f"سُجِّل الجهاز {ltr(bundle.device)} للوحدة {bundle.unit.name}."]
    english = [f"Device {bundle.device} is enrolled for {bundle.unit.code}."]
    if first.chosen:
        arabic.append(f"الموظف {ltr(first.code)} يفتح بالرقم الذي اختاره.")
        english.append(f"{first.code} unlocks with the secret that he chose.")
    else:
        shown = first.secret.grouped()
        arabic += [f"الرقم السري للموظف {ltr(first.code)}: {ltr(shown)}", "يُعرض مرة واحدة؛ سلّمه لصاحبه الآن."]
        english += [f"Secret of {first.code}: {shown}", "Shown once; give it to its owner now."]
    arabic.append(held.arabic)
    english.append(held.english)
    if person is None:
        arabic.append("الخطوة التالية: أدخل أول مشرف بالأمر kiosk first-supervisor")
        english.append("Next: let the first supervisor in by kiosk first-supervisor")
    output().emit(payload, "\n".join([*arabic, *waits]), "\n".join([*english, *waits]))
