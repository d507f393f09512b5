"""The screen that receives cash: from whom, the count, what the giver states, the comparison."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.receive_presenter import OTHER, STEPS, ReceivePresenter, ReceiveState, ReceiveTyped
from kiosk.ui.widgets.beside import beside
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.count_grid import CountGrid
from kiosk.ui.widgets.edits import CodeEdit, MoneyEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, column, empty
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pad_follow import follow_focus
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.steps import StepsBar


class ReceiveScreen(Screen):
    """Draws `ReceiveState`."""

    title_key = "receive.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ReceivePresenter(context, self)
        self.steps = StepsBar(self.look, [self.texts(f"receive.step_{name}") for name in STEPS])
        self.pages = Pages(self.look)
        self._step = ""
        self._shown: tuple[str, ...] | None = None
        self.which: Choices | None = None
        for name, page in (
            ("from", self._from_page()),
            ("count", self._count_page()),
            ("stated", self._stated_page()),
            ("done", self._done_page()),
        ):
            self.pages.add(name, page)
        self.page.addWidget(self.steps)
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.add_primary(PrimaryButton(self.look, "", icon_name="check", commits=True, pressed=self._press))
        self.print_button = self.add_action(
            Button(self.look, self.texts("cash.print"), icon_name="printer", pressed=self.presenter.print)
        )

    def arrive(self, **arguments: object) -> None:
        """Begin, or go on with what was begun."""
        self.notice.clear()
        if self.presenter.arrive(anew="mode" in arguments):
            self.count.clear()
            for edit in (self.transfer, self.giver, self.device, self.seal, self.stated):
                edit.clear()

    def go_back(self) -> bool:
        """One step back."""
        return self.presenter.back()

    def scanned(self, text: str) -> None:
        """The code of a transfer was scanned."""
        if self.presenter.state.step == "from":
            self.presenter.choose(OTHER)
            self.transfer.setText(text[:64])

    def show_state(self, state: ReceiveState) -> None:
        """Draw the state."""
        self.count.show_pieces(state.pieces)
        self._show_waiting(state)
        self.other.setVisible(state.chosen == OTHER)
        self.intact.choose(state.intact or None)
        self.into.choose(state.into)
        self.into_field.setVisible(state.drawer)
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        done = state.step == "done"
        self.print_button.setVisible(done)
        self.print_button.setEnabled(not state.printed)
        self.print_button.say(self.texts("cash.print_asked" if state.printed else "cash.print"))
        if self.primary is not None:
            self.primary.say(state.act)
            self.primary.allow(not state.busy)
        if state.step != self._step:
            self._step = state.step
            self.steps.show_step(STEPS.index(state.step))
            self.pages.show_page(state.step)
            firsts = {"count": self.count.first, "stated": self.stated}
            self.first = firsts.get(state.step)
            if self.isVisible():
                self.ask_first()

    def _show_waiting(self, state: ReceiveState) -> None:
        shown = tuple(one.transfer for one in state.waiting)
        if shown != self._shown:
            self._shown = shown
            empty(self._which_box)
            self.fields.pop("which", None)
            self.which = None
            if shown:
                name = self.texts("receive.which")
                options = [(one.transfer, one.words) for one in state.waiting]
                options.append((OTHER, self.texts("receive.other")))
                self.which = Choices(self.look, name, options, self.presenter.choose, columns=2)
                self._which_box.addWidget(self.add_field("which", Field(self.look, name, self.which)))
        if self.which is not None:
            self.which.choose(state.chosen or None)

    def _from_page(self) -> QWidget:
        texts, look = self.texts, self.look
        self._which_box = column(look, spacing=0)
        self.transfer, self.giver, self.device, self.seal = (CodeEdit(look, 64) for _ in range(4))
        self.other = QWidget()
        box = column(look, spacing=8)
        transfer = Field(look, texts("receive.transfer"), self.transfer, hint=texts("receive.transfer_hint"))
        giver = Field(look, texts("receive.giver"), self.giver, hint=texts("cash.code_hint"))
        device = Field(look, texts("receive.device"), self.device, hint=texts("receive.device_hint"))
        for name, field in (("transfer", transfer), ("giver", giver), ("device", device)):
            self.add_field(name, field)
        box.addWidget(transfer)
        box.addWidget(beside(self.context, giver, device))
        self.other.setLayout(box)
        states = [("yes", texts("receive.intact_yes")), ("no", texts("receive.intact_no"))]
        self.intact = Choices(look, texts("receive.intact"), states, self.presenter.choose_intact)
        places = [("bag", texts("receive.into_bag")), ("drawer", texts("receive.into_drawer"))]
        self.into = Choices(look, texts("receive.into"), places, self.presenter.choose_into)
        self.into_field = Field(look, texts("receive.into"), self.into)
        seal = self.add_field("seal", Field(look, texts("cash.seal"), self.seal))
        intact = self.add_field("intact", Field(look, texts("receive.intact"), self.intact))
        main = column(look, spacing=8)
        main.addLayout(self._which_box)
        main.addWidget(self.other)
        main.addWidget(beside(self.context, seal, intact))
        main.addWidget(self.into_field)
        main.addStretch(1)
        pad = CodePad(look, self.transfer, self.giver, self.device, self.seal)
        return SideBySide(self.context, main, pad, shares=(1, 0))

    def _count_page(self) -> QWidget:
        page = QWidget()
        self.count = CountGrid(self.context, self.presenter.counted)
        box = column(self.look, spacing=6)
        texts = self.texts
        field = Field(self.look, texts("receive.count"), self.count, hint=texts("receive.count_hint"))
        box.addWidget(self.add_field("count", field))
        page.setLayout(box)
        return page

    def _stated_page(self) -> QWidget:
        texts, look = self.texts, self.look
        self.stated = MoneyEdit(look)
        field = Field(look, texts("receive.stated"), self.stated, hint=texts("receive.stated_hint"))
        main = column(look, spacing=8)
        main.addWidget(self.add_field("stated", field))
        main.addStretch(1)
        pad = Keypad(look, ".")
        pad.setFixedWidth(look.px(232))
        follow_focus(pad, self.stated)
        aside = column(look)
        aside.addWidget(pad)
        aside.addStretch(1)
        return SideBySide(self.context, main, aside, shares=(1, 0))

    def _done_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        done = Notice(self.look, self)
        done.say("success", self.texts("receive.done"))
        card = Card(self.look)
        self.facts = FactsTable(self.look, spacing=10, large=True)
        card.inside.addWidget(self.facts)
        box.addWidget(done)
        box.addWidget(card)
        page.setLayout(box)
        return page

    def _press(self) -> None:
        step = self.presenter.state.step
        if step == "from":
            typed = ReceiveTyped(
                self.transfer.value(), self.giver.value(), self.device.value(), self.seal.value()
            )
            self.presenter.begin(typed)
        elif step == "count":
            self.presenter.count(self.count.counts())
        elif step == "stated":
            self.presenter.state_amount(self.stated.value())
        else:
            self.context.go.home()
