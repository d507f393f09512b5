"""The screen that closes a shift: steps on top, one page each, the act on the primary button."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.shift_close_presenter import STEPS, Parted, ShiftClosePresenter, ShiftCloseState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.count_grid import CountGrid
from kiosk.ui.widgets.edits import CodeEdit, MoneyEdit, TextEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Label, column, line
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.steps import StepsBar


class ShiftCloseScreen(Screen):
    """Draws `ShiftCloseState`."""

    title_key = "shift_close.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ShiftClosePresenter(context, self)
        texts = self.texts
        self.steps = StepsBar(self.look, [texts(f"shift_close.step_{name}") for name in STEPS])
        self.other = Notice(self.look, self)
        self.pages = Pages(self.look)
        self._step = ""
        self._reasons: tuple[tuple[str, str], ...] = ()
        self.reason: Choices | None = None
        self.pages.add("count", self._count_page())
        self.pages.add("result", self._result_page())
        self.pages.add("part", self._part_page())
        for widget in (self.steps, self.other, self.pages):
            self.page.addWidget(widget)
        self.page.addStretch(1)
        self.steps.hide()
        self.add_primary(PrimaryButton(self.look, "", icon_name="check", commits=True, pressed=self._press))
        if self.primary is not None:
            self.primary.hide()
        self.alone = self.add_action(Button(self.look, "", pressed=self._close_alone))
        self.alone.hide()

    def arrive(self, **_arguments: object) -> None:
        """Go on where the close stands."""
        self.notice.clear()
        self.presenter.arrive()

    def go_back(self) -> bool:
        """From the parting to the result."""
        return self.presenter.back()

    def show_state(self, state: ShiftCloseState) -> None:
        """Draw the state. The button first: a step without a field begins at it."""
        if self.primary is not None:
            self.primary.setVisible(bool(state.step))
            self.primary.say(state.act)
            self.primary.allow(not state.busy)
        self.alone.setVisible(bool(state.alone))
        self.alone.say(state.alone)
        self.alone.setEnabled(not state.busy)
        if state.means:
            self.means.say("warning", state.means)
        else:
            self.means.clear()
        if state.step != self._step:
            self._enter(state)
        self.count.show_pieces(state.pieces)
        self.result.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self._show_reasons(state)
        self.supervisor.setVisible(state.supervisor)
        self.handed.setText(state.handed or self.texts("shift_close.handed_unknown"))
        if state.of_another and state.step in ("count", "recount"):
            self.other.say("info", self.texts("shift_close.of_another", code=state.of_another))
        else:
            self.other.clear()

    def _enter(self, state: ShiftCloseState) -> None:
        """Another step begins: its page, its first field; counts start from nothing."""
        self._step = state.step
        self.steps.setVisible(bool(state.step))
        if not state.step:
            for edit in (self.kept, self.seal, self.remark):
                edit.clear()
            self.count.clear()
            return
        self.steps.show_step(STEPS.index(state.step))
        counting = state.step in ("count", "recount")
        if counting:
            self.count.clear()
            self.count_field.hint.setText(self.texts(f"shift_close.hint_{state.step}"))
        self.pages.show_page("count" if counting else state.step)
        self.count.show_pieces(state.pieces)
        first = {"part": self.kept, "result": None}
        self.first = first.get(state.step, self.count.first)
        if self.isVisible():
            self.ask_first()

    def _count_page(self) -> QWidget:
        page = QWidget()
        self.count = CountGrid(self.context, self.presenter.counted)
        texts = self.texts
        self.count_field = self.add_field(
            "count",
            Field(self.look, texts("shift_close.count"), self.count, hint=texts("shift_close.hint_count")),
        )
        box = column(self.look)
        box.addWidget(self.count_field)
        page.setLayout(box)
        return page

    def _result_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        card = Card(self.look)
        self.result = FactsTable(self.look, spacing=8, large=True)
        card.inside.addWidget(self.result)
        self.supervisor = Notice(self.look, self)
        self.supervisor.say("warning", self.texts("shift_close.needs_supervisor"))
        self._reason_box = column(self.look, spacing=0)
        self.remark = TextEdit(self.look)
        texts = self.texts
        self.remark_field = self.add_field(
            "remark",
            Field(self.look, texts("shift_close.remark"), self.remark, hint=texts("shift_close.remark_hint")),
        )
        box.addWidget(card)
        box.addWidget(self.supervisor)
        box.addLayout(self._reason_box)
        box.addWidget(self.remark_field)
        page.setLayout(box)
        return page

    def _part_page(self) -> QWidget:
        texts = self.texts
        self.kept, self.seal = MoneyEdit(self.look), CodeEdit(self.look)
        self.pad = CodePad(self.look, self.kept, self.seal, extra=".")
        self.kept.textChanged.connect(lambda _text: self.presenter.parting(self.kept.value()))
        self.nothing = Button(self.look, texts("shift_close.keep_nothing"), pressed=self._keep_nothing)
        main = column(self.look, spacing=12)
        self.means = Notice(self.look, self)
        main.addWidget(self.means)
        kept = Field(
            self.look,
            texts("shift_close.kept"),
            self.kept,
            hint=texts("shift_close.kept_hint"),
            beside=self.nothing,
        )
        main.addWidget(self.add_field("kept", kept))
        card = Card(self.look, margin=12)
        row = line(self.look)
        row.addWidget(Label(self.look, texts("shift_close.handed"), "label", wrap=True), 1)
        self.handed = Label(self.look, "", "money")
        row.addWidget(self.handed)
        card.inside.addLayout(row)
        main.addWidget(card)
        seal = Field(self.look, texts("shift_close.seal"), self.seal, hint=texts("shift_close.seal_hint"))
        main.addWidget(self.add_field("seal", seal))
        main.addStretch(1)
        return SideBySide(self.context, main, self.pad, shares=(1, 0))

    def _show_reasons(self, state: ShiftCloseState) -> None:
        if state.reasons != self._reasons:
            self._reasons = state.reasons
            if self.reason is not None:
                self.fields.pop("reason").deleteLater()
                self.reason = None
            if state.reasons:
                name = self.texts("shift_close.reason")
                choose = self.presenter.choose_reason
                self.reason = Choices(self.look, name, state.reasons, choose, columns=3)
                self._reason_box.addWidget(self.add_field("reason", Field(self.look, name, self.reason)))
        if self.reason is not None:
            self.reason.choose(state.reason or None)
        self.remark_field.setVisible(bool(state.reasons))

    def _keep_nothing(self) -> None:
        self.kept.setText("0")
        self.kept.setFocus()

    def _press(self) -> None:
        step = self.presenter.state.step
        if step in ("count", "recount"):
            self.presenter.count(self.count.counts())
        elif step == "result":
            self.presenter.go_on()
        elif step == "part":
            self.presenter.close(self._parted())

    def _close_alone(self) -> None:
        self.presenter.close_alone(self._parted())

    def _parted(self) -> Parted:
        return Parted(self.kept.value(), self.seal.value(), self.remark.value())
