"""What waits to be sent, the oldest of it, and what needs a person. No Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context
from kiosk.ui.sync_state import Attention, SyncState

if TYPE_CHECKING:
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class QueueFacts:
    """The queue as plain values from the worker. `oldest` is local time, '' when nothing waits."""

    waiting: int
    acknowledged: int
    oldest: str
    bytes: int
    attention: tuple[Attention, ...]


@dataclass(frozen=True)
class QueueState:
    """What the screen shows. `figures` are (words, value); `attention` are (words, how many)."""

    connected: bool = False
    headline: str = ""
    explanation: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    attention: tuple[tuple[str, str], ...] = ()
    attention_words: str = ""


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

    def _told(self, facts: QueueFacts) -> None:
        texts, sync = self._context.texts, self._context.desk.sync_state
        link = "connected" if sync.connected else "offline"
        said = texts("queue.connected") if sync.connected else texts("queue.offline", since=sync.since)
        kilobytes = -(-facts.bytes // 1000)
        self.state = QueueState(
            connected=sync.connected,
            headline=said,
            explanation=texts(f"queue.{link}_detail"),
            figures=(
                (texts("queue.waiting"), texts.data(facts.waiting)),
                (texts("queue.acknowledged"), texts.data(facts.acknowledged)),
                (texts("queue.oldest"), texts.data(facts.oldest) or texts("queue.nothing")),
                (texts("queue.size"), texts("queue.kilobytes", count=kilobytes)),
                *self._loading(),
            ),
            attention=tuple(
                (texts(f"attention.{one.kind}"), texts.data(one.count)) for one in facts.attention
            ),
            attention_words=texts("queue.attention" if facts.attention else "queue.no_attention"),
        )
        self._view.show_state(self.state)

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
        from kiosk.desk.card import open_cards
        from kiosk.store.queries.queue import queue

        waits = queue(session.store.db)
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
        )

    return work
