"""Personal records on their way to the centre: sealed to its intake key (HPKE), apart from the entries.

What is sealed: canonical JSON {details, salt}; the associated info binds it to record and device. A delivery
is a signed object of purpose `persons` by the device key, its answer one of purpose `persons-ack`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical, nfc, parse_canonical
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32
from kiosk.core.wire.forms import SealedHex

PURPOSE = "persons"
ANSWER = "persons-ack"
MAX_RECORDS = 200
MAX_DELIVERY_BYTES = 1 << 20
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, kw_only=True)
class SealedRecord:
    """One record: its id as entries name it, and its sealed bytes in hex."""

    person: Hex32
    sealed: SealedHex


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Records that a device hands over; the first version of each id that arrives is kept.

    With them the centre has all records of entries up to `through`, if it had those up to `after`; both 0 say
    nothing.
    """

    device: DeviceCode
    nonce: Hex32
    records: tuple[SealedRecord, ...]
    after: Count = 0
    through: Count = 0

    def check(self) -> None:
        """At least one, at most `MAX_RECORDS`, each once; a range that is not upside down."""
        if self.after > self.through:
            fail("through", "below after")
        ids = [one.person for one in self.records]
        if not ids or len(ids) > MAX_RECORDS or len(set(ids)) < len(ids):
            fail("records", "none, too many, or one twice")


@dataclass(frozen=True, kw_only=True)
class DeliveryAnswer:
    """Ids that the centre now holds, in the order of the delivery."""

    device: DeviceCode
    nonce: Hex32
    stored: tuple[Hex32, ...]


def seal_person(
    details: Mapping[str, str], salt: bytes, *, person: str, device: str, intake: X25519PublicKey
) -> bytes:
    """Seal the details and the salt of their commitment to the intake key of the centre."""
    content = canonical(nfc({"details": dict(details), "salt": salt.hex()}))
    return _SUITE.encrypt(content, intake, info=_info(person, device))


def open_person(
    sealed: bytes, *, person: str, device: str, intake: X25519PrivateKey
) -> tuple[dict[str, str], bytes]:
    """Return (details, salt). Raises KnownError `person.cannot_open`."""
    try:
        content = parse_canonical(_SUITE.decrypt(sealed, intake, info=_info(person, device)))
        return dict(content["details"]), bytes.fromhex(content["salt"])
    except (InvalidTag, KnownError, ValueError, TypeError, KeyError) as error:
        raise KnownError("person.cannot_open", person=person) from error


def _info(person: str, device: str) -> bytes:
    return canonical({"device": device, "person": person, "what": "kiosk-person-intake-1"})
