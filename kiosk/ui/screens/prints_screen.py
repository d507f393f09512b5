"""The screen of prints that wait: print an old one after all, or give it up."""

from functools import partial

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.prints_presenter import PrintRow, PrintsPresenter, PrintsState
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.edits import CodeEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Card, Label, line


class PrintsScreen(Screen):
    """Draws `PrintsState`."""

    title_key = "prints.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = PrintsPresenter(context, self)
        self.head = Label(self.look, "", "secondary", wrap=True)
        self.rows = FlowGrid(self.look, 2, spacing=10)
        self.page.addWidget(self.head)
        self.page.addWidget(self.rows)
        self.page.addWidget(Label(self.look, self.texts("prints.receipt_again"), "heading", wrap=True))
        self.number = CodeEdit(self.look)
        field = Field(
            self.look, self.texts("prints.receipt"), self.number, hint=self.texts("prints.receipt_hint")
        )
        self.page.addWidget(self.add_field("number", field))
        self.latest = FlowGrid(self.look, 3, spacing=6)
        self.page.addWidget(self.latest)
        self.page.addStretch(1)
        self.show_receipt = self.add_action(
            Button(
                self.look,
                self.texts("prints.show_receipt"),
                icon_name="printer",
                pressed=lambda: self.presenter.find(self.number.text()),
            )
        )
        self.again = self.add_action(
            Button(self.look, self.texts("prints.refresh"), key="F5", pressed=self.presenter.look)
        )
        self.first = self.again

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.notice.clear()
        self.show_errors(())
        self.number.clear()
        self.presenter.look()

    def show_state(self, state: PrintsState) -> None:
        """Draw the state."""
        self.head.setText(state.head)
        self.rows.show_items([self._card(row) for row in state.rows])
        self.rows.setVisible(bool(state.rows))
        self.latest.show_items(
            [
                Button(self.look, self.texts.data(one), pressed=partial(self.presenter.open, one))
                for one in state.latest
            ]
        )
        self.latest.setVisible(bool(state.latest))

    def _card(self, row: PrintRow) -> Card:
        card = Card(self.look, margin=10, spacing=3)
        card.inside.addWidget(Label(self.look, row.title, "heading", wrap=True))
        card.inside.addWidget(Label(self.look, row.asked, "hint", wrap=True))
        card.inside.addWidget(Label(self.look, row.says, "secondary", wrap=True))
        buttons = line(self.look, spacing=8)
        if row.held:
            now = Button(
                self.look,
                self.texts("prints.now"),
                icon_name="printer",
                pressed=partial(self.presenter.print_now, row.job),
            )
            buttons.addWidget(now)
        drop = Button(self.look, self.texts("prints.drop"), pressed=partial(self.presenter.drop, row.job))
        buttons.addWidget(drop)
        buttons.addStretch(1)
        card.inside.addLayout(buttons)
        return card
