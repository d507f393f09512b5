"""Small files written so that a power cut leaves the old or the new one, never a torn one."""

import errno
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.core.errors import KnownError

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would otherwise turn line feeds into pairs."""
_NEW = ".new"
_SYNC_AFTER_SECONDS = 0.02
"""Between two syncs of a file that is being written."""
_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the operating system says into `store.disk_full`, `.read_only` or `.disk_error`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise KnownError("store.disk_full") from error
        if error.errno in _READ_ONLY:
            raise KnownError("store.read_only") from error
        raise KnownError("store.disk_error", reason=error.strerror or "?") from error


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it, that only this user may enter (mode 0700).

    On Windows the folder inherits the rights of the user's profile. Raises KnownError `store.*`.
    """
    with disk_errors():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)
        _sync_folder(folder.parent)


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file, or make it, with mode 0600: write beside it, fsync, rename, fsync the folder.

    After a power cut `path` holds the old or the new bytes whole; at worst `path.new` is left and is written
    over next time. Raises KnownError `store.*` as `disk_errors`.
    """
    beside = path.with_name(path.name + _NEW)
    with disk_errors():
        beside.unlink(missing_ok=True)
        _write_and_sync(beside, data, os.O_CREAT | os.O_EXCL)
        os.replace(beside, path)
        _sync_folder(path.parent)


def write_pieces_durably(path: Path, pieces: Iterable[bytes]) -> None:
    """As `write_durably`, for a file too large for memory: pieces are written as they come.

    What `pieces` raises leaves the old file. Raises KnownError `store.*` as `disk_errors`.
    """
    beside = path.with_name(path.name + _NEW)
    with disk_errors():
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | _BINARY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        os.replace(beside, path)
        _sync_folder(path.parent)


def append_durably(path: Path, data: bytes) -> None:
    """Add bytes to the end of a file (mode 0600, made when missing) and fsync it.

    Raises KnownError `store.*` as `disk_errors`.
    """
    with disk_errors():
        fresh = not path.exists()
        _write_and_sync(path, data, os.O_CREAT | os.O_APPEND)
        if fresh:
            _sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Force what another library wrote to `path` onto the disk. Raises KnownError `store.*`."""
    with disk_errors():
        descriptor = os.open(path, os.O_RDWR | _BINARY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def synced_meanwhile(path: Path) -> Iterator[None]:
    """Have a second thread force onto the disk, again and again, what another library writes to `path`.

    The disk then works beside the processor, and the sync at the end, which is still the caller's, has little
    left. A fault of the disk is told to one sync only, so what the thread was told is raised at the end:
    KnownError `store.*`.
    """
    ended, faults = threading.Event(), list[KnownError]()

    def work() -> None:
        try:
            while not ended.wait(_SYNC_AFTER_SECONDS):
                sync_file(path)
        except KnownError as error:
            faults.append(error)

    thread = threading.Thread(target=work, name="sync meanwhile")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if faults:
        raise faults[0]


def replace_durably(source: Path, target: Path) -> None:
    """Give a synced file its final name, in place of any older one. Raises KnownError `store.*`."""
    with disk_errors():
        os.replace(source, target)
        _sync_folder(target.parent)


def remove_durably(path: Path) -> None:
    """Remove a file if it is there; flash memory may keep its bytes. Raises KnownError `store.*`."""
    with disk_errors():
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def remove_if_there(path: Path) -> None:
    """As `remove_durably`, without a word to the disk when there is nothing to remove."""
    if path.exists():
        remove_durably(path)


def create_empty(path: Path) -> None:
    """Make an empty file with mode 0600 that did not exist. Raises FileExistsError, KnownError `store.*`."""
    try:
        with disk_errors():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600))
            _sync_folder(path.parent)
    except KnownError as error:
        if isinstance(error.__cause__, FileExistsError):
            raise error.__cause__ from None
        raise


def _write_and_sync(path: Path, data: bytes, flags: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | _BINARY | flags, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows has no such call; NTFS journals its folders."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
