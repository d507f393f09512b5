"""Signed objects whose payload is a typed record: the form of nearly everything that travels."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import MAX_BYTES, parse_canonical
from kiosk.core.wire.codec import FieldError, dump, load
from kiosk.core.wire.signed import SignedObject, kid_of, open_object, sign_object
from kiosk.core.wire.versions import refuse_other_version

T = TypeVar("T")


def sign_record(
    purpose: str, record: object, *, key: Ed25519PrivateKey, issued: datetime, expires: datetime
) -> bytes:
    """Sign a dataclass for one purpose and a span of time. Raises BugError when a field is out of form."""
    try:
        payload = dump(record)
    except FieldError as error:
        raise BugError(f"{purpose}: {error.path} {error.problem}") from error
    return sign_object(
        purpose, payload, key=key, kid=kid_of(key.public_key()), issued=issued, expires=expires
    )


def record_of(cls: type[T], signed: SignedObject) -> T:
    """Read the payload of a signed object whose signature holds. Raises KnownError `protocol.malformed`."""
    return read_record(cls, signed.payload, signed.purpose)


def read_record(cls: type[T], plain: object, what: str) -> T:
    """Read plain JSON values as a record called `what`. Raises KnownError `protocol.malformed`."""
    try:
        return load(cls, plain)
    except FieldError as error:
        raise KnownError("protocol.malformed", what=what, field=error.path, problem=error.problem) from error


def read_bytes(cls: type[T], data: bytes, what: str, *, max_bytes: int = MAX_BYTES) -> T:
    """Read canonical bytes as a record. Raises KnownError `protocol.malformed` or `wire.*`."""
    return read_record(cls, parse_canonical(data, max_bytes=max_bytes), what)


def open_record(
    cls: type[T],
    purpose: str,
    data: bytes,
    *,
    key: Ed25519PublicKey,
    now: datetime,
    max_bytes: int = MAX_BYTES,
) -> T:
    """Open what one known key signed, whatever the clocks say: a device with a wrong clock is still heard.

    Raises KnownError `signed.*`, `wire.*` or `protocol.malformed`.
    """
    signed = open_object(
        data, purpose=purpose, keys={kid_of(key): key}, now=now, times="report", max_bytes=max_bytes
    )
    return record_of(cls, signed)


def claimed_device(data: bytes, *, max_bytes: int = MAX_BYTES) -> str:
    """The device that a signed object says it is from; proves nothing, it only finds the key to check with.

    Raises KnownError `protocol.other_version`, `signed.malformed` or `wire.*`.
    """
    fields = parse_canonical(data, max_bytes=max_bytes)
    refuse_other_version(fields)
    payload = fields.get("payload") if isinstance(fields, Mapping) else None
    device = payload.get("device") if isinstance(payload, Mapping) else None
    if not isinstance(device, str):
        raise KnownError("signed.malformed")
    return device
