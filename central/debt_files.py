"""Writes the files of debts from the tables: the pieces of a snapshot with their index, and a delta."""

import hashlib
import os
import secrets
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from central.debt_rows import Scope, rows_of
from central.debt_state import DebtState, PieceState, begins, between
from central.folder import sync_folder, write_durably
from kiosk.core.debts.keys import KEYS_VERSION
from kiosk.core.debts.pieces import Piece, Plain, lines_of, make_piece, totals_of, version_hash
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.debt_files import DebtDelta, DebtIndex, PieceHash, pack_piece, write_delta
from kiosk.core.wire.manifest import DeltaRef, pack_file

PART_OF_ALL = 8
"""A delta of more debtors than this part of all of them is not worth its while beside a snapshot."""
_FEW = 50


@dataclass(frozen=True)
class Packed:
    """A file as the manifest names it: SHA-256 and length of its gzip bytes, length of what is inside."""

    file: str
    size: int
    plain_size: int


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that was written: its index, the file of its pieces, and what they are."""

    index: Packed
    pieces_file: str
    size: int
    pieces: tuple[PieceState, ...]


@dataclass(frozen=True)
class Delta:
    """A delta that was written, and the pieces of the version to which it leads; None: nothing differs."""

    ref: DeltaRef | None
    pieces: tuple[PieceState, ...]


def write_snapshot(
    files: Path, db: Connection, scope: Scope, numbers: Sequence[int], before: Sequence[PieceState]
) -> Snapshot:
    """Write a snapshot of these debtors, cut where `before` was cut; in memory is one piece at a time.

    Raises KnownError `central.cannot_write`.
    """
    firsts = begins(before, numbers)
    refs, states, digest, size = [], [], hashlib.sha256(), 0
    with _new_file(files) as (out, keep):
        for first, after in zip(firsts, [*firsts[1:], None], strict=True):
            rows = rows_of(db, scope, between(numbers, first, after))
            piece = make_piece(first, rows)
            ref, packed = pack_piece(piece)
            out.write(packed)
            digest.update(packed)
            size += len(packed)
            refs.append(ref)
            states.append(_state(piece, rows))
        keep.append(digest.hexdigest())
    index = DebtIndex(keys=KEYS_VERSION, pieces_file=keep[0], pieces=tuple(refs))
    return Snapshot(put_packed(files, canonical(dump(index))), keep[0], size, tuple(states))


def write_changes(
    files: Path,
    db: Connection,
    scope: Scope,
    numbers: Sequence[int],
    state: DebtState,
    changed: Collection[int],
) -> Delta | None:
    """Write what changed since a state, of debtors that may have. None: too much for a delta."""
    members, old = frozenset(numbers), frozenset(state.numbers)
    mine = {one for one in changed if one in members or one in old}
    if len(mine) > max(_FEW, len(numbers) // PART_OF_ALL):
        return None
    firsts = begins(state.pieces, numbers)
    before = {one.first: one for one in state.pieces}
    new: dict[int, PieceState] = {}
    lines: list[Plain] = []
    gone: list[int] = []
    for first, after in _touched(firsts, mine, before.keys()):
        rows = rows_of(db, scope, between(numbers, first, after))
        piece = _state(make_piece(first, rows), rows)
        if piece != before.get(first):
            new[first] = piece
            lines += [row for row in rows if row[0] in mine]
            gone += [one for one in between(sorted(mine), first, after) if one not in members]
    pieces = tuple(piece for _, piece in sorted((before | new).items()))
    if not new:
        return Delta(None, pieces)
    delta = DebtDelta(
        base=state.hash,
        hash=version_hash((one.first, one.hash) for one in pieces),
        keys=KEYS_VERSION,
        gone=tuple(gone),
        pieces=tuple(PieceHash(first=first, rows=piece.hash) for first, piece in sorted(new.items())),
    )
    packed = put_packed(files, write_delta(delta, lines_of(lines)))
    ref = DeltaRef(
        base=delta.base,
        hash=delta.hash,
        file=packed.file,
        size=packed.size,
        plain_size=packed.plain_size,
        debtors=len(lines) + len(gone),
    )
    return Delta(ref, pieces)


def _touched(
    firsts: Sequence[int], changed: Collection[int], before: Collection[int]
) -> Iterator[tuple[int, int | None]]:
    """Where the pieces begin and end in which something may differ: changed debtors, or another cut."""
    ends: list[int | None] = [*firsts[1:], None]
    places = {bisect_right(firsts, one) - 1 for one in changed}
    for place, first in enumerate(firsts):
        if first not in before:
            places |= {place - 1, place}
    return ((firsts[place], ends[place]) for place in sorted(places))


def put_packed(files: Path, plain: bytes) -> Packed:
    """Put bytes where devices fetch them. Raises KnownError `central.cannot_write`."""
    packed = pack_file(plain)
    file = hashlib.sha256(packed).hexdigest()
    try:
        os.utime(files / file)  # so that nobody tidies away what is about to be named again
    except FileNotFoundError:
        write_durably(files / file, packed)
    return Packed(file, len(packed), len(plain))


def _state(piece: Piece, rows: Sequence[Plain]) -> PieceState:
    return PieceState(piece.first, piece.debtors, totals_of(rows).rows, piece.rows_hash)


@contextmanager
def _new_file(files: Path) -> Iterator[tuple[BinaryIO, list[str]]]:
    """A file to be written; it gets the name that is put into the list, durably, or it is gone."""
    beside = files / f".pieces.{secrets.token_hex(8)}"
    name: list[str] = []
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            yield out, name
            out.flush()
            os.fsync(out.fileno())
        beside.replace(files / name[0])
        sync_folder(files)
    except OSError as error:
        raise KnownError("central.cannot_write", path=beside, reason=error.strerror or "?") from error
    finally:
        beside.unlink(missing_ok=True)
