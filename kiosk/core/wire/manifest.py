"""The manifest: which version of each dataset a device should hold, where its bytes are, how old they are.

A signed object of purpose `manifest`, for one device. Files are fetched by the hash of their gzip bytes, so a
broken transfer goes on by Range and is checked at the end; what is inside is checked again by `hash`.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64, Number
from kiosk.core.wire.forms import DatasetName, Epoch

PURPOSE = "manifest"
MAX_MANIFEST_BYTES = 1 << 20
DEBTS = "debts"
BOOKS = "books"
_PACKED_PIECE = 16 << 10
"""Gzip bytes unpacked at once: at the most a thousand times as many come out."""
_LONGEST_LINE = 4 << 20


@dataclass(frozen=True, kw_only=True)
class AppliedEntries:
    """Which entries of the device's stream a snapshot has counted: all up to `through`, but `not_applied`.

    The device shows snapshot balance less its own entries that are not in here.
    """

    stream: Hex32
    through: Number
    not_applied: tuple[Number, ...]

    def check(self) -> None:
        """Exceptions are ascending, once each, and lie below `through`."""
        if list(self.not_applied) != sorted(set(self.not_applied)):
            fail("not_applied", "not ascending")
        if self.not_applied and self.not_applied[-1] >= self.through:
            fail("not_applied", "not below through")


def applied_entries(stream: str, through: int, quarantined: Iterable[int]) -> AppliedEntries | None:
    """Say what was counted; a quarantined entry at the very end is simply not reached yet.

    None when nothing was.
    """
    waiting = {seq for seq in quarantined if seq <= through}
    while through in waiting:
        waiting.discard(through)
        through -= 1
    if through < 1:
        return None
    return AppliedEntries(stream=stream, through=through, not_applied=tuple(sorted(waiting)))


@dataclass(frozen=True, kw_only=True)
class DatasetRef:
    """One version of one dataset.

    `form`: `signed` – a signed object whose purpose is the name (`kiosk.core.wire.reference`); `debts` – one
    debtor a line, canonical JSON of `DebtorRow.plain()`; `plain` – canonical JSON that this manifest vouches
    for. `file`: SHA-256 of the gzip bytes, under which they are fetched, `size` their number; `plain_size`
    that of the bytes inside. `hash`: names the version in `snapshot.applied`. `valid_until`: None when it
    does not run out.
    """

    name: DatasetName
    version: Number
    form: Literal["signed", "debts", "plain"]
    hash: Hex64
    file: Hex64
    size: Number
    plain_size: Number
    rows: Count
    as_of: datetime
    valid_until: datetime | None
    applied: AppliedEntries | None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Everything that a device should hold now, by name once each."""

    device: DeviceCode
    stream: Hex32
    epoch: Epoch
    datasets: tuple[DatasetRef, ...]

    def check(self) -> None:
        """A dataset is named once."""
        names = [one.name for one in self.datasets]
        if len(set(names)) < len(names):
            fail("datasets", "one is there twice")

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical list of [name, version, hash]: the same while nothing is new."""
        listed = sorted([one.name, one.version, one.hash] for one in self.datasets)
        return hashlib.sha256(canonical(listed)).hexdigest()

    def find(self, name: str) -> DatasetRef | None:
        """The dataset of this name, or None."""
        return next((one for one in self.datasets if one.name == name), None)


def open_manifest(data: bytes, authority: Authority, *, device: str, now: datetime) -> Manifest:
    """Check a manifest for this device. Raises KnownError `manifest.not_ours`, `signed.*`, `wire.*`, …"""
    manifest = authority.read(Manifest, PURPOSE, data, now=now, max_bytes=MAX_MANIFEST_BYTES)
    if manifest.device != device:
        raise KnownError("manifest.not_ours", device=manifest.device)
    return manifest


def check_packed(ref: DatasetRef, packed: bytes) -> None:
    """Check the gzip bytes of a file. Raises KnownError `manifest.altered` when any byte or size differs."""
    if len(packed) != ref.size or hashlib.sha256(packed).hexdigest() != ref.file:
        raise KnownError("manifest.altered", name=ref.name)


def unpack_lines(ref: DatasetRef, packed: bytes) -> Iterator[bytes]:
    """Yield what is inside a file line by line, without ever holding all of it: debts may be 300 MB.

    Raises KnownError `manifest.altered`, also at the end: nothing may be in use before the last line came.
    """
    check_packed(ref, packed)
    unzip, rest, size = zlib.decompressobj(wbits=31), b"", 0
    try:
        for start in range(0, len(packed), _PACKED_PIECE):
            plain = unzip.decompress(packed[start : start + _PACKED_PIECE])
            size += len(plain)
            *lines, rest = (rest + plain).split(b"\n")
            if size > ref.plain_size or len(rest) > _LONGEST_LINE:
                raise KnownError("manifest.altered", name=ref.name)
            yield from lines
    except zlib.error as error:
        raise KnownError("manifest.altered", name=ref.name) from error
    if size != ref.plain_size or not unzip.eof:
        raise KnownError("manifest.altered", name=ref.name)
    if rest:
        yield rest


def unpack_file(ref: DatasetRef, packed: bytes) -> bytes:
    """Check a fetched file against the manifest and return what is inside.

    Raises KnownError `manifest.altered` when any byte or size differs.
    """
    check_packed(ref, packed)
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(packed, ref.plain_size + 1)
    except zlib.error as error:
        raise KnownError("manifest.altered", name=ref.name) from error
    if len(plain) != ref.plain_size or not unzip.eof:
        raise KnownError("manifest.altered", name=ref.name)
    return plain


def pack_file(plain: bytes) -> bytes:
    """The gzip bytes of a file: the same for the same content."""
    return gzip.compress(plain, 6, mtime=0)
