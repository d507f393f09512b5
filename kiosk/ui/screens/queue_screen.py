"""The queue screen: what waits to be sent, in words that calm, and what needs a person."""

from PySide6.QtGui import QHideEvent, QShowEvent

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.queue_presenter import QueuePresenter, QueueState
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Card, Icon, Label, column, line
from kiosk.ui.widgets.table import Column, DataTable, TableRow


class QueueScreen(Screen):
    """Draws `QueueState`."""

    title_key = "queue.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = QueuePresenter(context, self)
        self._follows = False
        self._icon = Icon(self.look, "offline", 48)
        self._headline = Label(self.look, "", "heading", wrap=True)
        self._explanation = Label(self.look, "", "secondary", wrap=True)
        head = Card(self.look)
        row = line(self.look, spacing=16)
        words = column(self.look, spacing=2)
        words.addWidget(self._headline)
        words.addWidget(self._explanation)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self.here = Button(self.look, self.texts("queue.pause_here"), pressed=self.presenter.pause_here)
        row.addWidget(self.here)
        head.inside.addLayout(row)
        self._figures = FlowGrid(self.look, 2, spacing=14)
        self._attention_title = Label(self.look, "", "heading", wrap=True)
        self._attention = DataTable(self.look, (Column("", wide=True), Column("", end=True)))
        attention = Card(self.look)
        attention.inside.addWidget(self._attention_title)
        attention.inside.addWidget(self._attention)
        self.page.addWidget(head)
        self.page.addWidget(self._figures)
        self.page.addWidget(attention)
        self.page.addStretch(1)
        self.again = Button(self.look, self.texts("queue.refresh"), key="F5", pressed=self.presenter.try_now)
        self.add_action(self.again)
        self.pause = Button(self.look, self.texts("queue.pause"), pressed=self.presenter.toggle_pause)
        self.add_action(self.pause)
        self.prints = Button(self.look, self.texts("prints.title"), pressed=lambda: context.go.go("prints"))
        self.add_action(self.prints)
        self.stick = Button(self.look, self.texts("stick.title"), pressed=lambda: context.go.go("stick"))
        self.add_action(self.stick)
        stops = Button(self.look, self.texts("stops.title"), pressed=lambda: context.go.go("stops"))
        self.add_action(stops, far=True)
        self.first = self.again

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.presenter.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """While it is in sight it follows the connection."""
        super().showEvent(event)
        if not self._follows:
            self._follows = True
            self.context.desk.watch(self.presenter.sync_changed)

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight it rests."""
        super().hideEvent(event)
        if self._follows:
            self._follows = False
            self.context.desk.unwatch(self.presenter.sync_changed)

    def show_state(self, state: QueueState) -> None:
        """Draw the state."""
        theme = self.look.theme
        self._icon.show_icon(
            "connected" if state.connected else "offline",
            theme.primary if state.connected else theme.secondary,
        )
        self.pause.setText(self.texts("queue.resume" if state.paused else "queue.pause"))
        self.here.setVisible(not state.paused)
        self._headline.setText(state.headline)
        self._explanation.setText(state.explanation)
        self._figures.show_items([self._figure(*figure) for figure in state.figures])
        self._attention_title.setText(state.attention_words)
        self._attention.show_rows([TableRow(pair) for pair in state.attention])
        self._attention.setVisible(bool(state.attention))

    def _figure(self, words: str, value: str) -> Card:
        card = Card(self.look, spacing=2, margin=14)
        card.inside.addWidget(Label(self.look, words, "secondary"))
        card.inside.addWidget(Label(self.look, value, "code"))
        return card
