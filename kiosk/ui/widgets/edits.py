"""Fields that people type in: text, digits, codes and money. Digits are brought to 0-9 as they are typed."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.money import Piastres, parse_money
from kiosk.ui.look import Look
from kiosk.ui.widgets.labels import restyle

LONGEST_TEXT, LONGEST_AMOUNT = 200, 24


class TextEdit(QLineEdit):
    """A line of running text; it starts on the side of the language."""

    takes_scans = True
    """Whether a scan may be written here by the screen; an amount never takes one."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setMaxLength(LONGEST_TEXT)
        self.setProperty("wrong", "false")
        self.textEdited.connect(self._typed)

    def value(self) -> str:
        """What was typed, without direction marks and outer spaces."""
        return strip_marks(self.text()).strip()

    def mark_wrong(self, wrong: bool) -> None:
        """Show whether what was typed is wrong; the text is never changed."""
        self.setProperty("wrong", "true" if wrong else "false")
        restyle(self)

    def cleaned(self, text: str) -> str:
        """What becomes of typed text at once; the length may change."""
        return text

    def type_in(self, text: str) -> None:
        """Write at the cursor as if typed: the keys of a pad."""
        self.insert(text)
        self._typed()
        self.textEdited.emit(self.text())

    def _typed(self, _text: str = "") -> None:
        before = self.text()
        after = self.cleaned(before)
        if after != before:
            place = len(self.cleaned(before[: self.cursorPosition()]))
            self.setText(after)
            self.setCursorPosition(place)


class NumberEdit(TextEdit):
    """A field of numbers or codes: left to right, against the right-hand side in Arabic."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setProperty("role", "code")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        side = Qt.AlignmentFlag.AlignRight if look.right_to_left else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)


class DigitsEdit(NumberEdit):
    """Digits only (national number, phone, form number): others are dropped, spaces and hyphens too."""

    def __init__(self, look: Look, longest: int = 30, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setMaxLength(longest * 2)
        self._longest = longest

    def cleaned(self, text: str) -> str:
        """Keep digits, as 0-9."""
        kept = (letter for letter in ascii_digits(text) if letter.isascii() and letter.isdigit())
        return "".join(kept)[: self._longest]


class CodeEdit(NumberEdit):
    """A code of Latin capitals and digits (account, slip, seal)."""

    def __init__(self, look: Look, longest: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setMaxLength(longest)

    def cleaned(self, text: str) -> str:
        """Digits as 0-9, letters as capitals, no direction marks."""
        return strip_marks(ascii_digits(text)).upper()


class MoneyEdit(NumberEdit):
    """An amount in pounds; `piastres` reads it by the one parser. A scan is never written here."""

    takes_scans = False

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self.setMaxLength(LONGEST_AMOUNT)
        self.setProperty("role", "money")

    def cleaned(self, text: str) -> str:
        """Digits and separators as 0-9 . and , and nothing else changed: the parser judges what is typed."""
        return strip_marks(ascii_digits(text)).translate(str.maketrans("٫٬", ".,"))

    def piastres(self) -> Piastres:
        """The amount. Raises KnownError `money.*`."""
        return parse_money(self.value())
