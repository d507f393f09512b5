"""A request that is under way: keys and exact bytes, kept until the store is made, sealed by the number.

A cut between the answer and the store must not cost the number: the same bytes again get the same device.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.enrolment import Slip, number_key
from kiosk.store.files import disk_errors, make_private_folder, write_durably

_FILE = "request.sealed"
_LABEL = b"kiosk-enrol-pending-1"
_NONCE = bytes(12)
"""One file is sealed with each key: the key is drawn from the one-time number and a salt of its own."""
_SALT = 16


@dataclass(frozen=True)
class Pending:
    """What a device asked with: its keys, its stream and the exact bytes of its request."""

    key: Ed25519PrivateKey
    tls: ec.EllipticCurvePrivateKey
    stream: str
    request: bytes

    @property
    def tls_der(self) -> bytes:
        """The TLS key, PKCS 8."""
        return self.tls.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def __repr__(self) -> str:
        return f"<pending enrolment {self.stream}>"


def keep_pending(folder: Path, slip: Slip, pending: Pending, salt: bytes) -> None:
    """Keep a request, sealed by the number of its slip; `salt` is 16 random bytes.

    Raises KnownError `store.*`.
    """
    plain = canonical(
        {
            "key": pending.key.private_bytes_raw().hex(),
            "request": pending.request.hex(),
            "stream": pending.stream,
            "tls": pending.tls_der.hex(),
        }
    )
    make_private_folder(folder)
    write_durably(folder / _FILE, salt + _cipher(slip, salt).encrypt(_NONCE, plain, _LABEL))


def kept_pending(folder: Path, slip: Slip) -> Pending | None:
    """The request that was made with this very number, or None. Raises KnownError `store.*`."""
    path = folder / _FILE
    with disk_errors():
        if not path.is_file():
            return None
        sealed = path.read_bytes()
    salt = sealed[:_SALT]
    try:
        plain = parse_canonical(_cipher(slip, salt).decrypt(_NONCE, sealed[_SALT:], _LABEL))
    except (InvalidTag, ValueError):
        return None
    tls = load_der_private_key(bytes.fromhex(plain["tls"]), None)
    if not isinstance(tls, ec.EllipticCurvePrivateKey):
        return None
    return Pending(
        key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(plain["key"])),
        tls=tls,
        stream=plain["stream"],
        request=bytes.fromhex(plain["request"]),
    )


def _cipher(slip: Slip, salt: bytes) -> AESGCM:
    raw = number_key(slip.number, slip.code).private_bytes_raw()
    return AESGCM(HKDF(SHA256(), 32, salt=salt, info=_LABEL).derive(raw))
