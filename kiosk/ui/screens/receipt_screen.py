"""The receipt screen: what to give back, whether the paper came out, a code for those who want no paper."""

from functools import partial
from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QVBoxLayout

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.receipt_presenter import REASONS, ReceiptPresenter, ReceiptState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Card, Label, column
from kiosk.ui.widgets.notice import Kind, Notice
from kiosk.ui.widgets.qr_view import QrView

LOOK_MS = 1_000


class ReceiptScreen(Screen):
    """Draws `ReceiptState`."""

    title_key = "receipt.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ReceiptPresenter(context, self)
        self._drawn = ReceiptState()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(LOOK_MS)
        self._again.timeout.connect(self._look)
        self.page.addWidget(SideBySide(context, self._main(), self._aside(), shares=(3, 2)))
        self.page.addStretch(1)
        self.next_button = self.add_primary(
            PrimaryButton(
                self.look,
                self.texts("receipt.next"),
                icon_name="check",
                pressed=self.presenter.next_citizen,
            )
        )
        self.copy_button = self.add_action(
            Button(
                self.look, self.texts("receipt.copy"), icon_name="printer", pressed=self.presenter.ask_copy
            )
        )
        self.first = self.next_button

    def arrive(self, **arguments: object) -> None:
        """Show a receipt."""
        self.notice.clear()
        change = arguments.get("change", 0)
        number = str(arguments.get("number", ""))
        self.presenter.arrive(number, change if isinstance(change, int) else 0)

    def go_back(self) -> bool:
        """What was paid is done: back is the next citizen."""
        self.presenter.next_citizen()
        return True

    def show_state(self, state: ReceiptState) -> None:
        """Draw the state."""
        self.number.setText(state.number)
        self.total.setText(state.total)
        self.payer.setText(state.payer)
        self.payer.setVisible(bool(state.payer))
        self.words.setText(state.words)
        self._change_card.setVisible(bool(state.change))
        self.change.setText(state.change)
        self.print_state.say(cast(Kind, state.tone), state.print_words)
        self.reasons.setVisible(state.asking)
        self.ask.setVisible(state.asking)
        if state.code != self._drawn.code and state.code:
            self.code.show_matrix(state.code)
        self._code_card.setVisible(bool(state.code))
        self.scan.setText(state.host)
        self._drawn = state
        if state.moving:
            self._again.start()

    def ready(self) -> None:
        """The copy was asked for, or refused."""
        for button in self._reason_buttons:
            button.setEnabled(True)

    # --- inside

    def _look(self) -> None:
        if self.isVisible():
            self.presenter.look()

    def _main(self) -> QVBoxLayout:
        texts = self.texts
        main = column(self.look, spacing=10)
        self.print_state = Notice(self.look)
        main.addWidget(self.print_state)
        self._change_card = Card(self.look, margin=12, spacing=0)
        self._change_card.inside.addWidget(Label(self.look, texts("receipt.change"), "heading"))
        self.change = Label(self.look, "", "total")
        self._change_card.inside.addWidget(self.change)
        main.addWidget(self._change_card)
        card = Card(self.look, margin=12, spacing=2)
        self.number, self.total = Label(self.look, "", "code"), Label(self.look, "", "money")
        self.payer, self.words = Label(self.look, "", wrap=True), Label(self.look, "", "secondary", wrap=True)
        card.inside.addWidget(Label(self.look, texts("receipt.number"), "hint"))
        for label in (self.number, self.total, self.words, self.payer):
            card.inside.addWidget(label)
        main.addWidget(card)
        self.ask = Label(self.look, texts("receipt.why"), "label", wrap=True)
        main.addWidget(self.ask)
        self.reasons = FlowGrid(self.look, len(REASONS), spacing=8)
        self._reason_buttons = [
            Button(self.look, texts(f"receipt.reason_{one}"), pressed=partial(self._copy, one))
            for one in REASONS
        ]
        self.reasons.show_items(self._reason_buttons)
        main.addWidget(self.reasons)
        main.addStretch(1)
        return main

    def _copy(self, reason: str) -> None:
        for button in self._reason_buttons:
            button.setEnabled(False)
        self.presenter.copy(reason)

    def _aside(self) -> QVBoxLayout:
        aside = column(self.look, spacing=8)
        self._code_card = Card(self.look, margin=12, spacing=8)
        self.code = QrView(self.look, self.texts("receipt.code"))
        self.scan = Label(self.look, "", "secondary", wrap=True)
        title = Label(self.look, self.texts("receipt.code"), "heading", wrap=True)
        self._code_card.inside.addWidget(title)
        self._code_card.inside.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        self._code_card.inside.addWidget(self.scan)
        aside.addWidget(self._code_card)
        aside.addStretch(1)
        return aside
