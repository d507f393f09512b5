"""Tends the second medium in the background, on a thread and a connection of its own.

It looks at the medium at the start, after acts and every minute. Nothing waits for it, and no fault of a card
reaches an act: the state says what is wrong, and screens say it to people.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.policy_files import read_policy
from kiosk.store.datasets import current_dataset
from kiosk.store.medium_state import MediumState
from kiosk.store.store import Store
from kiosk.sync.place import Place, now
from kiosk.sync.second_medium import check_medium, tend

LOOK = timedelta(minutes=1)
"""Between two looks while nobody does anything: the age of what waits is counted in minutes."""


class MediumWorker:
    """One store's second medium. `told` is called on the worker's thread when its state has changed.

    `on_bug` gets what no look may raise; the worker goes on.
    """

    def __init__(self, store: Store, told: Callable[[], None], on_bug: Callable[[Exception], None]) -> None:
        self._store = store
        self._told = told
        self._on_bug = on_bug
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._policy: tuple[str, Policy] | None = None
        self._seen: MediumState | None = None
        self._thread = threading.Thread(target=self._run, name="medium", daemon=True)

    def start(self) -> None:
        """Begin with a look at once. Raises KnownError `sync.not_enrolled` on a trial device."""
        Place.of(self._store)
        self._thread.start()

    def wake(self) -> None:
        """An act was done: something may be due."""
        self._woken.set()

    def stop(self, timeout: int | None = 30) -> bool:
        """End after the file in hand, before the store is closed; True when the thread has ended."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        place: Place | None = None
        checked = False
        try:
            while not self._stopping.is_set():
                try:
                    if place is None:
                        place = Place.of(self._store, own_connection=True)
                    if not checked:
                        _look_first(place)
                        checked = True
                    self._tend(place)
                except Exception as error:  # noqa: BLE001 - handed on: one bad look must not end the copies
                    self._on_bug(error)
                again = self._seen is not None and self._seen.scans_due and self._seen.fault is None
                if self._woken.wait(0 if again else LOOK.total_seconds()):
                    self._woken.clear()
        finally:
            if place is not None:
                place.close()

    def _tend(self, place: Place) -> None:
        state = tend(place, self._rules(place), self._stopping.is_set)
        if state != self._seen:
            self._seen = state
            self._told()

    def _rules(self, place: Place) -> Policy:
        """The policy in force today; its text is read again only when it is another one."""
        kept = current_dataset(place.db, "policy")
        if self._policy is None or self._policy[0] != kept.hash or self._policy[1].day != now().date():
            self._policy = kept.hash, read_policy(kept.content.decode(), "policy").on(now().date())
        return self._policy[1]


def _look_first(place: Place) -> None:
    """Compare medium and journal once; what is wrong is journalled or seen again by the look that follows."""
    try:
        check_medium(place)
    except KnownError as error:
        if not error.code.startswith(("export.", "medium.")):
            raise
