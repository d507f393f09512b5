"""Devices reach the centre through nginx and HAProxy as we ship them, and only with a certificate that holds.

The proxies, the servers behind them and the devices are the real programs; no bytes but those of loopback.
"""

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from central.attachments import read_scan
from central.ca import DEVICE_DAYS, LIST_DAYS, issue_device, revoke
from central.folder import write_durably
from central.keys import CA_CERT, TLS_CHAIN, TLS_KEY
from kiosk.core.errors import KnownError, error_payload
from kiosk.core.wire import enrolment
from kiosk.core.wire.claims import MAX_CLAIMS_BYTES
from kiosk.desk.attach import attach
from kiosk.desk.session import Session
from kiosk.link.certificate import OwnCertificate, own_certificate
from kiosk.link.severable import Lines
from kiosk.link.transport import Answer, refusal_of
from kiosk.store.moments import read_clocks
from kiosk.store.queries.queue import queue
from kiosk.store.renewal import Renewal, keep_renewal, pair_shown, renewal_of
from kiosk.sync.outcomes import Outcome, RoundResult
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound
from tests.acts import ask, begin, pay_for
from tests.central.proxies import KINDS, SHIPPED, Behind, Front, command, proxy, servers
from tests.central.server import Clock, make_centre
from tests.desk.scans import scan
from tests.sync.enrolled import QUICK, EnrolledDevice, load_centre_debts, make_enrolled, rounds, sync
from tests.sync.test_renewal import age

CERTIFICATES = {
    "none": "sync.certificate_missing",
    "expired": "sync.certificate_expired",
    "of a stranger": "sync.certificate_refused",
    "the server's": "sync.certificate_refused",
}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        with servers(tmp_path_factory.mktemp("behind")) as started:
            load_centre_debts(started.served, 300)
            yield started


