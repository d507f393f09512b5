"""The files of debts: the index of a snapshot, its pieces one behind the other, and deltas between versions.

The manifest vouches for index and deltas by their hash, the index for each piece: a device that fetched half
of the pieces has checked that half, and goes on behind it.
"""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

from kiosk.core.debts.pieces import Piece, version_hash
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump, fail
from kiosk.core.wire.fields import Count, Hex64, Number
from kiosk.core.wire.manifest import DEBTS, pack_file, unpack
from kiosk.core.wire.payload import read_bytes

MAX_INDEX_BYTES = 16 << 20
MAX_DELTA_BYTES = 64 << 20
MAX_PIECE_BYTES = 8 << 20
"""Bytes inside; what is larger is not read."""


@dataclass(frozen=True, kw_only=True)
class PieceRef:
    """One piece: where its debtors begin and how many they are; gzip bytes and their SHA-256; hash of rows.

    The pieces stand one behind the other in the file of pieces.
    """

    first: Count
    debtors: Count
    size: Number
    file: Hex64
    rows: Hex64


@dataclass(frozen=True, kw_only=True)
class DebtIndex:
    """What a snapshot of debts is made of. `keys`: the version by which its search keys were worked out.

    `pieces_file`: SHA-256 of the file of pieces, which is not packed any more.
    """

    keys: Number
    pieces_file: Hex64
    pieces: tuple[PieceRef, ...]

    def check(self) -> None:
        """The pieces cut all numbers into ranges, in order."""
        firsts = [one.first for one in self.pieces]
        if not firsts or firsts[0] != 0 or any(a >= b for a, b in pairwise(firsts)):
            fail("pieces", "not in order")

    @property
    def hash(self) -> str:
        """The hash of the version."""
        return version_hash((one.first, one.rows) for one in self.pieces)

    @property
    def size(self) -> int:
        """Bytes of the file of pieces."""
        return sum(one.size for one in self.pieces)

    @property
    def debtors(self) -> int:
        """How many debtors there are."""
        return sum(one.debtors for one in self.pieces)


@dataclass(frozen=True, kw_only=True)
class PieceHash:
    """The hash that the rows of a piece have, and where it begins."""

    first: Count
    rows: Hex64


@dataclass(frozen=True, kw_only=True)
class DebtDelta:
    """How debts changed from one version to another: who is gone, and the pieces whose rows differ now.

    The lines of the debtors that are new or different, whole, follow in the file.
    """

    base: Hex64
    hash: Hex64
    keys: Number
    gone: tuple[Number, ...]
    pieces: tuple[PieceHash, ...]

    def check(self) -> None:
        """In order, once each."""
        for name, listed in (("gone", self.gone), ("pieces", [one.first for one in self.pieces])):
            if list(listed) != sorted(set(listed)):
                fail(name, "not in order")


def read_index(data: bytes) -> DebtIndex:
    """Read an index. Raises KnownError `manifest.altered`."""
    try:
        return read_bytes(DebtIndex, data, DEBTS, max_bytes=MAX_INDEX_BYTES)
    except KnownError as error:
        raise KnownError("manifest.altered", name=DEBTS) from error


def pack_piece(piece: Piece) -> tuple[PieceRef, bytes]:
    """The bytes of a piece as they travel, and what the index says of it."""
    packed = pack_file(piece.lines)
    ref = PieceRef(
        first=piece.first,
        debtors=piece.debtors,
        size=len(packed),
        file=hashlib.sha256(packed).hexdigest(),
        rows=piece.rows_hash,
    )
    return ref, packed


def unpack_piece(ref: PieceRef, packed: bytes) -> Piece:
    """Check and read a piece; its rows are checked by whoever stores them.

    Raises KnownError `manifest.altered`.
    """
    lines = unpack(packed, ref.file, MAX_PIECE_BYTES, DEBTS, exactly=False)
    return Piece(ref.first, ref.debtors, lines, ref.rows)


def write_delta(delta: DebtDelta, lines: bytes) -> bytes:
    """The bytes of a delta: what it is, a line feed, and the lines of debtors that are new or different."""
    return canonical(dump(delta)) + b"\n" + lines


def read_delta(data: bytes) -> tuple[DebtDelta, bytes]:
    """Read a delta and its lines. Raises KnownError `manifest.altered`."""
    head, _, lines = data.partition(b"\n")
    try:
        return read_bytes(DebtDelta, head, DEBTS, max_bytes=MAX_INDEX_BYTES), lines
    except KnownError as error:
        raise KnownError("manifest.altered", name=DEBTS) from error
