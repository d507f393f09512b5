"""Open shifts as far as they were gathered, in the memory of one process; without it they are read again."""

from dataclasses import dataclass, field
from threading import Lock

from central.recount import OpenShift

MOST_SHIFTS = 1000
"""Open shifts kept at hand; those of other devices are read again from their opening when they go on."""


@dataclass
class ShiftsAtHand:
    """Open shifts as far as they were gathered, by stream and the last entry in them."""

    _kept: dict[str, tuple[int, OpenShift | None]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, stream: str, through: int) -> tuple[bool, OpenShift | None]:
        """Take out what was gathered up to this entry, if it is at hand: it is then the caller's alone."""
        with self._lock:
            last, open_shift = self._kept.pop(stream, (-1, None))
        return last == through, open_shift

    def put(self, stream: str, through: int, open_shift: OpenShift | None) -> None:
        """Put it back, when what was gathered is in the database."""
        with self._lock:
            self._kept[stream] = through, open_shift
            while len(self._kept) > MOST_SHIFTS:
                del self._kept[next(iter(self._kept))]
