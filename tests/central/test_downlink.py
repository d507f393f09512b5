"""A device reads with a session of its own what is signed for it and nothing else, and can go on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central.debts import import_rows
from central.people import add_staff, add_unit, renew_rosters, revoke_staff
from central.reference_data import load_text
from central.schema import incident
from central.trust import authority_of
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.pieces import totals_of
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.errors import KnownError
from kiosk.core.policy import Component
from kiosk.core.receipt_keys import open_key_list
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.debt_files import read_index, unpack_piece
from kiosk.core.wire.heartbeat import HeldBook
from kiosk.core.wire.manifest import applied_entries, open_manifest, unpack_file
from kiosk.core.wire.reference import open_reference, read_roster
from tests.central.device import Device
from tests.central.server import UNIT, TestServer

New = Callable[[], Device]


MANY = 60
"""Debtors that are enough for a snapshot of their own, whatever changes went before."""


def debtor(code: str, account: str, *, to: str = UNIT, owed: int = 50_000) -> DebtorRow:
    kind = LeasedTo.UNIT if to.startswith("U-") else LeasedTo.COLLECTOR
    charge = Charge("2024", Component.PRINCIPAL, date(2024, 7, 1), owed)
    debt = DebtRow(account, "rent", Purse("B-1", "F-1"), (ChargeRow(charge, "إيجار"),), Lease(kind, to))
    return DebtorRow(code, "محمد <script> السيد", (debt,), "السيد", "الزاوية", None, "+201000000001")


def test_a_session_is_opened_by_signing_the_challenge(device: Device) -> None:
    assert device.manifest().device == device.code


def test_a_challenge_signed_by_another_key_opens_nothing(device: Device) -> None:
    device.key = Ed25519PrivateKey.generate()
    with pytest.raises(KnownError):
        device.open_session()


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer x", "Basic abc", "Bearer D00000001.99999999999999." + "0" * 64]
)
def test_without_a_token_nothing_is_read(device: Device, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    for path in ("/v1/manifest", "/v1/outcomes", f"/v1/files/{'0' * 64}"):
        assert device.get(path, headers).status_code == 401


def test_a_session_and_a_challenge_run_out(server: TestServer, device: Device) -> None:
    headers = device.open_session()
    server.clock.pass_time(timedelta(hours=1))
    try:
        assert device.get("/v1/manifest", headers).json()["error"]["code"] == "session.over"
    finally:
        server.clock.pass_time(timedelta(hours=-1))
    assert device.get("/v1/manifest", headers).status_code == 200


def test_every_dataset_is_fetched_by_its_hash_and_checked(server: TestServer, device: Device) -> None:
    authority, now = device.authority, server.clock.now()
    for name in ("catalogue", "fees", "policy", "zone", "staff"):
        ref = device.manifest().find(name)
        assert ref
        opened = open_reference(name, device.fetch(name), authority, now=now)
        assert opened.hash == ref.hash
        assert opened.validity == "valid"
    keys = open_key_list(device.fetch("receipt-keys"), trusted=authority.keys("receipt-keys"), now=now)
    assert device.code in {key.device for key in keys.keys.values()}
    assert parse_canonical(device.fetch("books"))["grants"] == list(device.bundle.books)


def test_a_cut_transfer_goes_on_where_it_stopped(device: Device) -> None:
    headers = device.open_session()
    ref = device.manifest(headers).find("catalogue")
    assert ref
    first = device.get(f"/v1/files/{ref.file}", {**headers, "Range": "bytes=0-999"})
    rest = device.get(f"/v1/files/{ref.file}", {**headers, "Range": "bytes=1000-"})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert unpack_file(ref, first.content + rest.content)


def test_a_changed_file_and_a_changed_manifest_are_refused(server: TestServer, device: Device) -> None:
    headers = device.open_session()
    data = device.get("/v1/manifest", headers).content
    ref = device.manifest(headers).find("policy")
    assert ref
    packed = bytearray(device.get(f"/v1/files/{ref.file}", headers).content)
    packed[-1] ^= 1
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        unpack_file(ref, bytes(packed))
    fields = parse_canonical(data)
    fields["payload"]["datasets"][0]["file"] = "0" * 64
    with pytest.raises(KnownError, match=r"signed\.bad_signature"):
        open_manifest(canonical(fields), device.authority, device=device.code, now=server.clock.now())
    with pytest.raises(KnownError, match=r"manifest\.not_ours"):
        open_manifest(data, device.authority, device="D00000001", now=server.clock.now())


def test_a_vehicle_gets_its_units_debts_and_a_tablet_its_collectors(
    server: TestServer, new_device: New
) -> None:
    mine, his = debtor("DB-U", "ACC-U"), debtor("DB-C", "ACC-C", to="COL-1")
    many = [debtor(f"DB-U-{n}", f"ACC-U-{n}") for n in range(MANY)]
    many += [debtor(f"DB-C-{n}", f"ACC-C-{n}", to="COL-1") for n in range(MANY)]
    import_rows(server.centre, [mine, his, *many])
    vehicle = new_device().enrol()
    tablet = new_device().enrol(server.prepare(vehicle=None, collector="COL-1"))
    for device, row in ((vehicle, mine), (tablet, his)):
        ref = device.manifest().find("debts")
        assert ref
        rows = debts_of(device)
        assert row.plain() in [one[1:] for one in rows]
        assert ({"DB-U", "DB-C"} - {row.code}).isdisjoint(one[1] for one in rows)
        assert ref.rows == totals_of(rows).rows
    foreign = vehicle.manifest().find("debts")
    assert foreign
    for file in (foreign.file, read_index(vehicle.fetch("debts")).pieces_file):
        answer = tablet.get(f"/v1/files/{file}", tablet.open_session())
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "central.no_such_file")


def debts_of(device: Device) -> list[list[Any]]:
    """The debtors of a device's snapshot, as rows; no delta follows it."""
    ref, headers = device.manifest().find("debts"), device.open_session()
    assert ref
    assert ref.deltas == ()
    index = read_index(device.fetch("debts"))
    assert index.hash == ref.hash
    packed = device.get(f"/v1/files/{index.pieces_file}", headers).content
    rows: list[list[Any]] = []
    for one in index.pieces:
        piece = unpack_piece(one, packed[: one.size])
        rows += [[*line[:3], *line[5:10]] for line in parse_canonical(piece.lines)]
        packed = packed[one.size :]
    return rows


