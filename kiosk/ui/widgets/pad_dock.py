"""Keys docked under a page for devices without a keyboard: letters or digits, as the field in hand needs."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.edits import NumberEdit, TextEdit
from kiosk.ui.widgets.keypad import Keypad, LettersPad
from kiosk.ui.widgets.labels import column, line

POINT, SLASH = ".", "/"


class PadDock(QFrame):
    """Follows the focus among the fields of `owner`; hidden until it is called for."""

    def __init__(self, look: Look, owner: QWidget) -> None:
        super().__init__()
        self.setObjectName("actions")
        self.look, self._owner = look, owner
        self.digits, self.letters = Keypad(look, extra=POINT), LettersPad(look)
        self.other = Button(look, look.texts("pad.digits"), "secondary", pressed=self._swap)
        self.other.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = line(look, spacing=12, margin=10)
        row.addStretch(1)
        row.addWidget(self.letters)
        row.addWidget(self.digits)
        side = column(look, spacing=8)
        side.addWidget(self.other)
        side.addStretch(1)
        row.addLayout(side)
        row.addStretch(1)
        self.setLayout(row)
        self.hide()
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def toggle(self) -> None:
        """Show the keys, or put them away."""
        self.setVisible(not self.isVisible())
        self._focus_moved(None, QApplication.focusWidget())

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not self.isVisible() or not isinstance(now, TextEdit) or not self._owner.isAncestorOf(now):
            return
        self.digits.attach(now)
        self.letters.attach(now)
        self._show_digits(isinstance(now, NumberEdit))

    def _swap(self) -> None:
        self._show_digits(self.letters.isVisible())

    def _show_digits(self, digits: bool) -> None:
        self.digits.setVisible(digits)
        self.letters.setVisible(not digits)
        self.other.say(self.look.texts("pad.letters" if digits else "pad.digits"))
