"""The desk as screens reach it: every use of the store runs in the worker that owns it. No Qt.

The database belongs to the thread that opened it, so the Session never leaves the worker: a screen hands in
a function of the Session and gets back what that function returned, which is plain values.
Nothing of the desk is imported before it is needed: the unlock screen must be painted first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.core.errors import BugError, InBoth, KnownError
from kiosk.core.roles import Right, Role, may
from kiosk.ui.cards import CardPort, NoTerminal
from kiosk.ui.drawer_news import DrawerNews
from kiosk.ui.stick_jobs import StickJobs
from kiosk.ui.sync_state import Connection, NoCentre, SyncPort, SyncState
from kiosk.ui.tasks import Failed, Tasks

if TYPE_CHECKING:
    from kiosk.desk.forgotten import Offer
    from kiosk.desk.screen_lock import ShortNumber
    from kiosk.desk.session import Session
    from kiosk.store.moments import DeviceClock
    from kiosk.store.secret_digits import NewSecret
    from kiosk.store.store import Opening

T = TypeVar("T")


@dataclass(frozen=True)
class OnDuty:
    """Who is at work."""

    code: str
    roles: tuple[Role, ...]

    def may(self, right: Right) -> bool:
        """Whether his roles hold a right: what he may not do is not offered. The act checks again."""
        return may(self.roles, right)


@dataclass(frozen=True)
class StaffSlot:
    """A person who can unlock, as anyone may see him: `tries` wrong ones so far, `wait_s` before the next."""

    code: str
    roles: tuple[str, ...]
    tries: int
    wait_s: int
    span: tuple[int, int] = (14, 14)
    """Fewest and most digits of his secret number: by what holds the device secret."""
    escrowed: bool = False
    """Whether the centre can help him to a new secret when he forgot it."""
    device: str = ""
    """The code of this device, '' on a trial."""


class Companion(Protocol):
    """What works beside the desk while somebody is at work. Called in the worker; neither call may raise
    what a person could mend, since nobody must be kept from his work by a printer or by the network.
    """

    def begin(self, session: "Session") -> None:
        """The store was opened."""

    def end(self) -> None:
        """The store is about to be closed: nothing may use it when this returns. Asked only after `begin`."""


class DeskAccess:
    """One device's desk. Methods answer through `done` or `failed`, on the thread of the screens."""

    def __init__(
        self,
        root: Path,
        tasks: Tasks,
        *,
        sync: SyncPort | None = None,
        cards: CardPort | None = None,
        sticks: StickJobs | None = None,
        opening: "Opening | None" = None,
        clock: "Callable[[], DeviceClock] | None" = None,
        remember: Callable[[bool], object] = lambda _waits: None,
        companions: Sequence[Companion] = (),
        acted: Callable[[], object] = lambda: None,
    ) -> None:
        """`acted` is told in the worker as soon as an act is safe, before the screen knows of it."""
        self.root = root
        self.tasks = tasks
        self.sync = sync or NoCentre()
        self.cards = cards or NoTerminal()
        self.sticks = sticks or StickJobs(tasks)
        self.drawer = DrawerNews()
        self.on_duty: OnDuty | None = None
        self.sync_state = SyncState(connected=False, since="")
        self._remember = remember
        self._companions = (self.sticks, *companions)
        self._acted = acted
        self._opening = opening
        self._clock = clock
        self._session: Session | None = None
        self._short: ShortNumber | None = None
        self._watchers: list[Callable[[SyncState], None]] = []
        self._counts = (0, 0)
        self._oldest = ""
        self._offset = 0

    def staff(self, done: Callable[[list[StaffSlot]], None], failed: Failed) -> None:
        """List who can unlock. `failed` gets `slots.*`, `store.*`."""
        self.tasks.run(lambda: _staff_of(self.root), done, failed)

    def secret_words(self, done: Callable[[InBoth], None], failed: Failed) -> None:
        """What holds the device secret and which secret numbers follow from it."""
        self.tasks.run(lambda: _secret_words_of(self.root), done, failed)

    def unlock(self, code: str, typed: str, done: Callable[[OnDuty], None], failed: Failed) -> None:
        """Open the store for a person. `failed` gets what `kiosk.desk.unlock.unlock` raises."""

        def work() -> OnDuty:
            from kiosk.desk.unlock import unlock

            clock = self._clock() if self._clock else None
            self._session = unlock(self.root, code, typed, opening=self._opening, clock=clock)
            for one in self._companions:
                one.begin(self._session)
            return OnDuty(self._session.staff, self._session.roles)

        def opened(on_duty: OnDuty) -> None:
            self.on_duty = on_duty
            self.look_again()
            done(on_duty)

        self.tasks.run(work, opened, failed)

    def offer_new(self, code: str, typed: str, done: "Callable[[Offer], None]", failed: Failed) -> None:
        """Try the centre's code of a person who forgot his secret; `failed` gets what `offer_new` raises."""

        def work() -> "Offer":
            from kiosk.desk.forgotten import offer_new

            return offer_new(self.root, code, typed, opening=self._opening)

        self.tasks.run(work, done, failed)

    def renew_forgotten(
        self,
        code: str,
        typed: str,
        new: "tuple[NewSecret | str, str]",
        done: Callable[[None], None],
        failed: Failed,
    ) -> None:
        """Give him a new secret: the drawn one or the digits he chose, and what he typed back.

        `failed` gets what `kiosk.desk.forgotten.renew_forgotten` raises, and `secret.*`.
        """

        def work() -> None:
            from kiosk.desk.forgotten import renew_forgotten
            from kiosk.store.secret_digits import choose_secret

            first, again = new
            renew_forgotten(
                self.root,
                code,
                typed,
                lambda policy: (
                    choose_secret(first, policy, staff=code) if isinstance(first, str) else first,
                    again,
                ),
                opening=self._opening,
            )

        self.tasks.run(work, done, failed)

    def lock(self, done: Callable[[bool], None], failed: Failed) -> None:
        """Close the store and wipe its keys; `done` gets whether something waits to be sent.

        In the worker `remember` is told the same, so that it is kept even when the program ends.
        """
        self.on_duty = None
        self._short = None

        def work() -> bool:
            session, self._session = self._session, None
            if session is None:
                return False
            from kiosk.desk.unlock import lock
            from kiosk.store.queries.queue import queue

            try:
                for one in self._companions:
                    one.end()
                waits = queue(session.store.db).waiting > 0
            finally:
                lock(session)
            self._remember(waits)
            return waits

        self.tasks.run(work, done, failed)

    @property
    def can_hold(self) -> bool:
        """Whether a short number was chosen, so that the screen can be held with the store open."""
        return self._short is not None

    def choose_short(self, typed: str, done: Callable[[None], None], failed: Failed) -> None:
        """Take the short number that holds the screen until the kiosk is locked fully.

        `failed` gets `secret.not_digits`, `secret.length`, `secret.weak`.
        """
        staff = self.require_on_duty().code

        def work() -> "ShortNumber":
            from kiosk.desk.screen_lock import ShortNumber

            return ShortNumber(typed, staff)

        def chosen(short: "ShortNumber") -> None:
            self._short = short if self.on_duty is not None else None
            done(None)

        self.tasks.run(work, chosen, failed)

    def resume(self, typed: str, done: Callable[[int], None], failed: Failed) -> None:
        """Test the short number at a held screen: `done` gets 0 when it is right, else the tries left.

        At -1 none is left: lock. `failed` gets `secret.not_digits`, `secret.length`, `store.*`.
        """
        short = self._short
        if short is None:
            raise BugError("a held screen without a short number")

        def work(session: "Session") -> int:
            from kiosk.desk.screen_lock import note_failure, note_return

            if short.test(typed, session.moment().at):
                wrong, short.wrong = short.wrong, []
                note_return(session, wrong)
                return 0
            if not short.left:
                note_failure(session, short.wrong)
                return -1
            return short.left

        self.act(work, done, failed)

    def ask(self, work: "Callable[[Session], T]", done: Callable[[T], None], failed: Failed) -> None:
        """Read: `work` gets the Session in the worker and must return plain values."""
        self.tasks.run(lambda: work(self._open()), done, failed)

    def act(self, work: "Callable[[Session], T]", done: Callable[[T], None], failed: Failed) -> None:
        """Write: as `ask`; afterwards the sync chip is looked at again."""

        def writing(session: "Session") -> T:
            try:
                return work(session)
            finally:
                self._acted()

        def acted(result: T) -> None:
            done(result)
            self.look_again()

        self.ask(writing, acted, failed)

    def watch(self, told: Callable[[SyncState], None]) -> None:
        """Be told each time the sync state was looked at, until `unwatch`."""
        self._watchers.append(told)

    def unwatch(self, told: Callable[[SyncState], None]) -> None:
        """Be told no more."""
        self._watchers.remove(told)

    def look_again(self) -> None:
        """Count again what waits, and tell those who watch."""
        self.ask(self._look, self._tell, lambda _error: None)

    def connection_changed(self) -> None:
        """Look at the connection alone, without the store; cheap, for a timer."""
        if self.on_duty is not None:
            self._tell(self._state(self.sync.connection()))

    def _open(self) -> "Session":
        if self._session is None:
            raise KnownError("ui.locked")
        return self._session

    def _look(self, session: "Session") -> SyncState:
        from kiosk.store.queries.queue import queue

        waits = queue(session.store.db)
        found = self.sync.attention(session)
        moment = session.moment()
        self._offset = moment.local(money=False).offset
        self._counts = (waits.waiting, sum(one.count for one in found))
        self._oldest = local_text(waits.oldest, self._offset) if waits.oldest else ""
        return self._state(self.sync.connection())

    def _state(self, connection: Connection) -> SyncState:
        waiting, attention = self._counts
        since = local_text(connection.since, self._offset)
        if connection.paused is None or since[:10] == local_text(datetime.now(UTC), self._offset)[:10]:
            since = since[-5:]
        return SyncState(
            connection.reachable,
            since,
            waiting,
            attention,
            self._oldest,
            connection.percent(),
            connection.paused.by if connection.paused else "",
        )

    def _tell(self, state: SyncState) -> None:
        if self.on_duty is None:
            return
        self.sync_state = state
        for told in tuple(self._watchers):
            told(state)

    def require_on_duty(self) -> OnDuty:
        """Who is at work. Raises BugError when nobody is: no screen is shown then."""
        if self.on_duty is None:
            raise BugError("a screen at work while the kiosk is locked")
        return self.on_duty


