"""A slip makes a device, once, at its own centre; whatever is wrong with it is said and makes nothing."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from central.keys import TLS_CHAIN
from kiosk.core.errors import KnownError
from kiosk.core.wire.enrolment import Slip
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.numbers import with_check
from kiosk.link.transport import Timeouts
from kiosk.provisioning.enrol import EnrolledDevice as Enrolled
from kiosk.provisioning.enrol import enrol, typed_slip
from kiosk.store.recovered import open_recovered
from kiosk.store.sync_state import centre_of, kept_anchor
from kiosk.store.verify import verify
from tests.central.server import Clock as ServerClock
from tests.central.server import TestServer, make_centre
from tests.sync.canned import answer, canned
from tests.sync.enrolled import EnrolledDevice
from tests.sync.proxy import Plan, proxied

QUICK = Timeouts(connect=1, silence=2, whole=4)


def enrolled(slip: Slip, workshop: Path) -> Enrolled:
    return enrol(slip, workshop, now=lambda: datetime.now(UTC), timeouts=QUICK)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(KnownError) as caught:
        yield
    assert caught.value.code == code, caught.value


def test_a_number_typed_wrong_is_noticed_before_anything_is_asked() -> None:
    number, code = with_check("12345678901234"), with_check("1" * 30)
    assert typed_slip("https://a:1/", code, f"{number[:4]} {number[4:]}").number == number
    with refused("number.check"):
        typed_slip("https://a:1", code, number[:-1] + str((int(number[-1]) + 1) % 10))
    with refused("number.length"):
        typed_slip("https://a:1", code, number[:-1])
    with refused("provision.address"):
        typed_slip("http://a:1", code, number)


def test_another_number_of_the_same_form_is_refused_and_counted(server: TestServer, tmp_path: Path) -> None:
    slip = server.prepare()
    other = with_check(slip.number[:4] + f"{(int(slip.number[4:14]) + 1) % 10**10:010d}")
    with refused("enrol.wrong_number"):
        enrolled(replace(slip, number=other), tmp_path / "w")
    assert enrolled(slip, tmp_path / "w").bundle.device


def test_a_number_makes_one_device(server: TestServer, tmp_path: Path) -> None:
    slip = server.prepare()
    enrolled(slip, tmp_path / "one")
    with refused("enrol.used"):
        enrolled(slip, tmp_path / "another")


def test_a_number_runs_out(server: TestServer, tmp_path: Path) -> None:
    slip = server.prepare()
    server.clock.pass_time(timedelta(hours=73))
    try:
        with refused("enrol.expired"):
            enrolled(slip, tmp_path / "w")
    finally:
        server.clock.pass_time(timedelta(hours=-73))


def test_a_server_with_another_ca_is_told_nothing(server: TestServer, tmp_path: Path) -> None:
    slip = server.prepare()
    other, _ = make_centre(tmp_path / "other", ServerClock())
    pem = other.folder.key(TLS_CHAIN).read_bytes()
    with canned(other, answer("200 OK", pem)) as stranger, refused("pki.other_centre"):
        enrolled(replace(slip, address=stranger.address), tmp_path / "w")
    other.close()
    assert not (tmp_path / "w").exists()


def test_a_server_that_shows_the_right_ca_without_its_key_is_told_nothing(
    server: TestServer, tmp_path: Path
) -> None:
    slip = server.prepare()
    other, _ = make_centre(tmp_path / "other", ServerClock())
    with canned(other, answer("200 OK", server.ca_file.read_bytes())) as stranger, refused("sync.tls"):
        enrolled(replace(slip, address=stranger.address), tmp_path / "w")
    other.close()


def test_no_network_is_said(server: TestServer, tmp_path: Path) -> None:
    with refused("sync.offline"):
        enrolled(replace(server.prepare(), address="https://127.0.0.1:1"), tmp_path / "w")


def test_a_network_that_answers_itself_is_said(server: TestServer, tmp_path: Path) -> None:
    with (
        canned(server.centre, answer("200 OK", b"<html>log in</html>")) as portal,
        refused("sync.captive_portal"),
    ):
        enrolled(replace(server.prepare(), address=portal.address), tmp_path / "w")


def test_a_lost_answer_costs_nothing_but_the_same_command(server: TestServer, tmp_path: Path) -> None:
    slip = server.prepare()
    with proxied(server.address) as proxy:
        through = replace(slip, address=proxy.address)
        proxy.plan = Plan(down=4000)
        with refused("sync.offline"):
            enrolled(through, tmp_path / "w")
        proxy.plan = Plan()
        first = enrolled(through, tmp_path / "w")
        again = enrolled(through, tmp_path / "w")
    assert first.bundle.device == again.bundle.device
    assert first.pending.stream == again.pending.stream


def test_what_is_kept_of_a_request_opens_with_its_number_only(server: TestServer, tmp_path: Path) -> None:
    slip = server.prepare()
    done = enrolled(slip, tmp_path / "w")
    kept = (tmp_path / "w" / "request.sealed").read_bytes()
    for secret in (done.pending.key.private_bytes_raw(), done.pending.tls_der, slip.number.encode()):
        assert secret not in kept
        assert secret.hex().encode() not in kept
    other = with_check(f"{secrets.randbelow(10**14):014d}")
    with refused("enrol.unknown_number"):
        enrolled(replace(slip, number=other), tmp_path / "w")


class TestWhatIsMade:
    def test_the_first_entries_say_what_the_device_is(self, device: EnrolledDevice) -> None:
        session = device.unlock("SUP-1")
        entries = [parse_entry(one.data) for one in session.store.journal.records()]
        assert entries[0].type == "stream.opened"
        assert entries[0].body["trial"] is False
        book = next(one for one in entries if one.type == "book.taken")
        assert len(book.body["grant"]) == 64
        named = [one.body["dataset"] for one in entries if one.type == "snapshot.applied"]
        assert set(named) >= {
            "zone",
            "policy",
            "fees",
            "catalogue",
            "staff",
            "books",
            "debts",
            "receipt-keys",
        }
        assert not session.store.journal.state().trial
        assert verify(session.store).clean

    def test_the_root_of_the_centre_is_kept_and_its_time(self, device: EnrolledDevice) -> None:
        session = device.unlock("SUP-1")
        centre, anchor = centre_of(session.store.db), kept_anchor(session.store.db)
        assert centre is not None
        assert centre.root == device.server.centre.keys.root.public_bytes_raw().hex()
        assert anchor is not None
        assert not session.moment().clock.suspect

    def test_the_authority_can_recover_the_store(self, device: EnrolledDevice) -> None:
        private = load_pem_private_key((device.server.carried / "recovery.pem").read_bytes(), None)
        assert isinstance(private, X25519PrivateKey)
        session = device.unlock("SUP-1")
        with open_recovered(device.root, private) as store:
            assert store.data_key.joined() == session.store.unlocked.data_key.joined()
