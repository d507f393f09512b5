"""One order to the card terminal, as the person who waits sees it: how far it is, and how it ended. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.ui.presenter import Context

if TYPE_CHECKING:
    from kiosk.core.card_terminal import Step
    from kiosk.desk.card import Paid
    from kiosk.ui.cards import Start

DONE, REFUSED, NOT_DONE = "completed", "declined", "not_done"


@dataclass(frozen=True)
class CardTask:
    """What the terminal is asked: `piastres` of what `title` names.

    `start` begins the attempt; `attempt` (its seq) was begun already, with a second person's signature.

    `ended` is told of an attempt that charged nothing, so that the next try is another one; `reversed` of a
    reversal that the terminal made.
    """

    title: str
    who: str
    piastres: int
    ended: Callable[[], object]
    start: "Start | None" = None
    attempt: int = 0
    reversed: Callable[[], object] | None = None


@dataclass(frozen=True)
class CardPayState:
    """What the screen shows. `step`: working, refused, not_done or reversed."""

    step: str = "working"
    title: str = ""
    who: str = ""
    amount: str = ""
    headline: str = ""
    detail: str = ""
    giving_up: bool = False
    act: str = ""

    @property
    def busy(self) -> bool:
        """Whether the terminal is at work."""
        return self.step == "working"


class CardPayView(Protocol):
    """The screen."""

    def show_state(self, state: CardPayState) -> None:
        """Draw the state."""

    def in_sight(self) -> bool:
        """Whether the person looks at it: only then does an end lead on."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class CardPayPresenter:
    """Nothing here is sent twice: a screen that comes back shows how its one order stands."""

    def __init__(self, context: Context, view: CardPayView) -> None:
        self._context, self._view = context, view
        self._task: CardTask | None = None
        self._end: Callable[[], object] | None = None
        self.state = CardPayState()

    def arrive(self, task: CardTask | None) -> None:
        """Send the order of a task; without one, show how the last stands."""
        if task is None:
            self._come_back()
            return
        self._task, self._end = task, None
        texts = self._context.texts
        self._show(
            CardPayState(
                title=texts.data(task.title),
                who=texts.data(task.who),
                amount=texts.data(format_pounds(task.piastres, texts.language)),
                headline=texts("card.step_connecting"),
                detail=texts("card.working_detail"),
            )
        )
        cards = self._context.desk.cards
        if task.start is not None:
            cards.run(task.start, self._told, self._ended, self._failed)
        else:
            cards.send(task.attempt, self._told, self._ended, self._failed)

    def back(self) -> bool:
        """While the terminal works nobody leaves by accident; after that, back to what asked."""
        return self.state.busy and self._task is not None

    def give_up(self) -> None:
        """Ask the terminal to stop waiting."""
        if self.state.busy and not self.state.giving_up:
            self._context.desk.cards.give_up()
            self._show(replace(self.state, giving_up=True, detail=self._context.texts("card.given_up")))

    def go_on(self) -> None:
        """The button after an end: back to the payment, or on with the void."""
        task, self._task = self._task, None
        self._context.go.back()
        if task is not None and self.state.step == "reversed" and task.reversed is not None:
            task.reversed()

    def _come_back(self) -> None:
        if self._task is None:
            self._context.go.home()
        elif self._end is not None:
            end, self._end = self._end, None
            end()
        else:
            self._show(self.state)

    def _told(self, step: "Step") -> None:
        if self.state.busy:
            self._show(replace(self.state, headline=self._context.texts(f"card.step_{step.value}")))

    def _ended(self, paid: "Paid") -> None:
        desk, task = self._context.desk, self._task
        desk.look_again()
        if task is None:
            return
        texts, attempt = self._context.texts, paid.attempt
        state = attempt.state.value
        if state in (REFUSED, NOT_DONE):
            task.ended()
            detail = texts("card.declined_detail", code=attempt.why)
            if state == NOT_DONE:
                detail = texts("card.not_done_detail")
            self._stop("refused" if state == REFUSED else NOT_DONE, texts(f"card.{state}"), detail)
        elif paid.taken is not None:
            self._lead(lambda: self._to_receipt(paid))
        elif attempt.kind == "reversal" and state == "approved":
            self._stop("reversed", texts("card.reversed"), texts("card.reversed_detail"), "card.to_void")
        else:
            self._lead(lambda: self._to_doubt(attempt.seq))

    def _failed(self, error: KnownError) -> None:
        """It was refused before anything was sent."""
        texts = self._context.texts
        self._stop(NOT_DONE, texts("card.not_done"), texts.error(error))

    def _stop(self, step: str, headline: str, detail: str, act: str = "card.other_way") -> None:
        act = self._context.texts(act)
        self._show(replace(self.state, step=step, headline=headline, detail=detail, act=act))

    def _lead(self, end: Callable[[], object]) -> None:
        """Go on to what comes next, at once or when the person is back."""
        self._end = None if self._view.in_sight() else end
        if self._end is None:
            end()

    def _to_receipt(self, paid: "Paid") -> None:
        taken, self._task = paid.taken, None
        self._context.go.home()
        if taken is not None:
            self._context.go.go("receipt", number=taken.number, change=0, total=taken.total)

    def _to_doubt(self, seq: int) -> None:
        self._task = None
        self._context.go.home()
        self._context.go.go("card_doubt", attempt=seq)

    def _show(self, state: CardPayState) -> None:
        self.state = state
        self._view.show_state(state)