def test_debts_that_did_not_change_are_confirmed_once_a_day(server: TestServer, new_device: New) -> None:
    import_rows(server.centre, [debtor("DB-CONFIRM", "ACC-CONFIRM")])
    device = new_device().enrol()
    first, again = (device.manifest().find("debts") for _ in range(2))
    assert first == again
    server.clock.pass_time(timedelta(days=1))
    try:
        later = device.manifest().find("debts")
    finally:
        server.clock.pass_time(timedelta(days=-1))
    assert first
    assert later
    assert later.hash == first.hash
    assert later.version > first.version
    assert later.as_of - first.as_of >= timedelta(days=1)


def test_rosters_are_signed_again_before_they_run_out(server: TestServer, device: Device) -> None:
    before = device.manifest().find("staff")
    server.clock.pass_time(timedelta(days=30))
    try:
        assert UNIT in renew_rosters(server.centre)
        after = device.manifest().find("staff")
    finally:
        server.clock.pass_time(timedelta(days=-30))
    assert before
    assert after
    assert (after.hash, after.version > before.version) == (before.hash, True)
    assert after.valid_until
    assert before.valid_until
    assert after.valid_until - before.valid_until >= timedelta(days=29)


def test_a_new_policy_is_news_and_the_same_one_is_not(server: TestServer, device: Device) -> None:
    before = device.beat().manifest
    assert before == device.beat().manifest == device.manifest().digest
    version = load_text(server.centre, "policy", "settings:\n  test_note:\n    - value: one\n")
    assert device.beat().manifest != before
    assert load_text(server.centre, "policy", "settings:\n  test_note:\n    - value: one\n") == version


