"""Lifting a stop by telephone: the device shows a challenge, the centre answers it, both with digits only.

Both hold a key of this device alone: made on the device, sealed to the centre's intake key in the entry
`technical.lifting_key`. answer = HMAC-SHA256(key, "kiosk-lift-1" ‖ canonical {challenge, device, stream}) as
a number, its last 16 digits, and two check digits (ISO 7064, MOD 97-10). Why so: docs/decisions/0021.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.numbers import read_number, with_check

KEY_BYTES = 32
CHALLENGE_RANDOM = 10
"""Random digits of a challenge; two check digits follow."""
CHALLENGE_DIGITS = CHALLENGE_RANDOM + 2
ANSWER_DIGITS = 18
_DOMAIN = b"kiosk-lift-1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def challenge_of(digits: str) -> str:
    """The challenge of ten random digits: with their check digits. Raises BugError for anything else."""
    if len(digits) != CHALLENGE_RANDOM or not digits.isdecimal() or not digits.isascii():
        raise BugError("a challenge is made of ten digits")
    return with_check(digits)


def answer_to(challenge: str, *, key: bytes, device: str, stream: str) -> str:
    """The centre's answer to a challenge (12 digits): 18 digits. Raises KnownError `number.*`."""
    said = canonical(
        {"challenge": read_number(challenge, CHALLENGE_DIGITS), "device": device, "stream": stream}
    )
    mac = hmac.digest(key, _DOMAIN + said, hashlib.sha256)
    return with_check(f"{int.from_bytes(mac) % 10**16:016d}")


def answer_fits(typed: str, challenge: str, *, key: bytes, device: str, stream: str) -> bool:
    """Whether what was typed is the answer. Raises KnownError `number.*` for digits misheard or mistyped."""
    given = read_number(typed, ANSWER_DIGITS)
    return hmac.compare_digest(given, answer_to(challenge, key=key, device=device, stream=stream))


def seal_lifting_key(key: bytes, *, device: str, stream: str, intake: X25519PublicKey) -> bytes:
    """Seal the key to the centre, bound to device and stream."""
    return _SUITE.encrypt(key, intake, info=_info(device, stream))


def open_lifting_key(sealed: bytes, *, device: str, stream: str, intake: X25519PrivateKey) -> bytes:
    """The key as the centre reads it. Raises KnownError `central.no_lifting_key`."""
    try:
        key = _SUITE.decrypt(sealed, intake, info=_info(device, stream))
    except (InvalidTag, ValueError) as error:
        raise KnownError("central.no_lifting_key", device=device) from error
    if len(key) != KEY_BYTES:
        raise KnownError("central.no_lifting_key", device=device)
    return key


def _info(device: str, stream: str) -> bytes:
    return canonical({"device": device, "stream": stream, "what": "kiosk-lifting-key-1"})
