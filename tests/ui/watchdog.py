"""How long the screens' thread stood still: the longest time between two ticks of its event loop."""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

LIMIT_MS = 100
TICK_MS = 5


class Watchdog:
    """Use as a context while the event loop runs; `longest_ms` is whole milliseconds."""

    def __init__(self) -> None:
        self.longest_ms = 0
        self._last = 0
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> "Watchdog":
        self._last = time.monotonic_ns()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.monotonic_ns()
        self.longest_ms = max(self.longest_ms, (now - self._last) // 1_000_000)
        self._last = now


def stands_still_ms(scene: Callable[[], None], tries: int = 3) -> int:
    """The shortest of the longest pauses: what hangs does so in each try, a busy machine does not."""
    best: list[int] = []
    for _ in range(tries):
        with Watchdog() as watchdog:
            scene()
        best.append(watchdog.longest_ms)
        if watchdog.longest_ms <= LIMIT_MS:
            break
    return min(best)
