"""A batch of the journal on its way up, over HTTP or on a stick: one signature over a run of exact entries.

Bytes, then gzip: the header (canonical JSON) and a line feed, then one line an entry, canonical JSON
{entry, sigs} and a line feed. Hashes do not travel: the receiver computes the chain from its own last head.
`sig` of the header is by the device key over "kiosk-batch-1" ‖ canonical JSON of the header without `sig`;
`body` is SHA-256 of all entry lines.
"""

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.codec import FieldError, coder, dump
from kiosk.core.wire.entry import MAX_ENTRY_BYTES, EntrySignature, Record, entry_hash
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64, Kid, Number, Sig128
from kiosk.core.wire.payload import read_record
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.versions import refuse_other_version

MAX_ENTRIES = 500
MAX_BATCH_BYTES = 512 * 1024
"""Largest sum of entry lines before compression; a single larger entry travels alone."""
MAX_HEADER_BYTES = 4096
MAX_PLAIN_BYTES = MAX_HEADER_BYTES + MAX_BATCH_BYTES + 2 * MAX_ENTRY_BYTES
"""Largest batch that is unpacked."""
MEDIA_TYPE = "application/vnd.kiosk-batch"
_DOMAIN = b"kiosk-batch-1"
_FRAME, _SIGS, _END = b'{"entry":', b',"sigs":', b"}"
_UNSIGNED = len(_FRAME + _SIGS + b"[]" + _END + b"\n")
_LEVEL = 6


@dataclass(frozen=True, kw_only=True)
class BatchHeader:
    """What a device says of a batch. `nonce` comes back in the answer; `made` is claimed UTC.

    `head_before` is the hash of the entry before `first`, `head_after` that of `last`.
    """

    device: DeviceCode
    stream: Hex32
    first: Number
    last: Number
    count: Number
    head_before: Hex64
    head_after: Hex64
    body: Hex64
    nonce: Hex32
    made: datetime
    waiting: Count
    kid: Kid
    alg: Literal["ed25519"] = "ed25519"
    sig: Sig128
    v: Literal[1] = 1


@dataclass(frozen=True)
class Line:
    """One entry of a batch as it came: exact bytes, and its signatures as canonical JSON."""

    data: bytes
    sigs: bytes

    def signatures(self) -> tuple[EntrySignature, ...]:
        """The signatures of persons and device. Raises KnownError `entry.malformed` or `wire.*`."""
        return read_signatures(self.sigs)


@dataclass(frozen=True)
class Batch:
    """A batch that was unpacked; nothing is judged yet but its form."""

    header: BatchHeader
    lines: tuple[Line, ...]
    body_fits: bool
    """Whether the entry lines are those that the header names."""

    def signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the holder of this key signed header and lines."""
        if not self.body_fits or self.header.kid != kid_of(key):
            return False
        try:
            key.verify(bytes.fromhex(self.header.sig), _signed_bytes(self.header))
        except InvalidSignature:
            return False
        return True

    def chain(self) -> list[bytes]:
        """The hash of each entry, computed from `head_before`; the last one must be `head_after`."""
        hashes: list[bytes] = []
        head = bytes.fromhex(self.header.head_before)
        for seq, line in enumerate(self.lines, self.header.first):
            head = entry_hash(head, seq, line.data)
            hashes.append(head)
        return hashes


def read_signatures(sigs: bytes) -> tuple[EntrySignature, ...]:
    """Read the signatures of a batch line. Raises KnownError `entry.malformed` or `wire.*`."""
    plain = parse_canonical(sigs, max_bytes=MAX_ENTRY_BYTES)
    try:
        found: tuple[EntrySignature, ...] = coder(tuple[EntrySignature, ...]).load(plain)
    except FieldError as error:
        raise KnownError("entry.malformed", field=f"sigs{error.path}", problem=error.problem) from error
    return found


def line_of(record: Record) -> bytes:
    """One line of a batch, with its line feed: the entry's bytes as they are kept, and its signatures."""
    sigs = canonical([dump(signature) for signature in record.sigs]) if record.sigs else b"[]"
    return _FRAME + record.data + _SIGS + sigs + _END + b"\n"


def line_size(record: Record) -> int:
    """Bytes of `line_of`; the line is made only where there are signatures to be written."""
    return len(record.data) + _UNSIGNED if not record.sigs else len(line_of(record))


