"""Keys for codes (staff, device, seal, transfer): digits, and Latin letters at a touch."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.edits import TextEdit
from kiosk.ui.widgets.keypad import BACKSPACE, Keypad, KeyPanel
from kiosk.ui.widgets.labels import column
from kiosk.ui.widgets.pad_follow import follow_focus

LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
COLUMNS = 5
DIGITS_WIDTH, LATIN_WIDTH = 216, 312
"""px at scale 1: the letters take more of the page while they are shown."""


class LatinPad(KeyPanel):
    """A to Z in their order, left to right: codes are Latin in both languages."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "letter")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        for at, letter in enumerate(LATIN):
            self.add_key(letter, at // COLUMNS, at % COLUMNS)
        last = len(LATIN)
        self.add_key(
            BACKSPACE,
            last // COLUMNS,
            last % COLUMNS,
            name=look.texts("keys.backspace"),
            icon="backspace",
            wide=COLUMNS - last % COLUMNS,
        )


class CodePad(QWidget):
    """Digits first; one key changes to letters and back. Writes into whichever field has the focus."""

    def __init__(self, look: Look, *edits: TextEdit, extra: str = "-") -> None:
        super().__init__()
        self.look = look
        self.digits, self.latin = Keypad(look, extra), LatinPad(look)
        self.swap = Button(look, look.texts("count.letters"), pressed=self._swap)
        self.swap.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for pad, width in ((self.digits, DIGITS_WIDTH), (self.latin, LATIN_WIDTH)):
            pad.setFixedWidth(look.px(width))
            follow_focus(pad, *edits)
        box = column(look, spacing=8)
        for widget in (self.digits, self.latin, self.swap):
            box.addWidget(widget)
        box.addStretch(1)
        self.setLayout(box)
        self.latin.hide()

    def _swap(self) -> None:
        letters = self.latin.isHidden()
        self.latin.setVisible(letters)
        self.digits.setVisible(not letters)
        self.swap.say(self.look.texts("count.digits" if letters else "count.letters"))
