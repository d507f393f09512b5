"""A presenter's surroundings without Qt: a real trial store, a view that keeps, a shell that remembers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.moments import DeviceClock
from kiosk.ui.desk_access import DeskAccess
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.look import Look
from kiosk.ui.presenter import Context, FieldError
from kiosk.ui.texts import Texts
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.desk.conftest import CHEAP, SECRETS, FakeClocks

T = TypeVar("T")


@dataclass
class KeptView:
    """Keeps what it was shown."""

    states: list[Any] = field(default_factory=list)
    mistakes: list[FieldError] = field(default_factory=list)
    errors: list[KnownError] = field(default_factory=list)

    def show_state(self, state: Any) -> None:
        self.states.append(state)

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        self.mistakes = list(errors)

    def say_error(self, error: KnownError) -> None:
        self.errors.append(error)

    show_wrong = say_error

    @property
    def last(self) -> Any:
        return self.states[-1]

    @property
    def wrong(self) -> list[str]:
        """The fields with a mistake."""
        return [one.field for one in self.mistakes]


class KeptShell:
    """Keeps where it was sent: (name, arguments)."""

    def __init__(self) -> None:
        self.went: list[tuple[str, dict[str, Any]]] = []

    def go(self, name: str, **arguments: Any) -> None:
        self.went.append((name, arguments))

    def back(self) -> None:
        self.went.append(("back", {}))

    def home(self) -> None:
        self.went.append(("home", {}))


class HeldTasks:
    """Work is done at once, or held until `run_held` while `hold` is set: what comes between two taps."""

    def __init__(self) -> None:
        self.hold = False
        self._held: list[Callable[[], None]] = []

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[KnownError], None]
    ) -> None:
        def now() -> None:
            try:
                result = work()
            except KnownError as error:
                failed(error)
                return
            done(result)

        if self.hold:
            self._held.append(now)
        else:
            now()

    def run_held(self) -> None:
        self.hold = False
        while self._held:
            self._held.pop(0)()


class Counter:
    """A person at work without a window."""

    def __init__(self, folder: Path) -> None:
        zone = read_zone(shipped_zone_text())
        self.tasks, self.shell, self.clocks = HeldTasks(), KeptShell(), FakeClocks()
        self.desk = DeskAccess(
            folder,
            self.tasks,
            opening=CHEAP,
            clock=lambda: DeviceClock(zone, read=self.clocks.read),
        )
        self.context = Context(Look(Texts("ar")), self.desk, self.shell, DisplaySettings())  # type: ignore[arg-type]

    def unlock(self, code: str = "TEL-1") -> None:
        if self.desk.on_duty is not None:
            self.desk.lock(lambda _waits: None, _fail)
        self.desk.unlock(code, SECRETS[code][0], lambda _on_duty: None, _fail)

    def do(self, work: Callable[[Session], T]) -> T:
        """Do something with the session itself."""
        results: list[T] = []
        self.desk.act(work, results.append, _fail)
        return results[0]

    def entries(self, kind: str) -> int:
        """How many entries of a type the journal holds."""
        query = "SELECT count(*) FROM journal_1 WHERE CAST(bytes AS TEXT) ->> 'type' = ?"
        return self.do(lambda session: int(session.store.db.conn.execute(query, (kind,)).fetchone()[0]))


def plain(shown: Any) -> str:
    """Every text that a state says, without direction marks."""
    return strip_marks(" | ".join(_texts(shown)))


def _texts(shown: Any) -> Iterator[str]:
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, list | tuple):
        for one in shown:
            yield from _texts(one)
    elif is_dataclass(shown):
        for one in fields(shown):
            yield from _texts(getattr(shown, one.name))


def _fail(error: KnownError) -> None:
    pytest.fail(str(error))
