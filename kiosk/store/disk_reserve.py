"""Space on the disk: how much is free, and a ballast file that is given up when there is none.

The ballast keeps so much back that a shift's work can still be finished, closed and exported.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, remove_durably
from kiosk.store.layout import StoreFolder

MB = 1_000_000
LOOK_AGAIN_NS = 5_000_000_000
"""Free space is asked for at most so often (ns): an act must not wait for the file system."""
_CHUNK = bytes(1 << 20)

DiskState = Literal["enough", "low", "below_reserve"]


@dataclass(frozen=True)
class DiskLimits:
    """Limits of the policy in megabytes (10^6 bytes)."""

    low_mb: int
    reserve_mb: int


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write below `folder`. Raises KnownError `store.*`."""
    with disk_errors():
        if os.name == "posix":
            found = os.statvfs(folder)
            return found.f_bavail * found.f_frsize
        return shutil.disk_usage(folder).free


class DiskWatch:
    """Looks at the free space of one data folder now and then. `free` and `clock_ns` are for tests."""

    def __init__(
        self,
        folder: Path,
        *,
        free: Callable[[Path], int] | None = None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._folder = folder
        self._free = free
        self._clock_ns = clock_ns
        self._looked: tuple[int, int] | None = None

    def free_mb(self) -> int:
        """Whole megabytes that are free, as last looked at. Raises KnownError `store.*`."""
        now = self._clock_ns()
        if self._looked is None or now - self._looked[0] >= LOOK_AGAIN_NS:
            self._looked = now, (self._free or free_bytes)(self._folder) // MB
        return self._looked[1]

    def look_again(self) -> None:
        """The next question looks at the disk itself."""
        self._looked = None

    def state(self, limits: DiskLimits) -> DiskState:
        """How the free space stands to the limits."""
        free = self.free_mb()
        if free < limits.reserve_mb:
            return "below_reserve"
        return "low" if free < limits.low_mb else "enough"


def for_want_of_space(error: KnownError, folder: Path) -> bool:
    """Whether an error comes of a full disk: SQLite calls a shared index that cannot grow a disk error."""
    if error.code == "store.disk_full":
        return True
    return error.code == "store.disk_error" and free_bytes(folder) < MB


def has_ballast(folder: StoreFolder) -> bool:
    """Whether space is kept back."""
    return folder.ballast.exists()


def keep_ballast(folder: StoreFolder, megabytes: int, *, leave_mb: int) -> bool:
    """Keep so much space back in a file, if at least `leave_mb` stay free beside it; True when it is there.

    The file is really written to the disk, not sparse: only then is the space ours when the disk is full.
    What a cut has left half made is made anew. Raises KnownError `store.*` but for a disk that is full.
    """
    size = megabytes * MB
    path = folder.ballast
    if path.exists() and path.stat().st_size >= size:
        return True
    if free_bytes(folder.root) < size + leave_mb * MB:
        return False
    beside = path.with_name(path.name + ".new")
    try:
        with disk_errors():
            _fill(beside, size)
            os.replace(beside, path)
    except KnownError as error:
        remove_durably(beside)
        if error.code == "store.disk_full":
            return False
        raise
    return True


def drop_ballast(folder: StoreFolder) -> bool:
    """Give the kept space up, so that open work can be finished; True when there was any.

    Raises KnownError `store.*`.
    """
    if not folder.ballast.exists():
        return False
    remove_durably(folder.ballast)
    return True


def _fill(path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:
            for at in range(0, size, len(_CHUNK)):
                os.write(descriptor, _CHUNK[: size - at])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
