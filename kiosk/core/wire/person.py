"""Commitment to personal details: the journal proves which belonged to an entry, without holding them.

The salt is kept with the sealed record. When the record's key is destroyed, nobody can test a guess.
"""

import hashlib
import hmac
from collections.abc import Mapping

from kiosk.core.errors import BugError
from kiosk.core.wire.canonical import canonical, nfc

SALT_BYTES = 16
_DOMAIN = b"kiosk-person-1"


def commitment(details: Mapping[str, object], salt: bytes) -> str:
    """SHA-256("kiosk-person-1" ‖ salt ‖ canonical JSON of the details in NFC), in hex.

    `salt` is 16 random bytes, new for each commitment. Raises BugError for another length or for details
    without a canonical form.
    """
    if len(salt) != SALT_BYTES:
        raise BugError(f"a salt has {SALT_BYTES} bytes")
    return hashlib.sha256(_DOMAIN + salt + canonical(nfc(details))).hexdigest()


def commitment_fits(details: Mapping[str, object], salt: bytes, expected: str) -> bool:
    """Whether these details and this salt are the ones committed to."""
    return len(salt) == SALT_BYTES and hmac.compare_digest(commitment(details, salt), expected)
