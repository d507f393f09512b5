"""Up to which entry personal records are at the centre, and elsewhere too, is told to their device."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from central.archives import persons_are_safe
from central.backup import make_backup
from kiosk.core.wire.codec import FieldError
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.sealed_person import Delivery, SealedRecord
from tests.central.device import Device
from tests.central.server import TestServer


def deliver(device: Device, after: int, through: int) -> tuple[int, int]:
    """Deliver one record; what the centre then says of them."""
    record = SealedRecord(person=secrets.token_hex(16), sealed="cd")
    delivery = Delivery(device=device.code, nonce="0a" * 16, records=(record,), after=after, through=through)
    now = device.server.clock.now()
    data = sign_record("persons", delivery, key=device.key, issued=now, expires=now + timedelta(1))
    assert device.post("/v1/persons", data).status_code == 200
    heard = device.beat()
    return heard.persons_through, heard.persons_safe


def test_it_rises_with_what_follows_and_never_over_a_gap(device: Device) -> None:
    assert deliver(device, 0, 4) == (4, 0)
    assert deliver(device, 6, 9) == (4, 0)
    assert deliver(device, 0, 0) == (4, 0)
    assert deliver(device, 0, 3) == (4, 0)
    assert deliver(device, 4, 9) == (9, 0)
    assert deliver(device, 2, 12) == (12, 0)


def test_a_range_that_is_upside_down_is_refused() -> None:
    record = SealedRecord(person="ab" * 16, sealed="cd")
    with pytest.raises(FieldError):
        Delivery(device="D00000001", nonce="0a" * 16, records=(record,), after=4, through=3).check()


def test_it_is_safe_up_to_what_a_back_up_that_counts_holds(
    server: TestServer, device: Device, tmp_path: Path
) -> None:
    deliver(device, 0, 4)
    make_backup(server.centre, tmp_path / "here")
    assert device.beat().persons_safe == 0
    make_backup(server.centre, tmp_path / "away", off_machine=True)
    assert deliver(device, 4, 9) == (9, 4)
    with server.centre.storage.write() as db:
        for upto in (3, 99):
            persons_are_safe(db, {device.stream: upto})
    assert device.beat().persons_safe == 4
