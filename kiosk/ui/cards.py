"""The card terminal as screens reach it: conversations run beside them, answers come back to them. No Qt.

A screen hands in what begins an attempt, a function of the Session that runs where the store lives; the
terminal is asked before it, and the order leaves after it, on the terminal's own thread.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.tasks import Failed

if TYPE_CHECKING:
    from kiosk.core.card_terminal import LastResult, Step
    from kiosk.desk.card import Paid
    from kiosk.desk.card_reverse import Day
    from kiosk.desk.session import Session
    from kiosk.store.queries.cards import Attempt

    Start = Callable[[Session, str, LastResult], Attempt]
    """Begins an attempt on a terminal (its id) that has just said where it stands."""


class CardPort(Protocol):
    """One terminal, one thing at a time. `done` or `failed` is called on the thread of the screens."""

    def terminal(self) -> str:
        """The bank's id of the linked terminal, '' while none is linked."""

    def run(
        self,
        start: "Start",
        tell: "Callable[[Step], None]",
        done: "Callable[[Paid], None]",
        failed: Failed,
        /,
    ) -> None:
        """Take or reverse a payment, to its end: a receipt, a refusal, or an attempt that is in doubt."""

    def where(self, done: "Callable[[str, LastResult], None]", failed: Failed, /) -> None:
        """Ask the terminal (`done` gets its id) where it stands: before a second person signs an attempt."""

    def send(
        self,
        attempt: int,
        tell: "Callable[[Step], None]",
        done: "Callable[[Paid], None]",
        failed: Failed,
        /,
    ) -> None:
        """As `run`, for an attempt (its seq) that was begun already."""

    def ask(self, attempt: int, done: "Callable[[Paid], None]", failed: Failed, /) -> None:
        """Let the terminal's last transaction decide what became of an attempt (its seq)."""

    def close_day(self, done: "Callable[[Day], None]", failed: Failed, /) -> None:
        """Close the terminal's day and keep what it says beside ours."""

    def give_up(self) -> None:
        """Ask the terminal to stop waiting for a card; its own answer still decides."""


class NoTerminal:
    """No terminal is linked: cards go by its slip."""

    def terminal(self) -> str:
        """None."""
        return ""

    def run(
        self,
        _start: "Start",
        _tell: "Callable[[Step], None]",
        _done: "Callable[[Paid], None]",
        failed: Failed,
        /,
    ) -> None:
        """Refuse."""
        failed(KnownError("terminal.none"))

    def where(self, _done: "Callable[[str, LastResult], None]", failed: Failed, /) -> None:
        """Refuse."""
        failed(KnownError("terminal.none"))

    def send(
        self,
        _attempt: int,
        _tell: "Callable[[Step], None]",
        _done: "Callable[[Paid], None]",
        failed: Failed,
        /,
    ) -> None:
        """Refuse."""
        failed(KnownError("terminal.none"))

    def ask(self, _attempt: int, _done: "Callable[[Paid], None]", failed: Failed, /) -> None:
        """Refuse."""
        failed(KnownError("terminal.none"))

    def close_day(self, _done: "Callable[[Day], None]", failed: Failed, /) -> None:
        """Refuse."""
        failed(KnownError("terminal.none"))

    def give_up(self) -> None:
        """Nothing waits."""
