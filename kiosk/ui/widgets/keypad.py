"""Keys on the screen: a number pad and a panel of Arabic letters, for devices without a keyboard."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import Button, Role
from kiosk.ui.widgets.edits import TextEdit

ROWS = ("123", "456", "789")
"""As on telephones and cash machines: 1 2 3 on top."""
LETTERS = ("ضصثقفغعهخحجد", "شسيبلاتنمكطذ", "ئءؤرىةوزظأإآ")
"""The Arabic keyboard that people know, from left to right as on the keys."""
KEY = 56
"""Least side of a key, px at scale 1."""
BACKSPACE = "\b"
Press = Callable[[str], object]


class KeyPanel(QWidget):
    """Keys that write into the field they are attached to and never take the focus from it."""

    def __init__(self, look: Look, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._role: Role = role
        self._press: Press | None = None
        self._edit: TextEdit | None = None
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(look.px(8))
        self.keys: dict[str, Button] = {}
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)

    def attach(self, edit: TextEdit) -> None:
        """Write into this field from now on."""
        self._edit, self._press = edit, None

    def attach_function(self, press: Press) -> None:
        """Hand each key to a function instead: its letter, or BACKSPACE."""
        self._edit, self._press = None, press

    def add_key(
        self, letter: str, row: int, at: int, *, name: str = "", icon: str = "", wide: int = 1
    ) -> None:
        """Put a key into the grid."""
        key = Button(self.look, "" if icon else letter, self._role, pressed=lambda: self._pressed(letter))
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setMinimumWidth(self.look.px(KEY))
        key.setAutoRepeat(letter == BACKSPACE)
        if icon:
            key.show_icon(icon, 30)
        key.setAccessibleName(name or letter)
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.grid.addWidget(key, row, at, 1, wide)
        self.keys[letter] = key

    def _pressed(self, letter: str) -> None:
        if self._press is not None:
            self._press(letter)
        elif self._edit is not None and letter == BACKSPACE:
            self._edit.backspace()
            self._edit.textEdited.emit(self._edit.text())
        elif self._edit is not None:
            self._edit.type_in(letter)


class Keypad(KeyPanel):
    """The number pad, left to right in both languages. `extra` is the key beside 0, "." for money."""

    def __init__(self, look: Look, extra: str = "", parent: QWidget | None = None) -> None:
        super().__init__(look, "key", parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        for row, digits in enumerate(ROWS):
            for at, digit in enumerate(digits):
                self.add_key(digit, row, at)
        if extra:
            self.add_key(extra, 3, 0, name=look.texts("keys.point") if extra == "." else extra)
        self.add_key("0", 3, 1 if extra else 0, wide=1 if extra else 2)
        self.add_key(BACKSPACE, 3, 2, name=look.texts("keys.backspace"), icon="backspace")

    def sizeHint(self) -> QSize:
        """Three by four keys."""
        px = self.look.px
        return QSize(3 * px(92) + 2 * px(8), 4 * px(64) + 3 * px(8))


class LettersPad(KeyPanel):
    """Arabic letters, for names where no keyboard is at hand. Digits stay on the number pad."""

    def __init__(self, look: Look, rows: Sequence[str] = LETTERS, parent: QWidget | None = None) -> None:
        super().__init__(look, "letter", parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        for row, letters in enumerate(rows):
            for at, letter in enumerate(letters):
                self.add_key(letter, row, at)
        last = len(rows)
        width = max(map(len, rows))
        self.add_key(BACKSPACE, last, 0, name=look.texts("keys.backspace"), icon="backspace", wide=2)
        self.add_key(" ", last, 2, name=look.texts("keys.space"), wide=width - 2)
