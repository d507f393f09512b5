"""Where a secret number is typed: grouped 4-5-5, shown as dots, with the pad below it. Also for approvers."""

from collections.abc import Callable

from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QWidget

from kiosk.core.arabic import ascii_digits
from kiosk.ui.look import Look
from kiosk.ui.widgets.edits import NumberEdit
from kiosk.ui.widgets.keypad import BACKSPACE, Keypad
from kiosk.ui.widgets.labels import Label, column

GROUPS = (4, 5, 5)
DOT, GAP = "•", "–"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SecretEdit(NumberEdit):
    """Shows how many digits are typed, never which; the digits are not in its text."""

    takes_scans = False

    def __init__(self, look: Look, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._fewest, self._longest, self._digits = longest, longest, ""
        self.changed: Callable[[], object] = lambda: None
        self.setReadOnly(True)
        self.setProperty("role", "secret")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._draw()

    @property
    def digits(self) -> str:
        """What was typed so far."""
        return self._digits

    @property
    def full(self) -> bool:
        """Whether enough digits are typed for a number."""
        return len(self._digits) >= self._fewest

    def wants(self, fewest: int, most: int) -> None:
        """Take numbers of so many digits: who is chosen decides it."""
        if (fewest, most) != (self._fewest, self._longest):
            self._fewest, self._longest, self._digits = fewest, most, ""
            self._draw()

    def press(self, letter: str) -> None:
        """A digit, or BACKSPACE; anything else is ignored."""
        plain = ascii_digits(letter)
        if letter == BACKSPACE:
            self._digits = self._digits[:-1]
        elif len(plain) == 1 and plain.isascii() and plain.isdigit() and len(self._digits) < self._longest:
            self._digits += plain
        self._draw()
        self.changed()

    def forget(self) -> None:
        """Empty the field."""
        self._digits = ""
        self._draw()
        self.changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and Backspace of a keyboard; Enter and all else goes to the screen."""
        if event.key() == Qt.Key.Key_Backspace:
            self.press(BACKSPACE)
        elif event.text() and event.key() not in _ENTER and ascii_digits(event.text()).isdigit():
            for letter in event.text():
                self.press(letter)
        else:
            event.ignore()

    def _draw(self) -> None:
        groups, at = [], 0
        for size in GROUPS if self._longest == sum(GROUPS) else (self._longest,):
            typed = max(0, min(size, len(self._digits) - at))
            groups.append(DOT * typed + GAP * (size - typed))
            at += size
        self.setText(" ".join(groups))
        self.setAccessibleDescription(self.look.texts("unlock.digits", count=len(self._digits)))


class SecretPad(QWidget):
    """The field and the pad. `changed` is called after each digit."""

    def __init__(
        self,
        look: Look,
        longest: int = 14,
        *,
        changed: Callable[[], object] | None = None,
        label: str = "",
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`label` and `hint` stand in for the words about the secret number."""
        super().__init__(parent)
        words = label or look.texts("unlock.secret")
        self.edit = SecretEdit(look, longest)
        if changed is not None:
            self.edit.changed = changed
        self.edit.setAccessibleName(words)
        self.label = Label(look, words, "label")
        self.label.setBuddy(self.edit)
        self.pad = Keypad(look)
        self.pad.attach_function(self._pressed)
        layout = column(look, spacing=8)
        layout.addWidget(self.label)
        hint = hint or look.texts("unlock.secret_hint", count=longest)
        self.hint = Label(look, hint, "hint", wrap=True)
        layout.addWidget(self.hint)
        layout.addWidget(self.edit)
        layout.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(layout)

    def wants(self, fewest: int, most: int) -> None:
        """Take secret numbers of so many digits, and say so."""
        self.edit.wants(fewest, most)
        texts = self.edit.look.texts
        exact = fewest == most
        said = (
            texts("unlock.secret_hint", count=most)
            if exact
            else texts("unlock.pin_hint", fewest=fewest, most=most)
        )
        self.hint.setText(said)

    def _pressed(self, letter: str) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.press(letter)
