"""The key list: whose device keys sealed receipts, until when, what was revoked and which receipts are void.

It is a signed object of purpose `receipt-keys`; its issue date is shown with every answer: an old list
does not know the newest devices, revocations and voids.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.signed import open_object
from kiosk.core.wire.times import parse_utc

PURPOSE = "receipt-keys"
EDDSA, ES256 = -8, -7
"""Algorithms of RFC 9053 that device keys use: Ed25519, and P-256 where a TPM offers only that."""

_HEX = re.compile(r"([0-9a-f]{2})+", re.ASCII)
_KEY_FIELDS = {"kid", "alg", "public", "device", "unit", "unit_name", "from", "to"}


@dataclass(frozen=True)
class ReceiptKey:
    """One device key. `public` is 32 raw bytes (Ed25519) or an uncompressed P-256 point of 65 bytes.

    `acknowledged` is the last serial of each series that reached the centre before a revocation.
    """

    kid: str
    alg: int
    public: bytes
    device: str
    unit: str
    unit_name: str
    valid_from: datetime
    valid_to: datetime
    revoked: datetime | None
    acknowledged: Mapping[str, int]


@dataclass(frozen=True)
class KeyList:
    """The keys by `kid`, the one right host in lower case, and the void receipts known on `issued`."""

    host: str
    issued: datetime
    expires: datetime
    keys: Mapping[str, ReceiptKey]
    voids: frozenset[str]

    def find(self, kid: str) -> ReceiptKey | None:
        """Return the key of this id, or None when the list does not know it."""
        return self.keys.get(kid)


def open_key_list(data: bytes, *, trusted: Mapping[str, Ed25519PublicKey], now: datetime) -> KeyList:
    """Check the signature of a key list and read it; one past its date is still returned (`expires` tells).

    Raises KnownError `seal.key_list` when the content is not a key list, and the errors of `open_object`.
    """
    signed = open_object(data, purpose=PURPOSE, keys=trusted, now=now, times="report", max_bytes=8 << 20)
    try:
        payload = signed.payload
        keys = [_key(entry) for entry in payload["keys"]]
        voids = frozenset(map(_text, payload["voids"]))
        host = _text(payload["host"]).lower()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KnownError("seal.key_list") from error
    by_kid = {key.kid: key for key in keys}
    if len(by_kid) != len(keys):
        raise KnownError("seal.key_list")
    return KeyList(host, signed.issued, signed.expires, by_kid, voids)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text expected")
    return value


def _key(entry: Mapping[str, Any]) -> ReceiptKey:
    if not set(entry) >= _KEY_FIELDS or not set(entry) <= _KEY_FIELDS | {"revoked", "acknowledged"}:
        raise ValueError("fields of a key")
    alg, public = entry["alg"], _text(entry["public"])
    if alg not in (EDDSA, ES256) or not _HEX.fullmatch(public):
        raise ValueError("key")
    raw = bytes.fromhex(public)
    if alg == EDDSA:
        Ed25519PublicKey.from_public_bytes(raw)
    else:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    revoked = entry.get("revoked")
    acknowledged = entry.get("acknowledged", {})
    if any(type(serial) is not int for serial in acknowledged.values()):
        raise TypeError("serials")
    return ReceiptKey(
        kid=_text(entry["kid"]),
        alg=alg,
        public=raw,
        device=_text(entry["device"]),
        unit=_text(entry["unit"]),
        unit_name=_text(entry["unit_name"]),
        valid_from=parse_utc(_text(entry["from"])),
        valid_to=parse_utc(_text(entry["to"])),
        revoked=parse_utc(_text(revoked)) if revoked is not None else None,
        acknowledged=dict(acknowledged),
    )
