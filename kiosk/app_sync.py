"""Syncs in the background while somebody is at work, and tells the screens how the connection stands.

What the centre ordered about people is taken in as soon as a round has brought it: on the store's thread, so
between two acts; so is one that somebody laid beside the slots from a stick, within a minute.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.ui.sync_state import Attention, Connection, DebtLoading, Paused

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.desk.sync_pause import OnNetwork
    from kiosk.sync.medium_worker import MediumWorker
    from kiosk.sync.worker import SyncStatus, SyncWorker


ORDERS = frozenset({"staff", "tombstones"})
"""The datasets that say who may no longer work here."""


class Syncing:
    """A companion of the desk and the port of its screens (`kiosk.ui.sync_state.SyncPort`).

    `told` is called after each round on the worker's thread, `on_bug` with what no round may raise; `note`
    writes a line to the log. `submit` queues work for the store's thread; `on_fault` gets what a person is to
    know at once. A trial device has no centre: there it does nothing.
    """

    def __init__(
        self,
        told: Callable[[], None],
        on_bug: Callable[[Exception], None],
        *,
        note: Callable[..., None] = lambda *_: None,
        submit: Callable[[Callable[[], object]], object] = lambda _work: None,
        on_fault: Callable[[KnownError], object] = lambda _error: None,
        also: "Callable[[Session], Sequence[Attention]]" = lambda _: (),
    ) -> None:
        """`also`: what needs a person beside what belongs to the centre."""
        self._also = also
        self._submit, self._on_fault = submit, on_fault
        self._session: Session | None = None
        self._told_ended = False
        self._told, self._on_bug, self._note = told, on_bug, note
        self._worker: SyncWorker | None = None
        self._status: SyncStatus | None = None
        self._since = datetime.now(UTC)
        self._waiting = 0
        self._laid: frozenset[str] = frozenset()
        self._medium: MediumWorker | None = None

    def begin(self, session: "Session") -> None:
        """Start the workers of sync and of the second medium; both begin at once."""
        from kiosk.store.sync_state import centre_of
        from kiosk.store.tombstone import laid_names
        from kiosk.sync.medium_worker import MediumWorker
        from kiosk.sync.worker import SyncWorker

        if centre_of(session.store.db) is None:
            return
        self._waiting = 0
        self._session, self._told_ended = session, session.work_ended
        self._laid = laid_names(session.store.folder)
        self._worker = SyncWorker(session.store, self._publish, self._on_bug, look=self._look_at_laid)
        self._worker.start()
        self._medium = MediumWorker(session.store, self._told, self._on_bug)
        self._medium.start()

    def end(self) -> None:
        """Stop after the step in hand."""
        self._session = None
        worker, self._worker = self._worker, None
        medium, self._medium = self._medium, None
        if worker is not None:
            worker.stop()
        if medium is not None:
            medium.stop()

    def connection(self) -> Connection:
        """As the last round found it."""
        status = self._status
        if status is None:
            return Connection(reachable=False, since=self._since)
        loads = status.loading
        loading = DebtLoading(loads.done, loads.debtors, loads.searchable) if loads else None
        held = status.paused
        paused = Paused(held.by, held.since, held.until, held.network) if held else None
        return Connection(status.connected, status.since, loading, paused, status.error)

    def attention(self, session: "Session") -> Sequence[Attention]:
        """Entries that the centre put aside, and a contradiction between the two journals."""
        from kiosk.store.incidents import incident_stands
        from kiosk.store.medium_state import medium_of
        from kiosk.store.sync_state import quarantined

        refused = len(quarantined(session.store.db))
        found = [Attention("quarantined", refused)] if refused else []
        medium = medium_of(session.store.db)
        if medium is not None and medium.fault is not None:
            found.append(Attention("medium", 1))
        if incident_stands(session.store.db):
            found.append(Attention("incident", 1))
        if self._paused_too_long(session):
            found.append(Attention("paused", 1))
        return [*found, *self._also(session)]

    def _paused_too_long(self, session: "Session") -> bool:
        """Whether money has waited a day behind a pause that somebody set and perhaps forgot."""
        from kiosk.store.sync_pause import money_waits

        held = self._status.paused if self._status is not None else None
        return held is not None and held.is_long(datetime.now(UTC)) and money_waits(session.store.db) > 0

    def pause_changed(self) -> None:
        """A person paused sync or lifted a pause: the worker looks at it at once."""
        worker = self._worker
        if worker is not None:
            worker.wake()

    def network(self) -> "OnNetwork | None":
        """As the system tells it; asking it takes some hundredths of a second."""
        from kiosk.link.network import network

        return network()

    def try_now(self) -> None:
        """A person asked: pauses begin anew."""
        worker = self._worker
        if worker is not None:
            worker.wake(at_once=True)

    def waits(self, waiting: int) -> None:
        """So many entries wait now: more than before are sent soon. From the thread of the screens."""
        worker, medium = self._worker, self._medium
        if worker is not None and waiting > self._waiting:
            worker.wake()
        if medium is not None and waiting > self._waiting:
            medium.wake()
        self._waiting = waiting

    def _publish(self, status: "SyncStatus") -> None:
        before, self._status = self._status, status
        if status.outcome and (before is None or before.outcome is not status.outcome):
            self._note("sync", status.outcome, *filter(None, [status.error]))
        if not ORDERS.isdisjoint(status.applied):
            self._submit(self._take_in)
        self._told()

    def _look_at_laid(self) -> None:
        """An order that somebody laid beside the slots from a stick counts soon, not at the next unlock."""
        from kiosk.store.tombstone import laid_names

        session = self._session
        if session is None:
            return
        found = laid_names(session.store.folder)
        if found != self._laid:
            self._laid = found
            self._submit(self._take_in)

    def _take_in(self) -> None:
        """On the store's thread. What cannot be taken in now is so at the next unlock or the next roster."""
        from kiosk.core.stops import Cause, Stop
        from kiosk.desk.revocation import take_in_orders

        session = self._session
        if session is None:
            return
        try:
            gone = take_in_orders(session)
        except KnownError as error:
            self._on_fault(error)
            return
        except Exception as error:  # noqa: BLE001 - handed on: a fault must not vanish on a worker's thread
            self._on_bug(error)
            return
        if gone:
            self._note("orders", len(gone))
            self._on_fault(KnownError("staff.ended_by_centre", staff=", ".join(gone)))
            self._told()
        if session.work_ended and not self._told_ended:
            self._on_fault(Stop(Cause.REVOKED, {"staff": session.staff}).error())
        self._told_ended = session.work_ended
