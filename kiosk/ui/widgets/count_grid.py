"""A count by denomination: large steppers, a number to type, a keypad beside, and the total as it grows."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtGui import QFocusEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.core.money import format_pounds
from kiosk.ui.count_sheet import Piece, sheet_total
from kiosk.ui.look import Look
from kiosk.ui.presenter import Context
from kiosk.ui.screen import SideBySide
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.edits import DigitsEdit
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, Label, line

LONGEST = 5
"""Digits of the number of one kind of note: more than any drawer holds."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PiecesEdit(DigitsEdit):
    """How many of one kind. Up and Down step; Enter goes to the next kind, from the last to the screen."""

    takes_scans = False

    def __init__(self, look: Look, entered: Callable[["PiecesEdit"], object]) -> None:
        super().__init__(look, LONGEST)
        self._entered = entered
        self.following: PiecesEdit | None = None
        self.setFixedWidth(look.px(76))

    @property
    def pieces(self) -> int | None:
        """The number typed, None while nothing is."""
        return int(self.value()) if self.value() else None

    def step(self, by: int) -> None:
        """One more or one less, never below zero."""
        number = max(0, (self.pieces or 0) + by)
        if len(str(number)) <= LONGEST:
            self.setText(str(number))
            self.textEdited.emit(self.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keypad writes here from now on."""
        super().focusInEvent(event)
        self.selectAll()
        self._entered(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by arrow keys; a half-typed count is not sent off by Enter."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self.step(steps[key])
        elif key in _ENTER and self.following is not None:
            self.following.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


class PiecesRow(QWidget):
    """One kind: its name, less, the number, more."""

    def __init__(self, look: Look, piece: Piece, entered: Callable[[PiecesEdit], object]) -> None:
        super().__init__()
        self.piece = piece
        self.edit = PiecesEdit(look, entered)
        self.edit.setAccessibleName(piece.words)
        self.label = Label(look, look.texts.data(piece.words), "label")
        self.label.setBuddy(self.edit)
        self.less = self._stepper(look, "minus", "count.less", -1)
        self.more = self._stepper(look, "plus", "count.more", 1)
        row = line(look, spacing=8)
        row.addWidget(self.label, 1)
        for widget in (self.less, self.edit, self.more):
            row.addWidget(widget)
        self.setLayout(row)

    def _stepper(self, look: Look, icon: str, key: str, by: int) -> Button:
        button = Button(look, "", "stepper", icon_name=icon, pressed=partial(self.edit.step, by))
        button.setAccessibleName(look.texts(key, piece=self.piece.words))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoRepeat(True)
        button.setAutoRepeatDelay(500)
        button.setFixedWidth(look.px(52))
        return button


class CountGrid(QWidget):
    """`changed` is called with the total (piastres) after each change. It opens empty, always."""

    def __init__(self, context: Context, changed: Callable[[int], object]) -> None:
        super().__init__()
        self.context, self.look, self._changed = context, context.look, changed
        self._pieces: tuple[Piece, ...] = ()
        self.rows: list[PiecesRow] = []
        self._grid = FlowGrid(self.look, 2, spacing=8)
        self.pad = Keypad(self.look)
        self.pad.setFixedWidth(self.look.px(194))
        self.total = Label(self.look, "", "total")
        main = QVBoxLayout()
        main.setContentsMargins(0, 0, 0, 0)
        main.setSpacing(self.look.px(12))
        main.addWidget(self._grid)
        main.addWidget(self._total_card())
        main.addStretch(1)
        aside = QVBoxLayout()
        aside.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        aside.addStretch(1)
        outer = line(self.look, spacing=0)
        outer.addWidget(SideBySide(context, main, aside, shares=(1, 0)))
        self.setLayout(outer)
        self._draw_total()

    def show_pieces(self, pieces: Sequence[Piece]) -> None:
        """Say what can be counted; what was typed of the same kinds stays."""
        if tuple(pieces) == self._pieces:
            return
        self._pieces = tuple(pieces)
        self.rows = [PiecesRow(self.look, one, self._entered) for one in pieces]
        for row, after in pairwise([*self.rows, self.rows[-1]] if self.rows else []):
            row.edit.following = after.edit if after is not row else None
        for row in self.rows:
            row.edit.textEdited.connect(lambda _text: self._told())
        self._grid.show_items(self.rows)
        if self.rows:
            self.pad.attach(self.rows[0].edit)
        self._draw_total()

    @property
    def first(self) -> QWidget:
        """Where counting begins."""
        return self.rows[0].edit if self.rows else self

    def counts(self) -> dict[str, int]:
        """The pieces that were typed, by denomination code; kinds left empty are not in it."""
        return {row.piece.code: row.edit.pieces for row in self.rows if row.edit.pieces is not None}

    def clear(self) -> None:
        """Forget what was typed: a recount starts from nothing."""
        for row in self.rows:
            row.edit.clear()
        self._told()

    def setFocus(self, *reason: Qt.FocusReason) -> None:
        """Begin with the first kind."""
        if self.rows:
            self.rows[0].edit.setFocus(*reason)

    def _entered(self, edit: PiecesEdit) -> None:
        self.pad.attach(edit)

    def _told(self) -> None:
        self._changed(self._draw_total())

    def _draw_total(self) -> int:
        total = sheet_total(self._pieces, self.counts())
        self.total.setText(self.look.texts.data(format_pounds(total, self.look.language)))
        return total

    def _total_card(self) -> Card:
        card = Card(self.look, margin=8)
        row = line(self.look)
        row.addWidget(Label(self.look, self.look.texts("count.total"), "heading"), 1)
        row.addWidget(self.total)
        card.inside.addLayout(row)
        return card
