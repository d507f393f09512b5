"""Lets long work in the background stay out of the way: it asks whether anybody waits to write.

SQLite has one writer at a time and no queue: whoever comes while another writes tries again after 1, 2, 5, 10
ms … A load that begins its next piece at once would often win against a payment that waits.
"""

from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Condition


class Turns:
    """Counts the threads of this process that wait to begin an act, of whatever store."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._asking = 0
        self._while_asking = _Asking(self)

    def asking(self) -> AbstractContextManager[None]:
        """While an act waits for its turn to begin."""
        return self._while_asking

    def ask(self, more: int) -> None:
        """So many more (or, below zero, fewer) wait to begin."""
        with self._changed:
            self._asking += more
            if self._asking == 0:
                self._changed.notify_all()

    def give_way(self, longest: timedelta) -> bool:
        """Wait until nobody waits to begin, at most so long; True when nobody does."""
        with self._changed:
            return self._changed.wait_for(lambda: self._asking == 0, longest.total_seconds())


class _Asking(AbstractContextManager[None]):
    """Counts whoever is inside; it keeps nothing of its own, so one serves all threads."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        self._turns.ask(1)

    def __exit__(self, *_: object) -> None:
        self._turns.ask(-1)


TURNS = Turns()
"""Those of this process. One process holds a store, so nobody else writes to it."""
