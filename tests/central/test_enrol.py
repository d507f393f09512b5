"""A number makes one device, once, within its time and tries, and only the device that holds its own keys."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central.enrol import Plan, enrol, prepare
from central.folder import Folder
from central.keys import CA_CERT, make_keys
from central.schema import device as device_table
from central.schema import slot
from kiosk.core.errors import KnownError
from kiosk.core.wire.bundle import open_bundle
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.enrolment import Slip, activation_hash, number_key
from kiosk.core.wire.manifest import Manifest
from kiosk.core.wire.numbers import with_check
from kiosk.core.wire.pki import ca_code
from kiosk.core.wire.reference import open_reference, read_roster
from tests.central.device import Device
from tests.central.server import UNIT, TestServer, client

New = Callable[[], Device]


def refusal(device: Device, request: bytes) -> tuple[int, str]:
    answer = device.post("/v1/enrol", request)
    return answer.status_code, answer.json()["error"]["code"]


def other_number(slip: Slip) -> Slip:
    """The same locator with another number."""
    digits = slip.number[:13] + str((int(slip.number[13]) + 1) % 10)
    return replace(slip, number=with_check(digits))


def slot_of(server: TestServer, slip: Slip) -> tuple[str, int]:
    public = number_key(slip.number, slip.code).public_key().public_bytes_raw().hex()
    with server.centre.storage.read() as db:
        row = db.execute(select(slot.c.state, slot.c.tries).where(slot.c.public == public)).one()
        return row.state, row.tries


def devices_of(server: TestServer, stream: str) -> int:
    with server.centre.storage.read() as db:
        return len(db.execute(select(device_table).where(device_table.c.stream == stream)).all())


def test_the_bundle_holds_all_that_makes_a_device(server: TestServer, new_device: New) -> None:
    device = new_device().enrol()
    bundle = device.bundle
    assert (bundle.unit.code, bundle.vehicle and bundle.vehicle.code) == (UNIT, "V-07")
    grants = bundle.book_grants(device.authority, now=server.clock.now())
    assert [(one.series, one.first, one.last) for one, _ in grants] == [(f"{device.code}-E1B1", 1, 1000)]
    staff = open_reference("staff", bundle.staff.encode(), device.authority, now=server.clock.now())
    roster = read_roster(staff.content)
    supervisor = roster.find("SUP-1")
    assert supervisor
    assert supervisor.roles == ("supervisor",)
    assert supervisor.activation
    typed = server.activations["SUP-1"]
    assert activation_hash(typed, supervisor.activation.salt) == supervisor.activation.hash
    manifest = device.authority.read(Manifest, "manifest", bundle.manifest.encode(), now=server.clock.now())
    assert {"catalogue", "fees", "policy", "zone", "staff", "books", "receipt-keys"} <= {
        one.name for one in manifest.datasets
    }


def test_the_same_request_again_gets_the_same_device(server: TestServer, new_device: New) -> None:
    device, slip = new_device(), server.prepare()
    request = device.request(slip)
    first, again = (device.post("/v1/enrol", request) for _ in range(2))
    one, two = (
        open_bundle(answer.content, request=request, code=slip.code, now=server.clock.now()).bundle
        for answer in (first, again)
    )
    assert (one.device, one.certificate, one.books) == (two.device, two.certificate, two.books)
    assert devices_of(server, device.stream) == 1


def test_a_number_makes_one_device_only(server: TestServer, new_device: New) -> None:
    slip = server.prepare()
    new_device().enrol(slip)
    other = new_device()
    assert refusal(other, other.request(slip)) == (409, "enrol.used")
    assert devices_of(server, other.stream) == 0


def test_of_many_devices_with_one_number_at_once_one_gets_it(server: TestServer, new_device: New) -> None:
    slip = server.prepare()
    requests_made = [new_device().request(slip) for _ in range(6)]

    def ask(request: bytes) -> str:
        try:
            enrol(server.centre, request)
        except KnownError as error:
            return error.code
        return "enrolled"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(ask, requests_made)) == sorted(["enrolled", *["enrol.used"] * 5])


def test_five_wrong_numbers_cancel_the_right_one(server: TestServer, new_device: New) -> None:
    slip, device = server.prepare(), new_device()
    wrong = device.request(other_number(slip))
    left = [device.post("/v1/enrol", wrong).json()["error"]["params"].get("left") for _ in range(5)]
    assert left == ["4", "3", "2", "1", None]
    assert slot_of(server, slip) == ("void", 5)
    assert refusal(device, device.request(slip)) == (403, "enrol.no_tries")


def test_a_number_that_nobody_prepared_is_refused(server: TestServer, new_device: New) -> None:
    device = new_device()
    taken = set(_open_locators(server))
    locator = next(f"{n:04d}" for n in range(10_000) if f"{n:04d}" not in taken)
    slip = Slip(number=with_check(locator + "0" * 10), code=server.centre.keys.code, address=server.address)
    assert refusal(device, device.request(slip)) == (403, "enrol.unknown_number")


def _open_locators(server: TestServer) -> list[str]:
    with server.centre.storage.read() as db:
        return list(db.execute(select(slot.c.locator)).scalars())


def test_a_number_is_good_for_72_hours(server: TestServer, new_device: New) -> None:
    slip, device = server.prepare(), new_device()
    request = device.request(slip)
    server.clock.pass_time(timedelta(hours=72))
    try:
        assert refusal(device, request) == (410, "enrol.expired")
    finally:
        server.clock.pass_time(timedelta(hours=-72))
    assert device.post("/v1/enrol", request).status_code == 200


@pytest.mark.parametrize("name", ["device_key", "csr", "stream"])
def test_a_key_swapped_on_the_way_breaks_the_proof(server: TestServer, new_device: New, name: str) -> None:
    slip, honest, thief = server.prepare(), new_device(), new_device()
    swapped = parse_canonical(honest.request(slip))
    stolen = parse_canonical(thief.request(other_number(slip)))
    swapped[name] = stolen[name]
    code = refusal(honest, canonical(swapped))[1]
    assert code == "enrol.bad_signature"
    forged = {**stolen, "proof": parse_canonical(honest.request(slip))["proof"]}
    assert refusal(thief, canonical(forged)) == (403, "enrol.wrong_number")
    assert slot_of(server, slip)[0] == "open"


def test_what_the_centre_keeps_of_a_number_cannot_stand_for_it(server: TestServer) -> None:
    slip = server.prepare()
    with server.centre.storage.read() as db:
        kept = db.execute(select(slot).order_by(slot.c.id.desc())).first()
    assert kept is not None
    text = " ".join(str(value) for value in kept)
    assert slip.number not in text
    assert slip.number[4:] not in text
    secret = number_key(slip.number, slip.code).private_bytes_raw().hex()
    assert secret not in text


def test_a_bundle_for_another_request_or_centre_is_refused(
    server: TestServer, new_device: New, tmp_path: Path
) -> None:
    device, slip = new_device(), server.prepare()
    request = device.request(slip)
    answer = device.post("/v1/enrol", request).content
    now = server.clock.now()
    with pytest.raises(KnownError, match=r"bundle\.not_ours"):
        open_bundle(answer, request=new_device().request(slip), code=slip.code, now=now)
    with pytest.raises(KnownError, match=r"pki\.other_centre"):
        open_bundle(answer, request=request, code=with_check("1" * 30), now=now)


@pytest.mark.parametrize("name", ["ca", "root", "delegations", "certificate", "books", "staff", "device"])
def test_no_part_of_a_bundle_can_be_changed(server: TestServer, new_device: New, name: str) -> None:
    device, slip = new_device(), server.prepare()
    request = device.request(slip)
    fields = parse_canonical(device.post("/v1/enrol", request).content, max_bytes=1 << 20)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    changes: dict[str, object] = {"root": other, "delegations": [], "books": [], "device": "D00000009"}
    value = fields["payload"][name]
    if name in ("ca", "certificate"):
        changes[name] = value[:-2] + ("00" if value[-2:] != "00" else "01")
    changes["staff"] = fields["payload"]["staff"].replace("supervisor", "technician")
    fields["payload"][name] = changes[name]
    with pytest.raises(KnownError):
        open_bundle(canonical(fields), request=request, code=slip.code, now=server.clock.now())


def test_the_ca_is_fetched_openly_and_believed_by_its_code_alone(
    server: TestServer, http: requests.Session
) -> None:
    pem = http.get(f"{server.address}/v1/ca", timeout=20).text
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    assert ca_code(der) == server.prepare().code


def test_a_client_that_trusts_other_authorities_gets_no_connection(
    server: TestServer, tmp_path: Path
) -> None:
    make_keys(Folder(tmp_path / "other"), tmp_path / "away", hosts=["127.0.0.1"], now=server.clock.now())
    stranger = client(tmp_path / "other" / "keys" / CA_CERT)
    with stranger, pytest.raises(requests.exceptions.SSLError):
        stranger.get(f"{server.address}/health", timeout=20)


def test_an_enrolment_needs_a_supervisor_in_the_unit(server: TestServer) -> None:
    plan = Plan(unit="NOWHERE", address=server.address)
    with pytest.raises(KnownError, match=r"central\.unknown_unit"):
        prepare(server.centre, plan)
    with pytest.raises(KnownError, match=r"central\.unknown_staff"):
        prepare(server.centre, replace(plan, unit=UNIT, collector="NOBODY"))


def test_a_request_from_a_stick_is_answered_without_a_network(server: TestServer, new_device: New) -> None:
    device, slip = new_device(), server.prepare(vehicle=None, collector="COL-1")
    request = device.request(slip)
    bundle = open_bundle(
        enrol(server.centre, request), request=request, code=slip.code, now=server.clock.now()
    ).bundle
    assert (bundle.collector, bundle.vehicle) == ("COL-1", None)
