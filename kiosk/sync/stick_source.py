"""Reads what the centre wrote onto a stick for this device: the same files as over the line, sealed."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.core.debts.pieces import Piece
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import DebtIndex, unpack_piece
from kiosk.core.wire.manifest import DatasetRef, DeltaRef, unpack_file
from kiosk.core.wire.stick import (
    LETTER,
    MAX_SEALED_BYTES,
    PART_BYTES,
    Kind,
    Letter,
    StickLabel,
    file_name,
    opening_key,
    part_name,
    parts_of,
    read_letter,
    stick_folder,
    unseal,
)
from kiosk.link.centre import Me
from kiosk.link.parts import FileParts
from kiosk.sync.stick import read_from_medium, stick_errors

_FOLDERS = f"D{'[0-9]' * 8}-{'[0-9a-f]' * 8}-centre"
"""Pattern of `stick_folder`."""
Reading = Callable[[int, int], None]
"""Called before each part is read: how many were read, and how many are on the stick; raising ends it."""


class StickSource:
    """The folder of one device on a stick; a `Source` of the manifest's files."""

    def __init__(self, me: Me, root: Path, reading: Reading = lambda _read, _all: None) -> None:
        """Read the letter in the folder of this device below `root`.

        Raises KnownError `stick.nothing`, `stick.other_device`, `stick.altered`, `export.*`.
        """
        self._me = me
        self._key = opening_key(me.key)
        self.folder = root / stick_folder(me.device, me.stream)
        with stick_errors(root):
            if not (self.folder / file_name(LETTER)).is_file():
                raise _none_here(me, root)
        self.letter: Letter = read_letter(self._open(LETTER))
        if (self.letter.device, self.letter.stream) != (me.device, me.stream):
            raise KnownError("stick.other_device", devices=self.letter.device, device=me.device)
        self._reading, self._parts_read = reading, 0
        self._parts = sum(parts_of(one.size) for one in self.letter.files)

    def whole(self, kind: Kind, most: int) -> bytes | None:
        """What is there once of a kind, or None. Raises KnownError `stick.*`, `export.*`, `wire.*`."""
        found = self.letter.find(kind)
        if found is None:
            return None
        if found.size > most:
            raise KnownError("wire.too_large", size=found.size, limit=most)
        return self._read(found.file, found.size)

    def file(self, ref: DatasetRef | DeltaRef) -> bytes:
        """The content of a file of the manifest, checked by its hash."""
        return unpack_file(ref, self._read(ref.file, ref.size))

    def pieces(self, index: DebtIndex, held: int, between: Callable[[], None]) -> Iterator[Piece]:
        """The pieces of a snapshot behind the first `held`, each checked by its hash."""
        read = _Parts(self, index.pieces_file)
        parts = FileParts(read, index.size, between)
        parts.skip(sum(one.size for one in index.pieces[:held]))
        for one in index.pieces[held:]:
            yield unpack_piece(one, parts.take(one.size))

    def part(self, file: str, part: int) -> bytes:
        """One part of a file, opened. Raises KnownError `stick.*`, `export.*`, and what `reading` raises."""
        self._reading(self._parts_read, self._parts)
        self._parts_read += 1
        return self._open(part_name(file, part))

    def _read(self, file: str, size: int) -> bytes:
        return b"".join(self.part(file, part) for part in range(parts_of(size)))

    def _open(self, name: str) -> bytes:
        path = self.folder / file_name(name)
        with stick_errors(self.folder):
            if not path.is_file() or path.is_symlink():
                raise KnownError("stick.incomplete", name=path.name)
        try:
            data = read_from_medium(path, most=MAX_SEALED_BYTES)
        except KnownError as error:
            if error.code != "wire.too_large":
                raise
            raise KnownError("stick.altered") from error
        return unseal(data, StickLabel(device=self._me.device, stream=self._me.stream, name=name), self._key)


class _Parts:
    """Any bytes of one file, from the parts in which it lies on the stick; the last one read is kept."""

    def __init__(self, source: StickSource, file: str) -> None:
        self._source = source
        self._file = file
        self._kept: tuple[int, bytes] = (-1, b"")

    def __call__(self, into: bytearray, start: int, size: int) -> None:
        """Add `size` bytes from `start`. Raises KnownError `stick.*`, also where the file is shorter."""
        end = start + size
        while start < end:
            part, offset = divmod(start, PART_BYTES)
            if self._kept[0] != part:
                self._kept = part, self._source.part(self._file, part)
            piece = self._kept[1][offset : offset + end - start]
            if not piece:
                raise KnownError("stick.altered")
            into += piece
            start += len(piece)


def _none_here(me: Me, root: Path) -> KnownError:
    """Nothing for this device; perhaps for others."""
    if not root.is_dir():
        return KnownError("export.missing", path=root)
    others = sorted(
        {one.name[:9] for one in root.glob(_FOLDERS) if one.joinpath(file_name(LETTER)).is_file()}
    )
    if others:
        return KnownError("stick.other_device", devices=", ".join(others), device=me.device)
    return KnownError("stick.nothing", path=root, device=me.device)
