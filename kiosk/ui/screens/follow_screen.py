"""The screen that answers a citizen: a number to type or scan, then the word of the centre and its age."""

from PySide6.QtWidgets import QWidget

from kiosk.core.request_states import TRACKING_EXAMPLE
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.follow_presenter import Answer, FollowPresenter, FollowState, Listed
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.edits import CodeEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Label, column, empty
from kiosk.ui.widgets.notice import Kind, Notice
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import ListRows, Row

_KINDS: dict[str, Kind] = {"info": "info", "warning": "warning"}


class FollowScreen(Screen):
    """Draws `FollowState`."""

    title_key = "follow.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = FollowPresenter(context, self)
        self.pages = Pages(self.look)
        self._step = ""
        self._listed: tuple[Listed, ...] = ()
        for name, page in (
            ("ask", self._ask_page()),
            ("several", self._several_page()),
            ("found", self._found_page()),
        ):
            self.pages.add(name, page)
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.add_primary(PrimaryButton(self.look, "", icon_name="search", pressed=self._press))
        self.pay = self.add_action(Button(self.look, self.texts("follow.pay"), pressed=self.presenter.pay))

    def arrive(self, **arguments: object) -> None:
        """Ask anew; with `scan` look for what was scanned on the way here."""
        self.notice.clear()
        self.number.clear()
        self.presenter.arrive(str(arguments.get("scan", "")))

    def go_back(self) -> bool:
        """From the answer to the list or to the question."""
        return self.presenter.back()

    def scanned(self, text: str) -> None:
        """A receipt's code or a request's number: the next citizen."""
        self.presenter.find(text)

    def show_state(self, state: FollowState) -> None:
        """Draw the state."""
        if state.listed != self._listed:
            self._listed = state.listed
            self.rows.show_rows(
                [Row(one.tracking, one.title, one.detail, end=one.state) for one in state.listed]
            )
        if state.answer is not None:
            self._show_answer(state.answer)
        self.pay.setVisible(state.answer is not None and state.answer.pay)
        if state.step != self._step:
            self._step = state.step
            self.pages.show_page(state.step)
            if self.isVisible():
                self.ask_first()
        self.first = self.number if state.step == "ask" else self.primary
        if self.primary is not None:
            self.primary.say(state.act)
            self.primary.allow(not state.busy)

    def _ask_page(self) -> QWidget:
        texts, look = self.texts, self.look
        self.number = CodeEdit(look)
        hint = texts("follow.number_hint", example=TRACKING_EXAMPLE)
        main = column(look, spacing=8)
        main.addWidget(self.add_field("number", Field(look, texts("follow.number"), self.number, hint=hint)))
        main.addStretch(1)
        return SideBySide(self.context, main, CodePad(look, self.number), shares=(1, 0))

    def _several_page(self) -> QWidget:
        page, box = QWidget(), column(self.look, spacing=8)
        self.rows = ListRows(self.look, self.texts("follow.list"), self.presenter.choose)
        box.addWidget(Label(self.look, self.texts("follow.list"), "heading", wrap=True))
        box.addWidget(self.rows)
        page.setLayout(box)
        return page

    def _found_page(self) -> QWidget:
        page, box = QWidget(), column(self.look, spacing=12)
        look = self.look
        card = Card(look, spacing=10)
        self.head = Label(look, "", "title", wrap=True)
        self.service = Label(look, "", "strong", wrap=True)
        self.tracking = Label(look, "", "code")
        self.said = Notice(look, self)
        self._running = column(look, spacing=8)
        self.facts = FactsTable(look, spacing=8)
        self.age = Label(look, "", "secondary", wrap=True)
        for widget in (self.head, self.service, self.tracking):
            card.inside.addWidget(widget)
        card.inside.addLayout(self._running)
        card.inside.addWidget(self.facts)
        box.addWidget(card)
        box.addWidget(self.said)
        box.addWidget(self.age)
        page.setLayout(box)
        return page

    def _show_answer(self, answer: Answer) -> None:
        self.head.setText(answer.head)
        self.service.setText(answer.service)
        self.tracking.setText(self.texts.data(answer.tracking))
        if answer.notice:
            self.said.say(_KINDS[answer.kind], answer.notice)
        else:
            self.said.clear()
        empty(self._running)
        for label, text in answer.texts:
            self._running.addWidget(Label(self.look, label, "secondary", wrap=True))
            self._running.addWidget(Label(self.look, text, "strong", wrap=True))
        self.facts.show_facts([(one.label, one.value, one.strong) for one in answer.facts])
        self.age.setText(answer.age)

    def _press(self) -> None:
        if self.presenter.state.step != "ask":
            self.number.clear()
        self.presenter.go_on(self.number.value())
