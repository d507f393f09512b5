"""The centre follows each card attempt to its end, and names what a terminal approved and nobody recorded."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from central.ledger import Ledger
from central.schema import card_attempt, card_close, incident, payment, quarantine, receipt
from kiosk.core.entries import card
from kiosk.core.entries.payment import Card
from kiosk.core.wire.entry import Link
from tests.central.device import TELLER, Device
from tests.central.server import TestServer
from tests.core.entries.samples import CARD_PREPARED, CARD_RECORD, PAYMENT

PRICE = CARD_PREPARED.piastres


def rows(server: TestServer, table: Any, device: Device) -> list[Any]:
    with server.centre.storage.read() as db:
        return list(db.execute(select(table).where(table.c.stream == device.stream)).all())


def settle(server: TestServer, device: Device) -> None:
    assert device.send(device.beat().stored_through + 1).outcome == "stored"
    server.settle()


def states(server: TestServer, device: Device) -> list[str]:
    return [one.state for one in rows(server, card_attempt, device)]


def incidents(server: TestServer, device: Device) -> list[str]:
    return [one.kind for one in rows(server, incident, device)]


def prepare(device: Device) -> Link:
    attempt = device.write(CARD_PREPARED, TELLER)
    device.write(card.CardSent(attempt=attempt), TELLER)
    return attempt


def complete(device: Device, attempt: Link, piastres: int = PRICE) -> None:
    """The payment, its receipt, and the end of the attempt."""
    body = replace(
        PAYMENT,
        lines=CARD_PREPARED.bill.lines if CARD_PREPARED.bill else (),
        tenders=(
            Card(
                piastres=piastres, attempt=attempt, terminal="31000017", trace=418, receipt_no=77,
                approval="A1B2C3", last4="4242",
            ),
        ),
    )  # fmt: skip
    paid = device._receipted(device.write(body, TELLER), piastres, TELLER)
    done = card.CardCompleted(attempt=attempt, payment=paid, receipt=Link(paid.stream, paid.seq + 1))
    device.write(done, TELLER)


def test_an_approved_card_becomes_its_payment(server: TestServer, device: Device) -> None:
    attempt = prepare(device)
    device.write(card.CardApproved(attempt=attempt, record=CARD_RECORD), TELLER)
    complete(device, attempt)
    settle(server, device)
    assert rows(server, quarantine, device) == []
    found = rows(server, card_attempt, device)[0]
    assert (found.state, found.approval, found.payment) == ("completed", "A1B2C3", attempt.seq + 3)
    assert [one.card for one in rows(server, payment, device)] == [PRICE]
    assert incidents(server, device) == []


def test_what_is_in_doubt_stays_in_doubt_until_evidence_came(server: TestServer, device: Device) -> None:
    attempt = prepare(device)
    device.write(
        card.CardUnknown(attempt=attempt, why="silent", needs="evidence", record=None, silent_s=None), TELLER
    )
    settle(server, device)
    assert states(server, device) == ["unknown"]
    adopted = card.CardResolved(
        attempt=attempt, how="adopted", done=True, why="charged", record=CARD_RECORD, remark=None,
        approver=None,
    )  # fmt: skip
    device.write(adopted, TELLER)
    settle(server, device)
    assert states(server, device) == ["adopted"]


def test_a_declined_card_that_became_a_payment_is_reported(server: TestServer, device: Device) -> None:
    attempt = prepare(device)
    device.write(card.CardDeclined(attempt=attempt, code="6C", record=None), TELLER)
    complete(device, attempt)
    settle(server, device)
    assert incidents(server, device) == ["card_not_approved"]
    assert [one.card for one in rows(server, payment, device)] == [PRICE]


def test_another_amount_than_was_asked_is_reported(server: TestServer, device: Device) -> None:
    attempt = prepare(device)
    device.write(card.CardApproved(attempt=attempt, record=replace(CARD_RECORD, piastres=PRICE + 1)), TELLER)
    settle(server, device)
    assert incidents(server, device) == ["card_amount_differs"]


def test_an_entry_of_no_attempt_waits_for_a_person(server: TestServer, device: Device) -> None:
    device.write(card.CardSent(attempt=Link(device.stream, 1)), TELLER)
    device.write(card.CardSent(attempt=Link("5e" * 16, 3)), TELLER)
    settle(server, device)
    held = rows(server, quarantine, device)
    assert [(one.code, one.debts) for one in held] == [("apply.no_attempt", 0)] * 2


def test_a_terminal_that_took_more_than_we_recorded_is_reported(server: TestServer, device: Device) -> None:
    day = card.CardBatch(
        terminal="31000017", taken_count=3, taken=30_000, reversed_count=1, reversed=10_000,
        our_taken_count=2, our_taken=20_000, our_reversed_count=1, our_reversed=10_000,
        difference=10_000, in_doubt=1,
    )  # fmt: skip
    device.write(day, TELLER)
    settle(server, device)
    assert [one.difference for one in rows(server, card_close, device)] == [10_000]
    assert incidents(server, device) == ["card_batch_differs"]


def test_a_fault_of_our_own_sets_one_entry_apart_and_applies_the_rest(
    server: TestServer, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        device.pay()
    broken, issue = len(device.records) - 2, Ledger._issue_receipt

    def fail_once(ledger: Ledger, entry: Any, body: Any) -> None:
        issue(ledger, entry, body)
        if (ledger._stream, entry.seq) == (device.stream, broken):
            raise ArithmeticError

    monkeypatch.setattr(Ledger, "_issue_receipt", fail_once)
    settle(server, device)
    assert [(one.seq, one.code) for one in rows(server, quarantine, device)] == [(broken, "apply.not_booked")]
    assert len(rows(server, payment, device)) == 3
    assert [one.seq for one in rows(server, receipt, device)] == [broken - 2, broken + 2]
