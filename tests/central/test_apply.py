"""Stored entries move the ledgers once; what cannot be applied is set apart, and its money is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import func, select

from central.debts import import_rows
from central.people import add_staff, revoke_staff
from central.persons import read_person
from central.schema import case, charge, incident, part, payment, quarantine, receipt
from kiosk.core.wire.outcomes import Outcomes, open_outcomes
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.person import commitment
from kiosk.core.wire.sealed_person import Delivery, DeliveryAnswer, SealedRecord, seal_person
from tests.central.device import KEYS, Device
from tests.central.server import UNIT, TestServer
from tests.central.test_downlink import debtor

New = Callable[[], Device]


def rows(server: TestServer, table: Any, device: Device) -> list[Any]:
    with server.centre.storage.read() as db:
        return list(db.execute(select(table).where(table.c.stream == device.stream)).all())


def owed(server: TestServer, account: str) -> int:
    with server.centre.storage.read() as db:
        total = db.execute(select(func.sum(charge.c.owed)).where(charge.c.debt == account)).scalar_one()
        return int(total)


def outcomes(server: TestServer, device: Device) -> Outcomes:
    answer = device.get("/v1/outcomes", device.open_session())
    return open_outcomes(answer.content, device.authority, device=device.code, now=server.clock.now())


def settle(server: TestServer, device: Device) -> None:
    ack = device.send(device.beat().stored_through + 1)
    assert ack.outcome == "stored", ack
    server.settle()


@pytest.fixture
def account(server: TestServer, device: Device) -> str:
    """A debt of 500.00 in the device's unit, of its own for each test."""
    name = f"ACC-{device.stream[:8]}"
    import_rows(server.centre, [debtor(f"DB-{device.stream[:8]}", name)])
    return name


def test_a_payment_lowers_the_debt_once(server: TestServer, device: Device, account: str) -> None:
    device.collect(account, "2024", 20_000)
    settle(server, device)
    device.send()
    server.settle()
    assert owed(server, account) == 30_000
    assert rows(server, quarantine, device) == []
    assert [one.total for one in rows(server, payment, device)] == [20_000]
    assert [one.number for one in rows(server, receipt, device)] == [f"{device.series}-000001"]


def test_the_snapshot_says_which_of_our_entries_it_has_counted(
    server: TestServer, device: Device, account: str
) -> None:
    device.collect(account, "2024", 20_000)
    before = device.manifest().find("debts")
    assert before
    assert before.applied is None
    settle(server, device)
    after = device.manifest().find("debts")
    assert after
    assert after.version > before.version
    assert after.applied
    assert (after.applied.through, after.applied.not_applied) == (len(device.records), ())


def test_what_is_above_the_debt_is_a_case_and_no_refusal(
    server: TestServer, device: Device, account: str
) -> None:
    device.collect(account, "2024", 40_000)
    device.collect(account, "2024", 40_000)
    settle(server, device)
    assert owed(server, account) == 0
    assert [(one.kind, one.piastres) for one in rows(server, case, device)] == [("over_collected", 30_000)]
    assert rows(server, quarantine, device) == []


def test_a_void_gives_the_debt_back_exactly(server: TestServer, device: Device, account: str) -> None:
    device.collect(account, "2024", 40_000)
    paid = device.collect(account, "2024", 40_000)
    device.void(paid, 40_000)
    settle(server, device)
    assert rows(server, quarantine, device) == []
    assert owed(server, account) == 10_000
    assert [one.voided for one in rows(server, payment, device)] == [None, len(device.records)]
    assert [one.state for one in rows(server, case, device)] == ["void"]
    assert [one.voided is not None for one in rows(server, receipt, device)] == [False, True]


def test_a_void_after_a_file_that_states_less_than_was_paid_lets_no_more_be_owed_than_that(
    server: TestServer, device: Device, account: str
) -> None:
    """The file counts from before the payments: two of 100.00 and 150.00 were taken, 120.00 are stated."""
    first, second = device.collect(account, "2024", 10_000), device.collect(account, "2024", 15_000)
    settle(server, device)
    lower = debtor(f"DB-{device.stream[:8]}", account, owed=12_000)
    for _ in range(2):
        assert import_rows(server.centre, [lower]).over_paid == 1
        assert owed(server, account) == 0
    device.void(second, 15_000)
    settle(server, device)
    assert owed(server, account) == 2_000
    device.void(first, 10_000)
    settle(server, device)
    assert owed(server, account) == 12_000
    assert import_rows(server.centre, [lower]).over_paid == 0
    assert owed(server, account) == 12_000


