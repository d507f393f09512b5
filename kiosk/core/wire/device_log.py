"""The technical log of a device on its way to the centre, for an order: redacted, and sealed all the same.

A signed object of purpose `log` by the device key. `sealed` is HPKE base mode to the centre's intake key of
the gzip bytes of the text, bound to device, stream and order.
"""

import gzip
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.fields import DeviceCode, Hex32
from kiosk.core.wire.forms import SealedHex
from kiosk.core.wire.heartbeat import OrderNumber

PURPOSE = "log"
MAX_LOG_BYTES = 256 * 1024
MAX_PACKED = 60_000
"""Gzip bytes of one log: what does not fit is the oldest, and is left out."""
_MAX_TEXT = 8 << 20
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, kw_only=True)
class DeviceLog:
    """The log that `order` asked for."""

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    order: OrderNumber
    sealed: SealedHex


def seal_log(text: str, *, device: str, order: OrderNumber, intake: X25519PublicKey) -> str:
    """Pack and seal the newest part of a log that fits; hex."""
    data = text.encode("utf-8")
    packed = gzip.compress(data, 9, mtime=0)
    while len(packed) > MAX_PACKED:
        data = data[len(data) // 4 :]
        packed = gzip.compress(data, 9, mtime=0)
    return _SUITE.encrypt(packed, intake, info=_info(device, order)).hex()


def open_log(sealed: bytes, *, device: str, order: OrderNumber, intake: X25519PrivateKey) -> str:
    """The text of a log. Raises KnownError `central.log_unreadable`."""
    try:
        packed = _SUITE.decrypt(sealed, intake, info=_info(device, order))
        data = zlib.decompressobj(wbits=31).decompress(packed, _MAX_TEXT)
    except (InvalidTag, ValueError, zlib.error) as error:
        raise KnownError("central.log_unreadable", device=device) from error
    return data.decode("utf-8", "replace")


def _info(device: str, order: OrderNumber) -> bytes:
    return canonical({"device": device, "order": dump(order), "what": "kiosk-device-log-1"})
