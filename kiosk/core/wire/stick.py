"""What the centre writes onto a stick for one device: files that only that device opens, listed in a letter.

Sealing hides; it vouches for nothing. Inside is what a device asks for over the line, each part
signed by the centre or named by its hash in the signed manifest, and is judged by the same functions.

File: a readable label (canonical JSON), a line feed, then HPKE of the content to the device, encapsulated key
first, with "kiosk-stick-1" ‖ label as info. The device opens with the X25519 form of its own Ed25519 key.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import Text, dump, fail
from kiosk.core.wire.fields import DeviceCode, Hex32, Hex64, Number
from kiosk.core.wire.payload import read_bytes

LETTER = "letter"
PART_BYTES = 1 << 20
"""A file is sealed in parts of this many bytes; the last one is shorter."""
MAX_FILES = 1000
_MAX_LABEL = 1024
MAX_SEALED_BYTES = PART_BYTES + _MAX_LABEL + 1024
"""Largest file of a stick that is looked at."""
_PRIME = 2**255 - 19
_INFO = b"kiosk-stick-1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

PartName = Annotated[str, Text(re.compile(r"letter|[0-9a-f]{64}-[0-9]{5}", re.ASCII))]
Kind = Literal["manifest", "acknowledgement", "outcomes", "orders", "safety", "data"]
KindName = Annotated[str, Text(re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII))]
"""A kind of a later release is passed by."""


@dataclass(frozen=True, kw_only=True)
class StickLabel:
    """What anyone may read of a file on a stick: for which device it is, and which part of what."""

    device: DeviceCode
    stream: Hex32
    name: PartName
    v: Literal[1] = 1


@dataclass(frozen=True, kw_only=True)
class StickFile:
    """One file: SHA-256 and length of its bytes, those that would come over the line."""

    kind: KindName
    file: Hex64
    size: Number


@dataclass(frozen=True, kw_only=True)
class Letter:
    """All that lies on a stick for a device. Of each kind but `data` there is one file at the most."""

    device: DeviceCode
    stream: Hex32
    files: tuple[StickFile, ...]

    def check(self) -> None:
        """No kind but data twice, no file twice, not too many."""
        single = [one.kind for one in self.files if one.kind != "data"]
        data = [one.file for one in self.files if one.kind == "data"]
        if len(set(single)) < len(single) or len(set(data)) < len(data) or len(self.files) > MAX_FILES:
            fail("files", "one twice, or too many")

    def find(self, kind: Kind) -> StickFile | None:
        """The file of a kind, or None."""
        return next((one for one in self.files if one.kind == kind), None)


def stick_folder(device: str, stream: str) -> str:
    """The folder of one device on a stick: several may share it, and exports lie beside it."""
    return f"{device}-{stream[:8]}-centre"


def part_name(file: str, part: int) -> str:
    """The name of a part of a file, from 0."""
    return f"{file}-{part:05d}"


def file_name(name: str) -> str:
    """The name of the sealed file in the folder."""
    return f"{name}.sealed"


def parts_of(size: int) -> int:
    """In how many parts a file of so many bytes lies on a stick."""
    return -(-size // PART_BYTES)


def sealing_key(device: Ed25519PublicKey) -> X25519PublicKey:
    """The X25519 form of a device's key, u = (1 + y) / (1 − y) (RFC 7748, section 4.1).

    One key pair for both uses is what age and libsodium do; signatures and HPKE do not weaken each other.
    """
    y = int.from_bytes(device.public_bytes_raw(), "little") & ((1 << 255) - 1)
    u = (1 + y) * pow(1 - y, -1, _PRIME) % _PRIME if (1 - y) % _PRIME else 0
    return X25519PublicKey.from_public_bytes(u.to_bytes(32, "little"))


def opening_key(device: Ed25519PrivateKey) -> X25519PrivateKey:
    """The private half of `sealing_key`: the scalar that RFC 8032 makes of the seed."""
    return X25519PrivateKey.from_private_bytes(hashlib.sha512(device.private_bytes_raw()).digest()[:32])


def seal(content: bytes, label: StickLabel, key: X25519PublicKey) -> bytes:
    """Seal one part, or the letter, to a device. Raises BugError for more than a part."""
    if len(content) > PART_BYTES:
        raise BugError("more than a part of a stick's file")
    outside = canonical(dump(label))
    return outside + b"\n" + _SUITE.encrypt(content, key, info=_INFO + outside)


def read_label(data: bytes) -> StickLabel:
    """Read for whom a file is; nothing vouches for it until it is opened.

    Raises KnownError `stick.altered`.
    """
    outside, feed, sealed = data.partition(b"\n")
    if not feed or not sealed or len(outside) > _MAX_LABEL or len(data) > MAX_SEALED_BYTES:
        raise KnownError("stick.altered")
    try:
        return read_bytes(StickLabel, outside, "stick", max_bytes=_MAX_LABEL)
    except KnownError as error:
        raise KnownError("stick.altered") from error


def unseal(data: bytes, expected: StickLabel, key: X25519PrivateKey) -> bytes:
    """Open a file that must be this one. Raises KnownError `stick.other_device`, `stick.altered`."""
    label = read_label(data)
    if (label.device, label.stream) != (expected.device, expected.stream):
        raise KnownError("stick.other_device", devices=label.device, device=expected.device)
    if label != expected:
        raise KnownError("stick.altered")
    outside, _, sealed = data.partition(b"\n")
    try:
        return _SUITE.decrypt(sealed, key, info=_INFO + outside)
    except (InvalidTag, ValueError) as error:
        raise KnownError("stick.altered") from error


def read_letter(content: bytes) -> Letter:
    """Read what a stick holds. Raises KnownError `stick.altered`."""
    try:
        return read_bytes(Letter, content, "letter", max_bytes=PART_BYTES)
    except KnownError as error:
        raise KnownError("stick.altered") from error
