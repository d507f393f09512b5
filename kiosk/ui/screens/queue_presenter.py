"""What waits to be sent, the oldest of it, and what needs a person. No Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context
from kiosk.ui.sync_state import Attention, Paused, SyncState

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.desk.sync_pause import OnNetwork


_DECISIONS = 5
"""How many of the newest decisions are shown; `kiosk queue` has more."""


@dataclass(frozen=True)
class DecidedEntry:
    """A decision of the centre: the entry, when (local time), its words in both languages, and the note."""

    seq: int
    at: str
    ar: str
    en: str
    note: str


@dataclass(frozen=True)
class QueueFacts:
    """The queue as plain values from the worker. `oldest` is local time, '' when nothing waits."""

    waiting: int
    acknowledged: int
    oldest: str
    bytes: int
    attention: tuple[Attention, ...]
    offset: int = 0
    """Minutes between UTC and local time."""
    out: tuple[int, str] | None = None
    """What left on a stick and is not acknowledged: up to which entry, and when (local time)."""
    decided: tuple[DecidedEntry, ...] = ()
    """What people of the centre decided on entries that had waited: the newest."""


@dataclass(frozen=True)
class QueueState:
    """What the screen shows. `figures` are (words, value); `attention` are (words, how many)."""

    connected: bool = False
    headline: str = ""
    explanation: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    attention: tuple[tuple[str, str], ...] = ()
    attention_words: str = ""
    paused: bool = False
    """Whether the button lifts a pause instead of setting one."""


class QueueView(Protocol):
    """The screen."""

    def show_state(self, state: QueueState) -> None:
        """Draw the state."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class QueuePresenter:
    """Reads afresh at each visit and when asked."""

    def __init__(self, context: Context, view: QueueView) -> None:
        self._context, self._view = context, view
        self.state = QueueState()
        self._seen: SyncState | None = None

    def refresh(self) -> None:
        """Look at the queue again."""
        self._context.desk.look_again()
        self._read()

    def sync_changed(self, state: SyncState) -> None:
        """The connection or what waits has changed while the screen is in sight."""
        if state != self._seen:
            self._seen = state
            self._read()

    def _read(self) -> None:
        desk = self._context.desk
        desk.ask(facts_of(desk.sync.attention), self._told, self._view.say_error)

    def try_now(self) -> None:
        """A person asked: try the connection at once, then look."""
        self._context.desk.sync.try_now()
        self.refresh()

    def toggle_pause(self) -> None:
        """Pause sync until somebody lifts it, or lift the pause that is in force and send what waits."""
        desk = self._context.desk
        if desk.sync.connection().paused is None:
            self._pause(_pause)
            return

        def lifted(_: object) -> None:
            desk.sync.try_now()
            self.refresh()

        desk.ask(_resume, lifted, self._view.say_error)

    def pause_here(self) -> None:
        """Pause sync on the network in use, as on one that costs; any other lets it go on by itself."""
        self._pause(_pause_on(self._context.desk.sync.network))

    def _pause(self, work: "Callable[[Session], None]") -> None:
        desk = self._context.desk

        def paused(_: object) -> None:
            desk.sync.pause_changed()
            self.refresh()

        desk.ask(work, paused, self._view.say_error)

    def _told(self, facts: QueueFacts) -> None:
        texts, sync = self._context.texts, self._context.desk.sync_state
        paused = self._context.desk.sync.connection().paused
        said, explanation = self._words(facts)
        kilobytes = -(-facts.bytes // 1000)
        self.state = QueueState(
            connected=sync.connected,
            headline=said,
            explanation=explanation,
            paused=paused is not None,
            figures=(
                (texts("queue.waiting"), texts.data(facts.waiting)),
                (texts("queue.acknowledged"), texts.data(facts.acknowledged)),
                (texts("queue.oldest"), texts.data(facts.oldest) or texts("queue.nothing")),
                (texts("queue.size"), texts("queue.kilobytes", count=kilobytes)),
                *self._by_stick(facts),
                *self._loading(),
            ),
            attention=(
                *((texts(f"attention.{one.kind}"), texts.data(one.count)) for one in facts.attention),
                *(self._decision(one) for one in facts.decided),
            ),
            attention_words=texts("queue.attention" if facts.attention else "queue.no_attention"),
        )
        self._view.show_state(self.state)

    def _words(self, facts: QueueFacts) -> tuple[str, str]:
        """How the connection stands, and what that means: of a round that failed, its own sentences."""
        texts, sync = self._context.texts, self._context.desk.sync_state
        connection = self._context.desk.sync.connection()
        headline = texts("queue.connected") if sync.connected else texts("queue.offline", since=sync.since)
        if connection.paused is not None and not sync.connected:
            return self._pause_words(connection.paused, facts)
        if connection.error is None:
            return headline, texts("queue.connected_detail" if sync.connected else "queue.offline_detail")
        language = texts.language
        error = connection.error
        return headline, f"{error.sentence(language)} {error.remedy(language)}"

    def _pause_words(self, paused: Paused, facts: QueueFacts) -> tuple[str, str]:
        """Who paused it since when, until when and where, and that nothing is lost."""
        texts = self._context.texts
        since = local_text(paused.since, facts.offset)
        headline = texts("queue.paused", by=paused.by, since=since)
        details = [texts("queue.paused_detail")]
        if paused.until is not None:
            details.append(texts("queue.paused_until", until=local_text(paused.until, facts.offset)))
        if paused.network is not None:
            details.append(texts("queue.paused_network", network=paused.network))
        return headline, " ".join(details)

    def _decision(self, one: DecidedEntry) -> tuple[str, str]:
        """What was decided on an entry and in which words, and when."""
        texts = self._context.texts
        words = one.ar if texts.language == "ar" else one.en
        key = "queue.decided_note" if one.note else "queue.decided"
        return texts(key, seq=one.seq, words=words, note=one.note), texts.data(one.at)

    def _by_stick(self, facts: QueueFacts) -> tuple[tuple[str, str], ...]:
        """What is on its way by stick; it waits all the same."""
        texts = self._context.texts
        if facts.out is None:
            return ()
        through, at = facts.out
        return ((texts("queue.by_stick"), texts("queue.by_stick_value", through=through, at=at)),)

    def _loading(self) -> "tuple[tuple[str, str], ...]":
        """How far new debts are, while they load."""
        texts = self._context.texts
        loading = self._context.desk.sync.connection().loading
        if loading is None:
            return ()
        loaded = texts("queue.loaded", done=f"{loading.done:,}", debtors=f"{loading.debtors:,}")
        return ((texts("queue.loading"), texts("queue.searchable") if loading.searchable else loaded),)


def facts_of(
    attention: "Callable[[Session], Sequence[Attention]]",
) -> "Callable[[Session], QueueFacts]":
    """The work that reads the queue in the worker."""

    def work(session: "Session") -> QueueFacts:
        from kiosk.desk.card_complete import open_cards
        from kiosk.store.queries.queue import queue, taken_out
        from kiosk.store.sync_state import decided

        waits, out = queue(session.store.db), taken_out(session.store.db)
        offset = session.moment().local(money=False).offset
        oldest = local_text(waits.oldest, offset) if waits.oldest else ""
        doubts = len(open_cards(session))
        cards = (Attention("cards", doubts),) if doubts else ()
        return QueueFacts(
            waiting=waits.waiting,
            acknowledged=waits.acknowledged,
            oldest=oldest,
            bytes=waits.bytes,
            attention=(*attention(session), *cards),
            offset=offset,
            out=(out.through, local_text(out.at, offset)) if out else None,
            decided=tuple(
                DecidedEntry(one.seq, local_text(one.at, offset), one.ar, one.en, one.note or "")
                for one in decided(session.store.db)[:_DECISIONS]
            ),
        )

    return work


def _pause(session: "Session") -> None:
    from kiosk.desk.sync_pause import pause_sync

    pause_sync(session)


def _pause_on(network: "Callable[[], OnNetwork | None]") -> "Callable[[Session], None]":
    """The work that pauses on what is then the network in use; raises KnownError `sync.network_unknown`."""

    def work(session: "Session") -> None:
        from kiosk.desk.sync_pause import pause_sync

        here = network()
        if here is None:
            raise KnownError("sync.network_unknown")
        pause_sync(session, network=here)

    return work


def _resume(session: "Session") -> None:
    from kiosk.desk.sync_pause import resume_sync

    resume_sync(session)
