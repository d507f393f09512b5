"""The list of what lies in a folder of sealed batches, signed by the device: an export, or its second medium.

Readable by anyone without a key: which entries, how far, and the hashes. The signature keeps a stranger from
framing a device with a manifest of entries that it never made. A signed object of purpose `export`.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import Text, fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64, Number
from kiosk.core.wire.payload import claimed_device, open_record, sign_record

PURPOSE = "export"
MARK_PURPOSE = "medium"
MANIFEST, MARK = "manifest.json", "medium.json"
"""Names of the files: the manifest in the folder of a device, the mark of a registered medium beside it."""
ACKNOWLEDGEMENT = "acknowledgement.json"
"""Name of the file in which the centre answers, in the same folder."""
MAX_MANIFEST_BYTES = 8 << 20
_SPAN = timedelta(days=36_500)
"""A manifest is evidence: its signature is judged by its key, not by a date."""
FileName = Annotated[str, Text(re.compile(r"(batch|persons)-[0-9]{10}-[0-9]{10}(-[0-9]{2})?\.(sealed|json)"))]


@dataclass(frozen=True, kw_only=True)
class ListedFile:
    """One file. A batch holds entries `first` to `last`, `persons` their sealed records; `hash`: SHA-256.

    `head` is the hash of entry `last`.
    """

    name: FileName
    kind: Literal["batch", "persons"]
    first: Number
    last: Number
    head: Hex64
    size: Number
    hash: Hex64


@dataclass(frozen=True, kw_only=True)
class ExportManifest:
    """Entries `first` to `last` of a stream in files, in order; `head`: hash of the last one.

    `medium`: which registered medium this lies on, None for an export that a person asked for. `made` is the
    claimed UTC, `acknowledged` the last entry that the centre had confirmed to the device by then.
    """

    device: DeviceCode
    stream: Hex32
    medium: Hex32 | None
    made: datetime
    first: Number
    last: Number
    head: Hex64
    count: Number
    acknowledged: Count
    files: tuple[ListedFile, ...]

    def check(self) -> None:
        """The batches are a run without gaps from `first` to `last`; names are used once."""
        following = self.first
        for one in self.batches():
            if one.first != following or one.last < one.first:
                fail("files", "batches are not a run without gaps")
            following = one.last + 1
        ends = [one.head for one in self.batches()][-1:]
        if following != self.last + 1 or self.count != self.last - self.first + 1 or ends != [self.head]:
            fail("files", "are not what the manifest says")
        if len({one.name for one in self.files}) < len(self.files):
            fail("files", "one twice")

    def batches(self) -> tuple[ListedFile, ...]:
        """The files of entries, in order."""
        return tuple(one for one in self.files if one.kind == "batch")


@dataclass(frozen=True, kw_only=True)
class MediumMark:
    """What makes a card or stick the second medium of one device."""

    device: DeviceCode
    stream: Hex32
    medium: Hex32


def folder_name(device: str, stream: str, *, export: bool = False) -> str:
    """The folder of one device on a stick: several may share one, and an export never touches a medium."""
    return f"{device}-{stream[:8]}{'-export' if export else ''}"


def file_hash(data: bytes) -> str:
    """SHA-256 in hex, as the manifest lists it."""
    return hashlib.sha256(data).hexdigest()


def sign_manifest(manifest: ExportManifest, key: Ed25519PrivateKey) -> bytes:
    """Sign with the device key."""
    return sign_record(PURPOSE, manifest, key=key, issued=manifest.made, expires=manifest.made + _SPAN)


def open_manifest(data: bytes, key: Ed25519PublicKey, *, now: datetime) -> ExportManifest:
    """Check a manifest against the key of its device; times are not judged.

    Raises KnownError `signed.*`, `wire.*`, `protocol.malformed`.
    """
    return open_record(ExportManifest, PURPOSE, data, key=key, now=now, max_bytes=MAX_MANIFEST_BYTES)


def manifest_device(data: bytes) -> str:
    """The device a manifest says it is from: only to find the key to check it with.

    Raises KnownError `signed.malformed`, `wire.*`.
    """
    return claimed_device(data, max_bytes=MAX_MANIFEST_BYTES)


def sign_mark(mark: MediumMark, key: Ed25519PrivateKey, made: datetime) -> bytes:
    """Sign the mark of a medium with the device key."""
    return sign_record(MARK_PURPOSE, mark, key=key, issued=made, expires=made + _SPAN)


def open_mark(data: bytes, key: Ed25519PublicKey, *, now: datetime) -> MediumMark:
    """Check the mark of a medium. Raises KnownError `signed.*`, `wire.*`, `protocol.malformed`."""
    return open_record(MediumMark, MARK_PURPOSE, data, key=key, now=now)


def check_file(listed: ListedFile, data: bytes) -> None:
    """Hold the bytes of a file to its line. Raises KnownError `export.file_altered`."""
    if len(data) != listed.size or file_hash(data) != listed.hash:
        raise KnownError("export.file_altered", name=listed.name)
