"""Carries entries out on a stick and takes in what the centre wrote on one. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.ui.presenter import Context, FieldError
from kiosk.ui.screens.stick_reading import StickFacts, Taken, Written, facts_of, giving, take_in, taking
from kiosk.ui.screens.stick_words import (
    SHRUNK,
    far_words,
    plan_facts,
    plan_says,
    size_words,
    taken_words,
    written_words,
)
from kiosk.ui.stick_jobs import StickRun

if TYPE_CHECKING:
    from kiosk.sync.removable import Medium

FOLDER = "folder"
Tone = Literal["success", "info", "warning"]


@dataclass(frozen=True)
class MediumRow:
    """A stick to choose; `path` is what is chosen."""

    path: str
    name: str
    detail: str


@dataclass(frozen=True)
class StickState:
    """What the screen shows. `chosen`: the path of the chosen stick, '' for none; `by_hand`: a folder is
    typed instead. `facts` are (words, value, strong). Of a result: `headline` says what was done, `lead` what
    must not be misread, `lines` the rest; `accept`: a loss of debts waits for a person's word.
    """

    page: Literal["choose", "running", "done"] = "choose"
    media: tuple[MediumRow, ...] = ()
    chosen: str = ""
    by_hand: bool = False
    facts: tuple[tuple[str, str, bool], ...] = ()
    says: tuple[str, ...] = ()
    can_write: bool = False
    can_take: bool = False
    doing: str = ""
    far: str = ""
    percent: int = 0
    stopping: bool = False
    tone: Tone = "success"
    headline: str = ""
    lead: str = ""
    lines: tuple[str, ...] = ()
    accept: bool = False


class StickView(Protocol):
    """The screen."""

    def show_state(self, state: StickState) -> None:
        """Draw the state."""

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Mark the wrong field."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class StickPresenter:
    """One thing at a time: while a stick is written or read, a second touch asks for nothing."""

    def __init__(self, context: Context, view: StickView) -> None:
        self._context, self._view, self._texts = context, view, context.texts
        self.state = StickState()
        self._facts: StickFacts | None = None
        self._media: list[Medium] = []
        self._run: StickRun | None = None
        self._looking = False
        self._used: tuple[Path, str] = (Path(), "")

    @property
    def under_way(self) -> bool:
        """Whether a stick is being written or read."""
        return self._run is not None

    def arrive(self) -> None:
        """Read afresh; what is under way, or came of it while nobody looked, stays in sight."""
        self._show()
        if not self.under_way:
            self._read()

    def look(self) -> None:
        """Look which sticks are in, unless one is being looked for or used."""
        if self._looking or self.under_way:
            return
        self._looking = True
        self._context.desk.sticks.media(self._context.desk.root, self._looked, self._look_failed)

    def refresh(self) -> None:
        """A person asked: look again at sticks and at what waits."""
        self._read()

    def choose(self, path: str) -> None:
        """Take one of the sticks."""
        self.state = replace(self.state, chosen=path, by_hand=False)
        self._show()

    def by_hand(self) -> None:
        """Let a folder be typed."""
        self.state = replace(self.state, chosen="", by_hand=True)
        self._show()

    def write(self, typed: str = "") -> None:
        """Write what waits; `typed` is the folder where one is typed."""
        root = self._target(typed)
        if root is not None:
            self._begin("stick.writing")
            self._run = self._started(
                self._context.desk.sticks.run(giving(root), self._written, self._failed)
            )

    def take(self, typed: str = "", *, accept_smaller: bool = False) -> None:
        """Take in what the centre wrote; with `accept_smaller` also debts that lost most of their rows."""
        root = self._target(typed)
        if root is not None:
            self._begin("stick.reading")
            offset = self._facts.offset if self._facts else 0
            work = taking(root, offset, accept_smaller=accept_smaller)
            self._run = self._started(self._context.desk.sticks.run(work, self._taken, self._take_failed))

    def stop(self) -> None:
        """End between two batches."""
        if self._run is not None:
            self._run.stop()
            self.tick()

    def tick(self) -> None:
        """Show how far it is."""
        run = self._run
        if run is not None:
            far = run.far
            self.state = replace(
                self.state,
                far=far_words(self._texts, far),
                percent=far.percent if far else 0,
                stopping=run.stopping,
            )
            self._show()

    def leave_result(self) -> bool:
        """From the result back to the sticks; False where there is none."""
        if self.state.page != "done":
            return False
        self.state = replace(self.state, page="choose")
        self.arrive()
        return True

    # --- inside

    def _read(self) -> None:
        self._context.desk.ask(facts_of, self._told, self._view.say_error)
        self.look()

    def _told(self, facts: StickFacts) -> None:
        self._facts = facts
        self._show()

    def _looked(self, media: "list[Medium]") -> None:
        """What was chosen stays chosen while it is in; the only one that is in is chosen."""
        self._looking = False
        if media == self._media and self.state.media:
            return
        self._media = media
        rows = tuple(MediumRow(str(one.path), self._texts.data(one.name), self._detail(one)) for one in media)
        chosen = self.state.chosen if self.state.chosen in {one.path for one in rows} else ""
        if not chosen and len(rows) == 1 and not self.state.by_hand:
            chosen = rows[0].path
        if (rows, chosen) != (self.state.media, self.state.chosen):
            self.state = replace(self.state, media=rows, chosen=chosen)
            self._show()

    def _look_failed(self, error: KnownError) -> None:
        self._looking = False
        self._view.say_error(error)

    def _detail(self, medium: "Medium") -> str:
        if not medium.writable:
            return self._texts("stick.read_only")
        return self._texts("stick.free", size=size_words(self._texts, medium.free, up=False))

    def _medium(self) -> "Medium | None":
        return next((one for one in self._media if str(one.path) == self.state.chosen), None)

    def _target(self, typed: str) -> Path | None:
        """The folder to use; None while a stick is used already, and where none was named."""
        if self.under_way:
            return None
        medium = self._medium()
        self._view.show_errors(())
        if self.state.page == "done":
            return self._used[0]
        if medium is not None:
            self._used = medium.path, medium.name
            return medium.path
        error = KnownError("export.not_chosen")
        if self.state.by_hand and typed:
            self._used = Path(typed), typed
            return Path(typed)
        if self.state.by_hand:
            self._view.show_errors([FieldError(FOLDER, self._texts.error(error))])
        else:
            self._view.say_error(error)
        return None

    def _begin(self, key: str) -> None:
        """Before the work is queued: where it is done at once, its answer comes before `run` returns."""
        self._run = StickRun()
        self.state = replace(
            self.state,
            page="running",
            doing=self._texts(key, name=self._used[1]),
            far=far_words(self._texts, None),
            percent=0,
            stopping=False,
        )
        self._show()

    def _started(self, run: StickRun) -> StickRun | None:
        return run if self.state.page == "running" else None

    def _written(self, written: Written) -> None:
        head, lines = written_words(self._texts, written, self._used[1])
        self._end(
            "success" if written.whole else "warning", head, lines, lead=self._texts("stick.not_upload")
        )

    def _taken(self, taken: Taken) -> None:
        head, lines = taken_words(self._texts, taken, self._used[1])
        tone: Tone = "warning" if taken.faults else "success" if taken.changed else "info"
        shrunk = any(one.code in SHRUNK for one in taken.faults)
        self._end(tone, head, lines, accept=shrunk)
        self._take_in()

    def _end(
        self, tone: Tone, headline: str, lines: tuple[str, ...], *, lead: str = "", accept: bool = False
    ) -> None:
        self._run = None
        said = replace(self.state, tone=tone, headline=headline, lead=lead, lines=lines, accept=accept)
        self.state = replace(said, page="done")
        self._show()
        self._again()

    def _failed(self, error: KnownError) -> None:
        """Nothing is lost: what could not be written waits as before."""
        self._run = None
        self.state = replace(self.state, page="choose")
        self._show()
        if error.code == "export.no_folder" and self.state.by_hand:
            self._view.show_errors([FieldError(FOLDER, self._texts.error(error))])
        else:
            self._view.say_error(error)
        self._again()

    def _take_failed(self, error: KnownError) -> None:
        """Some of it may have come in before it failed."""
        self._failed(error)
        self._take_in(said=True)

    def _take_in(self, *, said: bool = False) -> None:
        """What a stick said about people counts at once; a kiosk that was locked does it at the unlock.

        `said`: an error stands on the screen that is to be mended first; what cannot be taken in now is so
        at the next unlock.
        """

        def told(gone: tuple[str, ...]) -> None:
            if gone:
                self._view.say_error(KnownError("staff.ended_by_centre", staff=", ".join(gone)))

        def failed(error: KnownError) -> None:
            if error.code != "ui.locked" and not said:
                self._view.say_error(error)

        self._context.desk.act(take_in, told, failed)

    def _again(self) -> None:
        """Count again what waits and which sticks are in."""
        desk = self._context.desk
        desk.look_again()
        desk.ask(facts_of, self._told, lambda _error: None)
        self.look()

    def _show(self) -> None:
        if self._facts is not None:
            self.state = self._with_plan(self.state, self._facts)
        self._view.show_state(self.state)

    def _with_plan(self, state: StickState, facts: StickFacts) -> StickState:
        on_duty, medium = self._context.desk.on_duty, self._medium()
        may_write = on_duty is not None and on_duty.may(Right.JOURNAL_EXPORT)
        writable = medium is None or medium.writable
        return replace(
            state,
            facts=plan_facts(self._texts, facts) if may_write else (),
            says=plan_says(
                self._texts, facts, may_write=may_write, free=medium.free if medium and writable else None
            ),
            can_write=facts.waits is not None and may_write and writable,
            can_take=facts.enrolled,
        )
