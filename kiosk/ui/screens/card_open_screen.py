"""The screen of open card payments: rows that lead to what is known of each; below them the day's end."""

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.card_open_presenter import CardOpenPresenter, CardOpenState, Listed
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.labels import Card, Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.rows import ListRows, Row

DAY = {"ask": "day", "sure": "day_again", "working": "day_working", "done": "day"}


class CardOpenScreen(Screen):
    """Draws `CardOpenState`."""

    title_key = "card.title_open"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = CardOpenPresenter(context, self)
        texts, look = self.texts, self.look
        self._listed: tuple[Listed, ...] | None = None
        self.none = Notice(look, self)
        self.none.say("success", texts("card.none_open"))
        self.none.hide()
        self.rows = ListRows(look, texts("card.list"), self.presenter.choose)
        self.card = Card(look, spacing=8, margin=14)
        self.terminal = Label(look, "", "heading", wrap=True)
        self.detail = Label(look, texts("card.day_detail"), "secondary", wrap=True)
        self.result = Notice(look, self)
        self.facts = FactsTable(look, spacing=6)
        for widget in (self.terminal, self.detail, self.result, self.facts):
            self.card.inside.addWidget(widget)
        for part in (self.none, self.rows, self.card):
            self.page.addWidget(part)
        self.page.addStretch(1)
        self.day_button = self.add_action(
            Button(look, texts("card.day"), icon_name="lock", pressed=self.presenter.day), far=True
        )
        self.day_button.hide()

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.notice.clear()
        self.presenter.arrive()

    def show_state(self, state: CardOpenState) -> None:
        """Draw the state."""
        texts = self.texts
        if state.listed != self._listed:
            self._listed, data = state.listed, texts.data
            self.rows.show_rows(
                [
                    Row(str(one.seq), data(one.title), data(one.detail), one.amount, one.state, "attention")
                    for one in state.listed
                ]
            )
        self.none.setVisible(state.read and not state.listed)
        self.terminal.setText(
            f"{texts('card.terminal')} {texts.shown(state.terminal)}"
            if state.terminal
            else texts("card.terminal_none")
        )
        self.detail.setVisible(bool(state.day) and state.day != "done")
        self.day_button.setVisible(state.day in ("ask", "sure", "working"))
        self.day_button.setEnabled(state.day != "working")
        if state.day:
            self.day_button.say(texts(f"card.{DAY[state.day]}"))
        if state.day == "done":
            self.result.say(
                "success" if state.same else "warning",
                texts("card.day_same" if state.same else "card.day_differs"),
            )
        else:
            self.result.clear()
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self.facts.setVisible(bool(state.facts))
        self.first = self.rows.rows[0] if self.rows.rows else self.day_button
