"""A device shows its own certificate; its key is readable in no file, and nothing around it chooses."""

import os
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)

from central.ca import DEVICE_DAYS, issue_device, issue_server, make_ca
from kiosk.core.errors import KnownError
from kiosk.core.wire.pki import pem_of
from kiosk.link import certificate as module
from kiosk.link.certificate import Named, OwnCertificate, in_memory, on_disk, own_certificate
from kiosk.link.transport import Timeouts, Transport

PLAIN = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
NOW = datetime.now(UTC)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
Key = ec.EllipticCurvePrivateKey


def new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def der_of(key: Key) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@dataclass
class Authority:
    """A CA, and what it issues."""

    key: Key = field(default_factory=new_key)
    der: bytes = b""

    def __post_init__(self) -> None:
        self.der = make_ca(Ed25519PrivateKey.generate().public_key(), self.key, NOW - timedelta(days=1000))

    def device(self, made: datetime = NOW) -> OwnCertificate:
        key, ca = new_key(), x509.load_der_x509_certificate(self.der)
        issued = issue_device("D00000001", "U-0101", key.public_key(), ca, self.key, made)
        return OwnCertificate(issued, der_of(key))


@dataclass
class Strict:
    """A server that demands a certificate; `shown` are the names that it was shown."""

    listening: socket.socket
    context: ssl.SSLContext
    shown: list[str] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self) -> None:
        while not self.ending.is_set():
            with suppress(OSError):
                plain, _ = self.listening.accept()
                plain.settimeout(5)
                with self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) as line:
                    self._answer(line)

    def _answer(self, line: ssl.SSLSocket) -> None:
        try:
            line.do_handshake()
        except ssl.SSLError:
            # What the client sent meanwhile is taken off the line, else the system cuts the alert short.
            while socket.socket.recv(line, 65536):
                pass
            return
        name = x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"").subject
        self.shown.append(str(name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value))
        line.recv(65536)
        line.sendall(OK)


@pytest.fixture(scope="module")
def ours() -> Authority:
    return Authority()


@pytest.fixture
def strict(ours: Authority, tmp_path: Path) -> Iterator[Strict]:
    key, ca = new_key(), x509.load_der_x509_certificate(ours.der)
    chain = tmp_path / "server.pem"
    issued = issue_server(["127.0.0.1"], key.public_key(), ca, ours.key, NOW)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain.write_bytes(pem_of(issued).encode() + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.load_verify_locations(cadata=pem_of(ours.der))
    context.verify_mode = ssl.CERT_REQUIRED
    server = Strict(socket.create_server(("127.0.0.1", 0)), context)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.ending.set()
    socket.create_connection(server.listening.getsockname()[:2], timeout=1).close()
    thread.join(6)
    server.listening.close()


def asked(strict: Strict, ours: Authority, own: OwnCertificate | None) -> int:
    line = Transport(strict.address, ours.der, own=own, timeouts=Timeouts(2, 2, 4))
    try:
        return line.ask("GET", "/v1/head").status
    finally:
        line.close()


def refused(strict: Strict, ours: Authority, own: OwnCertificate | None) -> str:
    with pytest.raises(KnownError) as caught:
        asked(strict, ours, own)
    assert strict.shown == []
    return caught.value.code


def test_a_device_shows_its_certificate(strict: Strict, ours: Authority) -> None:
    assert asked(strict, ours, ours.device()) == 200
    assert strict.shown == ["D00000001"]


def test_a_device_without_one_is_told(strict: Strict, ours: Authority) -> None:
    assert refused(strict, ours, None) == "sync.certificate_missing"


def test_one_that_has_run_out_is_told(strict: Strict, ours: Authority) -> None:
    old = ours.device(NOW - timedelta(days=DEVICE_DAYS + 1))
    assert refused(strict, ours, old) == "sync.certificate_expired"


def test_one_of_another_authority_is_told(strict: Strict, ours: Authority) -> None:
    assert refused(strict, ours, Authority().device()) == "sync.certificate_refused"


def test_another_certificate_or_none_is_shown_from_the_next_connection_on(
    strict: Strict, ours: Authority
) -> None:
    line = Transport(strict.address, ours.der, own=ours.device(), timeouts=Timeouts(2, 2, 4))
    try:
        assert line.ask("GET", "/v1/head").status == 200
        with pytest.raises(KnownError) as malformed:
            line.show(OwnCertificate(ours.device().certificate, ours.device().key))
        assert malformed.value.code == "pki.malformed"
        assert line.ask("GET", "/v1/head").status == 200, "the one before is shown"
        line.show(None)
        with pytest.raises(KnownError) as missing:
            line.ask("GET", "/v1/head")
        assert missing.value.code == "sync.certificate_missing"
        line.show(ours.device())
        assert line.ask("GET", "/v1/head").status == 200
    finally:
        line.close()


def test_nothing_of_the_environment_chooses_the_certificate(
    strict: Strict, ours: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pem"
    other.write_text(pem_of(Authority().device().certificate))
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CLIENT_CERT", "REQUESTS_CERT"):
        monkeypatch.setenv(name, str(other))
    line = Transport(strict.address, ours.der, own=ours.device(), timeouts=Timeouts(2, 2, 4))
    line._session.cert = str(other)
    assert line.ask("GET", "/v1/head").status == 200
    line.close()
    assert strict.shown == ["D00000001"]


@pytest.mark.parametrize("way", [in_memory, on_disk])
def test_the_file_that_the_key_passes_through_opens_to_nobody_and_goes(
    ours: Authority, way: Named, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own, seen = ours.device(), []

    def watched(data: bytes) -> AbstractContextManager[str]:
        seen.append(data)
        return way(data)

    own.put_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), watched)
    assert list(tmp_path.iterdir()) == []
    (data,) = seen
    sealed = data[data.rindex(b"-----BEGIN ") :]
    assert b"ENCRYPTED" in sealed.splitlines()[0]
    with pytest.raises(TypeError):
        load_pem_private_key(sealed, None)
    assert load_der_private_key(own.key, None).private_bytes(*PLAIN) not in data
    assert own.key.hex() not in repr(own)


def test_the_disk_is_used_only_where_memory_has_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    with module.in_memory_if_possible(b"x") as name:
        assert name.startswith("/proc/self/fd/")
    monkeypatch.delattr(os, "memfd_create")
    with module.in_memory_if_possible(b"x") as name:
        kept = Path(name)
        assert (kept.read_bytes(), kept.stat().st_mode & 0o077) == (b"x", 0)
    assert not kept.exists()


def test_a_device_without_a_key_has_no_certificate() -> None:
    assert own_certificate("", "") is None
    assert own_certificate("00", "") is None


@pytest.mark.parametrize("changed", ["certificate", "key", "strange"])
def test_what_does_not_belong_together_is_said(ours: Authority, changed: str) -> None:
    own, other = ours.device(), ours.device()
    mixed = {
        "certificate": OwnCertificate(b"\0", own.key),
        "key": OwnCertificate(own.certificate, b"\0"),
        "strange": OwnCertificate(own.certificate, other.key),
    }[changed]
    with pytest.raises(KnownError) as caught:
        Transport("https://127.0.0.1:1", ours.der, own=mixed)
    assert caught.value.code == "pki.malformed"
    with pytest.raises(KnownError):
        own_certificate("zz", "zz")
