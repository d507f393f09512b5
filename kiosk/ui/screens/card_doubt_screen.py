"""The screen of a card payment in doubt: what is known, what not to do, and the terminal's own record."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.card_doubt_presenter import CardDoubtPresenter, DoubtState, Read
from kiosk.ui.widgets.beside import beside
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.edits import CodeEdit, DigitsEdit, MoneyEdit, TextEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Label, column, empty
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pages import Pages


class CardDoubtScreen(Screen):
    """Draws `DoubtState`."""

    title_key = "card.title_doubt"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = CardDoubtPresenter(context, self)
        self.pages = Pages(self.look)
        self.pages.add("known", self._known_page())
        self.pages.add("find", self._find_page())
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.add_primary(PrimaryButton(self.look, "", pressed=self._press))
        self.read_button = self.add_action(
            Button(self.look, self.texts("card.read"), icon_name="search", pressed=self.presenter.read)
        )

    def arrive(self, **arguments: object) -> None:
        """Show an attempt by its number."""
        self.notice.clear()
        seq = arguments.get("attempt")
        if isinstance(seq, int):
            self.show_errors(())
            for edit in (self.trace, self.receipt_no, self.amount, self.approval, self.seen):
                edit.clear()
        self.presenter.arrive(seq if isinstance(seq, int) else None)

    def go_back(self) -> bool:
        """From the record to what is known."""
        return self.presenter.back()

    def show_state(self, state: DoubtState) -> None:
        """Draw the state."""
        self.headline.say("success" if state.tone == "success" else "warning", state.headline)
        self.detail.setText(state.detail)
        self.detail.setVisible(bool(state.detail))
        empty(self._rules)
        for rule in state.rules:
            self._rules.addWidget(Label(self.look, rule, "strong", wrap=True))
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self.how.setText(state.how)
        self.found.choose(state.found or None)
        for part in self._of_record:
            part.setVisible(state.found == "yes")
        self.pages.show_page("find" if state.step == "find" else "known")
        self.read_button.setVisible(state.can_read and state.step == "doubt")
        if self.primary is not None:
            self.primary.say(state.act)
            self.primary.allow(not state.busy)
            self.primary.setVisible(bool(state.act))
        self.first = self.found.buttons["yes"] if state.step == "find" else None

    def _known_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=10)
        self.headline = Notice(self.look, self)
        self.detail = Label(self.look, "", "label", wrap=True)
        self._rules = column(self.look, spacing=4)
        card = Card(self.look, margin=12)
        self.facts = FactsTable(self.look, spacing=4)
        card.inside.addWidget(self.facts)
        box.addWidget(self.headline)
        box.addWidget(self.detail)
        box.addLayout(self._rules)
        box.addWidget(card)
        page.setLayout(box)
        return page

    def _find_page(self) -> QWidget:
        texts, look = self.texts, self.look
        self.how = Label(look, "", "label", wrap=True)
        answers = [(one, texts(f"card.found_{one}")) for one in ("yes", "no")]
        self.found = Choices(look, texts("card.found"), answers, self.presenter.choose)
        self.trace, self.receipt_no = DigitsEdit(look, 6), DigitsEdit(look, 6)
        self.amount, self.approval, self.seen = MoneyEdit(look), CodeEdit(look, 12), TextEdit(look)
        fields = {
            name: self.add_field(name, Field(look, texts(f"card.{key}"), edit))
            for name, key, edit in (
                ("trace", "trace", self.trace),
                ("receipt_no", "receipt_no", self.receipt_no),
                ("amount", "found_amount", self.amount),
                ("approval", "approval", self.approval),
            )
        }
        seen = self.add_field(
            "seen", Field(look, texts("card.seen"), self.seen, hint=texts("card.seen_hint"))
        )
        numbers = beside(self.context, fields["trace"], fields["receipt_no"])
        sums = beside(self.context, fields["amount"], fields["approval"])
        self._of_record = (numbers, sums)
        main = column(look, spacing=8)
        main.addWidget(self.how)
        main.addWidget(self.add_field("found", Field(look, texts("card.found"), self.found)))
        for part in (numbers, sums, seen):
            main.addWidget(part)
        main.addStretch(1)
        pad = CodePad(look, self.trace, self.receipt_no, self.amount, self.approval, extra=".")
        return SideBySide(self.context, main, pad, shares=(1, 0))

    def _press(self) -> None:
        edits = (self.trace, self.receipt_no, self.amount, self.approval, self.seen)
        self.presenter.main(Read(*(edit.value() for edit in edits)))
