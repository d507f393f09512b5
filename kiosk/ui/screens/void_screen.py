"""The void screen: the receipts of the shift, the reason and recovered prints, then what to give back."""

from PySide6.QtWidgets import QLayout, QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.void_presenter import Listed, VoidPresenter, VoidState, VoidTyped
from kiosk.ui.widgets.beside import beside
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.edits import CodeEdit, DigitsEdit, TextEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, Label, column
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pad_follow import follow_focus
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import ListRows, Row


class VoidScreen(Screen):
    """Draws `VoidState`."""

    title_key = "void.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = VoidPresenter(context, self)
        self.pages = Pages(self.look)
        self._step = ""
        self._listed: tuple[Listed, ...] | None = None
        for name, page in (
            ("find", self._find_page()),
            ("why", self._why_page()),
            ("done", self._done_page()),
        ):
            self.pages.add(name, page)
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.add_primary(PrimaryButton(self.look, "", commits=True, pressed=self._press))

    def arrive(self, **_arguments: object) -> None:
        """List the receipts of the shift."""
        self.notice.clear()
        if self.presenter.arrive():
            for edit in (self.number, self.recovered, self.remark):
                edit.clear()

    def go_back(self) -> bool:
        """From the reason to the list."""
        return self.presenter.back()

    def scanned(self, text: str) -> None:
        """The code of a receipt was scanned."""
        if self.presenter.state.step == "find":
            self.number.setText(text[:40])
            self.presenter.find(self.number.value())

    def show_state(self, state: VoidState) -> None:
        """Draw the state."""
        if state.listed != self._listed:
            self._listed, data = state.listed, self.texts.data
            self.rows.show_rows(
                [
                    Row(one.number, data(one.number), data(one.at), self.presenter.amount(one.total))
                    for one in state.listed
                ]
            )
            self.none.setVisible(not state.listed)
        facts = [(one.label, one.value, one.strong) for one in state.facts]
        (self.result if state.step == "done" else self.facts).show_facts(facts)
        self.reason.choose(state.reason or None)
        if state.step != self._step:
            self._step = state.step
            self.pages.show_page(state.step)
            firsts: dict[str, QWidget] = {"find": self.number, "why": self.recovered}
            self.first = firsts.get(state.step)
            if state.step == "done":
                self.notice.clear()
            if self.isVisible():
                self.ask_first()
        if self.primary is not None:
            self.primary.say(state.act)
            self.primary.allow(not state.busy)

    def _find_page(self) -> QWidget:
        texts, look = self.texts, self.look
        self.number = CodeEdit(look)
        self.rows = ListRows(look, texts("void.list"), self.presenter.choose)
        self.none = Label(look, texts("void.none"), "secondary", wrap=True)
        field = Field(look, texts("void.find"), self.number, hint=texts("void.find_hint"))
        main = column(look, spacing=8)
        main.addWidget(self.add_field("number", field))
        main.addWidget(self.none)
        main.addWidget(self.rows)
        main.addStretch(1)
        return SideBySide(self.context, main, CodePad(look, self.number), shares=(1, 0))

    def _why_page(self) -> QWidget:
        texts, look = self.texts, self.look
        card = Card(look, spacing=4, margin=10)
        self.facts = FactsTable(look, spacing=2)
        card.inside.addWidget(self.facts)
        reasons = self.presenter.state.reasons
        self.reason = Choices(look, texts("void.reason"), reasons, self.presenter.choose_reason, columns=3)
        self.recovered, self.remark = DigitsEdit(look, 2), TextEdit(look)
        recovered = Field(look, texts("void.recovered"), self.recovered, hint=texts("void.recovered_hint"))
        remark = Field(look, texts("void.remark"), self.remark, hint=texts("void.remark_hint"))
        self.add_field("recovered", recovered)
        self.add_field("remark", remark)
        main = column(look, spacing=8)
        main.addWidget(card)
        main.addWidget(self.add_field("reason", Field(look, texts("void.reason"), self.reason)))
        main.addWidget(beside(self.context, recovered, remark))
        main.addStretch(1)
        return self._with_pad(main, self.recovered)

    def _done_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        done = Notice(self.look, self)
        done.say("success", self.texts("void.done"))
        card = Card(self.look)
        self.result = FactsTable(self.look, spacing=8, large=True)
        card.inside.addWidget(self.result)
        box.addWidget(done)
        box.addWidget(card)
        page.setLayout(box)
        return page

    def _with_pad(self, main: QLayout, edit: TextEdit) -> QWidget:
        pad = Keypad(self.look)
        pad.setFixedWidth(self.look.px(232))
        follow_focus(pad, edit)
        aside = column(self.look)
        aside.addWidget(pad)
        aside.addStretch(1)
        return SideBySide(self.context, main, aside, shares=(1, 0))

    def _press(self) -> None:
        step = self.presenter.state.step
        if step == "find":
            self.presenter.find(self.number.value())
        elif step == "why":
            self.presenter.ask(VoidTyped(self.recovered.value(), self.remark.value()))
        else:
            self.context.go.home()
