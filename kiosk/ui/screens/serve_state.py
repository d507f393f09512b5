"""What the screen of serving shows, step by step, and what it can be told. No Qt."""

from dataclasses import dataclass, field
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import FieldError
from kiosk.ui.screens.serve_form import FieldView
from kiosk.ui.screens.serve_reading import Found

STEPS = ("search", "papers", "form", "fee", "done")


@dataclass(frozen=True)
class PaperView:
    """One line of the checklist: `at` is its place, `note` says whether it may follow, `given` it is here."""

    at: int
    name: str
    note: str
    given: bool


@dataclass(frozen=True)
class FeeView:
    """The fee in words; `rows` are (words, marks, amount)."""

    rows: tuple[tuple[str, str, str], ...] = ()
    total: str = ""
    due: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServeState:
    """What the screen shows; fields of other steps are kept but not drawn."""

    step: str = "search"
    found: tuple[Found, ...] = ()
    more: str = ""
    family: str = ""
    draft: str = ""
    service: str = ""
    detail: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    must_not_claim: str = ""
    papers: tuple[PaperView, ...] = ()
    page: int = 0
    page_words: str = ""
    fields: tuple[FieldView, ...] = ()
    fee: FeeView = field(default_factory=FeeView)
    act: str = ""
    done: tuple[tuple[str, str], ...] = ()


class ServeView(Protocol):
    """The screen."""

    def show_state(self, state: ServeState) -> None:
        """Draw the state."""

    def show_errors(self, errors: list[FieldError]) -> None:
        """Show mistakes beside their fields and in the summary."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""

    def ready(self) -> None:
        """The act was answered: its button may be pressed again."""
