"""The screen that gives cash away: count, to whom and where he signs, his own count, done."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.cash_presenter import STEPS, CashPresenter, CashState, GiveTyped
from kiosk.ui.widgets.beside import beside
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.count_grid import CountGrid
from kiosk.ui.widgets.edits import CodeEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, column, empty
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.steps import StepsBar


class CashScreen(Screen):
    """Draws `CashState`."""

    title_key = "cash.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = CashPresenter(context, self)
        self.steps = StepsBar(self.look, [self.texts(f"cash.step_{name}") for name in STEPS])
        self.pages = Pages(self.look)
        self._step = ""
        self._bags: tuple[tuple[str, str], ...] = ()
        self.bag: Choices | None = None
        for name, page in (
            ("count", self._count_page()),
            ("to", self._to_page()),
            ("theirs", self._theirs_page()),
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
        if self.presenter.arrive(str(arguments.get("mode", ""))):
            self.show_errors(())
            for grid in (self.count, self.theirs):
                grid.clear()
            for edit in (self.counterpart, self.device, self.seal):
                edit.clear()

    def go_back(self) -> bool:
        """One step back."""
        return self.presenter.back()

    def show_state(self, state: CashState) -> None:
        """Draw the state."""
        for grid in (self.count, self.theirs):
            grid.show_pieces(state.pieces)
        self._show_bags(state)
        self.to.choose(state.to)
        self.signs.choose(state.signs or None)
        self.device_field.setVisible(state.signs == "elsewhere")
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self.print_button.setVisible(state.step == "done")
        self.print_button.setEnabled(not state.printed)
        self.print_button.say(self.texts("cash.print_asked" if state.printed else "cash.print"))
        if self.primary is not None:
            self.primary.say(state.act)
            self.primary.allow(not state.busy)
        if state.step != self._step:
            self._enter(state)

    def _enter(self, state: CashState) -> None:
        self._step = state.step
        self.steps.show_step(STEPS.index(state.step))
        self.pages.show_page(state.step)
        firsts = {"count": self.count.first, "to": self.counterpart, "theirs": self.theirs.first}
        self.first = firsts.get(state.step)
        if state.step == "done":
            self.notice.clear()
        if self.isVisible():
            self.ask_first()

    def _count_page(self) -> QWidget:
        page = QWidget()
        self.count = CountGrid(self.context, self.presenter.counted)
        self._bag_box = column(self.look, spacing=0)
        box = column(self.look, spacing=2)
        box.addLayout(self._bag_box)
        texts = self.texts
        field = Field(self.look, texts("cash.count"), self.count, hint=texts("cash.count_hint"))
        self.count_field = self.add_field("count", field)
        box.addWidget(self.count_field)
        page.setLayout(box)
        return page

    def _to_page(self) -> QWidget:
        texts, look, choose = self.texts, self.look, self.presenter
        tos = [(one, texts(f"cash.to_{one}")) for one in ("treasury", "custodian")]
        self.to = Choices(look, texts("cash.to"), tos, choose.choose_to)
        signs = [(one, texts(f"cash.signs_{one}")) for one in ("here", "paper", "elsewhere")]
        self.signs = Choices(look, texts("cash.signs"), signs, choose.choose_signs)
        self.counterpart, self.device, self.seal = CodeEdit(look), CodeEdit(look), CodeEdit(look)
        self.device_field = self.add_field(
            "device", Field(look, texts("cash.device"), self.device, hint=texts("cash.device_hint"))
        )
        counterpart = Field(look, texts("cash.counterpart"), self.counterpart, hint=texts("cash.code_hint"))
        seal = Field(look, texts("cash.seal"), self.seal, hint=texts("cash.seal_hint"))
        main = column(look, spacing=8)
        main.addWidget(Field(look, texts("cash.to"), self.to))
        main.addWidget(self.add_field("signs", Field(look, texts("cash.signs"), self.signs)))
        self.add_field("counterpart", counterpart)
        self.add_field("seal", seal)
        main.addWidget(beside(self.context, counterpart, seal))
        main.addWidget(self.device_field)
        main.addStretch(1)
        self.pad = CodePad(look, self.counterpart, self.device, self.seal)
        return SideBySide(self.context, main, self.pad, shares=(1, 0))

    def _theirs_page(self) -> QWidget:
        page = QWidget()
        self.theirs = CountGrid(self.context, self.presenter.counted_theirs)
        box = column(self.look, spacing=6)
        texts = self.texts
        field = Field(self.look, texts("cash.theirs"), self.theirs, hint=texts("cash.theirs_hint"))
        box.addWidget(self.add_field("theirs", field))
        page.setLayout(box)
        return page

    def _done_page(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        done = Notice(self.look, self)
        done.say("success", self.texts("cash.done"))
        card = Card(self.look)
        self.facts = FactsTable(self.look, spacing=10, large=True)
        card.inside.addWidget(self.facts)
        box.addWidget(done)
        box.addWidget(card)
        page.setLayout(box)
        return page

    def _show_bags(self, state: CashState) -> None:
        bags = state.bags if state.mode == "bag" else ()
        if bags != self._bags:
            self._bags = bags
            empty(self._bag_box)
            self.bag = None
            self.count_field.label.setText(self.texts("cash.count"))
            if len(bags) == 1:
                self.count_field.label.setText(self.texts("cash.count_bag", bag=bags[0][1]))
            elif bags:
                name = self.texts("cash.which_bag")
                self.bag = Choices(self.look, name, bags, self.presenter.choose_bag, columns=3)
                self._bag_box.addWidget(Field(self.look, name, self.bag))
        if self.bag is not None:
            self.bag.choose(state.bag or None)

    def _press(self) -> None:
        step = self.presenter.state.step
        if step == "count":
            self.presenter.count(self.count.counts())
        elif step == "to":
            typed = GiveTyped(self.counterpart.value(), self.device.value(), self.seal.value())
            self.presenter.give(typed)
        elif step == "theirs":
            self.presenter.sign(self.theirs.counts())
        else:
            self.context.go.home()