def test_a_void_gives_back_what_a_file_counted(server: TestServer, device: Device, account: str) -> None:
    paid = device.collect(account, "2024", 10_000)
    settle(server, device)
    counted = debtor(f"DB-{device.stream[:8]}", account, owed=40_000)
    import_rows(server.centre, [counted], counted_through=date(2100, 1, 1))
    assert owed(server, account) == 40_000
    device.void(paid, 10_000)
    settle(server, device)
    assert owed(server, account) == 50_000


def test_a_payment_for_an_unknown_debt_is_set_apart_and_its_money_counted(
    server: TestServer, device: Device, account: str
) -> None:
    unknown = device.collect("NO-SUCH-DEBT", "1", 15_000)
    device.void(unknown, 15_000)
    device.collect(account, "2024", 5_000)
    settle(server, device)
    held = outcomes(server, device).quarantined
    assert [(one.seq, one.code) for one in held] == [
        (unknown.seq, "apply.unknown_debt"),
        (unknown.seq + 2, "apply.payment_held"),
    ]
    assert "NO-SUCH-DEBT" in held[0].ar
    assert [one.total for one in rows(server, payment, device)] == [15_000, 5_000]
    assert owed(server, account) == 45_000
    applied = device.manifest().find("debts").applied  # type: ignore[union-attr]
    assert applied
    assert applied.not_applied == (unknown.seq, unknown.seq + 2)


def test_a_revoked_person_leaves_his_entries_standing_and_flagged(
    server: TestServer, device: Device, account: str
) -> None:
    code = f"T-{device.stream[:6].upper()}"
    add_staff(server.centre, code, UNIT, ("teller",))
    revoke_staff(server.centre, code)
    KEYS[code] = KEYS["TEL-1"]
    taken = device.collect(account, "2024", 5_000, by=code)
    settle(server, device)
    held = rows(server, quarantine, device)
    assert (held[0].seq, held[0].code) == (taken.seq, "apply.revoked_staff")
    assert held[0].en.endswith(f"since {server.centre.now():%Y-%m-%d}."), "a day, which a collector can read"
    assert owed(server, account) == 50_000
    assert [one.total for one in rows(server, payment, device)] == [5_000]


def test_the_same_file_again_brings_no_paid_debt_back(
    server: TestServer, device: Device, account: str
) -> None:
    device.collect(account, "2024", 20_000)
    settle(server, device)
    file = [debtor(f"DB-{device.stream[:8]}", account)]
    assert import_rows(server.centre, file).owed == 30_000
    assert owed(server, account) == 30_000
    counted = [debtor(f"DB-{device.stream[:8]}", account, owed=30_000)]
    assert import_rows(server.centre, counted, counted_through=date(2026, 7, 1)).owed == 30_000
    assert owed(server, account) == 30_000


def test_a_receipt_outside_the_books_of_the_device_is_reported(server: TestServer, device: Device) -> None:
    device.serial = 1000
    device.pay()
    settle(server, device)
    assert [one.kind for one in rows(server, incident, device)] == [
        "receipt_without_book",
        "receipt_gap",
    ]


def test_ledgers_are_what_the_journal_says(server: TestServer, device: Device, account: str) -> None:
    for piastres in (1, 999, 20_000):
        device.collect(account, "2024", piastres)
    device.pay()
    settle(server, device)
    money = rows(server, payment, device)
    assert sum(one.total for one in money) == device.totals.cash + device.totals.slip
    assert sum(one.applied for one in rows(server, part, device)) == 50_000 - owed(server, account)


def test_personal_records_arrive_sealed_and_once(server: TestServer, device: Device) -> None:
    details, salt = {"name": "أحمد محمد " + "ن" * 10_000, "note": "<script>"}, b"s" * 16
    intake = X25519PublicKey.from_public_bytes(bytes.fromhex(device.bundle.intake))
    sealed = seal_person(details, salt, person="ab" * 16, device=device.code, intake=intake)
    now = server.clock.now()

    def deliver(content: bytes) -> DeliveryAnswer:
        record = SealedRecord(person="ab" * 16, sealed=content.hex())
        delivery = Delivery(device=device.code, nonce="0a" * 16, records=(record,))
        data = sign_record("persons", delivery, key=device.key, issued=now, expires=now + timedelta(1))
        answer = device.post("/v1/persons", data)
        assert answer.status_code == 200, answer.text
        return device.authority.read(DeliveryAnswer, "persons-ack", answer.content, now=now)

    assert deliver(sealed).stored == ("ab" * 16,)
    assert deliver(b"other bytes").stored == ("ab" * 16,)
    found, found_salt = read_person(server.centre, "ab" * 16)
    assert commitment(found, found_salt) == commitment(details, salt)
    stranger = replace(device, key=KEYS["TEL-1"])
    stranger.bundle = device.bundle
    assert stranger.post("/v1/persons", device.heartbeat()).status_code == 403
