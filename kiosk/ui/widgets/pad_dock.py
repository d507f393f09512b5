"""Keys docked under a page for devices without a keyboard: letters or digits, as the field in hand needs."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.edits import NumberEdit, TextEdit
from kiosk.ui.widgets.keypad import LETTERS, Keypad, LettersPad
from kiosk.ui.widgets.labels import line

SPACE = " "
SWAP_COLUMNS = 2
"""Columns of the letters that the key for digits takes from the space bar."""


class PadDock(QFrame):
    """Follows the focus among the fields of `owner`; hidden until it is called for."""

    def __init__(self, look: Look, owner: QWidget) -> None:
        super().__init__()
        self.setObjectName("actions")
        self.look, self._owner = look, owner
        self._last: TextEdit | None = None
        self.digits, self.letters = Keypad(look, extra="."), LettersPad(look)
        self._to_digits = self._swap_key("pad.digits", digits=True)
        self._to_letters = self._swap_key("pad.letters", digits=False)
        width, last = max(map(len, LETTERS)), len(LETTERS)
        space = self.letters.keys[SPACE]
        self.letters.grid.removeWidget(space)
        self.letters.grid.addWidget(space, last, 2, 1, width - 2 - SWAP_COLUMNS)
        self.letters.grid.addWidget(self._to_digits, last, width - SWAP_COLUMNS, 1, SWAP_COLUMNS)
        row = line(look, spacing=8, margin=8)
        row.addStretch(1)
        for widget in (self.letters, self.digits, self._to_letters):
            row.addWidget(widget)
        row.addStretch(1)
        row.setContentsMargins(0, look.px(4), 0, 0)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._show(digits=False)
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def toggle(self) -> None:
        """Show the keys, or put them away."""
        self.setVisible(not self.isVisible())
        if self._last is not None and self.isVisible():
            self._last.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, TextEdit) and self._owner.isAncestorOf(now):
            self._last = now
            now.destroyed.connect(self._gone)
            self.digits.attach(now)
            self.letters.attach(now)
            self._show(digits=isinstance(now, NumberEdit))

    def _gone(self) -> None:
        self._last = None
        self.digits.attach_function(lambda _letter: None)
        self.letters.attach_function(lambda _letter: None)

    def _swap_key(self, words: str, *, digits: bool) -> Button:
        key = Button(self.look, self.look.texts(words), pressed=lambda: self._show(digits=digits))
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return key

    def _show(self, *, digits: bool) -> None:
        self.digits.setVisible(digits)
        self._to_letters.setVisible(digits)
        self.letters.setVisible(not digits)
