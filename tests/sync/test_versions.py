"""Device and centre of different releases: too old is said as such, and what was promised to pass does."""

import gzip
import json
from collections.abc import Iterator

import pytest

from kiosk.core.wire import enrolment
from kiosk.core.wire.canonical import canonical
from kiosk.store.queries.queue import queue
from kiosk.sync.outcomes import Outcome, RoundResult
from tests.acts import begin
from tests.central.device import Device
from tests.central.server import TestServer
from tests.sync.canned import answer, canned
from tests.sync.enrolled import EnrolledDevice, sync


@pytest.fixture
def waiting(copy: EnrolledDevice) -> EnrolledDevice:
    begin(copy.unlock("TEL-1"))
    return copy


@pytest.fixture
def newcomer(server: TestServer) -> Iterator[Device]:
    with server.session() as http, pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        yield Device(server, http).enrol().begin()


def other_batch(device: Device, version: int) -> bytes:
    head, _, lines = gzip.decompress(device.pack()).partition(b"\n")
    return gzip.compress(canonical({**json.loads(head), "v": version}) + b"\n" + lines)


def round_with(device: EnrolledDevice, said: bytes) -> RoundResult:
    session = device._open
    assert session is not None
    with canned(device.server.centre, said) as other:
        result = sync(session, address=other.address)
    assert queue(session.store.db).waiting == result.waiting > 0, "everything waits on"
    return result


def told(error: dict[str, object]) -> bytes:
    return json.dumps({"error": error, "a field of the future": 1}).encode()


@pytest.mark.parametrize("version", [0, 2])
def test_a_centre_tells_a_device_of_another_version_so(newcomer: Device, version: int) -> None:
    for path, data in (
        ("/v1/journal", other_batch(newcomer, version)),
        ("/v1/heartbeat", canonical({"v": version, "what": "nobody knows"})),
        ("/v1/enrol", canonical({"v": version})),
    ):
        refused = newcomer.post(path, data)
        assert (refused.status_code, refused.json()["error"]["code"]) == (426, "protocol.other_version")


@pytest.mark.parametrize(
    "said",
    [
        answer(
            "426 Upgrade Required", told({"code": "protocol.other_version"}), "Content-Type: application/json"
        ),
        answer("404 Not Found", told({"code": "central.no_such_page"}), "Content-Type: application/json"),
    ],
    ids=["another version", "a path that is gone"],
)
def test_a_device_that_is_too_old_says_so_in_arabic_and_keeps_everything(
    waiting: EnrolledDevice, said: bytes
) -> None:
    result = round_with(waiting, said)
    assert result.outcome is Outcome.TOO_OLD
    assert result.error is not None
    assert result.error.code == "sync.too_old"
    assert "إصدارين" in result.sentence("ar")
    assert "محفوظ" in result.remedy("ar")


def test_a_refusal_that_this_release_does_not_know_is_told_in_the_words_of_the_centre(
    waiting: EnrolledDevice,
) -> None:
    error: dict[str, object] = {
        "code": "future.thing",
        "sentence_ar": "سبب جديد",
        "sentence_en": "A new reason",
        "more": [1],
    }
    said = answer("403 Forbidden", told(error), "Content-Type: application/json")
    result = round_with(waiting, said)
    assert result.outcome is Outcome.REFUSED
    assert "سبب جديد" in result.sentence("ar")
