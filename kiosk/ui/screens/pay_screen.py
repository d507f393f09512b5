"""Taking the money: total, tender, change in large figures, and one button that carries act and amount."""

from functools import partial

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens import SCREENS
from kiosk.ui.screens.pay_presenter import PayPresenter, PayState, Typed
from kiosk.ui.screens.pay_reading import Due
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.edits import CodeEdit, DigitsEdit, MoneyEdit, TextEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, Label, column, line
from kiosk.ui.widgets.notice import Kind, Notice
from kiosk.ui.widgets.table import Column, DataTable, TableRow

TENDERS = ("cash", "card", "slip", "both")
SLIP_FIELDS = ("slip_amount", "slip_number", "slip_time", "slip_terminal", "slip_approval", "slip_last4")
SLIP_WIDTH = 190
"""Least width of a field of the slip, px at scale 1: its date and time fit."""
LINES = 3
"""Lines in sight; the receipt has them all."""


class PayScreen(Screen):
    """Draws `PayState`."""

    title_key = "pay.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = PayPresenter(context, self)
        self.edits: dict[str, TextEdit] = {}
        self._drawn = PayState()
        self.pad = Keypad(self.look, extra=".")
        self.page.addWidget(SideBySide(context, self._main(), self._aside(), shares=(9, 4)))
        self.page.addStretch(1)
        self.pay_button = self.add_primary(
            PrimaryButton(
                self.look,
                self.texts("pay.title"),
                icon_name="check",
                commits=True,
                pressed=self.presenter.pay,
            )
        )
        self.outage_button = self.add_action(
            Button(self.look, self.texts("pay.outage"), icon_name="outage", pressed=self._outage)
        )
        self.outage_button.hide()
        self.leave_button = self.add_action(
            Button(self.look, self.texts("pay.leave"), pressed=self.presenter.leave_change), far=True
        )
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)
        self.first = self.edits["cash"]

    # --- what the shell says

    def arrive(self, **arguments: object) -> None:
        """Open the payment of a request or of debts."""
        if not arguments:
            self.presenter.arrive(None)
            return
        self.notice.clear()
        self.show_errors(())
        self.presenter.arrive(
            Due(
                tracking=str(arguments.get("tracking", "")),
                collection=arguments.get("collection"),  # type: ignore[arg-type]
                preview=arguments.get("preview"),  # type: ignore[arg-type]
                second=bool(arguments.get("second", False)),
            )
        )

    def scanned(self, text: str) -> None:
        """A scan belongs to a field of the slip, never to an amount."""
        focus = self.focusWidget()
        if isinstance(focus, TextEdit) and focus.takes_scans:
            focus.clear()
            focus.type_in(text)

    # --- what the presenter says

    def show_typed(self, typed: Typed) -> None:
        """Put what the program fills into the fields."""
        for name, edit in self.edits.items():
            if edit.value() != getattr(typed, name):
                edit.setText(getattr(typed, name))

    def show_state(self, state: PayState) -> None:
        """Draw the state."""
        before = self._drawn
        self.name.setText(state.title)
        self.who.setText(state.who)
        self.total.setText(state.total)
        if state.rows != before.rows:
            shown = state.rows[:LINES]
            self.lines.show_rows([TableRow(row) for row in shown])
        self._lines_card.setVisible(bool(state.rows))
        self.tenders.setVisible(len(state.tenders) > 1)
        self.tenders.choose(state.tender)
        if "card" in self.tenders.buttons:
            self.tenders.buttons["card"].setVisible("card" in state.tenders)
        self._cash.setVisible(state.tender in ("cash", "both"))
        self._slip.setVisible(state.tender in ("slip", "both"))
        self._say(self.terminal, "info", state.terminal)
        self._say(self.doubt, "warning", "" if state.warned else state.doubt)
        self._doubtful.setVisible(bool(state.doubt) and not state.warned)
        if state.quick != before.quick:
            self._draw_quick(state)
        self.quick.setVisible(bool(state.quick))
        self.change_words.setText(state.change_words)
        self.change.setText(state.change)
        self.fields["left"].setVisible(state.leaving)
        for name in ("paper_series", "paper_number"):
            self.fields[name].setVisible(state.paper)
        self.fields["mandate"].setVisible(state.mandate)
        self._extra.setVisible(state.paper or state.mandate)
        self.leave_button.setVisible(state.tender in ("cash", "both") and state.ready)
        self.leave_button.say(self.texts("pay.give_all" if state.leaving else "pay.leave"))
        self.outage_button.setVisible(state.outage and "outage" in SCREENS)
        self._say(self.second, "info", self.texts("pay.second") if state.second else "")
        self.pay_button.say(state.act or self.texts("pay.title"))
        if state.ready != before.ready or not state.ready:
            self.pay_button.allow(state.ready)
        self._drawn = state
        firsts = {"slip": self.edits["slip_number"], "card": self.pay_button}
        self.first = firsts.get(state.tender, self.edits["cash"])
        if state.tender != before.tender:
            self.ask_first()

    def ready(self) -> None:
        """The act was answered."""
        self.pay_button.ready()

    # --- inside

    def _say(self, notice: Notice, kind: Kind, words: str) -> None:
        if words:
            notice.say(kind, words)
        else:
            notice.clear()

    def _doubt_part(self) -> QWidget:
        """A card may have been charged for this bill: nothing is taken before a person decides."""
        self._doubtful = QWidget()
        row = line(self.look, spacing=12)
        self.look_button = Button(
            self.look, self.texts("card.cash_look"), pressed=lambda: self.context.go.go("card_open")
        )
        self.warned_button = Button(
            self.look, self.texts("card.cash_anyway"), "danger", pressed=self.presenter.warned
        )
        row.addWidget(self.look_button)
        row.addWidget(self.warned_button)
        row.addStretch(1)
        self._doubtful.setLayout(row)
        return self._doubtful

    def _outage(self) -> None:
        self.context.go.go("outage")

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, TextEdit) and now in self.edits.values():
            self.pad.attach(now)

    def _edit(self, name: str, edit: TextEdit) -> Field:
        self.edits[name] = edit
        edit.textChanged.connect(lambda _text: self._typed(name))
        return self.add_field(name, Field(self.look, self.texts(f"pay.{name}"), edit))

    def _typed(self, name: str) -> None:
        """A field says something new; also when a scan is taken out of it again."""
        value = self.edits[name].value()
        if value != getattr(self.presenter.typed, name):
            self.presenter.type(**{name: value})

    def _main(self) -> QVBoxLayout:
        main = column(self.look, spacing=8)
        card = Card(self.look, margin=10, spacing=0)
        head = line(self.look)
        words = column(self.look, spacing=0)
        self.name, self.who = Label(self.look, "", "heading", wrap=True), Label(self.look, "", "secondary")
        words.addWidget(self.name)
        words.addWidget(self.who)
        head.addLayout(words, 1)
        self.total = Label(self.look, "", "total")
        head.addWidget(self.total)
        card.inside.addLayout(head)
        main.addWidget(card)
        self.doubt = Notice(self.look)
        main.addWidget(self.doubt)
        main.addWidget(self._doubt_part())
        linked = bool(self.context.desk.cards.terminal())
        options = [(one, self.texts(f"pay.tender_{one}")) for one in TENDERS if linked or one != "card"]
        self.tenders = Choices(self.look, self.texts("pay.tender"), options, self.presenter.choose)
        main.addWidget(self.tenders)
        self._slip = self._slip_part()
        main.addWidget(self._slip)
        self._cash = self._cash_part()
        main.addWidget(self._cash)
        self.terminal = Notice(self.look)
        main.addWidget(self.terminal)
        self._extra = QWidget()
        row = line(self.look, spacing=12)
        for name in ("paper_series", "paper_number", "mandate"):
            row.addWidget(self._edit(name, CodeEdit(self.look)))
        self._extra.setLayout(row)
        main.addWidget(self._extra)
        self.second = Notice(self.look)
        main.addWidget(self.second)
        main.addStretch(1)
        return main

    def _cash_part(self) -> Card:
        card = Card(self.look, margin=10, spacing=8)
        row = line(self.look, spacing=12)
        row.addWidget(self._edit("cash", MoneyEdit(self.look)), 1)
        change = column(self.look, spacing=0)
        self.change_words, self.change = Label(self.look, "", "label"), Label(self.look, "", "total")
        change.addWidget(self.change_words)
        change.addWidget(self.change)
        row.addLayout(change)
        card.inside.addLayout(row)
        self.quick = FlowGrid(self.look, 4, spacing=8)
        card.inside.addWidget(self.quick)
        card.inside.addWidget(self._edit("left", MoneyEdit(self.look)))
        return card

    def _slip_part(self) -> Card:
        card = Card(self.look, margin=10, spacing=8)
        grid = FlowGrid(self.look, 3)
        fields: list[QWidget] = []
        for name in SLIP_FIELDS:
            edit: TextEdit = CodeEdit(self.look)
            if name == "slip_amount":
                edit = MoneyEdit(self.look)
            elif name == "slip_last4":
                edit = DigitsEdit(self.look, longest=4)
            elif name == "slip_time":
                edit.setProperty("role", "time")
            edit.setMinimumWidth(self.look.px(SLIP_WIDTH))
            fields.append(self._edit(name, edit))
        grid.show_items(fields)
        card.inside.addWidget(grid)
        return card

    def _aside(self) -> QVBoxLayout:
        aside = column(self.look, spacing=8)
        self._lines_card = Card(self.look, margin=10, spacing=4)
        self.lines = DataTable(self.look, (Column("", wide=True), Column("", end=True)))
        self._lines_card.inside.addWidget(self.lines)
        aside.addWidget(self._lines_card)
        aside.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        aside.addStretch(1)
        return aside

    def _take_quick(self, piastres: int) -> None:
        """The amount goes into its field, and so does the focus: Enter then goes on."""
        self.presenter.quick(piastres)
        self.edits["cash"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _draw_quick(self, state: PayState) -> None:
        self.quick.show_items(
            [
                Button(self.look, words, "choice", pressed=partial(self._take_quick, piastres))
                for piastres, words in state.quick
            ]
        )
