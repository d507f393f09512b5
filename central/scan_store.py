"""Where the server keeps the bytes of scans: what a store can do, and the store that is a folder.

The other one is `central.object_store`; which of them holds the scans, `central.scan_stores` knows.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from central.folder import make_private_folder, sync_folder, write_durably
from kiosk.core.errors import KnownError

Piece = tuple[int, int]
"""First byte and length."""
_ASIDE, _PARTS = "damaged", "parts"


@dataclass(frozen=True)
class Part:
    """A piece that is kept: `name` is `<start>-<length>`, `at` when it was written, bytes."""

    name: str
    at: datetime
    size: int


@dataclass(frozen=True)
class Begun:
    """An upload of which pieces are kept; `touched`: when anything of it was last written."""

    upload: str
    touched: datetime
    parts: tuple[Part, ...]


class ScanStore(Protocol):
    """Sealed bytes by the id of their upload; what was put lasts when a call returns.

    Of an object store every call may also raise a KnownError `scans.*`.
    """

    def put_piece(self, upload: str, piece: Piece, data: bytes) -> None:
        """Keep a piece; the same again changes nothing. Raises KnownError `central.cannot_write`."""

    def join(self, upload: str, pieces: Iterable[Piece], sealed: str) -> bool:
        """Make the whole out of pieces in their order; False when it is not the one with this SHA-256, or a
        piece is missing. Raises KnownError `central.cannot_write`.
        """

    def put(self, upload: str, data: bytes) -> None:
        """Keep a whole, in place of what was there. Raises KnownError `central.cannot_write`."""

    def put_aside(self, upload: str) -> None:
        """Bytes that are not what they were: they count no more, and stay for people to look at."""

    def drop_pieces(self, upload: str) -> None:
        """Forget all pieces."""

    def drop_piece(self, upload: str, name: str) -> None:
        """Forget one piece, by the name of its `Part`; one that is gone is no fault."""

    def holds(self, upload: str) -> bool:
        """Whether the whole is here."""

    def read(self, upload: str) -> bytes:
        """The whole. Raises KnownError `attachment.unknown`."""

    def remove(self, upload: str) -> None:
        """Forget the whole and all pieces."""

    def wholes(self) -> Iterator[tuple[str, int]]:
        """Every whole: upload and bytes."""

    def begun(self) -> Iterator[Begun]:
        """Every upload of which pieces are kept."""


class FolderStore:
    """Scans in a folder: each whole a file named by its upload, pieces in `parts/<upload>/<start>-<length>`.

    A piece has its own file, so that two requests for the same place spoil nothing for each other.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_piece(self, upload: str, piece: Piece, data: bytes) -> None:
        """Each piece whole or not at all."""
        folder = self._parts(upload)
        if not folder.is_dir():
            make_private_folder(self._root)
            make_private_folder(folder.parent)
            make_private_folder(folder)
            sync_folder(self._root)
            sync_folder(folder.parent)
        write_durably(folder / f"{piece[0]}-{piece[1]}", data)

    def join(self, upload: str, pieces: Iterable[Piece], sealed: str) -> bool:
        """The whole is in its place before its pieces go."""
        if self.holds(upload):
            return True
        try:
            data = b"".join(
                (self._parts(upload) / f"{start}-{length}").read_bytes() for start, length in pieces
            )
        except FileNotFoundError:
            return self.holds(upload)
        if hashlib.sha256(data).hexdigest() != sealed:
            return False
        write_durably(self._root / upload, data)
        return True

    def put(self, upload: str, data: bytes) -> None:
        """Whole or not at all."""
        make_private_folder(self._root)
        write_durably(self.file(upload), data)

    def put_aside(self, upload: str) -> None:
        """Move the file into `damaged/`."""
        make_private_folder(self._root / _ASIDE)
        try:
            self.file(upload).replace(self._root / _ASIDE / upload)
        except FileNotFoundError:
            return
        except OSError as error:
            raise KnownError("central.cannot_write", path=self._root, reason=error.strerror or "?") from error
        sync_folder(self._root)

    def file(self, upload: str) -> Path:
        """Where the whole is."""
        return self._root / upload

    def drop_pieces(self, upload: str) -> None:
        """A piece that another request is writing just now is swept with the next upload's end."""
        shutil.rmtree(self._parts(upload), ignore_errors=True)

    def drop_piece(self, upload: str, name: str) -> None:
        """Remove its file."""
        self._parts(upload).joinpath(name).unlink(missing_ok=True)

    def holds(self, upload: str) -> bool:
        """Whether the file is there: it is put in its place whole."""
        return (self._root / upload).is_file()

    def read(self, upload: str) -> bytes:
        """Read the file."""
        try:
            return (self._root / upload).read_bytes()
        except FileNotFoundError as error:
            raise KnownError("attachment.unknown", attachment=upload) from error

    def remove(self, upload: str) -> None:
        """Remove the file."""
        self.drop_pieces(upload)
        (self._root / upload).unlink(missing_ok=True)

    def wholes(self) -> Iterator[tuple[str, int]]:
        """The files; half-written ones have names that begin with a dot."""
        for path in sorted(self._root.iterdir()) if self._root.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                yield path.name, path.stat().st_size

    def begun(self) -> Iterator[Begun]:
        """The folders of pieces, also those that are empty."""
        parts = self._root / _PARTS
        for folder in sorted(path for path in parts.iterdir() if path.is_dir()) if parts.is_dir() else ():
            found = tuple(_pieces(folder))
            last = max((one.at for one in found), default=_written(folder))
            yield Begun(folder.name, last, found)

    def _parts(self, upload: str) -> Path:
        return self._root / _PARTS / upload


def _pieces(folder: Path) -> Iterator[Part]:
    """The files of a folder; one that goes meanwhile is passed by."""
    for path in sorted(folder.iterdir()):
        try:
            yield Part(path.name, _written(path), path.stat().st_size)
        except FileNotFoundError:
            continue


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
