"""The answer to an enrolment: one signed object (purpose `bundle`) with all that makes a device a device.

The code of the CA on the slip vouches for the CA, the CA for the root, the root for the key that signed the
bundle. So a bundle is as good from a stick as over TLS.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.codec import fail
from kiosk.core.wire.enrolment import parse_request
from kiosk.core.wire.fields import Code, DeviceCode, Hex32, Hex64, Number, Series, StaffCode
from kiosk.core.wire.forms import Address, Der, Epoch, SignedText, Title
from kiosk.core.wire.payload import read_bytes, record_of
from kiosk.core.wire.pki import check_ca, check_certificate, read_request

PURPOSE = "bundle"
BOOK_PURPOSE = "book"
MAX_BUNDLE_BYTES = 4 << 20
MAX_BOOKS_BYTES = 16 << 20


@dataclass(frozen=True, kw_only=True)
class Place:
    """A unit or vehicle: its code and what people call it."""

    code: Code
    name: Title


@dataclass(frozen=True, kw_only=True)
class BookGrant:
    """A receipt book for one device: serials `first` to `last` of a series that holds device and epoch.

    A signed object of purpose `book`; `book.taken` names it by SHA-256 of its bytes.
    """

    device: DeviceCode
    series: Series
    first: Number
    last: Number
    epoch: Epoch

    def check(self) -> None:
        """A book holds at least one receipt."""
        if self.last < self.first:
            fail("last", "before the first")


@dataclass(frozen=True, kw_only=True)
class BookList:
    """The dataset of books: every grant of the device as it was signed, and the series that are retired."""

    grants: tuple[SignedText, ...]
    retired: tuple[Series, ...]


def read_books(data: bytes) -> BookList:
    """Read the dataset of books. Raises KnownError `protocol.malformed`, `wire.*`."""
    return read_bytes(BookList, data, "books", max_bytes=MAX_BOOKS_BYTES)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What makes a device. Certificates are DER in hex, keys raw hex, grants and delegations signed texts.

    `request`: SHA-256 of the request that it answers. `collector`: whose tablet it is, None for a vehicle or
    counter. `recovery` and `intake`: X25519 keys to seal the recovery slot and personal records to. `staff`:
    the signed dataset of the unit's roster. `manifest`: the first one, so that data may come on a stick.
    `server_time` and `nonce` are the first time anchor when the answer came over the network.
    """

    request: Hex64
    device: DeviceCode
    stream: Hex32
    unit: Place
    vehicle: Place | None
    collector: StaffCode | None
    address: Address
    certificate: Der
    ca: Der
    root: Hex64
    delegations: tuple[SignedText, ...]
    recovery: Hex64
    intake: Hex64
    books: tuple[SignedText, ...]
    staff: SignedText
    manifest: SignedText
    epoch: Epoch
    server_time: datetime
    nonce: Hex32

    def book_grants(self, authority: Authority, *, now: datetime) -> tuple[tuple[BookGrant, str], ...]:
        """The receipt books, each with the hash by which `book.taken` names it."""
        return tuple(open_grant(text.encode(), authority, now=now) for text in self.books)


@dataclass(frozen=True)
class Enrolled:
    """A bundle that was checked, whom to believe from now on, and the hash that names the bundle."""

    bundle: Bundle
    authority: Authority
    hash: str


def open_bundle(data: bytes, *, request: bytes, code: str, now: datetime) -> Enrolled:
    """Check the answer to our own request against the CA code on the slip, from the CA to the last signature.

    Raises KnownError `bundle.not_ours` for an answer to another request, `pki.*`, `signed.*`, `wire.*`,
    `authority.*`, `protocol.malformed`.
    """
    claimed = _claimed(data)
    root = _root(claimed)
    check_ca(_hex(claimed, "ca"), code, root)
    texts = claimed.get("delegations")
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise KnownError("signed.malformed")
    authority = Authority(root, [one.encode() for one in texts], now=now)
    signed = authority.open(data, PURPOSE, now=now, max_bytes=MAX_BUNDLE_BYTES)
    bundle = record_of(Bundle, signed)
    asked = parse_request(request)
    ours = (hashlib.sha256(request).hexdigest(), asked.stream, asked.nonce)
    if (bundle.request, bundle.stream, bundle.nonce) != ours:
        raise KnownError("bundle.not_ours")
    check_certificate(
        bytes.fromhex(bundle.certificate),
        bytes.fromhex(bundle.ca),
        device=bundle.device,
        key=read_request(bytes.fromhex(asked.csr)),
    )
    for grant, _ in bundle.book_grants(authority, now=now):
        if grant.device != bundle.device:
            raise KnownError("bundle.not_ours")
    return Enrolled(bundle, authority, signed.hash.hex())


def open_grant(data: bytes, authority: Authority, *, now: datetime) -> tuple[BookGrant, str]:
    """A receipt book and the hash that names its grant. Raises KnownError `signed.*`, …"""
    grant = authority.read(BookGrant, BOOK_PURPOSE, data, now=now)
    return grant, hashlib.sha256(data).hexdigest()


def _claimed(data: bytes) -> Mapping[str, object]:
    """What the bundle says before anything is checked: only where to begin checking."""
    fields = parse_canonical(data, max_bytes=MAX_BUNDLE_BYTES)
    payload = fields.get("payload") if isinstance(fields, dict) else None
    if not isinstance(payload, dict):
        raise KnownError("signed.malformed")
    return payload


def _hex(claimed: Mapping[str, object], name: str) -> bytes:
    value = claimed.get(name)
    try:
        return bytes.fromhex(value if isinstance(value, str) else "-")
    except ValueError as error:
        raise KnownError("signed.malformed") from error


def _root(claimed: Mapping[str, object]) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(_hex(claimed, "root"))
    except ValueError as error:
        raise KnownError("signed.malformed") from error
