"""Orders about keys that count while a store is locked: tombstones, and the wiping of a device.

A tombstone (purpose `tombstone`) is signed by the data key or by the root. A wipe (purpose `wipe`) is signed
by the root over a request (purpose `wipe-request`) that the data key signed: two keys, two holders. What a
delegated key signed counts by when it was issued (`kiosk.core.wire.authority`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.fields import Code, DeviceCode, Hex32, Number, StaffCode
from kiosk.core.wire.forms import SignedText
from kiosk.core.wire.payload import record_of, sign_record
from kiosk.core.wire.signed import kid_of, open_object

TOMBSTONE, WIPE, WIPE_REQUEST = "tombstone", "wipe", "wipe-request"
TOMBSTONES = "tombstones"
"""Name of the dataset that carries tombstones to devices: plain, {"tombstones": [signed text, …]}."""
MAX_ORDER_BYTES = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Tombstone:
    """`staff` opens nothing any more; with `stands` false an earlier tombstone is lifted.

    `device` None: on every device. `slot` None: whichever slot he has. Of several for one person the highest
    `number` counts: the centre numbers them.
    """

    staff: StaffCode
    device: DeviceCode | None
    slot: Hex32 | None
    number: Number
    stands: bool
    reason: Code


@dataclass(frozen=True)
class OpenedTombstone:
    """A tombstone whose signature holds; `hash` (hex SHA-256 of its bytes) names it."""

    tombstone: Tombstone
    hash: str
    issued: datetime


@dataclass(frozen=True, kw_only=True)
class WipeRequest:
    """Destroy the keys of this device and stream. `number`: the centre's."""

    device: DeviceCode
    stream: Hex32
    number: Number
    reason: Code


@dataclass(frozen=True, kw_only=True)
class Wipe:
    """The root agrees to a request that the data key signed."""

    request: SignedText


@dataclass(frozen=True)
class OpenedWipe:
    """A wipe that both keys signed, for this device; `hash` (hex) names it."""

    request: WipeRequest
    hash: str


def open_tombstone(data: bytes, authority: Authority, *, now: datetime) -> OpenedTombstone:
    """Check a tombstone. Raises KnownError `signed.*`, `wire.*`, `authority.*`, `protocol.malformed`."""
    if _signer(data) == kid_of(authority.root):
        root = {kid_of(authority.root): authority.root}
        signed = open_object(
            data, purpose=TOMBSTONE, keys=root, now=now, times="report", max_bytes=MAX_ORDER_BYTES
        )
    else:
        signed = authority.open(data, TOMBSTONE, now=now, max_bytes=MAX_ORDER_BYTES)
    return OpenedTombstone(record_of(Tombstone, signed), signed.hash.hex(), signed.issued)


def sign_wipe(request: bytes, *, root: Ed25519PrivateKey, issued: datetime, expires: datetime) -> bytes:
    """Let the root agree to a request that was signed by the data key."""
    record = Wipe(request=request.decode("utf-8"))
    return sign_record(WIPE, record, key=root, issued=issued, expires=expires)


def open_wipe(data: bytes, authority: Authority, *, device: str, stream: str, now: datetime) -> OpenedWipe:
    """Check both signatures of a wipe, that it is for this device, and that it has not run out.

    `now` is the time surely reached. Raises KnownError `wipe.not_ours`, `signed.*`, `wire.*`, `authority.*`,
    `protocol.malformed`.
    """
    root = {kid_of(authority.root): authority.root}
    outer = open_object(data, purpose=WIPE, keys=root, now=now, times="report", max_bytes=MAX_ORDER_BYTES)
    inner = record_of(Wipe, outer).request.encode("utf-8")
    request = authority.read(WipeRequest, WIPE_REQUEST, inner, now=now, max_bytes=MAX_ORDER_BYTES)
    if (request.device, request.stream) != (device, stream):
        raise KnownError("wipe.not_ours", device=request.device)
    if outer.expires <= now:
        raise KnownError("signed.expired", expires=outer.expires.isoformat())
    return OpenedWipe(request, outer.hash.hex())


def check_form(data: bytes, purpose: str) -> None:
    """Refuse bytes that cannot be a signed object of this purpose; says nothing about who signed them.

    Raises KnownError `signed.malformed`, `signed.other_purpose`, `wire.*`.
    """
    fields = parse_canonical(data, max_bytes=MAX_ORDER_BYTES)
    found = fields.get("purpose") if isinstance(fields, dict) else None
    if not isinstance(found, str):
        raise KnownError("signed.malformed")
    if found != purpose:
        raise KnownError("signed.other_purpose", found=found[:40], wanted=purpose)


def digest_of(data: bytes) -> str:
    """The name of an order: hex SHA-256 of all its bytes."""
    return hashlib.sha256(data).hexdigest()


def _signer(data: bytes) -> object:
    fields = parse_canonical(data, max_bytes=MAX_ORDER_BYTES)
    return fields.get("kid") if isinstance(fields, dict) else None
