"""Which sticks and cards are mounted on this machine, and how much room each has. Asks the system; no Qt."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

if sys.platform == "win32":
    from kiosk.sync.removable_windows import mounted
else:
    from kiosk.sync.removable_posix import mounted

Found = Sequence[tuple[Path, str, bool]]
"""Where each is mounted, what people call it, and whether it was mounted for writing."""


@dataclass(frozen=True)
class Medium:
    """A stick or card that is in: `free` is in bytes, `writable` whether we may write to it."""

    path: Path
    name: str
    free: int
    writable: bool


def media_here(data: Path, found: Callable[[], Found] = mounted) -> list[Medium]:
    """The sticks and cards that are in, by name; what the device's data in `data` lie on is none of them.

    One that is pulled out while it is looked at is left out. Looking may take as long as the medium takes.
    """
    ours = data.stat().st_dev
    seen = [_looked_at(path, name, writable, ours) for path, name, writable in found()]
    return sorted((one for one in seen if one is not None), key=lambda one: (one.name, str(one.path)))


def _looked_at(path: Path, name: str, writable: bool, ours: int) -> Medium | None:
    try:
        if path.stat().st_dev == ours:
            return None
        free = shutil.disk_usage(path).free
    except OSError:
        # It is being pulled out, or does not answer: the next look finds it gone or well.
        return None
    return Medium(path, name, free, writable and os.access(path, os.W_OK))