def fitting(records: Sequence[Record], most: int = MAX_ENTRIES) -> int:
    """How many records from the first on fit into one batch: at least one, at most `most`."""
    size = 0
    for count, record in enumerate(records[: min(most, MAX_ENTRIES)]):
        size += line_size(record)
        if size > MAX_BATCH_BYTES and count:
            return count
    return min(len(records), most, MAX_ENTRIES)


def pack_batch(
    records: Sequence[Record],
    *,
    device: str,
    stream: str,
    head_before: bytes,
    nonce: str,
    made: datetime,
    waiting: int,
    key: Ed25519PrivateKey,
) -> bytes:
    """Pack consecutive records of one stream, signed by the device key. Same arguments, same bytes.

    `waiting`: entries of the stream that the centre has not acknowledged, these included. Raises BugError for
    an empty, broken or oversized run.
    """
    if not records or fitting(records) < len(records):
        raise BugError(f"{len(records)} records are not one batch")
    if [one.seq for one in records] != list(range(records[0].seq, records[0].seq + len(records))):
        raise BugError("a batch is a run without gaps")
    body = b"".join(map(line_of, records))
    bare = BatchHeader(
        device=device,
        stream=stream,
        first=records[0].seq,
        last=records[-1].seq,
        count=len(records),
        head_before=head_before.hex(),
        head_after=records[-1].hash.hex(),
        body=hashlib.sha256(body).hexdigest(),
        nonce=nonce,
        made=made,
        waiting=waiting,
        kid=kid_of(key.public_key()),
        sig="0" * 128,
    )
    try:
        header = replace(bare, sig=key.sign(_signed_bytes(bare)).hex())
        return gzip.compress(canonical(dump(header)) + b"\n" + body, _LEVEL, mtime=0)
    except FieldError as error:
        raise BugError(f"batch: {error.path} {error.problem}") from error


def unpack_batch(data: bytes) -> Batch:
    """Read the bytes of a batch. Signature and chain are not judged.

    Raises KnownError `batch.not_gzip`, `batch.too_large`, `batch.malformed`, `protocol.*`, `wire.*`.
    """
    head, feed, body = _unzip(data).partition(b"\n")
    if not feed:
        raise KnownError("batch.malformed", problem="no header line")
    plain = parse_canonical(head, max_bytes=MAX_HEADER_BYTES)
    refuse_other_version(plain)
    header = read_record(BatchHeader, plain, "batch")
    if header.count > MAX_ENTRIES or header.last - header.first + 1 != header.count:
        raise KnownError("batch.malformed", problem="count")
    if not body.endswith(b"\n"):
        raise KnownError("batch.malformed", problem="cut off")
    lines = tuple(_line(line) for line in body[:-1].split(b"\n"))
    if len(lines) != header.count:
        raise KnownError("batch.malformed", problem="number of lines")
    return Batch(header, lines, hashlib.sha256(body).hexdigest() == header.body)


def _unzip(data: bytes) -> bytes:
    """Unpack, but never more than a batch may hold: a short file must not become a huge one."""
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(data, MAX_PLAIN_BYTES + 1)
    except zlib.error as error:
        raise KnownError("batch.not_gzip") from error
    if len(plain) > MAX_PLAIN_BYTES:
        raise KnownError("batch.too_large", limit=MAX_PLAIN_BYTES)
    if not unzip.eof or unzip.unused_data:
        raise KnownError("batch.not_gzip")
    return plain


def _line(line: bytes) -> Line:
    """Cut a line at its frame without reading it: what is wrong inside an entry never refuses a batch."""
    cut = line.rfind(_SIGS)
    if not line.startswith(_FRAME) or cut < len(_FRAME) or not line.endswith(_END):
        raise KnownError("batch.malformed", problem="frame of a line")
    entry = line[len(_FRAME) : cut]
    if len(entry) > MAX_ENTRY_BYTES:
        raise KnownError("batch.too_large", limit=MAX_ENTRY_BYTES)
    return Line(entry, line[cut + len(_SIGS) : -len(_END)])


def _signed_bytes(header: BatchHeader) -> bytes:
    plain = dump(header)
    del plain["sig"]
    return _DOMAIN + canonical(plain)
