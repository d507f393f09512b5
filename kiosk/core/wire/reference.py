"""Reference data that comes whole and signed by the data key: policy, zone, catalogue, fees, staff.

A signed object whose purpose is the dataset's name; payload {dataset, version, data} or {dataset, version,
text}. `content` is what a device keeps and hashes: canonical JSON of `data`, or the UTF-8 bytes of `text`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.codec import dump, fail
from kiosk.core.wire.fields import Code, Hex32, Hex64, StaffCode
from kiosk.core.wire.payload import read_record
from kiosk.core.wire.signed import Validity, kid_of, sign_object

MAX_REFERENCE_BYTES = 16 << 20
STAFF = "staff"
RoleName = Literal["teller", "collector", "supervisor", "technician", "inspector"]


@dataclass(frozen=True)
class ReferenceData:
    """One version whose signature holds. `hash` is the hex SHA-256 of `content`."""

    name: str
    version: str
    content: bytes
    issued: datetime
    expires: datetime
    validity: Validity

    @property
    def hash(self) -> str:
        """Names this content."""
        return hashlib.sha256(self.content).hexdigest()


def sign_text(
    name: str, version: str, text: str, *, key: Ed25519PrivateKey, issued: datetime, expires: datetime
) -> bytes:
    """Sign a dataset that is text as written (YAML). A text that is not NFC is brought to it."""
    payload = {"dataset": name, "version": version, "text": text}
    return sign_object(name, payload, key=key, kid=kid_of(key.public_key()), issued=issued, expires=expires)


def sign_data(
    name: str,
    version: str,
    data: Mapping[str, Any],
    *,
    key: Ed25519PrivateKey,
    issued: datetime,
    expires: datetime,
) -> bytes:
    """Sign a dataset of plain JSON values with the data key. The same arguments give the same bytes."""
    payload = {"dataset": name, "version": version, "data": data}
    return sign_object(name, payload, key=key, kid=kid_of(key.public_key()), issued=issued, expires=expires)


def open_reference(name: str, data: bytes, authority: Authority, *, now: datetime) -> ReferenceData:
    """Open a signed dataset; one past its date is returned and says so.

    Raises KnownError `reference.malformed`, `signed.*`, `wire.*`, `authority.out_of_span`.
    """
    signed = authority.open(data, name, now=now, max_bytes=MAX_REFERENCE_BYTES)
    payload = signed.payload
    version, text, plain = payload.get("version"), payload.get("text"), payload.get("data")
    kinds = {"dataset", "version", "text" if isinstance(text, str) else "data"}
    if payload.get("dataset") != name or not isinstance(version, str) or payload.keys() != kinds:
        raise KnownError("reference.malformed", name=name)
    if not isinstance(text, str) and not isinstance(plain, dict):
        raise KnownError("reference.malformed", name=name)
    content = text.encode() if isinstance(text, str) else canonical(plain)
    return ReferenceData(name, version, content, signed.issued, signed.expires, signed.validity)


@dataclass(frozen=True, kw_only=True)
class Activation:
    """The one-time code of a person, as its hash (`kiosk.core.wire.enrolment.activation_hash`)."""

    salt: Hex32
    hash: Hex64


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    """One person who may work in a unit: his code, never his name.

    `activation` is None for one whose code was used up or who needs none; `revoked` since when he may not
    open a shift; `valid_until` the last moment of his validity, None: until revoked.
    """

    code: StaffCode
    roles: tuple[RoleName, ...]
    activation: Activation | None
    revoked: datetime | None
    valid_until: datetime | None

    def check(self) -> None:
        """Roles are listed once, at least one."""
        if not self.roles or len(set(self.roles)) < len(self.roles):
            fail("roles", "none, or one twice")


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The staff of one unit: content of the dataset `staff`."""

    unit: Code
    members: tuple[StaffMember, ...]

    def check(self) -> None:
        """A code is listed once."""
        codes = [one.code for one in self.members]
        if len(set(codes)) < len(codes):
            fail("members", "a code is there twice")

    def find(self, code: str) -> StaffMember | None:
        """The member of this code, or None."""
        return next((one for one in self.members if one.code == code), None)


def roster_plain(roster: Roster) -> dict[str, Any]:
    """The roster as the `data` of its dataset."""
    return dump(roster)


def read_roster(content: bytes) -> Roster:
    """Read the content of the dataset `staff`. Raises KnownError `protocol.malformed` or `wire.*`."""
    return read_record(Roster, parse_canonical(content, max_bytes=MAX_REFERENCE_BYTES), STAFF)
