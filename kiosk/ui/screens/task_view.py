"""What presenters of tasks tell their screens. No Qt."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import FieldError

S_contra = TypeVar("S_contra", contravariant=True)


class TaskView(Protocol[S_contra]):
    """The screen of a task whose state is S."""

    def show_state(self, state: S_contra) -> None:
        """Draw the state."""

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Show mistakes beside their fields and in the summary; none takes them away."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""
