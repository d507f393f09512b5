"""Sessions for reading: a challenge, its signature by the device key, and a token. Nothing is stored.

Challenge and token carry their own end and a MAC under the server's secret, so any process can check them.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from central.centre import Centre
from central.ingest import Known, find_device
from central.numbers import token_hex
from kiosk.core.errors import KnownError
from kiosk.core.wire.payload import claimed_device, open_record
from kiosk.core.wire.session import PURPOSE, Challenge, SessionRequest, SessionToken
from kiosk.core.wire.times import from_ms, utc_ms

CHALLENGE_VALID, TOKEN_VALID = timedelta(minutes=2), timedelta(hours=1)
MAX_REQUEST_BYTES = 4096
_PARTS = re.compile(r"(?P<subject>[A-Za-z0-9]{1,64})\.(?P<end>[0-9]{1,14})\.(?P<mac>[0-9a-f]{64})", re.ASCII)


def challenge(centre: Centre) -> Challenge:
    """Draw a text for a device to sign."""
    return Challenge(challenge=_sealed(centre, "challenge", token_hex(), CHALLENGE_VALID))


def open_session(centre: Centre, data: bytes) -> SessionToken:
    """Answer a signed challenge with a token.

    Raises KnownError `central.unknown_device`, `central.retired`, `session.stale_challenge`, `signed.*`,
    `protocol.malformed`, `wire.*`.
    """
    code = claimed_device(data, max_bytes=MAX_REQUEST_BYTES)
    with centre.storage.read() as db:
        known = find_device(db, code)
    request = open_record(
        SessionRequest, PURPOSE, data, key=known.key, now=centre.now(), max_bytes=MAX_REQUEST_BYTES
    )
    if request.device != code or _opened(centre, "challenge", request.challenge) is None:
        raise KnownError("session.stale_challenge")
    if known.state == "retired":
        raise KnownError("central.retired", device=code)
    token = _sealed(centre, "token", code, TOKEN_VALID)
    found = _opened(centre, "token", token)
    return SessionToken(token=token, expires=from_ms(found.end_ms if found else 0))


def device_of(centre: Centre, authorization: str | None) -> Known:
    """The device whose token came with a request.

    Raises KnownError `session.none`, `session.over`, `central.unknown_device`, `central.retired`.
    """
    kind, _, token = (authorization or "").partition(" ")
    if kind != "Bearer" or not token:
        raise KnownError("session.none")
    found = _opened(centre, "token", token.strip())
    if found is None:
        raise KnownError("session.over")
    with centre.storage.read() as db:
        known = find_device(db, found.subject)
    if known.state == "retired":
        raise KnownError("central.retired", device=known.code)
    return known


@dataclass(frozen=True)
class _Opened:
    subject: str
    end_ms: int


def _sealed(centre: Centre, what: str, subject: str, valid: timedelta) -> str:
    end = utc_ms(centre.now() + valid)
    return f"{subject}.{end}.{_mac(centre, what, subject, end)}"


def _opened(centre: Centre, what: str, text: str) -> _Opened | None:
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    subject, end = parts["subject"], int(parts["end"])
    genuine = hmac.compare_digest(parts["mac"], _mac(centre, what, subject, end))
    return _Opened(subject, end) if genuine and utc_ms(centre.now()) < end else None


def _mac(centre: Centre, what: str, subject: str, end: int) -> str:
    message = f"kiosk-{what}-1/{subject}/{end}".encode("ascii")
    return hmac.new(centre.keys.session, message, hashlib.sha256).hexdigest()
