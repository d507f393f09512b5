"""Whatever answers instead of the centre is not believed: it has its own outcome, and everything waits on."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.keys import CA_CERT
from kiosk.core.situations.sync import SITUATIONS
from kiosk.link.transport import Timeouts
from kiosk.store.queries.queue import queue
from kiosk.sync.outcomes import Outcome
from tests.acts import begin
from tests.central.server import Clock as ServerClock
from tests.central.server import TestServer, make_centre
from tests.sync.canned import answer, canned
from tests.sync.enrolled import EnrolledDevice, make_enrolled, sync

PAGE = b"<html><body>Welcome, please log in</body></html>"
IMPATIENT = Timeouts(connect=1, silence=1, whole=1)


@pytest.fixture(scope="module")
def waiting(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrolledDevice]:
    """A device whose first entries wait; no test here lets them through."""
    with pytest.MonkeyPatch.context() as patch:
        from kiosk.core.wire import enrolment

        patch.setitem(enrolment.SCRYPT, "n", 2)
        device = make_enrolled(tmp_path_factory.mktemp("line") / "device", server)
    session = device.unlock("SUP-1")
    begin(session)
    yield device
    device.close()


def outcome(device: EnrolledDevice, said: bytes | None, **options: object) -> Outcome:
    session = device._open
    assert session is not None
    before = queue(session.store.db)
    with canned(device.server.centre, said) as other:
        result = sync(session, address=other.address, **options)
    assert queue(session.store.db).waiting == before.waiting == result.waiting > 0
    assert result.error is not None
    assert result.sentence("ar") == result.error.sentence("ar")
    assert result.remedy("ar")
    return result.outcome


@pytest.mark.parametrize(
    "said",
    [
        answer("200 OK", PAGE, "Content-Type: text/html"),
        answer("200 OK", b"{}"),
        answer("200 OK", b""),
        answer("302 Found", b"", "Location: https://login.example/"),
        answer("404 Not Found", PAGE),
    ],
)
def test_a_page_of_the_network_is_no_delivery(waiting: EnrolledDevice, said: bytes) -> None:
    assert outcome(waiting, said) is Outcome.CAPTIVE_PORTAL


@pytest.mark.parametrize(
    "status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Time-out", "429 Too Many Requests"]
)
def test_a_busy_centre_says_so(waiting: EnrolledDevice, status: str) -> None:
    assert outcome(waiting, answer(status, b"")) is Outcome.BUSY


def test_a_fault_of_the_centre_is_the_centres(waiting: EnrolledDevice) -> None:
    assert outcome(waiting, answer("500 Internal Server Error", PAGE)) is Outcome.SERVER_ERROR


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("central.unknown_device", Outcome.NOT_ENROLLED),
        ("central.no_such_page", Outcome.TOO_OLD),
        ("batch.not_gzip", Outcome.REFUSED),
        ("later.unheard_of", Outcome.REFUSED),
    ],
)
def test_a_refusal_is_told_in_its_own_words(waiting: EnrolledDevice, code: str, expected: Outcome) -> None:
    error = {"code": code, "params": {}, "sentence_ar": "رفض", "sentence_en": "No."}
    assert outcome(waiting, answer("403 Forbidden", json.dumps({"error": error}).encode())) is expected


def test_a_silent_centre_is_given_up(waiting: EnrolledDevice) -> None:
    assert outcome(waiting, None, timeouts=IMPATIENT) is Outcome.TIMEOUT


def test_an_answer_cut_short_is_no_answer(waiting: EnrolledDevice) -> None:
    assert outcome(waiting, answer("200 OK", PAGE)[:-5]) is Outcome.OFFLINE


def test_nothing_that_listens_is_offline(waiting: EnrolledDevice) -> None:
    assert waiting._open is not None
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert sync(waiting._open, address=f"https://127.0.0.1:{port}").outcome is Outcome.OFFLINE


class TestAnotherAuthority:
    """A server with a certificate of another CA, which the environment of the machine trusts."""

    def test_it_is_refused(
        self, waiting: EnrolledDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other, _ = make_centre(tmp_path, ServerClock())
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(other.folder.key(CA_CERT)))
        assert waiting._open is not None
        with canned(other, answer("200 OK", PAGE)) as stranger:
            result = sync(waiting._open, address=stranger.address)
        other.close()
        assert result.outcome is Outcome.TLS

    def test_a_proxy_of_the_environment_is_not_used(
        self, waiting: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with canned(waiting.server.centre, answer("200 OK", PAGE)) as stranger:
            monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
            assert waiting._open is not None
            assert sync(waiting._open, address=stranger.address).outcome is Outcome.CAPTIVE_PORTAL


def test_every_fault_of_the_line_says_what_to_do() -> None:
    for code, situation in SITUATIONS.items():
        assert situation.remedy_ar, code
