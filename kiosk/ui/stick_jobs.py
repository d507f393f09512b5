"""Sticks as screens use them: on a thread and a connection of their own, so that no act waits for one. No Qt.

A stick may be slow, dying, or pulled out: what is done with it never runs where the desk works. Locking the
kiosk ends it between two batches, before the store is closed.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from kiosk.core.errors import KnownError
from kiosk.core.roles import Role
from kiosk.ui.tasks import Failed, Tasks

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.store.store import Store
    from kiosk.sync.place import Place
    from kiosk.sync.removable import Medium

T = TypeVar("T")
PATIENCE_S = 30
"""How long locking waits for the batch in hand, as for sync: a medium that hangs keeps nobody from it."""


@dataclass(frozen=True)
class Far:
    """How far a stick is: `done` of `of` entries or scans written, parts read, debtors loaded or findable."""

    what: Literal["written", "scans", "read", "debts", "searchable"]
    done: int
    of: int

    @property
    def percent(self) -> int:
        """Whole percent."""
        return min(100, self.done * 100 // max(1, self.of))


class StickRun:
    """One use of a stick, seen from both threads: how far it is, and whether it is to stop."""

    def __init__(self) -> None:
        self.far: Far | None = None
        self._stop = threading.Event()

    def stop(self) -> None:
        """End between two batches."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stop.is_set()


@dataclass(frozen=True)
class _Holder:
    """Whose store is open: what the work of a stick is done for."""

    store: "Store"
    staff: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class StickWork:
    """What a piece of work is given: the store on its own connection, the person at work, and its run."""

    place: "Place"
    staff: str
    roles: tuple[Role, ...]
    run: StickRun


class StickJobs:
    """A companion of the desk: what screens do with sticks while somebody is at work, one thing at a time."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._holder: _Holder | None = None
        self._run: StickRun | None = None
        self._turn = threading.Lock()

    def begin(self, session: "Session") -> None:
        """The store was opened."""
        self._holder = _Holder(session.store, session.staff, session.roles)

    def end(self) -> None:
        """The store is about to be closed: stop after the batch in hand."""
        run, self._holder = self._run, None
        if run is not None:
            run.stop()
        if self._turn.acquire(timeout=PATIENCE_S):
            self._turn.release()

    def media(self, data: Path, done: "Callable[[list[Medium]], None]", failed: Failed) -> None:
        """The sticks and cards that are in."""

        def work() -> "list[Medium]":
            from kiosk.sync.removable import media_here

            return media_here(data)

        self._tasks.run(work, done, failed)

    def run(self, work: Callable[[StickWork], T], done: Callable[[T], None], failed: Failed) -> StickRun:
        """Do `work` beside the desk. `failed` also gets `ui.locked` and `sync.not_enrolled`."""
        run, holder = StickRun(), self._holder
        self._run = run
        self._tasks.run(lambda: self._do(work, run, holder), done, failed)
        return run

    def _do(self, work: Callable[[StickWork], T], run: StickRun, holder: _Holder | None) -> T:
        """In the thread of sticks. Whoever asked must still be at work: another has not asked for it."""
        from kiosk.sync.place import Place

        with self._turn:
            if holder is None or holder is not self._holder:
                raise KnownError("ui.locked")
            place = Place.of(holder.store, own_connection=True)
            try:
                return work(StickWork(place, holder.staff, holder.roles, run))
            finally:
                place.close()