@pytest.fixture(scope="module", params=KINDS)
def front(
    request: pytest.FixtureRequest, behind: Behind, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    with proxy(tmp_path_factory.mktemp("front"), request.param, behind) as started:
        yield started


@pytest.fixture(scope="module")
def enrolled(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrolledDevice]:
    """A device that was enrolled through the proxy, with an open shift."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        made = make_enrolled(tmp_path_factory.mktemp("through") / "device", front.server)
        made.add("TEL-1", "teller")
    begin(made.unlock("TEL-1"))
    yield made
    made.close()


@pytest.fixture
def teller(enrolled: EnrolledDevice) -> Session:
    assert enrolled._open is not None
    return enrolled._open


def take_money(session: Session) -> int:
    """One request, paid; how many entries wait."""
    pay_for(session, ask(session))
    return queue(session.store.db).waiting


def with_certificate(session: Session, certificate: str, key: str) -> RoundResult:
    """A round of a device that shows another certificate."""
    one = SyncRound(Place.of(session.store), timeouts=QUICK)
    try:
        one.client.transport.show(own_certificate(certificate, key))
        return one.run()
    finally:
        one.client.close()


def certificate(behind: Behind, kind: str, tmp_path: Path) -> tuple[str, str]:
    """Certificate and key in hex."""
    centre = behind.centre
    if kind == "none":
        return "", ""
    if kind == "the server's":
        chain = centre.folder.key(TLS_CHAIN).read_text()
        key = load_pem_private_key(centre.folder.key(TLS_KEY).read_bytes(), None)
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return ssl.PEM_cert_to_DER_cert(chain[: chain.index("-----END") + 26]).hex(), private.hex()
    made = centre.now() - timedelta(days=DEVICE_DAYS + 1 if kind == "expired" else 0)
    issuer = centre.keys
    if kind == "of a stranger":
        other, _ = make_centre(tmp_path, Clock())
        issuer = other.keys
        other.close()
    own = ec.generate_private_key(ec.SECP256R1())
    issued = issue_device("D00000001", "U-0101", own.public_key(), issuer.ca, issuer.ca_key, made)
    return issued.hex(), own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex()


def test_money_and_scans_and_data_pass(
    enrolled: EnrolledDevice, teller: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[socket.socket] = []
    plain = Lines.add

    def add(lines: Lines, line: socket.socket) -> socket.socket:
        opened.append(line)
        return plain(lines, line)

    monkeypatch.setattr(Lines, "add", add)
    take_money(teller)
    content = scan(300_000)
    held = attach(teller, ask(teller), next(iter(teller.reference.catalogue.papers)), content).held
    with rounds(teller) as one:
        result = one.run()
        assert (result.outcome, result.error, result.waiting) == (Outcome.DELIVERED, None, 0)
        assert result.scans.whole == 1
        enrolled.server.settle()
        one.run()
        assert len(opened) == 1, "the connection was not kept"
    assert enrolled.at_centre() == enrolled.here()
    assert read_scan(enrolled.server.centre, held.attachment)[1] == content
    assert teller.store.db.execute("SELECT count(*) FROM debtor_a").fetchone() == (300,)


def test_a_part_of_a_file_is_that_part(teller: Session) -> None:
    with rounds(teller) as one:
        ref = one.client.manifest().find("catalogue")
        assert ref is not None
        into = bytearray()
        one.client._part(ref.file, into, 100, 3000)
        assert bytes(into) == one.client._packed(ref)[100:3100]


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_without_a_good_certificate_nothing_passes_and_money_waits(
    front: Front, teller: Session, kind: str, tmp_path: Path
) -> None:
    with teller.store.transaction() as db:
        keep_renewal(db, Renewal(asked=read_clocks(), refused="central.frozen"))
    waits, seen = take_money(teller), len(front.behind.requests())
    result = with_certificate(teller, *certificate(front.behind, kind, tmp_path))
    assert result.error is not None
    assert (result.outcome, result.error.code) == (Outcome.CERTIFICATE, CERTIFICATES[kind])
    assert result.waiting == waits == queue(teller.store.db).waiting
    assert len(front.behind.requests()) == seen, "a server was asked"


def test_a_device_whose_certificate_ran_out_renews_it_and_goes_on(
    enrolled: EnrolledDevice, teller: Session
) -> None:
    with teller.store.transaction() as db:
        keep_renewal(db, Renewal())
    take_money(teller)
    before = age(enrolled, DEVICE_DAYS + 1)
    result = sync(teller)
    assert (result.outcome, result.error, result.waiting) == (Outcome.DELIVERED, None, 0)
    after = pair_shown(teller.store.db)
    assert not {*before} & {*after}
    assert sync(teller).outcome.reached
    assert renewal_of(teller.store.db).certificate == "", "it took the place of the one before"
    assert pair_shown(teller.store.db) == after
    assert enrolled.at_centre() == enrolled.here()


def test_a_retired_device_is_turned_away_and_others_go_on(
    front: Front, teller: Session, tmp_path: Path
) -> None:
    lost = make_enrolled(tmp_path / "lost", front.server)
    session = lost.unlock("SUP-1")
    age(lost, DEVICE_DAYS + 1)
    assert sync(session).outcome.reached
    assert renewal_of(session.store.db).asked is not None, "the list names what it has of its renewal"
    centre, code = front.behind.centre, session.store.unlocked.device
    assert code is not None
    command(centre, "device", "retire", code)
    command(centre, "ca", "crl")
    front.reload()
    begin(session)
    result = sync(session)
    assert result.error is not None
    assert (result.outcome, result.error.code) == (Outcome.CERTIFICATE, "sync.certificate_revoked")
    assert "فلاشة" in result.remedy()
    assert result.waiting > 0
    lost.close()
    take_money(teller)
    assert sync(teller).outcome is Outcome.DELIVERED


def test_a_list_that_has_run_out_is_no_fault_of_a_device(front: Front, teller: Session) -> None:
    centre = front.behind.centre
    old = centre.now() - timedelta(days=LIST_DAYS + 1)
    write_durably(centre.folder.revoked, revoke([], centre.keys.ca, centre.keys.ca_key, old))
    front.reload()
    try:
        assert sync(teller).outcome is Outcome.BUSY
    finally:
        command(centre, "ca", "crl")
        front.reload()
    assert sync(teller).outcome.reached


def test_a_server_that_dies_in_the_middle_of_a_round_is_followed_by_the_other(
    front: Front, enrolled: EnrolledDevice, teller: Session
) -> None:
    for _ in range(3):
        take_money(teller)
    behind, killed = front.behind, list[int]()
    for number in (1, 2):
        behind.listening(number)

    def kill_one(_done: int, _all: int) -> None:
        if not killed:
            killed.append(1)
            behind.kill(1)

    with rounds(teller) as one:
        one.most = 2
        result = one.run(kill_one)
        if not result.outcome.reached:
            assert result.outcome is Outcome.BUSY
            result = one.run()
    behind.start(1)
    assert (result.error, result.waiting, killed) == (None, 0, [1])
    assert enrolled.at_centre() == enrolled.here()


def test_a_proxy_whose_servers_are_away_says_that_the_centre_is_busy(
    front: Front, teller: Session, tmp_path: Path
) -> None:
    waits = take_money(teller)
    nobody = Behind(front.behind.served, tmp_path)
    with proxy(tmp_path, front.kind, nobody) as alone:
        result = sync(teller, address=alone.address)
    assert (result.outcome, result.waiting) == (Outcome.BUSY, waits)
    assert result.error is not None
    assert result.error.params["retry_after"] == 5


def line_from(front: Front, source: str, own: OwnCertificate | None = None) -> http.client.HTTPSConnection:
    """A line from another address of loopback: what one is refused does not touch the others."""
    context = ssl.create_default_context(cafile=str(front.behind.centre.folder.key(CA_CERT)))
    if own is not None:
        own.put_into(context)
    return http.client.HTTPSConnection(
        "127.0.0.1", front.port, timeout=5, context=context, source_address=(source, 0)
    )


def answered(front: Front, source: str, path: str, headers: dict[str, str] | None = None) -> int:
    with closing(line_from(front, source)) as line:
        line.request("GET", path, headers=headers or {})
        return line.getresponse().status


def test_the_server_hears_who_asks_from_the_proxy_alone(front: Front) -> None:
    forged = "203.0.113.9"
    headers = {"X-Forwarded-For": forged, "Forwarded": f"for={forged}", "X-Real-IP": forged}
    seen = len(front.behind.requests())
    assert answered(front, "127.0.0.2", "/v1/ca?a", headers) == 200
    (line,) = [one for one in front.behind.requests() if "/v1/ca?a" in one][-1:]
    assert len(front.behind.requests()) > seen
    assert "127.0.0.2" in line
    assert forged not in line


def test_too_many_questions_without_a_certificate_are_told_to_come_later(front: Front) -> None:
    line = line_from(front, "127.0.0.3")
    statuses: list[int] = []
    while (not statuses or statuses[-1] == 200) and len(statuses) < 200:
        line.request("GET", "/v1/ca")
        answer = line.getresponse()
        body = answer.read()
        statuses.append(answer.status)
    line.close()
    assert statuses[-1] == 429
    assert len(statuses) > 20, "a batch of devices must be able to enrol"
    error = refusal_of(Answer(429, body, int(answer.headers["Retry-After"])))
    assert (error.code, error.params["retry_after"]) == ("sync.busy", 30)


def test_a_message_beyond_every_limit_is_turned_away(front: Front, teller: Session) -> None:
    centre = Place.of(teller.store).centre
    own = own_certificate(centre.certificate, centre.tls_key)
    with closing(line_from(front, "127.0.0.5", own)) as line:
        line.putrequest("POST", "/v1/claims")
        line.putheader("Content-Length", str(MAX_CLAIMS_BYTES + 1))
        line.endheaders()
        answer = line.getresponse()
        refused = Answer(answer.status, answer.read())
    assert (refused.status, refusal_of(refused).code) == (413, "central.too_large")


def test_no_other_address_is_passed(front: Front) -> None:
    for path in ("/", "/openapi.json", "/v2/journal", "/health/"):
        assert answered(front, "127.0.0.4", path) == 404, path
    for path in ("/v1/journal", "/v1/ca/", "/v1//enrol", "/v1/orders", "/v1/orders/%2e%2e/ca/", "/v1/ca%3fx"):
        assert answered(front, "127.0.0.4", path) == 403, path
    assert answered(front, "127.0.0.4", "/health") == 200


@pytest.mark.parametrize("name", ["nginx.conf", "haproxy.cfg"])
def test_what_a_proxy_says_itself_is_in_the_form_of_the_server(name: str) -> None:
    text = SHIPPED.joinpath(name).read_text(encoding="utf-8")
    said = [
        *(KnownError(code) for code in (*CERTIFICATES.values(), "sync.certificate_revoked")),
        KnownError("central.too_large", limit=MAX_CLAIMS_BYTES),
        KnownError("central.busy"),
        KnownError("central.no_such_page"),
    ]
    for one in said:
        assert f"'{json.dumps({'error': error_payload(one)}, ensure_ascii=False)}'" in text, one.code
