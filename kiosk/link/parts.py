"""A large file in parts, each so long that it takes a second or two: others may use the line in between."""

import time
from collections.abc import Callable

from kiosk.core.errors import KnownError

FIRST, LEAST, MOST = 64 << 10, 8 << 10, 1 << 20
"""Bytes of the first part, of the smallest, of the largest."""
_LONG_NS, _SHORT_NS = 2_000_000_000, 1_000_000_000

Read = Callable[[bytearray, int, int], None]
"""Adds so many bytes from a place to a buffer; what came before a cut is added, too. Raises KnownError."""


class FileParts:
    """Hands out the bytes of a file in order. `between` is called before each part but the first."""

    def __init__(
        self,
        read: Read,
        size: int,
        between: Callable[[], None],
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._read = read
        self._size = size
        self._between = between
        self._clock = clock
        self._buffer = bytearray()
        self._at = 0
        self._part = FIRST
        self._begun = False
        self._cut: KnownError | None = None

    def skip(self, size: int) -> None:
        """Begin so many bytes further on. Before the first `take`."""
        self._at += size

    def take(self, size: int) -> bytes:
        """The next bytes. Raises KnownError `sync.*`, also for an earlier cut behind which they lie."""
        while len(self._buffer) < size:
            if self._cut is not None:
                raise self._cut
            self._more(size - len(self._buffer))
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _more(self, least: int) -> None:
        if self._begun:
            self._between()
        self._begun = True
        wanted = min(max(self._part, least), self._size - self._at)
        if wanted <= 0:
            raise KnownError("manifest.altered", name="debts")
        before, begun = len(self._buffer), self._clock()
        try:
            self._read(self._buffer, self._at, wanted)
        except KnownError as error:
            self._cut = error
        took = self._clock() - begun
        self._at += len(self._buffer) - before
        if took < _SHORT_NS:
            self._part = min(2 * self._part, MOST)
        elif took > _LONG_NS:
            self._part = max(self._part // 2, LEAST)
