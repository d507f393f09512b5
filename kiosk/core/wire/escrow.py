"""The escrow of a slot: 128 bits sealed to the centre, read out by telephone when a person forgot his secret.

As people read it: 28 characters in groups of four, digits and Latin letters without I, L, O, U, of which the
last two check the others (remainder by 1021): every single wrong character and every swap of neighbours is
caught. Without the device it opens nothing: the device's own secret is mixed in.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical

ESCROW_BYTES = 16
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)} | {"O": 0, "I": 1, "L": 1}
_CHARACTERS, _CHECKS, _PRIME = 26, 2, 1021
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def escrow_text(escrow: bytes) -> str:
    """What is read out: seven groups of four characters."""
    value = int.from_bytes(escrow, "big")
    text = _written(value, _CHARACTERS) + _written(value % _PRIME, _CHECKS)
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def read_escrow(typed: str) -> bytes:
    """Read what was typed: any case, spaces, dashes and Arabic digits do not matter, O is 0, I and L are 1.

    Raises KnownError `escrow.bad_code`.
    """
    plain = ascii_digits(strip_marks(typed[:200])).upper()
    letters = [letter for letter in plain if not letter.isspace() and letter not in "-‐–"]
    if len(letters) != _CHARACTERS + _CHECKS or any(letter not in _VALUES for letter in letters):
        raise KnownError("escrow.bad_code")
    value, check = _read(letters[:_CHARACTERS]), _read(letters[_CHARACTERS:])
    if value >= 1 << (8 * ESCROW_BYTES) or value % _PRIME != check:
        raise KnownError("escrow.bad_code")
    return value.to_bytes(ESCROW_BYTES, "big")


def seal_escrow(escrow: bytes, *, device: str, member: str, slot: str, intake: X25519PublicKey) -> bytes:
    """Seal the 16 bytes to the intake key of the centre, bound to device, person and slot."""
    return _SUITE.encrypt(escrow, intake, info=_info(device, member, slot))


def open_escrow(sealed: bytes, *, device: str, member: str, slot: str, intake: X25519PrivateKey) -> bytes:
    """Open it at the centre. Raises KnownError `escrow.cannot_open`."""
    try:
        return _SUITE.decrypt(sealed, intake, info=_info(device, member, slot))
    except (InvalidTag, ValueError) as error:
        raise KnownError("escrow.cannot_open", staff=member) from error


def _info(device: str, member: str, slot: str) -> bytes:
    return canonical({"device": device, "member": member, "slot": slot, "what": "kiosk-escrow-1"})


def _written(value: int, length: int) -> str:
    return "".join(_LETTERS[value >> (5 * at) & 31] for at in reversed(range(length)))


def _read(letters: list[str]) -> int:
    value = 0
    for letter in letters:
        value = value << 5 | _VALUES[letter]
    return value
