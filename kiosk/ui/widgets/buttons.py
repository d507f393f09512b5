"""Buttons: large enough for a finger, with a focus ring seen on every ground and their key on them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, Qt
from PySide6.QtWidgets import QLayout, QPushButton, QWidget

from kiosk.core.bidi import RLM
from kiosk.ui.icons import icon, icon_size
from kiosk.ui.look import Look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStylePainter

Role = Literal[
    "primary",
    "secondary",
    "danger",
    "flat",
    "link",
    "choice",
    "key",
    "letter",
    "panel",
    "row",
    "chip",
    "stepper",
]


_ARABIC_LETTER = re.compile("[\u0620-\u064a]")
FINGER = 48
"""Least side of what is touched, px at scale 1."""


class Button(QPushButton):
    """A push button. `key` is its function key ("F9"): printed on it, pressed anywhere on its screen.

    Enter presses the button that has the focus; elsewhere it presses the screen's primary button.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        role: Role = "secondary",
        *,
        icon_name: str | None = None,
        key: str = "",
        pressed: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look, self.key = look, key
        self._printed = True
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if text:
            self.say(text)
        if icon_name:
            self.show_icon(icon_name)
        if pressed is not None:
            self.clicked.connect(lambda *_: pressed())

    def say(self, text: str) -> None:
        """Change the words; they are the accessible name too."""
        self.setText(self._held_together(text.replace("&", "&&")))
        self.setAccessibleName(f"{text} {self.key}".strip())

    def _held_together(self, words: str) -> str:
        """Marks on both sides: Qt lays the words of a button out from the left, whatever its direction is.

        Without them a number or code at the end would stand before the Arabic words.
        """
        if not self.look.right_to_left or not _ARABIC_LETTER.search(words):
            return words
        return f"{RLM}{words}{RLM}"

    def show_icon(self, name: str, size: int = 24) -> None:
        """Show an icon beside the words, in the colour of the words."""
        alone = not self.text()
        self.setIcon(icon(self.look, name, self._ink(), size, alone=alone))
        self.setIconSize(icon_size(self.look, size, alone=alone))

    def _ink(self) -> str:
        theme = self.look.theme
        inks = {"primary": theme.on_primary, "danger": theme.danger, "link": theme.danger}
        return inks.get(str(self.property("role")), theme.text)

    def print_key(self, printed: bool) -> None:
        """Print the key on the button or, where there is no room, leave it out; it works all the same."""
        if printed != self._printed:
            self._printed = printed
            self.updateGeometry()
            self.update()

    @property
    def _shows_key(self) -> bool:
        return bool(self.key and self.text() and self._printed)

    def width_needed(self, *, printed: bool) -> int:
        """The width of the words, with or without room for the key at the end."""
        room = self._key_room() if printed and self.key and self.text() else 0
        return max(super().sizeHint().width() + room, self.look.px(FINGER))

    def sizeHint(self) -> QSize:
        """The usual size, and room for the key at the end."""
        height = max(super().sizeHint().height(), self.look.px(FINGER))
        return QSize(self.width_needed(printed=self._printed), height)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as Space does; Qt would make it the default button for that."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, its key and the focus ring."""
        if self._shows_key:
            from PySide6.QtWidgets import QStylePainter  # costs 8 ms: not before the first picture

            styled = QStylePainter(self)
            styled.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_key(styled)
            styled.end()
        else:
            super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_ring(painter, QRectF(self.rect()), self.look)
            painter.end()

    def _key_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self.look.px(16))
        font.setWeight(QFont.Weight.Medium)
        return font

    def _key_room(self) -> int:
        return QFontMetrics(self._key_font()).horizontalAdvance(self.key) + self.look.px(20)

    def _paint_key(self, painter: "QStylePainter") -> None:
        """Draw the button with its words in what the key leaves of it, then the key."""
        from PySide6.QtWidgets import QStyle, QStyleOptionButton

        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        room = self._key_room()
        words = self.rect().adjusted(room if self.look.right_to_left else 0, 0, 0, 0)
        option.rect = words if self.look.right_to_left else self.rect().adjusted(0, 0, -room, 0)  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        font = self._key_font()
        metrics, px = QFontMetrics(font), self.look.px
        width, height = metrics.horizontalAdvance(self.key) + px(12), px(26)
        left = px(12) if self.look.right_to_left else self.width() - width - px(12)
        box = QRectF(left, (self.height() - height) // 2, width, height)
        ink = QColor(self._ink() if self.isEnabled() else self.look.theme.on_disabled)
        painter.setFont(font)
        painter.setPen(QPen(ink, 1))
        painter.drawRoundedRect(box, px(5), px(5))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.key)


def paint_ring(painter: QPainter, area: QRectF, look: Look) -> None:
    """The focus ring: 4 px in the colour of the text, with 2 px of the page inside it, seen on any fill."""
    outer, inner = look.px(4), look.px(2)
    radius = look.px(9)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = outer / 2
    painter.setPen(QPen(QColor(look.theme.focus), outer))
    painter.drawRoundedRect(area.adjusted(half, half, -half, -half), radius, radius)
    inset = outer + inner / 2
    painter.setPen(QPen(QColor(look.theme.surface), inner))
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), radius - outer, radius - outer)


class PrimaryButton(Button):
    """The one button that goes on; pressed by Enter from any field. It carries the act and the amount.

    `press` is called once a tap; with `commits` the button is switched off in the same moment, before
    anything else happens, until `ready` is called with the answer: two fast taps make one act.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        key: str = "",
        icon_name: str | None = None,
        commits: bool = False,
        pressed: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, text, "primary", key=key, icon_name=icon_name, parent=parent)
        self.setDefault(True)
        self._commits, self._pressed = commits, pressed
        self._wanted = True
        self.clicked.connect(self._press)

    def ready(self) -> None:
        """The answer is here: another tap is another act."""
        self.setEnabled(self._wanted)

    def allow(self, allowed: bool) -> None:
        """Say whether the act is possible at all; it does not switch the button on while an act runs."""
        self._wanted = allowed
        self.setEnabled(allowed)

    def _press(self) -> None:
        if self._commits:
            self.setEnabled(False)
        if self._pressed is not None:
            self._pressed()


class DangerButton(Button):
    """A button for an act that takes something back."""

    def __init__(
        self, look: Look, text: str, *, key: str = "", pressed: Callable[[], object] | None = None
    ) -> None:
        super().__init__(look, text, "danger", key=key, pressed=pressed)


class PanelButton(Button):
    """A large button made of labels: a tile or a row. Build its layout, then `name_it`.

    Its key stands in a label of the layout.
    """

    def __init__(
        self, look: Look, role: Role, *, key: str = "", pressed: Callable[[], object] | None = None
    ) -> None:
        super().__init__(look, "", role, key=key, pressed=pressed)

    def name_it(self, name: str) -> None:
        """Set the accessible name, and let touches on the labels through to the button."""
        self.setAccessibleName(name)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """The size of what is in it."""
        layout = self.layout()
        return layout.sizeHint() if isinstance(layout, QLayout) else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The least size of what is in it."""
        layout = self.layout()
        return layout.minimumSize() if isinstance(layout, QLayout) else super().minimumSizeHint()
