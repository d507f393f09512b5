"""Syncs in the background while somebody is at work, and tells the screens how the connection stands."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiosk.ui.sync_state import Attention, Connection

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.sync.worker import SyncStatus, SyncWorker


class Syncing:
    """A companion of the desk and the port of its screens (`kiosk.ui.sync_state.SyncPort`).

    `told` is called after each round on the worker's thread, `on_bug` with what no round may raise. A trial
    device has no centre: there it does nothing.
    """

    def __init__(self, told: Callable[[], None], on_bug: Callable[[Exception], None]) -> None:
        self._told, self._on_bug = told, on_bug
        self._worker: SyncWorker | None = None
        self._status: SyncStatus | None = None
        self._since = datetime.now(UTC)
        self._waiting = 0

    def begin(self, session: "Session") -> None:
        """Start the worker of sync; its first round begins at once."""
        from kiosk.store.sync_state import centre_of
        from kiosk.sync.worker import SyncWorker

        if centre_of(session.store.db) is None:
            return
        self._waiting = 0
        self._worker = SyncWorker(session.store, self._publish, self._on_bug)
        self._worker.start()

    def end(self) -> None:
        """Stop after the step in hand."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def connection(self) -> Connection:
        """As the last round found it."""
        status = self._status
        if status is None:
            return Connection(reachable=False, since=self._since)
        return Connection(status.connected, status.since)

    def attention(self, session: "Session") -> Sequence[Attention]:
        """Entries that the centre put aside, and a contradiction between the two journals."""
        from kiosk.store.sync_state import incident_of, quarantined

        refused = len(quarantined(session.store.db))
        found = [Attention("quarantined", refused)] if refused else []
        if incident_of(session.store.db) is not None:
            found.append(Attention("incident", 1))
        return found

    def try_now(self) -> None:
        """A person asked: pauses begin anew."""
        worker = self._worker
        if worker is not None:
            worker.wake(at_once=True)

    def waits(self, waiting: int) -> None:
        """So many entries wait now: more than before are sent soon. From the thread of the screens."""
        worker = self._worker
        if worker is not None and waiting > self._waiting:
            worker.wake()
        self._waiting = waiting

    def _publish(self, status: "SyncStatus") -> None:
        self._status = status
        self._told()
