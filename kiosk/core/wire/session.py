"""A session for reading: the device signs the centre's challenge and gets a short-lived token.

The request is a signed object of purpose `session`. Challenge and token are the server's own text: a device
passes them on unread.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.wire.codec import Text
from kiosk.core.wire.fields import DeviceCode
from kiosk.core.wire.payload import sign_record

PURPOSE = "session"
_VALID = timedelta(minutes=5)
Opaque = Annotated[str, Text(re.compile(r"[A-Za-z0-9._-]{16,400}", re.ASCII))]


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Answer of `POST /v1/challenge`: text to sign, good for a minute or so. Canonical JSON, not signed."""

    challenge: Opaque


@dataclass(frozen=True, kw_only=True)
class SessionRequest:
    """What the device signs."""

    device: DeviceCode
    challenge: Opaque


@dataclass(frozen=True, kw_only=True)
class SessionToken:
    """Answer of `POST /v1/session`: send it as `Authorization: Bearer …` until `expires` (server time)."""

    token: Opaque
    expires: datetime


def sign_session(device: str, challenge: str, *, key: Ed25519PrivateKey, made: datetime) -> bytes:
    """Sign a challenge with the device key; `made` is claimed UTC and decides nothing."""
    request = SessionRequest(device=device, challenge=challenge)
    return sign_record(PURPOSE, request, key=key, issued=made, expires=made + _VALID)
