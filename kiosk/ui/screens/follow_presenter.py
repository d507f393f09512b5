"""Answering a citizen who asks for his request: find it, say the centre's word and how old it is. No Qt."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.core.request_states import TRACKING_EXAMPLE, state_words
from kiosk.ui.presenter import Context, FieldError
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.screens.task_view import TaskView
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.desk.follow import Followed
    from kiosk.desk.session import Session

ROWS = 20
"""Most requests of one person that are listed."""
_OF_THE_FIELD = ("follow.", "identity.")


@dataclass(frozen=True)
class Found:
    """What was found, and the minutes by which this place is ahead of UTC."""

    pages: "tuple[Followed, ...]"
    offset: int


@dataclass(frozen=True)
class Listed:
    """One of several requests of a person, in words."""

    tracking: str
    title: str
    detail: str
    state: str


@dataclass(frozen=True)
class Answer:
    """One request in words. `kind`: how loudly the notice speaks; `notice` is '' when there is none to give.

    `texts`: label and running text, which may be long; `facts`: label and short value.
    """

    tracking: str
    head: str
    service: str
    notice: str
    kind: str
    texts: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    age: str
    pay: bool


@dataclass(frozen=True)
class FollowState:
    """What the screen shows. `step`: ask, several (requests of one person) or found."""

    step: str = "ask"
    busy: bool = False
    listed: tuple[Listed, ...] = ()
    answer: Answer | None = None
    act: str = ""


class FollowPresenter:
    """Reads only; nothing here writes."""

    def __init__(self, context: Context, view: TaskView[FollowState]) -> None:
        self._context, self._view = context, view
        self._found = Found((), 0)
        self.state = FollowState()

    def arrive(self, typed: str = "") -> None:
        """Ask for a number, or look for the one that was scanned on the way here."""
        self._view.show_errors([])
        self._show(FollowState())
        if typed:
            self.find(typed)

    def back(self) -> bool:
        """From one of several to the list, from anything else to the question."""
        if self.state.step == "ask" or self.state.busy:
            return False
        listed = self.state.step == "found" and len(self._found.pages) > 1
        self._show(replace(self.state, step="several" if listed else "ask", answer=None))
        return True

    def find(self, typed: str) -> None:
        """Look for what was typed or scanned."""
        if self.state.busy:
            return
        if not typed.strip():
            self._refuse(KnownError("follow.empty", example=TRACKING_EXAMPLE))
            return
        self._view.show_errors([])
        self._show(replace(self.state, busy=True))

        def work(session: "Session") -> Found:
            from kiosk.desk.follow import follow

            return Found(follow(session, typed), session.moment().local(money=False).offset)

        self._context.desk.ask(work, self._told, self._refuse)

    def go_on(self, typed: str) -> None:
        """The main button: look for the number, or ask for another one."""
        if self.state.step == "ask":
            self.find(typed)
        else:
            self.arrive()

    def choose(self, tracking: str) -> None:
        """One of several requests was touched."""
        page = next(one for one in self._found.pages if one.tracking == tracking)
        self._show(replace(self.state, step="found", answer=self._answer(page)))

    def pay(self) -> None:
        """Take what is left of the fee."""
        answer = self.state.answer
        if answer is not None and answer.pay:
            self._context.go.go("pay", tracking=answer.tracking)

    def _told(self, found: Found) -> None:
        self._found = found
        if len(found.pages) == 1:
            answer = self._answer(found.pages[0])
            self._show(FollowState(step="found", answer=answer))
        else:
            listed = tuple(self._row(one) for one in found.pages[:ROWS])
            self._show(FollowState(step="several", listed=listed))

    def _refuse(self, error: KnownError) -> None:
        self._show(replace(self.state, step="ask", busy=False, answer=None))
        if error.code.startswith(_OF_THE_FIELD):
            self._view.show_errors([FieldError("number", self._context.texts.error(error))])
        else:
            self._view.say_error(error)

    def _row(self, page: "Followed") -> Listed:
        texts = self._context.texts
        return Listed(
            page.tracking,
            texts.data(_service(page, texts)),
            texts.data(page.tracking),
            texts.data(_head(page, texts)),
        )

    def _answer(self, page: "Followed") -> Answer:
        texts = self._context.texts
        kind, notice = _notice(page, texts)
        return Answer(
            tracking=page.tracking,
            head=texts.data(_head(page, texts)),
            service=texts.data(_service(page, texts)),
            notice=notice,
            kind=kind,
            texts=_running(page, texts),
            facts=_facts(page, texts, self._found.offset),
            age=_age(page, texts, self._found.offset),
            pay=page.left > 0 and page.here,
        )

    def _show(self, state: FollowState) -> None:
        act = "follow.find" if state.step == "ask" else "follow.again"
        self.state = replace(state, act=self._context.texts(act))
        self._view.show_state(self.state)


def _clock(at: datetime, offset: int) -> str:
    """Day and time as on a clock of this place."""
    return f"{at + timedelta(minutes=offset):%d/%m/%Y %H:%M}"


def _service(page: "Followed", texts: Texts) -> str:
    return page.name.of(texts.language) if page.name else page.service


def _head(page: "Followed", texts: Texts) -> str:
    if page.said is None:
        return texts(f"follow.head_{page.word.value}")
    words = state_words(page.said.state, texts.language)
    return words[:1].upper() + words[1:]


def _notice(page: "Followed", texts: Texts) -> tuple[str, str]:
    """How loudly, and what: a day that is past, a silence, a request of another device."""
    if page.overdue:
        return "warning", texts("follow.overdue")
    if page.said is None:
        return "info", texts(f"follow.{page.word.value}")
    return "info", "" if page.here else texts("follow.elsewhere")


def _running(page: "Followed", texts: Texts) -> tuple[tuple[str, str], ...]:
    found, said = [], page.said
    if said is not None and said.office:
        found.append((texts("follow.office"), texts.data(said.office)))
    if said is not None and said.note:
        label = "follow.missing" if said.state == "incomplete" else "follow.note"
        found.append((texts(label), texts.data(said.note)))
    if page.papers:
        separator = "، " if texts.language == "ar" else ", "
        names = separator.join(one.of(texts.language) for one in page.papers)
        found.append((texts("follow.papers"), texts.data(names)))
    return tuple(found)


def _facts(page: "Followed", texts: Texts, offset: int) -> tuple[Fact, ...]:
    said = page.said
    facts = [Fact(texts("follow.taken"), texts.data(f"{page.day:%d/%m/%Y}"))]
    if said is not None:
        facts.append(Fact(texts("follow.said_at"), texts.data(_clock(said.at, offset))))
    last = (said.until if said else None) or page.papers_until
    if last is not None:
        facts.append(Fact(texts("follow.until"), texts.data(f"{last:%d/%m/%Y}"), strong=True))
    if page.left:
        facts.append(Fact(texts("follow.left"), texts.data(format_pounds(page.left, texts.language))))
    return tuple(facts)


def _age(page: "Followed", texts: Texts, offset: int) -> str:
    if page.age is None:
        return texts("follow.no_data")
    return texts("follow.as_of", at=_clock(page.age.as_of, offset))
