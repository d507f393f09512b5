"""The journal entry, version 1: envelope, bytes, hash, and the signatures of persons and device over it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import Checked, canonical, parse_canonical
from kiosk.core.wire.codec import FieldError, Free, Whole, dump, load
from kiosk.core.wire.fields import Count, Hex32, Kid, Number, Sig128, Signer, StaffCode, TypeName

MAX_ENTRY_BYTES = 128 * 1024
"""Largest entry: one row of the journal, one line of a batch."""
FIRST_PREVIOUS = bytes(32)
"""The hash that stands before the first entry of a stream."""
_DOMAIN = b"kiosk-journal-1"


@dataclass(frozen=True, order=True)
class Link:
    """Points to an entry: stream and sequence number."""

    stream: Hex32
    seq: Number


@dataclass(frozen=True, kw_only=True)
class Local:
    """Local time of the entry: offset from UTC in minutes; `business_date` in money entries, else None."""

    offset: Annotated[int, Whole(-14 * 60, 14 * 60)]
    business_date: date | None


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The last trusted time and how long ago it was taken, in ms."""

    time: datetime
    age_ms: Count


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What the device knew of time: boot id, ms since boot including sleep, anchor, and its own doubt."""

    boot: Hex32
    mono_ms: Count
    anchor: Anchor | None
    suspect: bool


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One fact. `at` is the claimed UTC, kept to the ms; `body` is plain JSON of type `type`, `tv`."""

    stream: Hex32
    seq: Number
    type: TypeName
    tv: Number
    at: datetime
    local: Local
    clock: Clock
    staff: StaffCode | None
    shift: Link | None
    body: Annotated[Mapping[str, Any], Free()]
    v: Literal[1] = 1

    @property
    def link(self) -> Link:
        """The key of this entry."""
        return Link(self.stream, self.seq)


@dataclass(frozen=True, kw_only=True)
class EntrySignature:
    """One signature over the hash of an entry: by a staff member or the device, `sig` in hex."""

    by: Signer
    kid: Kid
    alg: Literal["ed25519"] = "ed25519"
    sig: Sig128


@dataclass(frozen=True)
class Record:
    """An entry as it is kept and shipped: exact bytes, hash, signatures. `seq` is its place in the stream."""

    seq: int
    data: bytes
    hash: bytes
    sigs: tuple[EntrySignature, ...] = ()


def entry_bytes(entry: Entry) -> bytes:
    """Serialise an entry, once; its body must be NFC. Raises BugError for a field out of form."""
    try:
        plain = dump(entry)
        # The body is the one map of an entry that no field judges: when its coder has, nothing is left to.
        data = canonical(Checked(plain) if type(entry.body) is Checked else plain)
    except FieldError as error:
        raise BugError(f"entry {entry.type}: {error.path} {error.problem}") from error
    if len(data) > MAX_ENTRY_BYTES:
        raise BugError(f"entry {entry.type}: {len(data)} bytes")
    return data


def parse_entry(data: bytes) -> Entry:
    """Read an entry of any type, known or not. Raises KnownError `entry.malformed` or `wire.*`."""
    plain = parse_canonical(data, max_bytes=MAX_ENTRY_BYTES)
    try:
        return load(Entry, plain)
    except FieldError as error:
        raise KnownError("entry.malformed", field=error.path, problem=error.problem) from error


def entry_hash(previous: bytes, seq: int, data: bytes) -> bytes:
    """SHA-256("kiosk-journal-1" ‖ previous hash ‖ seq as 8 bytes big-endian ‖ bytes)."""
    if len(previous) != 32:
        raise BugError("a hash has 32 bytes")
    return hashlib.sha256(_DOMAIN + previous + seq.to_bytes(8, "big") + data).digest()


def sign_entry(hash_: bytes, *, by: str, kid: str, key: Ed25519PrivateKey) -> EntrySignature:
    """Sign the 32-byte hash of an entry as staff member or device `by`."""
    if len(hash_) != 32:
        raise BugError("a hash has 32 bytes")
    return EntrySignature(by=by, kid=kid, sig=key.sign(hash_).hex())


def signature_holds(signature: EntrySignature, hash_: bytes, key: Ed25519PublicKey) -> bool:
    """Whether the signature was made by the holder of this key over this hash."""
    try:
        key.verify(bytes.fromhex(signature.sig), hash_)
    except InvalidSignature:
        return False
    return True
