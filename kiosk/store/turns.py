"""Lets long work in the background stay out of the way: it asks whether anybody waits to write.

SQLite has one writer at a time and no queue: whoever comes while another writes tries again after 1, 2, 5, 10
ms … A load that begins its next piece at once would often win against a payment that waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Condition


class Turns:
    """Counts the threads of this process that wait to begin an act, of whatever store."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._asking = 0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While an act waits for its turn to begin."""
        with self._changed:
            self._asking += 1
        try:
            yield
        finally:
            with self._changed:
                self._asking -= 1
                self._changed.notify_all()

    def give_way(self, longest: timedelta) -> bool:
        """Wait until nobody waits to begin, at most so long; True when nobody does."""
        with self._changed:
            return self._changed.wait_for(lambda: self._asking == 0, longest.total_seconds())


TURNS = Turns()
"""Those of this process. One process holds a store, so nobody else writes to it."""
