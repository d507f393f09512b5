"""The manifest: which version of each dataset a device should hold, where its bytes are, how old they are.

A signed object of purpose `manifest`, for one device. Files are fetched by the hash of their gzip bytes, so a
broken transfer goes on by Range and is checked at the end; what is inside is checked again by `hash`. What
the files of debts hold: `kiosk.core.wire.debt_files`.
"""

import gzip
import hashlib
import zlib
from collections.abc import Iterable
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
class DeltaRef:
    """What changes the debts of version `base` (a hash) into those of `hash`, for `debtors` debtors.

    `file`: SHA-256 of the gzip bytes, `size` their number, `plain_size` that of the bytes inside.
    """

    base: Hex64
    hash: Hex64
    file: Hex64
    size: Number
    plain_size: Number
    debtors: Count


@dataclass(frozen=True, kw_only=True)
class DatasetRef:
    """One version of one dataset.

    `form`: `signed` – a signed object whose purpose is the name (`kiosk.core.wire.reference`); `plain` –
    canonical JSON that this manifest vouches for; `debts` – the index of a snapshot of debts, which may be of
    an older version: `deltas`, oldest first, lead from it, and from others before it, to this one.
    `file`: SHA-256 of the gzip bytes, under which they are fetched, `size` their number; `plain_size`
    that of the bytes inside. `hash`: names the version in `snapshot.applied`. `rows`: of all kinds.
    `valid_until`: None when it does not run out.
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
    deltas: tuple[DeltaRef, ...] = ()

    def check(self) -> None:
        """Each delta begins where the one before it ends, and the last leads to this version."""
        ends = [*(one.base for one in self.deltas[1:]), self.hash]
        if self.deltas and [one.hash for one in self.deltas] != ends:
            fail("deltas", "do not lead to the version")


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


def unpack_file(ref: DatasetRef | DeltaRef, packed: bytes) -> bytes:
    """Check a fetched file of a dataset against the manifest and return what is inside.

    Raises KnownError `manifest.altered` when any byte or size differs.
    """
    name = ref.name if isinstance(ref, DatasetRef) else DEBTS
    if len(packed) != ref.size:
        raise KnownError("manifest.altered", name=name)
    return unpack(packed, ref.file, ref.plain_size, name)


def unpack(packed: bytes, hash_: str, plain_size: int, name: str, *, exactly: bool = True) -> bytes:
    """Check gzip bytes of this SHA-256 and return what is inside: `plain_size` bytes, or at most so many.

    Raises KnownError `manifest.altered`.
    """
    if hashlib.sha256(packed).hexdigest() != hash_:
        raise KnownError("manifest.altered", name=name)
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(packed, plain_size + 1)
    except zlib.error as error:
        raise KnownError("manifest.altered", name=name) from error
    if len(plain) > plain_size or (exactly and len(plain) < plain_size) or not unzip.eof:
        raise KnownError("manifest.altered", name=name)
    return plain


def pack_file(plain: bytes) -> bytes:
    """The gzip bytes of a file: the same for the same content."""
    return gzip.compress(plain, 6, mtime=0)
