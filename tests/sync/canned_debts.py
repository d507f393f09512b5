"""Debts as a centre would hand them out, without a centre: snapshots and deltas made from debtors."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.core.debts.keys import KEYS_VERSION
from kiosk.core.debts.pieces import Piece, Plain, Totals, lines_of, make_piece, totals_of, version_hash
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.debt_files import DebtDelta, DebtIndex, PieceHash, pack_piece, unpack_piece, write_delta
from kiosk.core.wire.manifest import DatasetRef, DeltaRef, pack_file, unpack_file
from kiosk.link.parts import FileParts

AS_OF = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
_HIGHEST = 60
Debtors = Mapping[int, DebtorRow]
"""Debtors by their numbers, which are below the highest."""


def numbered(debtors: Iterable[DebtorRow]) -> dict[int, DebtorRow]:
    """Debtors under the numbers 1, 2, 3 …"""
    return dict(enumerate(debtors, 1))


class CannedDebts:
    """Hands out files of debts; counts what was asked for, and cuts the line where it is told to."""

    def __init__(self, size: int = 5, keys: int = KEYS_VERSION, highest: int = _HIGHEST) -> None:
        """Pieces of so many numbers, all below `highest`; `keys`: the version of search keys claimed."""
        self._size, self._keys, self._highest = size, keys, highest
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.pieces_given = 0
        self.cut_after: int | None = None
        """Bytes of the file of pieces after which the line is cut, every time."""

    def snapshot(self, debtors: Debtors, version: int = 1) -> DatasetRef:
        """Make a snapshot and say what the manifest would say of it."""
        made = self._pieces(debtors)
        refs, packed = zip(*(pack_piece(piece) for piece in made), strict=True)
        whole = b"".join(packed)
        index = DebtIndex(keys=self._keys, pieces_file=self._put(whole), pieces=refs)
        plain = canonical(dump(index))
        return DatasetRef(
            name="debts",
            version=version,
            form="debts",
            hash=index.hash,
            file=self._put(pack_file(plain)),
            size=len(pack_file(plain)),
            plain_size=len(plain),
            rows=_totals(debtors).rows,
            as_of=AS_OF,
            valid_until=None,
            applied=None,
        )

    def changed(
        self, ref: DatasetRef, before: Debtors, after: Debtors, *, told: Debtors | None = None
    ) -> DatasetRef:
        """What the manifest would say of the next version: the same snapshot and one delta more.

        `told`: debtors that the delta leads to, though its hashes are those of `after`.
        """
        old = {one.first: one.rows_hash for one in self._pieces(before)}
        now = {one.first: one.rows_hash for one in self._pieces(after)}
        told = after if told is None else told
        rows = [[number, *row.plain()] for number, row in sorted(told.items()) if before.get(number) != row]
        delta = DebtDelta(
            base=ref.hash,
            hash=version_hash(now.items()),
            keys=self._keys,
            gone=tuple(sorted(before.keys() - told.keys())),
            pieces=tuple(
                PieceHash(first=first, rows=hash_) for first, hash_ in now.items() if old.get(first) != hash_
            ),
        )
        plain = write_delta(delta, lines_of(rows))
        packed = pack_file(plain)
        link = DeltaRef(
            base=ref.hash,
            hash=delta.hash,
            file=self._put(packed),
            size=len(packed),
            plain_size=len(plain),
            debtors=len(rows) + len(delta.gone),
        )
        version, rows_now = ref.version + 1, _totals(after).rows
        return replace(ref, version=version, hash=delta.hash, rows=rows_now, deltas=(*ref.deltas, link))

    def file(self, ref: DatasetRef | DeltaRef) -> bytes:
        """As the client of the centre."""
        self.asked.append(ref.file)
        return unpack_file(ref, self.files[ref.file])

    def pieces(self, index: DebtIndex, held: int, between: Callable[[], None]) -> Iterator[Piece]:
        """As the client of the centre."""
        parts = FileParts(lambda into, start, size: self._read(index, into, start, size), index.size, between)
        parts.skip(sum(one.size for one in index.pieces[:held]))
        for one in index.pieces[held:]:
            yield unpack_piece(one, parts.take(one.size))
            self.pieces_given += 1

    def _read(self, index: DebtIndex, into: bytearray, start: int, size: int) -> None:
        whole = self.files[index.pieces_file]
        end = start + size if self.cut_after is None else min(start + size, self.cut_after)
        into += whole[start:end]
        if end < start + size:
            raise KnownError("sync.offline")

    def _pieces(self, debtors: Debtors) -> list[Piece]:
        """Cut at every so many numbers, whoever has them: the same in every version."""
        firsts = range(0, self._highest, self._size)
        return [make_piece(first, _rows(debtors, first, first + self._size)) for first in firsts]

    def _put(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.files[name] = data
        return name


def _rows(debtors: Debtors, first: int, after: int) -> Sequence[Plain]:
    return [[number, *row.plain()] for number, row in sorted(debtors.items()) if first <= number < after]


def _totals(debtors: Debtors) -> Totals:
    return totals_of(_rows(debtors, 0, 1 << 62))
