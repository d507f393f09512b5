"""A scan on its way to the centre: what is said of it before its bytes, its key, and the centre's signature.

The bytes go up by offset, as tus 1.0 has it. The id of an upload is a hash of device and sealed bytes, so it
tells nobody who else holds what. The key goes apart from the bytes, sealed to the intake key (HPKE): erasing
is destroying it.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.attachments import KEY_BYTES, sealed_size
from kiosk.core.errors import KnownError
from kiosk.core.policy import MOST_SCAN_KB
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import DeviceCode, Hex32, Hex64, Number
from kiosk.core.wire.forms import Epoch, SealedHex
from kiosk.core.wire.payload import read_record

PURPOSE = "scan-held"
PIECE, LEAST_PIECE = 128 * 1024, 4 * 1024
"""Most bytes of one piece, and least of any but the last."""
MAX_UPLOAD = sealed_size(MOST_SCAN_KB * 1000)
TUS, OFFSET_MEDIA = "1.0.0", "application/offset+octet-stream"
MAX_METADATA = 2048
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What a device says of a scan before its bytes: size and SHA-256 of the sealed form, the sealed key."""

    attachment: Hex32
    sealed: Hex64
    size: Number
    key: SealedHex

    def check(self) -> None:
        """No more than travels."""
        if self.size > MAX_UPLOAD:
            fail("size", "more than a scan has")


@dataclass(frozen=True, kw_only=True)
class ScanHeld:
    """The centre holds these sealed bytes whole, on its disk, in this epoch.

    `safe`: a back-up holds them too, so the device may let its own go when their time is over.
    """

    device: DeviceCode
    nonce: Hex32
    attachment: Hex32
    sealed: Hex64
    epoch: Epoch
    safe: bool


def upload_id(device: str, sealed: str) -> str:
    """The address of an upload, 64 hex digits, from the device's code and the SHA-256 of the sealed bytes."""
    what = canonical({"device": device, "sealed": sealed, "what": "kiosk-upload-1"})
    return hashlib.sha256(what).hexdigest()


def metadata(upload: Upload) -> str:
    """`Upload-Metadata` of a creation: names and base64 values."""
    values = {
        "attachment": upload.attachment.encode(),
        "sealed": upload.sealed.encode(),
        "key": bytes.fromhex(upload.key),
    }
    return ",".join(f"{name} {base64.b64encode(value).decode()}" for name, value in values.items())


def read_metadata(text: str, size: int) -> Upload:
    """Read them again. Raises KnownError `protocol.malformed`."""
    found: dict[str, bytes] = {}
    try:
        for one in text[:MAX_METADATA].split(","):
            name, _, value = one.strip().partition(" ")
            found[name] = base64.b64decode(value, validate=True)
        plain = {
            "attachment": found.pop("attachment").decode("ascii"),
            "sealed": found.pop("sealed").decode("ascii"),
            "key": found.pop("key").hex(),
            "size": size,
        }
    except (ValueError, KeyError, binascii.Error) as error:
        raise KnownError(
            "protocol.malformed", what="upload", field="Upload-Metadata", problem=str(error)[:80]
        ) from error
    return read_record(Upload, plain, "upload")


def seal_key(key: bytes, *, attachment: str, device: str, intake: X25519PublicKey) -> bytes:
    """Seal the key of a scan to the intake key of the centre."""
    return _SUITE.encrypt(key, intake, info=_info(attachment, device))


def open_key(sealed: bytes, *, attachment: str, device: str, intake: X25519PrivateKey) -> bytes:
    """Open it again. Raises KnownError `attachment.cannot_open`."""
    try:
        key = _SUITE.decrypt(sealed, intake, info=_info(attachment, device))
    except (InvalidTag, ValueError) as error:
        raise KnownError("attachment.cannot_open", attachment=attachment) from error
    if len(key) != KEY_BYTES:
        raise KnownError("attachment.cannot_open", attachment=attachment)
    return key


def _info(attachment: str, device: str) -> bytes:
    return canonical({"attachment": attachment, "device": device, "what": "kiosk-attachment-key-1"})


def checksum(piece: bytes) -> str:
    """`Upload-Checksum` of a piece."""
    return f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}"
