"""Whom a device believes: the root key, and the keys to which the root delegated single purposes.

A delegation is a signed object of purpose `delegation`, signed by the root. What a delegated key signed
counts when it was *issued* within the span of the delegation: that does not depend on the device's clock.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import MAX_BYTES
from kiosk.core.wire.codec import Text
from kiosk.core.wire.fields import Hex64
from kiosk.core.wire.payload import record_of, sign_record
from kiosk.core.wire.signed import SignedObject, kid_of, open_object

PURPOSE = "delegation"
Purpose = Annotated[str, Text(re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII))]

ONLINE = (
    "ack",
    "book",
    "bundle",
    "manifest",
    "order",
    "outcomes",
    "persons-ack",
    "receipt-keys",
    "safety",
    "scan-held",
    "time",
)
"""What the acknowledgement key signs: answers that the running server makes by itself."""
OFFLINE = ("catalogue", "fees", "policy", "release", "staff", "tombstone", "wipe-request", "zone")
"""What the data key signs: what people at the centre decide. The running server does not need it."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """The root lets a key (32 raw bytes, hex) sign these purposes, as `role`."""

    role: Literal["acknowledgement", "data"]
    public: Hex64
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True)
class _Delegated:
    key: Ed25519PublicKey
    purposes: frozenset[str]
    issued: datetime
    expires: datetime


def delegate(
    delegation: Delegation, *, root: Ed25519PrivateKey, issued: datetime, expires: datetime
) -> bytes:
    """Sign a delegation with the root key."""
    return sign_record(PURPOSE, delegation, key=root, issued=issued, expires=expires)


class Authority:
    """The root key and its delegations: opens what the centre signed."""

    def __init__(self, root: Ed25519PublicKey, delegations: Iterable[bytes], *, now: datetime) -> None:
        """Check each delegation under the root.

        Raises KnownError `signed.*`, `wire.*`, `protocol.malformed`.
        """
        self.root = root
        self._delegated: dict[str, _Delegated] = {}
        for data in delegations:
            signed = open_object(data, purpose=PURPOSE, keys={kid_of(root): root}, now=now, times="report")
            one = record_of(Delegation, signed)
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one.public))
            self._delegated[kid_of(key)] = _Delegated(
                key, frozenset(one.purposes), signed.issued, signed.expires
            )

    def open(
        self,
        data: bytes,
        purpose: str,
        *,
        now: datetime,
        times: Literal["refuse", "report"] = "report",
        max_bytes: int = MAX_BYTES,
    ) -> SignedObject:
        """Open a signed object of a purpose that the root delegated to its signer.

        Raises KnownError `authority.out_of_span` when it was issued before or after the delegation's span,
        and what `open_object` raises; a key without this purpose is `signed.unknown_key`.
        """
        keys = {kid: one.key for kid, one in self._delegated.items() if purpose in one.purposes}
        signed = open_object(data, purpose=purpose, keys=keys, now=now, times=times, max_bytes=max_bytes)
        given = self._delegated[signed.kid]
        if not given.issued <= signed.issued < given.expires:
            raise KnownError("authority.out_of_span", kid=signed.kid)
        return signed

    def read(
        self, cls: type[T], purpose: str, data: bytes, *, now: datetime, max_bytes: int = MAX_BYTES
    ) -> T:
        """Open a signed object and read its payload. Raises what `open` does, and `protocol.malformed`."""
        return record_of(cls, self.open(data, purpose, now=now, max_bytes=max_bytes))

    def keys(self, purpose: str) -> dict[str, Ed25519PublicKey]:
        """The keys to which a purpose is delegated, by `kid`: for readers that take a map of keys."""
        return {kid: one.key for kid, one in self._delegated.items() if purpose in one.purposes}
