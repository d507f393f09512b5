"""The keys of the centre: made once by `keys init`, read by the running server.

Root and recovery leave in a folder to carry away; the server keeps their public halves. The data key signs
what people decide (`OFFLINE` purposes): the commands use it, the running server never reads it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from central.ca import issue_server, make_ca
from central.folder import Folder, make_private_folder, read_file, write_durably
from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import OFFLINE, ONLINE, Delegation, delegate
from kiosk.core.wire.pki import ca_code, pem_of, read_certificate

PrivateKey = Ed25519PrivateKey | X25519PrivateKey | ec.EllipticCurvePrivateKey

DELEGATED = timedelta(days=400)
"""The root is fetched out of the safe once a year; a month to spare."""
ROOT, RECOVERY = "root.pem", "recovery.pem"
ACK, DATA, INTAKE, CA_KEY, TLS_KEY, SESSION = (
    "ack.pem", "data.pem", "intake.pem", "ca.pem", "tls.pem", "session.key",
)  # fmt: skip
CA_CERT, TLS_CHAIN = "ca.crt.pem", "tls.crt.pem"
ROOT_PUB, RECOVERY_PUB = "root.pub", "recovery.pub"
DELEGATIONS = ("ack.delegation.json", "data.delegation.json")


def make_keys(
    folder: Folder,
    carry_folder: Path,
    *,
    hosts: Sequence[str],
    now: datetime,
    passphrase: bytes | None = None,
) -> str:
    """Make all keys of a new centre and return the code of its CA.

    Raises KnownError `keys.exist` rather than overwrite any, `central.cannot_write`.
    """
    if folder.keys.exists() and any(folder.keys.iterdir()):
        raise KnownError("keys.exist", path=folder.keys)
    if any((carry_folder / name).exists() for name in (ROOT, RECOVERY)):
        raise KnownError("keys.exist", path=carry_folder)
    for path in (folder.root, folder.keys, carry_folder):
        make_private_folder(path)
    root, recovery, intake = (
        Ed25519PrivateKey.generate(),
        X25519PrivateKey.generate(),
        X25519PrivateKey.generate(),
    )
    ack, data = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    ca_key, tls_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    away = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    _keep(carry_folder / ROOT, root, away)
    _keep(carry_folder / RECOVERY, recovery, away)
    own: dict[str, PrivateKey] = {ACK: ack, DATA: data, INTAKE: intake, CA_KEY: ca_key, TLS_KEY: tls_key}
    for name, key in own.items():
        _keep(folder.key(name), key, NoEncryption())
    write_durably(folder.key(SESSION), secrets.token_bytes(32))
    write_durably(folder.key(ROOT_PUB), root.public_key().public_bytes_raw().hex().encode())
    write_durably(folder.key(RECOVERY_PUB), recovery.public_key().public_bytes_raw().hex().encode())
    _delegate(folder, root, ack, data, now)
    ca_der = make_ca(root.public_key(), ca_key, now)
    write_durably(folder.key(CA_CERT), pem_of(ca_der).encode())
    _issue_tls(folder, hosts, tls_key, ca_der, ca_key, now)
    return ca_code(ca_der)


def renew_tls(folder: Folder, hosts: Sequence[str], now: datetime) -> None:
    """Issue the server's certificate again, for these host names. Raises KnownError `keys.missing`."""
    keys = ServerKeys(folder)
    _issue_tls(
        folder, hosts, keys.private(TLS_KEY, ec.EllipticCurvePrivateKey), keys.ca_der, keys.ca_key, now
    )


class ServerKeys:
    """The keys in the server's folder, each read when it is first needed."""

    def __init__(self, folder: Folder) -> None:
        """Raises KnownError `keys.missing` when `keys init` has not been run there."""
        self._folder = folder
        if not folder.key(CA_CERT).exists():
            raise KnownError("keys.missing", path=folder.keys)

    @cached_property
    def ack(self) -> Ed25519PrivateKey:
        """Signs what the running server answers."""
        key: Ed25519PrivateKey = self.private(ACK, Ed25519PrivateKey)
        return key

    @cached_property
    def data(self) -> Ed25519PrivateKey:
        """Signs what people decide; for commands only."""
        key: Ed25519PrivateKey = self.private(DATA, Ed25519PrivateKey)
        return key

    @cached_property
    def intake(self) -> X25519PrivateKey:
        """Opens personal records."""
        key: X25519PrivateKey = self.private(INTAKE, X25519PrivateKey)
        return key

    @cached_property
    def ca_key(self) -> ec.EllipticCurvePrivateKey:
        """Issues certificates."""
        key: ec.EllipticCurvePrivateKey = self.private(CA_KEY, ec.EllipticCurvePrivateKey)
        return key

    @cached_property
    def ca(self) -> x509.Certificate:
        """The CA certificate."""
        return x509.load_pem_x509_certificate(read_file(self._folder.key(CA_CERT)))

    @property
    def ca_der(self) -> bytes:
        """Its bytes."""
        return self.ca.public_bytes(Encoding.DER)

    @property
    def code(self) -> str:
        """The code of the CA, as slips print it."""
        return ca_code(self.ca_der)

    @cached_property
    def session(self) -> bytes:
        """Secret of challenges and session tokens."""
        return read_file(self._folder.key(SESSION))

    @cached_property
    def root(self) -> Ed25519PublicKey:
        """The root's public key."""
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self._text(ROOT_PUB)))

    @property
    def recovery(self) -> str:
        """The recovery key's public half, hex."""
        return self._text(RECOVERY_PUB)

    @cached_property
    def delegations(self) -> tuple[str, ...]:
        """What the root delegated, as signed texts."""
        return tuple(self._text(name) for name in DELEGATIONS)

    def private(self, name: str, kind: Any) -> Any:
        """Read a private key of the folder. Raises KnownError `file.missing` or `keys.unreadable`."""
        path = self._folder.key(name)
        try:
            key = load_pem_private_key(read_file(path), None)
        except (ValueError, TypeError) as error:
            raise KnownError("keys.unreadable", path=path) from error
        if not isinstance(key, kind):
            raise KnownError("keys.unreadable", path=path)
        return key

    def _text(self, name: str) -> str:
        return read_file(self._folder.key(name)).decode("utf-8")


def _keep(path: Path, key: PrivateKey, encryption: KeySerializationEncryption) -> None:
    write_durably(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def _delegate(
    folder: Folder, root: Ed25519PrivateKey, ack: Ed25519PrivateKey, data: Ed25519PrivateKey, now: datetime
) -> None:
    both = (
        Delegation(role="acknowledgement", public=_hex(ack), purposes=ONLINE),
        Delegation(role="data", public=_hex(data), purposes=OFFLINE),
    )
    for name, one in zip(DELEGATIONS, both, strict=True):
        write_durably(folder.key(name), delegate(one, root=root, issued=now, expires=now + DELEGATED))


def _hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _issue_tls(
    folder: Folder,
    hosts: Sequence[str],
    tls_key: ec.EllipticCurvePrivateKey,
    ca_der: bytes,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> None:
    leaf = issue_server(hosts, tls_key.public_key(), read_certificate(ca_der), ca_key, now)
    write_durably(folder.key(TLS_CHAIN), (pem_of(leaf) + pem_of(ca_der)).encode())
