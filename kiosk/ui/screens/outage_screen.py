"""The outage screen: a calm sentence on the law, then a short form, or the open outage and its end."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.outage_presenter import OutagePresenter, OutageState, OutageTyped
from kiosk.ui.widgets.beside import beside
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.edits import CodeEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Label, column
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pages import Pages


class OutageScreen(Screen):
    """Draws `OutageState`."""

    title_key = "outage.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = OutagePresenter(context, self)
        self.pages = Pages(self.look)
        self.pages.add("form", self._form())
        self.pages.add("open", self._open_page())
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.add_primary(PrimaryButton(self.look, "", icon_name="check", commits=True, pressed=self._press))

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.notice.clear()
        self.presenter.arrive()

    def show_state(self, state: OutageState) -> None:
        """Draw the state."""
        if state.open is not None:
            for edit in (self.number, self.approver, self.started):
                edit.clear()
        self.cause.choose(state.cause or None)
        self.kind.choose(state.kind)
        memo = state.kind == "memo"
        self.approver_field.setVisible(memo)
        self.number_field.label.setText(self.texts("outage.memo" if memo else "outage.ticket"))
        self.number.setAccessibleName(self.texts("outage.memo" if memo else "outage.ticket"))
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self.pages.show_page("open" if state.open else "form")
        self.first = None if state.open else self.cause.buttons[state.causes[0][0]]
        if state.said:
            self.say("success", self.texts(f"outage.said_{state.said}"))
        if self.primary is not None:
            self.primary.say(state.act)
            self.primary.allow(state.read and not state.busy)

    def _form(self) -> QWidget:
        texts, look = self.texts, self.look
        self.cause = Choices(
            look, texts("outage.cause"), self.presenter.state.causes, self.presenter.choose_cause, columns=3
        )
        kinds = [(kind, texts(f"outage.by_{kind}")) for kind in ("ticket", "memo")]
        self.kind = Choices(look, texts("outage.reference"), kinds, self.presenter.choose_kind)
        self.number, self.approver, self.started = CodeEdit(look), CodeEdit(look), CodeEdit(look, 5)
        self.number_field = self.add_field("number", Field(look, texts("outage.ticket"), self.number))
        self.approver_field = self.add_field("approver", Field(look, texts("outage.approver"), self.approver))
        main = column(look, spacing=8)
        main.addWidget(Label(look, texts("outage.law"), "secondary", wrap=True))
        main.addWidget(self.add_field("cause", Field(look, texts("outage.cause"), self.cause)))
        started = Field(
            look, texts("outage.started"), self.started, hint=texts("outage.started_hint", example="9:30")
        )
        self.add_field("started", started)
        reference = Field(look, texts("outage.reference"), self.kind)
        main.addWidget(beside(self.context, reference, started))
        main.addWidget(beside(self.context, self.number_field, self.approver_field))
        main.addStretch(1)
        self.pad = CodePad(look, self.number, self.approver, self.started, extra=":")
        return SideBySide(self.context, main, self.pad, shares=(1, 0))

    def _open_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        banner = Notice(self.look, self)
        banner.say("warning", self.texts("outage.now"))
        card = Card(self.look)
        self.facts = FactsTable(self.look, spacing=10, large=True)
        card.inside.addWidget(self.facts)
        box.addWidget(banner)
        box.addWidget(card)
        box.addWidget(Label(self.look, self.texts("outage.law_open"), "secondary", wrap=True))
        page.setLayout(box)
        return page

    def _press(self) -> None:
        if self.presenter.state.open is not None:
            self.presenter.end()
        else:
            typed = OutageTyped(self.number.value(), self.approver.value(), self.started.value())
            self.presenter.report(typed)
