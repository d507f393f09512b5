"""What presenters share. They have no Qt: they get a Context and a view, and are tested without a screen.

A presenter keeps what its screen shows in one frozen state and hands it to the view whole, as
`view.show_state`; the view draws it and calls a method of the presenter for each thing that the person does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from kiosk.core.errors import KnownError
from kiosk.ui.desk_access import DeskAccess
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.look import Look
from kiosk.ui.texts import Texts

T = TypeVar("T")


class Navigator(Protocol):
    """Where a screen can send the person; the shell."""

    def go(self, name: str, **arguments: object) -> None:
        """Show a screen over the present one; its `arrive` gets the arguments."""

    def back(self) -> None:
        """Return to the screen before."""

    def home(self) -> None:
        """Return to the first screen of the person at work."""

    def unlocked(self, code: str) -> None:
        """Somebody has unlocked: show where he was, or his first screen."""

    def forgot(self, code: str, device: str) -> None:
        """Show, before the lock, how who forgot his secret number on this device gets a new one."""

    def to_unlock(self, changed: str = "") -> None:
        """Return from there; `changed` is the code of who has a new secret number, '' for nobody."""

    def lock(self) -> None:
        """Lock the kiosk fully: the store is closed; what was typed stays."""

    def hold(self) -> None:
        """Hide the work behind the short number while sync goes on; what was typed stays."""

    def resumed(self) -> None:
        """The short number was right: show where the person was."""

    def change_display(self, settings: DisplaySettings) -> None:
        """Show everything in another language, theme or size from now on."""


@dataclass(frozen=True)
class Context:
    """What each screen is given when it is built."""

    look: Look
    desk: DeskAccess
    go: Navigator
    settings: DisplaySettings

    @property
    def texts(self) -> Texts:
        """The words of the look."""
        return self.look.texts


@dataclass(frozen=True)
class FieldError:
    """A mistake in one field, by the field's name; summary and field show the same text."""

    field: str
    text: str


class Errors:
    """Gathers mistakes field by field: `amount = errors.take("amount", lambda: parse_money(typed))`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.found: list[FieldError] = []

    def take(self, field: str, read: Callable[[], T]) -> T | None:
        """What `read` returns, or None when it raises a KnownError, which is kept for the field."""
        try:
            return read()
        except KnownError as error:
            self.add(field, error)
            return None

    def add(self, field: str, error: KnownError) -> None:
        """Keep a mistake of a field."""
        self.found.append(FieldError(field, self._texts.error(error)))

    def __bool__(self) -> bool:
        return bool(self.found)


class Once:
    """Lets one committing act through until its answer is here, under one intent number.

    The number stays the same while the act is tried again after a failure, so that a try whose outcome was
    not seen cannot become a second payment; `finished` draws a new one for the next act.
    """

    def __init__(self) -> None:
        self._under_way = False
        self._intent = _new_intent()

    @property
    def under_way(self) -> bool:
        """Whether an act was begun and not answered."""
        return self._under_way

    def begin(self) -> str | None:
        """The intent number (32 hex digits), or None when an act is under way: a second fast tap."""
        if self._under_way:
            return None
        self._under_way = True
        return self._intent

    def failed(self) -> None:
        """The act was refused or went wrong: it may be tried again as the same act."""
        self._under_way = False

    def finished(self) -> None:
        """The act is done: what comes next is another one."""
        self._under_way = False
        self._intent = _new_intent()


def _new_intent() -> str:
    """128 random bits in hex. Imported here: the generator's modules are not needed to paint a screen."""
    from secrets import token_hex

    return token_hex(16)
