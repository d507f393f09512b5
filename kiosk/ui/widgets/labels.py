"""Labels with the text sizes of the design, icons, cards and lines."""

from typing import Literal

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.icons import pixmap
from kiosk.ui.look import Look

TextRole = Literal[
    "body",
    "title",
    "heading",
    "brand",
    "label",
    "strong",
    "hint",
    "secondary",
    "error",
    "money",
    "total",
    "code",
    "digits",
    "badge",
]


class Label(QLabel):
    """One text. `wrap` lets it run over several lines; a text that does not wrap is never cut."""

    def __init__(
        self,
        look: Look,
        text: str = "",
        role: TextRole = "body",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        if not wrap:
            self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def take_role(self, role: TextRole) -> None:
        """Change what the text is, and with it size and colour."""
        if self.property("role") != role:
            self.setProperty("role", role)
            restyle(self)


class Icon(QLabel):
    """An icon that stands for itself; what it means is said in words beside it."""

    def __init__(
        self, look: Look, name: str, size: int = 24, colour: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look, self._size = look, size
        self.setFixedSize(look.px(size), look.px(size))
        self.show_icon(name, colour)

    def show_icon(self, name: str, colour: str | None = None) -> None:
        """Show another icon; `colour` is `#RRGGBB`, that of the text when not given."""
        self.setPixmap(pixmap(self.look, name, colour or self.look.theme.text, self._size))


class Card(QFrame):
    """A raised area that holds what belongs together; fill `inside`."""

    def __init__(self, look: Look, *, spacing: int = 12, margin: int = 16, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("role", "card")
        self.inside = column(look, spacing=spacing, margin=margin)
        self.setLayout(self.inside)


def column(look: Look, *, spacing: int = 12, margin: int = 0) -> QVBoxLayout:
    """A column of widgets; spacing and margin in px at scale 1, the same on all sides."""
    layout = QVBoxLayout()
    _room(layout, look, spacing, margin)
    return layout


def line(look: Look, *, spacing: int = 12, margin: int = 0) -> QHBoxLayout:
    """A line of widgets, from the right in Arabic."""
    layout = QHBoxLayout()
    _room(layout, look, spacing, margin)
    return layout


def rule() -> QFrame:
    """A thin line between two things."""
    frame = QFrame()
    frame.setProperty("role", "line")
    return frame


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again at a widget whose properties have changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            empty(inner)
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def _room(layout: QVBoxLayout | QHBoxLayout, look: Look, spacing: int, margin: int) -> None:
    layout.setSpacing(look.px(spacing))
    side = look.px(margin)
    layout.setContentsMargins(side, side, side, side)
