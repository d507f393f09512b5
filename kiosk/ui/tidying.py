"""Lets Python look for garbage when nobody waits: a full look stops every thread for a tenth of a second.

Nearly all garbage goes as soon as nothing names it. What names itself in a circle is looked for: what is
young at once, as Python does by itself, and everything when the screen was locked, or once an hour of work.
"""

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 5_000
HOUR_NS = 3_600_000_000_000
_YOUNG, _MIDDLE, _NEVER = 5_000, 20, 2**31 - 1


class Tidying(QObject):
    """Begins with `start`, on the thread of the screens; `locked` says whether the work is hidden."""

    def __init__(self, locked: Callable[[], bool], clock: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__()
        self._locked, self._clock = locked, clock
        self._before = gc.get_threshold()
        self._last, self._done = clock(), True
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Let it begin: what stays for the whole run, all that was imported, is never looked at again.

        Asked twice: it goes on.
        """
        if not self._timer.isActive():
            gc.freeze()
            gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)
            self._timer.start(LOOK_MS)
        gc.enable()

    def look(self) -> None:
        """Look through everything, once after each locking, and when an hour of work has passed without."""
        locked = self._locked()
        if (locked and not self._done) or self._clock() - self._last >= HOUR_NS:
            gc.collect()
            self._last = self._clock()
        self._done = locked

    def stop(self) -> None:
        """Give Python its own ways back."""
        if self._timer.isActive():
            self._timer.stop()
            gc.set_threshold(*self._before)
            gc.unfreeze()
