"""Choosing the short number that holds the screen: typed twice, kept in memory until the full lock. No Qt."""

from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import Context, FieldError


@dataclass(frozen=True)
class ShortNumberState:
    """What the screen shows. `again`: the number was typed once and is asked for a second time."""

    again: bool = False
    busy: bool = False


class ShortNumberView(Protocol):
    """The screen."""

    def show_state(self, state: ShortNumberState) -> None:
        """Draw the state."""

    def show_errors(self, errors: list[FieldError]) -> None:
        """Show mistakes."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class ShortNumberPresenter:
    """Takes the number and holds the screen at once. What was typed first is kept until the second time."""

    def __init__(self, context: Context, view: ShortNumberView) -> None:
        self._context, self._view = context, view
        self._typed = ""
        self.state = ShortNumberState()

    def arrive(self) -> None:
        """Begin anew."""
        self._typed = ""
        self._view.show_errors([])
        self._show(ShortNumberState())

    def back(self) -> bool:
        """From the second typing to the first."""
        if not self.state.again or self.state.busy:
            return False
        self.arrive()
        return True

    def go_on(self, digits: str) -> None:
        """The first typing, or the second."""
        if self.state.busy:
            return
        if not self.state.again:
            self._typed = digits
            self._view.show_errors([])
            self._show(ShortNumberState(again=True))
        elif digits != self._typed:
            self._wrong(KnownError("ui.short_number_differs"))
        else:
            self._show(replace(self.state, busy=True))
            self._context.desk.choose_short(digits, self._chosen, self._wrong)

    def lock(self) -> None:
        """Lock fully instead: no short number is needed for that."""
        self._context.go.lock()

    def _chosen(self, _done: None) -> None:
        self.arrive()
        self._context.go.hold()

    def _wrong(self, error: KnownError) -> None:
        self._typed = ""
        self._show(ShortNumberState())
        self._view.show_errors([FieldError("number", self._context.texts.error(error))])

    def _show(self, state: ShortNumberState) -> None:
        self.state = state
        self._view.show_state(state)
