"""The screen that opens a shift: the count, the book, and what the shift before kept, told afterwards."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.shift_open_presenter import ShiftOpenPresenter, ShiftOpenState
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.count_grid import CountGrid
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Label, column, empty
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pages import Pages


class ShiftOpenScreen(Screen):
    """Draws `ShiftOpenState`."""

    title_key = "shift_open.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ShiftOpenPresenter(context, self)
        self.count = CountGrid(context, self.presenter.counted)
        self.books = column(self.look, spacing=0)
        self.book_choices: Choices | None = None
        self._shown: tuple[tuple[str, str], ...] = ()
        self.facts = FactsTable(self.look, spacing=12, large=True)
        self.pages = Pages(self.look)
        self.pages.add("count", self._count_page())
        self.pages.add("opened", self._opened_page())
        self.page.addWidget(self.pages, 1)
        self.add_primary(PrimaryButton(self.look, "", icon_name="check", commits=True, pressed=self._press))

    def arrive(self, **_arguments: object) -> None:
        """Read afresh; what was counted stays until the shift is open."""
        if self.presenter.state.opened:
            self.count.clear()
            self.notice.clear()
        self.presenter.arrive()

    def show_state(self, state: ShiftOpenState) -> None:
        """Draw the state."""
        self.count.show_pieces(state.pieces)
        self._show_books([(one.series, one.words) for one in state.books])
        if self.book_choices is not None:
            self.book_choices.choose(state.series or None)
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self.pages.show_page("opened" if state.opened else "count")
        self.first = None if state.opened else self.count.first
        if self.primary is not None:
            self.primary.say(self.texts("shift_open.start") if state.opened else state.act)
            self.primary.allow(not state.busy)
            if state.opened and self.isVisible():
                self.primary.setFocus()

    def _count_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=10)
        box.addLayout(self.books)
        field = self.add_field(
            "count",
            Field(self.look, self.texts("shift_open.count"), self.count, hint=self.texts("shift_open.hint")),
        )
        box.addWidget(field)
        page.setLayout(box)
        return page

    def _opened_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        done = Notice(self.look, self)
        done.say("success", self.texts("shift_open.done"))
        card = Card(self.look)
        card.inside.addWidget(self.facts)
        box.addWidget(done)
        box.addWidget(card)
        box.addStretch(1)
        page.setLayout(box)
        return page

    def _show_books(self, books: list[tuple[str, str]]) -> None:
        if tuple(books) == self._shown:
            return
        self._shown = tuple(books)
        empty(self.books)
        self.fields.pop("book", None)
        self.book_choices = None
        name = self.texts("shift_open.choose_book")
        if len(books) == 1:
            words = self.texts("shift_open.the_book", book=books[0][1])
            self.books.addWidget(Label(self.look, words, wrap=True))
        elif books:
            self.book_choices = Choices(self.look, name, books, self.presenter.choose_book, columns=2)
            self.books.addWidget(self.add_field("book", Field(self.look, name, self.book_choices)))

    def _press(self) -> None:
        if self.presenter.state.opened:
            self.context.go.home()
        else:
            self.presenter.open(self.count.counts())
