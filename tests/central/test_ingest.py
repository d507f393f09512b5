"""Batches arrive once, whole and in order, or are refused with a reason; nothing that arrived is lost."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from central.schema import branch, incident, journal, quarantine
from kiosk.core.entries import operations
from kiosk.core.wire.batch import MAX_PLAIN_BYTES
from kiosk.core.wire.entry import Link
from tests.central.device import Device
from tests.central.server import TestServer


def stored(server: TestServer, device: Device) -> list[tuple[int, bytes, bytes]]:
    query = select(journal.c.seq, journal.c.bytes, journal.c.hash).where(journal.c.stream == device.stream)
    with server.centre.storage.read() as db:
        return [tuple(row) for row in db.execute(query.order_by(journal.c.seq))]


def written(device: Device) -> list[tuple[int, bytes, bytes]]:
    return [(one.seq, one.data, one.hash) for one in device.records]


def refusal(device: Device, data: bytes) -> tuple[int, str]:
    answer = device.post("/v1/journal", data)
    return answer.status_code, answer.json()["error"]["code"]


def test_a_batch_is_stored_byte_for_byte_and_acknowledged(server: TestServer, device: Device) -> None:
    device.pay()
    ack = device.send()
    assert (ack.outcome, ack.stored_through, ack.safe_through) == ("stored", len(device.records), 0)
    assert bytes.fromhex(ack.head) == device.records[-1].hash
    assert stored(server, device) == written(device)


def test_the_same_bytes_again_change_nothing_and_get_the_same_answer(
    server: TestServer, device: Device
) -> None:
    device.send()
    again = device.send()
    assert (again.outcome, again.stored_through) == ("repeat", len(device.records))
    assert stored(server, device) == written(device)


def test_a_batch_that_overlaps_adds_only_what_is_new(server: TestServer, device: Device) -> None:
    device.send(1, 3)
    device.pay()
    assert device.send(2).outcome == "stored"
    assert stored(server, device) == written(device)


def test_a_gap_is_refused_with_what_the_centre_has(server: TestServer, device: Device) -> None:
    device.send(1, 2)
    answer = device.post("/v1/journal", device.pack(4))
    assert answer.status_code == 409
    ack = device.send(4)
    assert (ack.outcome, ack.stored_through) == ("gap", 2)
    assert len(stored(server, device)) == 2


def test_other_bytes_for_a_known_entry_are_kept_apart_and_reported(
    server: TestServer, device: Device
) -> None:
    device.pay()
    device.send()
    before, count = stored(server, device), len(device.records)
    clone = replace(device, records=device.records[: count - 2], totals=device.totals)
    clone.bundle, clone.authority = device.bundle, device.authority
    clone.collect("LAN-001-1", "2024", 100)
    ack = clone.send(count - 1)
    assert (ack.outcome, ack.fork_at, ack.stored_through) == ("fork", count - 1, count)
    assert stored(server, device) == before
    clone.send(count - 1)
    with server.centre.storage.read() as db:
        assert db.execute(
            select(incident.c.kind, incident.c.seq).where(incident.c.stream == device.stream)
        ).all() == [("fork", count - 1), ("series_retired", count - 1)]
        assert (
            db.execute(select(branch.c.first).where(branch.c.stream == device.stream)).scalars().first()
            == count - 1
        )


def test_another_past_before_the_batch_is_asked_for_and_is_a_fork_where_it_begins(
    server: TestServer, device: Device
) -> None:
    device.pay()
    device.send()
    count = len(device.records)
    clone = replace(device, records=device.records[: count - 2], totals=device.totals)
    clone.bundle, clone.authority = device.bundle, device.authority
    clone.collect("LAN-001-1", "2024", 100)
    clone.pay()
    assert len(clone.records) >= count
    ack = clone.send(count)
    assert (ack.outcome, ack.stored_through) == ("gap", count)
    with server.centre.storage.read() as db:
        assert db.execute(select(branch.c.first).where(branch.c.stream == device.stream)).all() == []
    ack = clone.send()
    assert (ack.outcome, ack.fork_at) == ("fork", count - 1)


def test_a_batch_that_another_key_signed_is_refused(server: TestServer, device: Device) -> None:
    real, device.key = device.key, Ed25519PrivateKey.generate()
    forged = device.pack()
    device.key = real
    assert refusal(device, forged) == (403, "central.bad_signature")
    assert stored(server, device) == []


def test_lines_that_the_header_does_not_name_are_refused(device: Device) -> None:
    head, _, body = gzip.decompress(device.pack()).partition(b"\n")
    changed = body.replace(b'"V-07"', b'"V-08"')
    assert changed != body
    assert refusal(device, gzip.compress(head + b"\n" + changed)) == (403, "central.bad_signature")


def test_a_device_that_was_never_enrolled_is_refused(device: Device) -> None:
    device.bundle = replace(device.bundle, device="D00000001")
    assert refusal(device, device.pack()) == (404, "central.unknown_device")


def test_another_stream_than_the_enrolled_one_is_refused(device: Device) -> None:
    device.stream = "00" * 16
    assert refusal(device, device.pack()) == (403, "central.other_stream")


@pytest.mark.parametrize("cut", [0, 1, 10, -1, -8])
def test_a_batch_that_was_cut_off_is_refused(device: Device, cut: int) -> None:
    assert refusal(device, device.pack()[:cut]) == (400, "batch.not_gzip")


def test_a_short_file_that_unpacks_to_a_huge_one_is_refused(device: Device) -> None:
    assert refusal(device, gzip.compress(b"0" * 50_000_000)) == (413, "batch.too_large")
    assert refusal(device, b"0" * (MAX_PLAIN_BYTES + 1)) == (413, "central.too_large")


def test_five_hundred_entries_travel_in_one_batch(server: TestServer, device: Device) -> None:
    device.pay()
    paid = Link(device.stream, len(device.records))
    while len(device.records) < 500:
        device.write(operations.PrintDone(job="11" * 16, document="receipt", entry=paid, printer="P80"))
    ack = device.send()
    assert (ack.outcome, ack.stored_through) == ("stored", 500)
    server.settle()
    with server.centre.storage.read() as db:
        assert db.execute(select(quarantine.c.code).where(quarantine.c.stream == device.stream)).all() == []
    assert len(device.pack()) < 500 * 250


def test_what_is_no_entry_at_all_is_stored_and_set_apart(server: TestServer, device: Device) -> None:
    device.chain(b'{"v":1,"who":"<script>"}')
    device.pay()
    assert device.send().outcome == "stored"
    server.settle()
    with server.centre.storage.read() as db:
        rows = db.execute(select(quarantine).where(quarantine.c.stream == device.stream)).all()
    assert rows[0].seq == len(device.records) - 2
    assert rows[0].code.startswith("chain.")
    assert "القيد" in rows[0].ar
    assert stored(server, device) == written(device)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(gzip.compress),
        st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=4).map(
            lambda value: gzip.compress(json.dumps(value).encode() + b"\n{}\n")
        ),
    )
)
def test_whatever_arrives_is_answered_with_a_typed_error(
    server: TestServer, http: object, data: bytes
) -> None:
    for path in ("journal", "enrol", "session", "heartbeat", "persons"):
        answer = http.post(f"{server.address}/v1/{path}", data=data, timeout=20)  # type: ignore[attr-defined]
        assert 400 <= answer.status_code < 500
        error = answer.json()["error"]
        assert error["code"]
        assert any("\u0620" <= letter <= "\u064a" for letter in error["sentence_ar"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_one_changed_byte_anywhere_in_a_batch_never_gets_through(
    server: TestServer, fixed: Device, data: st.DataObject
) -> None:
    plain = bytearray(gzip.decompress(fixed.pack()))
    at = data.draw(st.integers(0, len(plain) - 1))
    plain[at] ^= data.draw(st.integers(1, 255))
    answer = fixed.post("/v1/journal", gzip.compress(bytes(plain)))
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["code"]
    assert stored(server, fixed) == []


@pytest.fixture
def fixed(new_device: Callable[[], Device]) -> Device:
    return new_device().enrol().begin()
