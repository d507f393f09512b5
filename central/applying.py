"""Applies stored entries in the background, on one thread: soon after a push, not between its batches.

A device that comes back for two minutes is heard first: while its batches follow each other nothing else
takes the machine from them. Whoever else sends meanwhile, applying never waits for longer than `LONGEST_S`.
"""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger("central")

QUIET_S = 0.5
"""A batch that says that more wait is followed by the next one within this time, or its push was cut."""
LONGEST_S = 5
LOOK_S = 60
"""What another server stored and left behind when it ended is found after this time."""
RETRY_S = 5
"""After a fault of the database: what is stored stays to be applied."""


class Applying:
    """`one_chunk` applies some entries and returns None when none are left to be applied."""

    def __init__(self, one_chunk: Callable[[], int | None]) -> None:
        self._one_chunk = one_chunk
        self._turn = threading.Condition()
        self._batches, self._more, self._asked, self._ending = 0, False, False, False
        self._thread = threading.Thread(target=self._run, name="applying", daemon=True)

    def start(self) -> None:
        """Begin to wait for batches."""
        self._thread.start()

    def stop(self) -> None:
        """End after the chunk in hand; what is left is applied at the next start."""
        with self._turn:
            self._ending = True
            self._turn.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def soon(self, *, more: bool) -> None:
        """A batch was stored; `more`: its device says that others follow."""
        with self._turn:
            self._batches += 1
            self._more, self._asked = more, True
            self._turn.notify_all()

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                while not self._ending and self._one_chunk() is not None:
                    pass
            except Exception as error:
                log.exception("applying stopped; it goes on in a while", exc_info=error)
                with self._turn:
                    self._asked = True
                    self._turn.wait_for(lambda: self._ending, RETRY_S)

    def _wait_for_work(self) -> bool:
        """Wait until something is stored and its push is over; False when the server ends."""
        with self._turn:
            self._turn.wait_for(lambda: self._asked or self._ending, LOOK_S)
            ends = time.monotonic() + LONGEST_S
            while self._more and not self._ending and time.monotonic() < ends:
                seen = self._batches
                if not self._turn.wait_for(lambda: self._ending or self._batches != seen, QUIET_S):  # noqa: B023
                    break
            self._asked = False
            return not self._ending
