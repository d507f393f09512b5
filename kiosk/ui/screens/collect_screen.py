"""Collecting a debt: the search, then the debtor with his debts, the amount and how it would be divided."""

from functools import partial
from typing import cast

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.collect_presenter import CollectPresenter
from kiosk.ui.screens.collect_state import CAPACITIES, CollectState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.edits import CodeEdit, DigitsEdit, MoneyEdit, TextEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Label, column, empty, line
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pad_dock import PadDock
from kiosk.ui.widgets.rows import ListRows, Row
from kiosk.ui.widgets.table import Column, DataTable, TableRow
from kiosk.ui.widgets.tick_row import TickRow


class CollectScreen(Screen):
    """Draws `CollectState`."""

    title_key = "collect.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = CollectPresenter(context, self)
        self._drawn = CollectState(step="")
        self._searched = ""
        self.query = TextEdit(self.look)
        self._find, self._debts = self._find_step(), self._debts_step()
        self.page.addWidget(self._find)
        self.page.addWidget(self._debts)
        self.page.addStretch(1)
        self.go_button = self.add_primary(PrimaryButton(self.look, "", pressed=self._go))
        self.more_button = self.add_action(Button(self.look, " ", pressed=self.presenter.more))
        self.other_button = self.add_action(
            Button(
                self.look, self.texts("collect.other"), icon_name="person", pressed=self.presenter.other_payer
            )
        )
        self.keys_button = self.add_action(
            Button(self.look, self.texts("pad.keys"), icon_name="keyboard", key="F7"), far=True
        )
        self.keys_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pad = PadDock(self.look, self)
        self.keys_button.clicked.connect(lambda *_: self.pad.toggle())
        cast(QVBoxLayout, self.layout()).insertWidget(1, self.pad)

    # --- what the shell says

    def arrive(self, **arguments: object) -> None:
        """Go on with the debtor that is open, or begin anew."""
        self.notice.clear()
        new = bool(arguments.get("new", False))
        if new:
            self.query.clear()
        self.presenter.arrive(new=new)

    def go_back(self) -> bool:
        """From the debts to the search."""
        self.notice.clear()
        self.show_errors(())
        return self.presenter.go_back()

    def scanned(self, text: str) -> None:
        """A number or an account: the debtor is looked for at once."""
        if self.presenter.state.step == "find":
            self.query.setText(text)
            self.presenter.search(text)

    # --- what the presenter says

    def show_state(self, state: CollectState) -> None:
        """Draw the state."""
        before, find = self._drawn, state.step == "find"
        self._find.setVisible(find)
        self._debts.setVisible(not find)
        if find:
            self._draw_find(state)
        else:
            self._draw_debts(state)
        self.go_button.say(state.act if not find else self.texts("collect.search_act"))
        self.more_button.setVisible(bool(state.more))
        self.more_button.say(state.more or " ")
        self.other_button.setVisible(not find)
        self.other_button.say(self.texts("collect.himself" if state.other else "collect.other"))
        self._drawn = state
        if state.step != before.step:
            self.summary.show_errors(())
            self.ask_first()

    # --- inside

    def _go(self) -> None:
        if self.presenter.state.step == "find" and not (
            self.presenter.state.rows and self.query.value() == self._searched
        ):
            self._searched = self.query.value()
            self.presenter.search(self._searched)
        else:
            self.presenter.go_on()

    def _find_step(self) -> QWidget:
        texts = self.texts
        field = self.add_field(
            "query", Field(self.look, texts("collect.search"), self.query, hint=texts("collect.search_hint"))
        )
        self.rows = ListRows(self.look, texts("collect.found"), self.presenter.choose)
        self._nobody = Label(self.look, texts("collect.nobody"), "secondary", wrap=True)
        whole = QWidget()
        layout = column(self.look, spacing=10)
        for widget in (field, self._nobody, self.rows):
            layout.addWidget(widget)
        whole.setLayout(layout)
        return whole

    def _draw_find(self, state: CollectState) -> None:
        self.first = self.query
        if state.rows != self._drawn.rows or self._drawn.step != "find":
            self.rows.show_rows(
                [Row(one.id, one.title, one.detail, end=one.end, icon="person") for one in state.rows]
            )
        self._nobody.setVisible(state.nobody)

    def _debts_step(self) -> QWidget:
        whole = QWidget()
        layout = column(self.look, spacing=8)
        layout.addWidget(self._debtor())
        self._list = column(self.look, spacing=8)
        main = column(self.look, spacing=8)
        self.ask = Label(self.look, self.texts("collect.choose"), "strong", wrap=True)
        main.addWidget(self.ask)
        main.addLayout(self._list)
        self.none_button = Button(self.look, self.texts("collect.none_chosen"), "choice")
        self.none_button.setCheckable(True)
        self.none_button.clicked.connect(lambda *_: self.presenter.no_choice())
        self.add_field("choice", Field(self.look, "", self.none_button))
        self.fields["choice"].label.hide()
        main.addWidget(self.fields["choice"])
        main.addStretch(1)
        layout.addWidget(SideBySide(self.context, main, self._aside(), shares=(5, 4)))
        whole.setLayout(layout)
        return whole

    def _debtor(self) -> Card:
        card = Card(self.look, margin=6, spacing=0)
        head = line(self.look)
        words = column(self.look, spacing=2)
        self.name = Label(self.look, "", "heading", wrap=True)
        self.who = Label(self.look, "", "secondary", wrap=True)
        self.as_of = Label(self.look, "", "strong", wrap=True)
        for label in (self.name, self.who, self.as_of):
            words.addWidget(label)
        head.addLayout(words, 1)
        sums = column(self.look, spacing=0)
        self.due = Label(self.look, "", "money")
        sums.addWidget(
            Label(self.look, self.texts("collect.due_all"), "hint"), 0, Qt.AlignmentFlag.AlignTrailing
        )
        sums.addWidget(self.due, 0, Qt.AlignmentFlag.AlignTrailing)
        self.balance = Label(self.look, "", "hint")
        sums.addWidget(self.balance, 0, Qt.AlignmentFlag.AlignTrailing)
        head.addLayout(sums)
        card.inside.addLayout(head)
        self.undivided = Label(self.look, "", "secondary", wrap=True)
        card.inside.addWidget(self.undivided)
        return card

    def _aside(self) -> QVBoxLayout:
        texts, presenter = self.texts, self.presenter
        aside = column(self.look, spacing=8)
        self.amount = MoneyEdit(self.look)
        self._follow("amount", self.amount)
        aside.addWidget(self.add_field("amount", Field(self.look, texts("collect.amount"), self.amount)))
        self.payer, self.number = TextEdit(self.look), DigitsEdit(self.look, longest=14)
        self._follow("payer", self.payer)
        self._follow("number", self.number)
        options = [(one, texts(f"collect.capacity_{one}")) for one in CAPACITIES]
        self.capacity = Choices(self.look, texts("collect.capacity"), options, presenter.capacity, columns=3)
        self.mandate, self.order_no = CodeEdit(self.look), CodeEdit(self.look)
        self._follow("mandate", self.mandate)
        self._follow("order_no", self.order_no)
        for name, label, widget in (
            ("payer", texts("collect.payer"), self.payer),
            ("capacity", texts("collect.capacity"), self.capacity),
            ("number", texts("collect.payer_number"), self.number),
            ("mandate", texts("collect.mandate"), self.mandate),
            ("order_no", texts("collect.order_no"), self.order_no),
        ):
            aside.addWidget(self.add_field(name, Field(self.look, label, widget)))
        self.problem = Notice(self.look)
        self.divided = DataTable(
            self.look, (Column("", wide=True), Column("", end=True), Column("", end=True))
        )
        self._divided_card = Card(self.look, margin=10, spacing=4)
        self._divided_card.inside.addWidget(Label(self.look, texts("collect.divided"), "strong", wrap=True))
        self._divided_card.inside.addWidget(self.divided)
        self.second = Notice(self.look)
        for part in (self._divided_card, self.problem, self.second):
            aside.addWidget(part)
        aside.addStretch(1)
        return aside

    def _follow(self, name: str, edit: TextEdit) -> None:
        """Tell the presenter what stands in a field; also when a scan is taken out of it again."""

        def told(_text: str) -> None:
            if edit.value() != getattr(self.presenter.typed, name):
                self.presenter.type(**{name: edit.value()})

        edit.textChanged.connect(told)

    def _draw_debts(self, state: CollectState) -> None:
        before = self._drawn
        fresh = before.step != "debts" or state.name != before.name
        self.name.setText(state.name)
        self.who.setText(state.who)
        self.as_of.setText(state.as_of)
        self.as_of.take_role("error" if state.stale else "strong")
        self.undivided.setText(state.undivided)
        self.undivided.setVisible(bool(state.undivided))
        self.due.setText(state.due)
        self.balance.setText(self.texts("collect.balance", amount=state.balance))
        if state.amount != self.amount.value():
            self.amount.setText(state.amount)
        if fresh:
            for edit in (self.payer, self.number, self.mandate, self.order_no):
                edit.clear()
        if fresh or state.debts != before.debts:
            self._draw_list(state)
        self.none_button.setChecked(state.not_chosen)
        self.none_button.show_icon("check" if state.not_chosen else "circle")
        for name in ("payer", "capacity", "number"):
            self.fields[name].setVisible(state.other)
        self.capacity.choose(state.capacity or None)
        for name in ("mandate", "order_no"):
            self.fields[name].setVisible(state.mandate)
        self._draw_divided(state)
        self.first = self.amount

    def _draw_list(self, state: CollectState) -> None:
        had = [one.hasFocus() for one in self.findChildren(TickRow)]
        empty(self._list)
        for at, one in enumerate(state.debts):
            row = TickRow(
                self.look,
                one.title,
                one.detail,
                ticked=bool(one.order),
                mark=one.order,
                end=one.balance,
                end_detail=one.due,
                pressed=partial(self.presenter.touch, one.account),
            )
            self._list.addWidget(row)
            if at < len(had) and had[at]:
                row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _draw_divided(self, state: CollectState) -> None:
        if state.divided != self._drawn.divided:
            self.divided.show_rows([TableRow(row) for row in state.divided[:5]])
        self._divided_card.setVisible(bool(state.divided))
        if state.problem:
            self.problem.say("warning", state.problem)
        else:
            self.problem.clear()
        if state.by_name:
            self.second.say("info", self.texts("collect.second"))
        else:
            self.second.clear()
