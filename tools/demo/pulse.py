"""Watches how long the thread of the screens is busy at a stretch, while somebody works the window.

In processor time of that one thread, so that other programs on the machine do not count. A stretch is one
touch or key with all that it sets off at once, or one turn of the event loop.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent

_NAP_S = 0.005
_NS_PER_MS = 1_000_000


class Pulse:
    """`busiest_ms` is the longest stretch since `forget`, whole ms, and `while_` what was done meanwhile."""

    def __init__(self) -> None:
        self.busiest_ms, self.while_ = 0, ""

    def forget(self) -> None:
        """Begin anew."""
        self.busiest_ms, self.while_ = 0, ""

    @contextmanager
    def stretch(self, what: str) -> Iterator[None]:
        """Measure one stretch."""
        begun = time.thread_time_ns()
        yield
        taken = (time.thread_time_ns() - begun) // _NS_PER_MS
        if taken > self.busiest_ms:
            self.busiest_ms, self.while_ = taken, what

    def wait(self, ms: int, what: str = "the event loop") -> None:
        """Let the program work for some time: turn after turn of its event loop."""
        ends = time.monotonic_ns() + ms * _NS_PER_MS
        while True:
            with self.stretch(what):
                QCoreApplication.processEvents()
            with self.stretch(what):
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if time.monotonic_ns() > ends:
                return
            time.sleep(_NAP_S)