def test_a_revoked_person_is_in_the_next_roster(server: TestServer, device: Device) -> None:
    add_staff(server.centre, "TEL-9", UNIT, ("teller",))
    revoke_staff(server.centre, "TEL-9")
    content = open_reference("staff", device.fetch("staff"), device.authority, now=server.clock.now()).content
    member = read_roster(content).find("TEL-9")
    assert member
    assert member.revoked


def test_a_unit_sees_nothing_of_another(server: TestServer, device: Device) -> None:
    add_unit(server.centre, "U-0999", "وحدة أخرى")
    add_staff(server.centre, "SUP-99", "U-0999", ("supervisor",))
    content = open_reference("staff", device.fetch("staff"), device.authority, now=server.clock.now()).content
    assert read_roster(content).find("SUP-99") is None


def test_a_heartbeat_is_answered_with_a_signed_time(server: TestServer, device: Device) -> None:
    device.send()
    answer = device.beat()
    assert answer.stored_through == len(device.records)
    assert bytes.fromhex(answer.head) == device.records[-1].hash
    assert abs(answer.server_time - server.clock.now()) < timedelta(minutes=1)
    assert answer.state == "active"


def test_a_device_whose_clock_is_years_off_is_still_answered(server: TestServer, device: Device) -> None:
    wrong = replace(server.clock, ahead=timedelta(days=-9000))
    device.server = replace(server, clock=wrong)
    answer = device.beat()
    assert answer.server_time > datetime(2026, 1, 1, tzinfo=UTC)


def test_a_heartbeat_of_another_key_is_refused(device: Device) -> None:
    device.key = Ed25519PrivateKey.generate()
    answer = device.post("/v1/heartbeat", device.heartbeat())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "signed.unknown_key")


def test_a_book_that_the_centre_never_gave_is_reported(server: TestServer, device: Device) -> None:
    device.beat(books=(HeldBook(series="X-E9B9", first=1, last=10, next=2, retired=False),))
    with server.centre.storage.read() as db:
        kinds = db.execute(select(incident.c.kind).where(incident.c.stream == device.stream)).scalars().all()
    assert kinds == ["unknown_book"]


def test_a_key_without_the_purpose_is_not_believed(server: TestServer, device: Device) -> None:
    signed = device.fetch("policy")
    with pytest.raises(KnownError, match=r"signed\.(other_purpose|unknown_key)"):
        device.authority.open(signed, "manifest", now=server.clock.now())
    by_ack = server.centre.sign("policy", device.beat())
    with pytest.raises(KnownError, match=r"signed\.unknown_key"):
        device.authority.open(by_ack, "policy", now=server.clock.now())
    assert authority_of(server.centre).keys("ack").keys() == device.authority.keys("ack").keys()


@pytest.mark.parametrize(
    ("through", "held", "expected"),
    [
        (10, [], (10, ())),
        (10, [3, 7], (10, (3, 7))),
        (10, [3, 10], (9, (3,))),
        (10, [8, 9, 10], (7, ())),
        (10, [3, 20], (10, (3,))),
    ],
)
def test_what_a_snapshot_has_counted_is_said_exactly(
    through: int, held: list[int], expected: tuple[int, tuple[int, ...]]
) -> None:
    applied = applied_entries("0" * 32, through, held)
    assert applied
    assert (applied.through, applied.not_applied) == expected


def test_a_snapshot_that_has_counted_nothing_says_nothing() -> None:
    assert applied_entries("0" * 32, 0, []) is None
    assert applied_entries("0" * 32, 2, [1, 2]) is None
