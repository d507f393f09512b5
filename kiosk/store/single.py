"""One process works on a store; a second one is told so and changes nothing."""

import os
import sys
from pathlib import Path
from types import TracebackType

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors

if sys.platform == "win32":
    from kiosk.store.lock_windows import try_lock
else:
    from kiosk.store.lock_posix import try_lock


class StoreHold:
    """The right of this process to work on a store, until `release` or its end (kill -9 included).

    The file stays; only the system's lock on it counts. Raises KnownError `store.in_use`, or `store.*` when
    the folder cannot be written.
    """

    def __init__(self, lock_file: Path) -> None:
        with disk_errors():
            self._descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
            held = try_lock(self._descriptor)
        if not held:
            self.release()
            raise KnownError("store.in_use")

    def release(self) -> None:
        """Let another process in; asking twice does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "StoreHold":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
