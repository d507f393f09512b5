"""Waiting for the card terminal: the amount, how far it is, and how it ended."""

from PySide6.QtGui import QHideEvent

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.card_pay_presenter import CardPayPresenter, CardPayState, CardTask
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.labels import Card, Icon, Label, column, line
from kiosk.ui.widgets.notice import Notice

ICONS = {"working": "waiting", "refused": "attention", "not_done": "attention", "reversed": "check"}


class CardPayScreen(Screen):
    """Draws `CardPayState`."""

    title_key = "card.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = CardPayPresenter(context, self)
        self._left = False
        card = Card(self.look, margin=14, spacing=4)
        head = line(self.look)
        words = column(self.look, spacing=0)
        self.name, self.who = Label(self.look, "", "heading", wrap=True), Label(self.look, "", "secondary")
        words.addWidget(self.name)
        words.addWidget(self.who)
        head.addLayout(words, 1)
        self.amount = Label(self.look, "", "total")
        head.addWidget(self.amount)
        card.inside.addLayout(head)
        self.page.addWidget(card)
        now = Card(self.look, margin=24, spacing=8)
        row = line(self.look, spacing=20)
        self._icon = Icon(self.look, "waiting", 56, self.look.theme.secondary)
        self.headline = Label(self.look, "", "heading", wrap=True)
        row.addWidget(self._icon)
        row.addWidget(self.headline, 1)
        now.inside.addLayout(row)
        self.detail = Label(self.look, "", "secondary", wrap=True)
        now.inside.addWidget(self.detail)
        self.page.addWidget(now)
        self.waits = Notice(self.look, self)
        self.page.addWidget(self.waits)
        self.page.addStretch(1)
        self.go_on = self.add_primary(PrimaryButton(self.look, "", pressed=self.presenter.go_on))
        self.give_up = self.add_action(
            Button(self.look, self.texts("card.give_up"), icon_name="close", pressed=self.presenter.give_up)
        )

    def arrive(self, **arguments: object) -> None:
        """Send the order of a task, or show how the last one stands."""
        self.notice.clear()
        self._left = False
        task = arguments.get("task")
        self.presenter.arrive(task if isinstance(task, CardTask) else None)

    def go_back(self) -> bool:
        """Nobody leaves while the terminal works."""
        return self.presenter.back()

    def in_sight(self) -> bool:
        """Whether the person is here, or just arrives."""
        return not self._left

    def hideEvent(self, event: QHideEvent) -> None:
        """The person has gone elsewhere, or the screen is held."""
        super().hideEvent(event)
        self._left = True

    def show_state(self, state: CardPayState) -> None:
        """Draw the state."""
        self.name.setText(state.title)
        self.who.setText(state.who)
        self.amount.setText(state.amount)
        self.headline.setText(state.headline)
        self.detail.setText(state.detail)
        theme = self.look.theme
        inks = {"working": theme.secondary, "reversed": theme.primary}
        self._icon.show_icon(ICONS[state.step], inks.get(state.step, theme.danger))
        self.give_up.setVisible(state.busy)
        self.give_up.setEnabled(not state.giving_up)
        self.go_on.setVisible(not state.busy)
        self.primary = None if state.busy else self.go_on
        if not state.busy:
            self.go_on.say(state.act)
            self.go_on.ready()
        self.first = self.give_up if state.busy else self.go_on
        if self.isVisible():
            self.ask_first()
