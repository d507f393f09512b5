"""Files on a stick or card: written durably, read back from the medium itself, and errors that say so."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kiosk.core.errors import KnownError
from kiosk.store.files import write_durably

_BY_CODE = {"store.disk_full": "export.full", "store.read_only": "export.read_only"}
_DROP = getattr(os, "POSIX_FADV_DONTNEED", None)
_ADVISE: Callable[[int, int, int, int], None] | None = getattr(os, "posix_fadvise", None)
MOST = 32 << 20
"""Bytes: no file of ours on a stick is larger, an auditor's copy apart."""
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR}


@contextmanager
def stick_errors(path: Path) -> Iterator[None]:
    """Say of the stick what would otherwise be said of the device's own disk.

    Raises KnownError `export.missing`, `export.full`, `export.read_only`, `export.failing`.
    """
    try:
        yield
    except OSError as error:
        raise _of_system(error, path) from error
    except KnownError as error:
        cause = error.__cause__
        if error.code in _BY_CODE:
            raise KnownError(_BY_CODE[error.code], path=path) from error
        if error.code == "store.disk_error" and isinstance(cause, OSError):
            raise _of_system(cause, path) from error
        raise


def _of_system(error: OSError, path: Path) -> KnownError:
    if error.errno in _GONE:
        return KnownError("export.missing", path=path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return KnownError("export.full", path=path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return KnownError("export.read_only", path=path)
    return KnownError("export.failing", path=path, reason=error.strerror or "?")


def write_and_read_back(path: Path, data: bytes) -> None:
    """Write a file and compare what the medium gives back with what was to be written.

    Raises KnownError `export.not_read_back`, and as `stick_errors`.
    """
    with stick_errors(path.parent):
        write_durably(path, data)
    if read_from_medium(path) != data:
        raise KnownError("export.not_read_back", name=path.name)


def read_from_medium(path: Path, *, most: int = MOST) -> bytes:
    """Read a file past the memory of the operating system, where the system allows it.

    Raises KnownError `wire.too_large` for more than `most` bytes, and as `stick_errors`.
    """
    with _opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise KnownError("wire.too_large", size=len(data), limit=most)
    return data


def hash_on_medium(path: Path) -> bytes:
    """SHA-256 of a file of any size, read as `read_from_medium` does. Raises KnownError as `stick_errors`."""
    digest = hashlib.sha256()
    with _opened(path) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.digest()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with stick_errors(path.parent), path.open("rb") as file:
        if _ADVISE is not None and _DROP is not None:
            _ADVISE(file.fileno(), 0, 0, _DROP)
        yield file
