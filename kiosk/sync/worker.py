"""Syncs in the background: on a thread and a connection of its own, with pauses that grow and never an end.

Nothing waits for it. It is woken by an act, by a person or by a change of the network, and stopped before the
store is locked. While the centre cannot be reached it tries again after 2 s to 5 min, with full jitter, so
that the devices of a region do not come back in step.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.core.errors import KnownError
from kiosk.link.network import network_name, way_out
from kiosk.link.transport import Timeouts
from kiosk.store.debts.load import SoFar
from kiosk.store.queries.queue import queue
from kiosk.store.store import Store
from kiosk.store.sync_pause import Pause, keep_pause, pause_of
from kiosk.sync.outcomes import Outcome, RoundResult, outcome_of
from kiosk.sync.place import Place, now
from kiosk.sync.round import SyncRound, attention

FIRST, LONGEST = timedelta(seconds=2), timedelta(minutes=5)
POLL = timedelta(minutes=1)
"""Between two questions whether anything is new, while all goes well."""
WHOLE_EVERY = timedelta(minutes=15)
"""Between two whole rounds of an idle device: the centre hears that it lives, and it hears the time."""
LOOK = timedelta(seconds=5)
"""Between two looks at the ways out of the machine, while the centre cannot be reached."""
LEAST = 20
"""Entries of the smallest batch on a bad line."""
_MS = timedelta(milliseconds=1)
_US = timedelta(microseconds=1)
_BAD_LINE = (Outcome.OFFLINE, Outcome.TIMEOUT)


@dataclass(frozen=True)
class SyncStatus:
    """What the chip of every screen says. `since`: claimed UTC since when `connected` is as it is.

    `applied`: datasets that came into use in this round: a session then needs a new `Reference`.
    """

    connected: bool
    since: datetime
    waiting: int
    oldest: datetime | None
    attention: int
    outcome: Outcome | None = None
    error: KnownError | None = None
    applied: tuple[str, ...] = ()
    loading: "LoadingDebts | None" = None
    """A load of debts that is under way; work goes on with those before."""
    paused: Pause | None = None
    """A pause that a person set and that is in force: only what somebody asks for is sent."""


@dataclass(frozen=True)
class LoadingDebts:
    """How many of the debtors are loaded; `searchable`: all are there and are made findable."""

    done: int
    debtors: int
    searchable: bool


Publish = Callable[[SyncStatus], None]


class Backoff:
    """Pauses after failures: somewhere between 2 s and an upper end that doubles up to 5 min."""

    def __init__(self, chance: Callable[[int, int], int] = random.randint) -> None:
        """`chance` draws whole milliseconds between two ends, both possible."""
        self._chance = chance
        self._failures = 0

    def failed(self) -> timedelta:
        """How long until the next try."""
        highest = min(LONGEST, FIRST * 2 ** min(self._failures + 1, 16))
        self._failures += 1
        return timedelta(milliseconds=self._chance(FIRST // _MS, highest // _MS))

    def reset(self) -> None:
        """Begin anew: success, another network, or a person who asked."""
        self._failures = 0


def pause_after(result: RoundResult, backoff: Backoff) -> timedelta:
    """How long to wait after a round that failed.

    A server that names its time (`Retry-After`) is left alone for it; the jitter on top keeps the devices
    that it sent away from returning in step.
    """
    named = result.error.params.get("retry_after", 0) if result.error is not None else 0
    return timedelta(seconds=named if isinstance(named, int) else 0) + backoff.failed()


class SyncWorker:
    """One store's sync. `publish` is called on the worker's thread after each round and must not block.

    `on_bug` gets what no round may raise; the worker goes on with the longest pause.
    """

    def __init__(
        self,
        store: Store,
        publish: Publish,
        on_bug: Callable[[Exception], None],
        *,
        address: str | None = None,
        timeouts: Timeouts | None = None,
        backoff: Backoff | None = None,
        poll: timedelta = POLL,
        way_out: Callable[[], tuple[str, ...]] = way_out,
        network: Callable[[], str | None] = network_name,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """`poll`: the pause while all goes well. `way_out`: tells one network from another, `network` names
        the one in use. `look` is called before each pause, and while the centre cannot be reached every few
        seconds.
        """
        self._network = network
        self._named: tuple[tuple[str, ...], str | None] | None = None
        self._asked_for = threading.Event()
        self._look = look
        self._store = store
        self._publish = publish
        self._on_bug = on_bug
        self._address = address
        self._timeouts = timeouts
        self._backoff = backoff or Backoff()
        self._poll = poll
        self._way_out = way_out
        self._whole_at = 0
        """When (monotonic ns) the next whole round is due; until then an idle device only asks for news."""
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._status: SyncStatus | None = None
        self._rounds: SyncRound | None = None
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def status(self) -> SyncStatus | None:
        """The newest status, from any thread; None before the first."""
        return self._status

    def start(self) -> None:
        """Begin with a round at once. Raises KnownError `sync.not_enrolled` on a trial device."""
        Place.of(self._store)
        self._thread.start()

    def wake(self, *, at_once: bool = False) -> None:
        """Something waits. `at_once`: a person asked, and goes before a pause that was set."""
        if at_once:
            self._backoff.reset()
            self._whole_at = 0
            self._asked_for.set()
        if at_once or self._status is None or self._status.connected:
            self._woken.set()

    def stop(self, timeout: int | None = 30) -> bool:
        """End after the step in hand, and before the store is closed; True when the thread has ended.

        A line that hangs is cut: locking does not wait for it. What was on its way is sent again.
        """
        self._stopping.set()
        self._woken.set()
        rounds = self._rounds
        if rounds is not None:
            rounds.client.transport.sever()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        place: Place | None = None
        rounds: SyncRound | None = None
        try:
            while not self._stopping.is_set():
                pause = LONGEST
                try:
                    if rounds is None:
                        place = Place.of(self._store, own_connection=True)
                        rounds = SyncRound(
                            place,
                            address=self._address,
                            timeouts=self._timeouts,
                            cancelled=self._stopping.is_set,
                            loading=self._tell_loading,
                        )
                        self._rounds = rounds
                    pause = self._turn(rounds)
                except Exception as error:  # noqa: BLE001 - handed on: one bad round must not end the sync
                    self._on_bug(error)
                self._look()
                self._wait(pause)
        finally:
            if rounds is not None:
                rounds.close()
            elif place is not None:
                place.close()

    def _wait(self, pause: timedelta) -> None:
        """Wait until it is time, or somebody wakes us, or a line that failed may work on another network."""
        failing = self._status is not None and not self._status.connected
        busy = self._status is not None and self._status.outcome is Outcome.BUSY
        if not failing or busy:
            if self._woken.wait(pause.total_seconds()):
                self._woken.clear()
            return
        before, ends = self._way_out(), time.monotonic_ns() + pause // _US * 1000
        while (left := ends - time.monotonic_ns()) > 0:
            if self._woken.wait(min(timedelta(microseconds=left // 1000), LOOK).total_seconds()):
                self._woken.clear()
                return
            self._look()
            if (found := self._way_out()) and found != before:
                self._backoff.reset()
                return
            before = found

    def _turn(self, rounds: SyncRound) -> timedelta:
        """One round, unless a person paused sync and nobody asks for one; how long to wait after it."""
        asked = self._asked_for.is_set()
        self._asked_for.clear()
        paused = None if asked else self._pause(rounds.place)
        return self._once(rounds) if paused is None else self._rest(rounds.place, paused)

    def _pause(self, place: Place) -> Pause | None:
        """The pause that is in force on this network now; the name of a network is asked for once on it."""
        pause = pause_of(place.db)
        if pause is None or _is_over(place, pause):
            return None
        if pause.network is not None:
            way = self._way_out()
            if self._named is None or self._named[0] != way:
                self._named = way, self._network()
            if self._named[1] != pause.network:
                return None
        return pause

    def _rest(self, place: Place, paused: Pause) -> timedelta:
        """Send nothing, and say so when it is news."""
        before, waits = self._status, queue(place.db)
        if before is None or (before.paused, before.connected, before.waiting) != (
            paused,
            False,
            waits.waiting,
        ):
            self._status = SyncStatus(
                connected=False,
                since=paused.since,
                waiting=waits.waiting,
                oldest=waits.oldest,
                attention=attention(place),
                paused=paused,
            )
            self._publish(self._status)
        return LOOK

    def _once(self, rounds: SyncRound) -> timedelta:
        """One round, or one small question while nothing happens; the pause after it."""
        result = self._asked(rounds)
        if result is None:
            self._backoff.reset()
            return self._poll
        self._tell(rounds.place, result)
        if result.outcome in _BAD_LINE:
            rounds.most = max(LEAST, rounds.most // 2)
        elif result.outcome.reached:
            rounds.most = min(500, rounds.most * 2)
        if result.outcome.reached and result.error is None:
            self._backoff.reset()
            return timedelta(0) if result.scans.more else self._poll
        return pause_after(result, self._backoff)

    def _asked(self, rounds: SyncRound) -> RoundResult | None:
        """What a round came to; None when nothing was new, which a small question told."""
        connected = self._status is not None and self._status.connected
        if connected and time.monotonic_ns() < self._whole_at:
            try:
                if rounds.idle():
                    return None
            except KnownError as error:
                if error.code.startswith("store."):
                    raise
                return RoundResult(outcome_of(error), error)
        result = rounds.run()
        if result.error is None:
            self._whole_at = time.monotonic_ns() + WHOLE_EVERY // _US * 1000
        return result

    def _tell_loading(self, so_far: SoFar, debtors: int) -> None:
        """Say how far a load is, at every hundredth of it: the screens need no more."""
        before = self._status
        if before is None:
            before = SyncStatus(connected=True, since=now(), waiting=0, oldest=None, attention=0)
        told = LoadingDebts(so_far.debtors, debtors, so_far.searchable)
        last = before.loading
        if last is None or told.searchable != last.searchable or (told.done - last.done) * 100 >= debtors:
            self._status = replace(before, connected=True, loading=told, applied=())
            self._publish(self._status)

    def _tell(self, place: Place, result: RoundResult) -> None:
        reached = result.outcome.reached
        before, waits = self._status, queue(place.db)
        same = before is not None and before.paused is None and before.connected == reached
        status = SyncStatus(
            connected=reached,
            since=before.since if same and before is not None else now(),
            waiting=waits.waiting,
            oldest=waits.oldest,
            attention=attention(place) + len(result.faults),
            outcome=result.outcome,
            error=result.error,
            applied=tuple(result.applied),
            paused=self._pause(place),
        )
        self._status = status
        self._publish(status)


def _is_over(place: Place, pause: Pause) -> bool:
    """Whether a pause has ended by itself: then an entry says so, and no later clock brings it back."""
    if pause.ended(now()) is None:
        return False
    with place.act() as act:
        ended = pause.ended(act.moment.at)
        if ended is not None and pause_of(act.db) == pause:
            act.append(ended)
            keep_pause(act.db, None)
    return True
