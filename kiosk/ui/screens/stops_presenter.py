"""What stands still on this device, why, what goes on, and lifting an incident by telephone. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kiosk.core.errors import KnownError, Language
from kiosk.ui.presenter import Context, FieldError, Once
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.core.stops import Stop
    from kiosk.desk.session import Session

ANSWER = "answer"
OF_THE_FIELD = ("number.letters", "number.length", "number.check", "lift.wrong_answer")
"""Mistakes that belong to the answer as typed."""


@dataclass(frozen=True)
class StopFacts:
    """One stop as plain values from the worker: sentence, remedy, what stands still and who lifts it."""

    sentence: str
    remedy: str
    still: str
    lifted_by: tuple[str, ...]


@dataclass(frozen=True)
class StopsFacts:
    """Everything that stands still; `goes_on`: what nothing stops. `phone`: the centre can answer here."""

    stops: tuple[StopFacts, ...]
    goes_on: str
    phone: bool


@dataclass(frozen=True)
class Asked:
    """The digits that the centre answers."""

    device: str
    digits: str
    through: int
    tries_left: int


@dataclass(frozen=True)
class StopsState:
    """What the screen shows. `page` is `list`, or `phone` with the digits to read out."""

    read: bool = False
    page: Literal["list", "phone"] = "list"
    headline: str = ""
    stops: tuple[StopFacts, ...] = ()
    goes_on: str = ""
    phone: bool = False
    facts: tuple[Fact, ...] = ()
    said: str = ""
    busy: bool = False


class StopsPresenter:
    """Reads afresh at each visit; the telephone page keeps its digits until they are answered."""

    def __init__(self, context: Context, view: TaskView[StopsState]) -> None:
        self._context, self._view = context, view
        self._once = Once()
        self.state = StopsState()

    def arrive(self) -> None:
        """Read what stands still."""
        self.state = replace(self.state, page="list", said="")
        self._refresh()

    def by_phone(self) -> None:
        """Show the digits to read to the centre."""

        def work(session: "Session") -> Asked:
            from kiosk.desk.lifting import challenge

            asked = challenge(session)
            device = session.store.journal.state().device
            return Asked(device, asked.digits, asked.through, asked.tries_left)

        self._context.desk.act(work, self._asked, self._view.say_error)

    def leave_phone(self) -> bool:
        """Back to the list; False when it is shown already."""
        if self.state.page == "list":
            return False
        self._show(replace(self.state, page="list"))
        return True

    def answer(self, typed: str) -> None:
        """The centre's answer was typed."""
        if self._once.begin() is None:
            return
        self._view.show_errors([])
        self._show(replace(self.state, busy=True))

        def work(session: "Session") -> None:
            from kiosk.desk.lifting import lift_by_answer

            lift_by_answer(session, typed)

        self._context.desk.act(work, self._lifted, self._refused)

    def _lifted(self, _done: None) -> None:
        self._once.finished()
        self._show(replace(self.state, busy=False, page="list", said="lifted"))
        self._refresh()

    def _refused(self, error: KnownError) -> None:
        self._once.failed()
        self._show(replace(self.state, busy=False))
        if error.code in OF_THE_FIELD:
            self._view.show_errors([FieldError(ANSWER, self._context.texts.error(error))])
        else:
            self._view.say_error(error)
        if error.code == "lift.wrong_answer":
            self.by_phone()

    def _asked(self, asked: Asked) -> None:
        from kiosk.core.wire.numbers import grouped

        texts = self._context.texts
        facts = (
            Fact(texts("stops.device"), texts.data(asked.device), strong=True),
            Fact(texts("stops.digits"), texts.data(grouped(asked.digits)), strong=True),
            Fact(texts("stops.through"), texts.data(asked.through)),
            Fact(texts("stops.tries"), texts.data(asked.tries_left)),
        )
        self._show(replace(self.state, page="phone", facts=facts))

    def _refresh(self) -> None:
        self._context.desk.ask(facts_in(self._context.texts.language), self._told, self._view.say_error)

    def _told(self, found: StopsFacts) -> None:
        texts = self._context.texts
        headline = texts("stops.some", count=len(found.stops)) if found.stops else texts("stops.none")
        self._show(
            replace(
                self.state,
                read=True,
                headline=headline,
                stops=found.stops,
                goes_on=found.goes_on,
                phone=found.phone,
            )
        )

    def _show(self, state: StopsState) -> None:
        self.state = state
        self._view.show_state(state)


def facts_in(language: Language) -> "Callable[[Session], StopsFacts]":
    """The work that reads what stands still, in the words of one language; it runs in the worker."""

    def work(session: "Session") -> StopsFacts:
        from kiosk.core.stop_words import listed
        from kiosk.core.stops import Cause, still_possible
        from kiosk.desk.lifting import has_lifting_key
        from kiosk.desk.stops import stops

        found = stops(session)
        words = listed(still_possible(found))
        return StopsFacts(
            stops=tuple(_plain(stop, language) for stop in found),
            goes_on=words.ar if language == "ar" else words.en,
            phone=any(stop.cause is Cause.INCIDENT for stop in found) and has_lifting_key(session),
        )

    return work


def _plain(stop: "Stop", language: Language) -> StopFacts:
    from kiosk.core.stop_words import WAYS, listed

    error, still, arabic = stop.error(), listed(stop.stops), language == "ar"
    return StopFacts(
        sentence=error.sentence(language),
        remedy=error.remedy(language),
        still=still.ar if arabic else still.en,
        lifted_by=tuple(WAYS[way].ar if arabic else WAYS[way].en for way in stop.lifted_by),
    )
