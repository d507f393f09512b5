"""A batch on a stick or card: the same batch as over HTTP, sealed to the centre's intake key (HPKE).

File: a readable label (canonical JSON), a line feed, then HPKE of the batch's bytes, encapsulated key first,
with "kiosk-sealed-batch-1" ‖ label as info: a label that was edited opens nothing. The label says which
entries are inside and nothing of what they say.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.batch import MAX_PLAIN_BYTES, unpack_batch
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump, fail
from kiosk.core.wire.fields import DeviceCode, Hex32, Hex64, Kid, Number
from kiosk.core.wire.payload import read_bytes

MAX_LABEL_BYTES = 1024
MAX_SEALED_BYTES = MAX_LABEL_BYTES + MAX_PLAIN_BYTES + 1024
"""Largest file that is looked at; gzip makes a full batch a tenth of it."""
_INFO = b"kiosk-sealed-batch-1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, kw_only=True)
class SealedLabel:
    """What anyone may read of a sealed batch. `head`: hash of entry `last`; `intake` names the key."""

    device: DeviceCode
    stream: Hex32
    first: Number
    last: Number
    head: Hex64
    intake: Kid
    v: Literal[1] = 1

    def check(self) -> None:
        """At least one entry is inside."""
        if self.last < self.first:
            fail("last", "before the first")


def intake_kid(intake: X25519PublicKey) -> str:
    """Name an intake key: the first 8 hex digits of SHA-256 over its 32 raw bytes."""
    return hashlib.sha256(intake.public_bytes_raw()).hexdigest()[:8]


def seal_batch(batch: bytes, intake: X25519PublicKey) -> bytes:
    """Seal a packed batch to the intake key. Raises BugError for bytes that are not a batch."""
    try:
        header = unpack_batch(batch).header
    except KnownError as error:
        raise BugError("only a batch is sealed as one") from error
    label = canonical(
        dump(
            SealedLabel(
                device=header.device,
                stream=header.stream,
                first=header.first,
                last=header.last,
                head=header.head_after,
                intake=intake_kid(intake),
            )
        )
    )
    return label + b"\n" + _SUITE.encrypt(batch, intake, info=_INFO + label)


def read_label(data: bytes) -> SealedLabel:
    """Read what a sealed batch says on its outside; nothing vouches for it until it is opened.

    Raises KnownError `sealed_batch.malformed`.
    """
    label, feed, sealed = data.partition(b"\n")
    if not feed or not sealed or len(label) > MAX_LABEL_BYTES or len(data) > MAX_SEALED_BYTES:
        raise KnownError("sealed_batch.malformed")
    try:
        return read_bytes(SealedLabel, label, "sealed batch", max_bytes=MAX_LABEL_BYTES)
    except KnownError as error:
        raise KnownError("sealed_batch.malformed") from error


def unseal_batch(data: bytes, intake: X25519PrivateKey) -> bytes:
    """Open a sealed batch and return the batch's bytes, which are judged as those that come over HTTP.

    Raises KnownError `sealed_batch.malformed`, `sealed_batch.other_key` for one that is sealed to another
    intake key, `sealed_batch.cannot_open` when it was altered.
    """
    label = read_label(data)
    if label.intake != intake_kid(intake.public_key()):
        raise KnownError("sealed_batch.other_key", kid=label.intake)
    outside, _, sealed = data.partition(b"\n")
    try:
        return _SUITE.decrypt(sealed, intake, info=_INFO + outside)
    except (InvalidTag, ValueError) as error:
        raise KnownError("sealed_batch.cannot_open", first=label.first, last=label.last) from error
