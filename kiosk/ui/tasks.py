"""Work that may take long is done beside the screen: one worker owns the store, answers come back in order.

No Qt here. `kiosk.ui.qt_tasks` is the real one; tests take `SynchronousTasks`.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from kiosk.core.errors import KnownError

T = TypeVar("T")
Failed = Callable[[KnownError], None]


class Tasks(Protocol):
    """Runs one piece of work after another, never two at once."""

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Do `work` in the worker, then call `done` with its result, or `failed`, where screens live.

        Exactly one of the two is called. A fault of the program also reaches `failed`, as `ui.fault`, and
        is reported besides.
        """


class SynchronousTasks:
    """Does each piece of work at once; a fault of the program is raised where it happened."""

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Do the work and answer before returning."""
        try:
            result = work()
        except KnownError as error:
            failed(error)
            return
        done(result)
