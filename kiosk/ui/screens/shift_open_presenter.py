"""Opening a shift: count first, choose the book, and only then hear what the shift before kept. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.ui.count_sheet import Piece, countable
from kiosk.ui.presenter import Context, FieldError, Once
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.screens.report_lines import difference, money
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.desk.shift_open import Opened

COUNT_ERRORS = ("cash.count_empty", "cash.wrong_pieces", "cash.unknown_denomination", "cash.denomination_off")
"""Mistakes that belong to the count and not to the act."""


@dataclass(frozen=True)
class BookChoice:
    """A receipt book with numbers left, in words."""

    series: str
    words: str


@dataclass(frozen=True)
class ShiftOpenState:
    """What the screen shows. `facts` are told once the shift is open."""

    pieces: tuple[Piece, ...] = ()
    books: tuple[BookChoice, ...] = ()
    series: str = ""
    act: str = ""
    busy: bool = False
    opened: bool = False
    facts: tuple[Fact, ...] = ()


class ShiftOpenPresenter:
    """The count is never pre-filled."""

    def __init__(self, context: Context, view: TaskView[ShiftOpenState]) -> None:
        self._context, self._view = context, view
        self._once = Once()
        self._total = 0
        self.state = ShiftOpenState()

    def arrive(self) -> None:
        """Read what can be counted and which books have numbers left."""
        if self.state.opened:
            self.state = ShiftOpenState()
        language = self._context.texts.language

        def work(session: "Session") -> tuple[tuple[Piece, ...], tuple[tuple[str, int, int], ...]]:
            from kiosk.store.queries.shift import books

            found = tuple((one.series, one.next, one.left) for one in books(session.store.db) if one.left)
            return countable(session, language), found

        self._context.desk.ask(work, self._read, self._view.say_error)

    def counted(self, total: int) -> None:
        """The count has changed (piastres)."""
        self._total = total
        self._show(self.state)

    def choose_book(self, series: str) -> None:
        """A book was chosen."""
        self._show(replace(self.state, series=series))

    def open(self, counts: Mapping[str, int]) -> None:
        """Open the shift with what was counted."""
        if self._once.begin() is None:
            return
        self._view.show_errors(())
        self._show(replace(self.state, busy=True))
        pieces, series = dict(counts), self.state.series or None

        def work(session: "Session") -> "Opened":
            from kiosk.desk.shift_open import open_shift

            return open_shift(session, pieces, series)

        self._context.desk.act(work, self._opened, self._failed)

    def _opened(self, opened: "Opened") -> None:
        self._once.finished()
        texts = self._context.texts
        facts = [
            Fact(texts("shift_open.counted"), money(texts, opened.total), strong=True),
            Fact(texts("shift_open.book"), texts.data(f"{opened.book.series}-{opened.book.next}")),
        ]
        if opened.previous_kept is not None:
            facts.append(Fact(texts("shift_open.previous"), money(texts, opened.previous_kept)))
            facts.append(Fact(texts("shift_open.variance"), difference(texts, opened.variance), strong=True))
        self._show(replace(self.state, busy=False, opened=True, facts=tuple(facts)))

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._show(replace(self.state, busy=False))
        texts = self._context.texts
        if error.code in COUNT_ERRORS:
            self._view.show_errors([FieldError("count", texts.error(error))])
        elif error.code.startswith("book.") and self.state.books:
            self._view.show_errors([FieldError("book", texts.error(error))])
        else:
            self._view.say_error(error)

    def _read(self, found: tuple[tuple[Piece, ...], tuple[tuple[str, int, int], ...]]) -> None:
        pieces, books = found
        texts = self._context.texts
        choices = tuple(
            BookChoice(series, texts("shift_open.book_choice", series=series, next=following, count=left))
            for series, following, left in books
        )
        known = [one.series for one in choices]
        series = self.state.series if self.state.series in known else known[0] if len(known) == 1 else ""
        self._show(replace(self.state, pieces=pieces, books=choices, series=series))

    def _show(self, state: ShiftOpenState) -> None:
        texts = self._context.texts
        amount = format_pounds(self._total, texts.language)
        self.state = replace(state, act=texts("shift_open.act", amount=amount))
        self._view.show_state(self.state)
