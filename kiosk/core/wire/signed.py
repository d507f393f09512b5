"""Signed objects: anything that one holder of a key tells another (grants, snapshots, orders, policy).

Bytes: canonical JSON {alg, expires, issued, kid, payload, purpose, sig, v}. `sig` is lower-case hex of the
Ed25519 signature over "kiosk-signed-1" ‖ purpose ‖ canonical JSON of the same object without `sig`.
The purpose holds no "{", so the three parts cannot be confused; it separates the uses of one key.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import MAX_BYTES, canonical, nfc, parse_canonical
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.core.wire.versions import refuse_other_version

ALGORITHM = "ed25519"
_DOMAIN = b"kiosk-signed-1"
_PURPOSE = re.compile(r"[a-z][a-z0-9_.-]{0,63}", re.ASCII)
_KID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_SIG = re.compile(r"[0-9a-f]{128}", re.ASCII)
_FIELDS = {"alg", "expires", "issued", "kid", "payload", "purpose", "sig", "v"}

Validity = Literal["valid", "not_yet", "expired"]


@dataclass(frozen=True)
class SignedObject:
    """What a valid signature vouches for.

    `hash` is SHA-256 over all the bytes received, signature included; it names this version of the object.
    `validity` differs from "valid" only when the caller asked for times to be reported.
    """

    purpose: str
    payload: Mapping[str, Any]
    kid: str
    issued: datetime
    expires: datetime
    hash: bytes
    validity: Validity = "valid"


def kid_of(public_key: Ed25519PublicKey) -> str:
    """Name a key: the first 8 hex characters of SHA-256 over its 32 raw bytes. A hint, never a proof."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:8]


def sign_object(
    purpose: str,
    payload: Mapping[str, object],
    *,
    key: Ed25519PrivateKey,
    kid: str,
    issued: datetime,
    expires: datetime,
) -> bytes:
    """Sign a payload for one purpose and a span of time; text is brought to NFC, times to whole ms.

    Raises BugError for a malformed purpose or `kid`, an end before the start, or a payload that has no
    canonical form (floats, integers beyond 2^53 − 1, too deep).
    """
    if not _PURPOSE.fullmatch(purpose) or not _KID.fullmatch(kid):
        raise BugError(f"malformed purpose or kid: {purpose!r} {kid!r}")
    if expires <= issued:
        raise BugError("a signed object that expires before it is issued")
    fields: dict[str, object] = {
        "v": 1,
        "alg": ALGORITHM,
        "purpose": purpose,
        "kid": kid,
        "issued": utc_text(issued),
        "expires": utc_text(expires),
        "payload": nfc(payload),
    }
    return canonical({**fields, "sig": key.sign(_signed_bytes(purpose, fields)).hex()})


def open_object(
    data: bytes,
    *,
    purpose: str,
    keys: Mapping[str, Ed25519PublicKey],
    now: datetime,
    times: Literal["refuse", "report"] = "refuse",
    max_bytes: int = MAX_BYTES,
) -> SignedObject:
    """Check the bytes against the purpose, the trusted keys (by `kid`) and the time; return what they say.

    With `times="report"` an object that is expired or not yet valid is returned and its `validity` says so.
    Raises KnownError `protocol.other_version`, `signed.malformed`, `signed.unknown_algorithm`,
    `signed.other_purpose`,
    `signed.unknown_key`, `signed.bad_signature`, `signed.not_yet_valid`, `signed.expired`, and the
    `wire.*` errors of `parse_canonical`.
    """
    fields = parse_canonical(data, max_bytes=max_bytes)
    refuse_other_version(fields)
    if not _well_formed(fields):
        raise KnownError("signed.malformed")
    if fields["alg"] != ALGORITHM:
        raise KnownError("signed.unknown_algorithm", alg=str(fields["alg"])[:40])
    if fields["purpose"] != purpose:
        raise KnownError("signed.other_purpose", found=fields["purpose"], wanted=purpose)
    key = keys.get(fields["kid"])
    if key is None:
        raise KnownError("signed.unknown_key", kid=fields["kid"])
    signature = bytes.fromhex(fields.pop("sig"))
    try:
        key.verify(signature, _signed_bytes(purpose, fields))
    except InvalidSignature as error:
        raise KnownError("signed.bad_signature", kid=fields["kid"]) from error
    issued, expires = parse_utc(fields["issued"]), parse_utc(fields["expires"])
    validity: Validity = "not_yet" if now < issued else "expired" if now >= expires else "valid"
    if times == "refuse" and validity == "not_yet":
        raise KnownError("signed.not_yet_valid", issued=fields["issued"])
    if times == "refuse" and validity == "expired":
        raise KnownError("signed.expired", expires=fields["expires"])
    digest = hashlib.sha256(data).digest()
    return SignedObject(purpose, fields["payload"], fields["kid"], issued, expires, digest, validity)


def _signed_bytes(purpose: str, fields: Mapping[str, object]) -> bytes:
    return _DOMAIN + purpose.encode("ascii") + canonical(dict(fields))


def _well_formed(fields: object) -> bool:
    if not isinstance(fields, dict) or set(fields) != _FIELDS:
        return False
    if type(fields["v"]) is not int or fields["v"] != 1 or not isinstance(fields["payload"], dict):
        return False
    patterns = {"purpose": _PURPOSE, "kid": _KID, "sig": _SIG}
    return isinstance(fields["alg"], str) and all(
        isinstance(fields[name], str) and pattern.fullmatch(fields[name])
        for name, pattern in patterns.items()
    )