def local_text(at: datetime, offset_minutes: int) -> str:
    """A time as `2026/11/24 09:05` at an offset of the zone."""
    return f"{at + timedelta(minutes=offset_minutes):%Y/%m/%d %H:%M}"


def _staff_of(root: Path) -> list[StaffSlot]:
    from kiosk.store.attempts import AttemptLog
    from kiosk.store.device_backends import device_secret_of
    from kiosk.store.layout import StoreFolder
    from kiosk.store.slots import Slots

    folder = StoreFolder(root)
    if not folder.database.is_file():
        raise KnownError("store.missing", path=root)
    attempts = AttemptLog(folder.attempts)
    secret = device_secret_of(folder)
    span = (secret.policy.shortest, secret.policy.longest)
    slots = Slots(folder, secret, attempts)
    tried = [one.code for one in attempts.failed()]
    device = slots.device() or ""
    return [
        StaffSlot(
            one.code,
            one.roles,
            tried.count(one.code),
            -(-attempts.wait_ms(one.code) // 1000),
            span,
            one.escrowed,
            device,
        )
        for one in slots.listed()
        if one.kind == "staff"
    ]


def _secret_words_of(root: Path) -> InBoth:
    from kiosk.core.secret_words import SECRET_WORDS
    from kiosk.store.device_backends import device_secret_of
    from kiosk.store.layout import StoreFolder

    return SECRET_WORDS[device_secret_of(StoreFolder(root)).name]
