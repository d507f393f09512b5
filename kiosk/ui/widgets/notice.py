"""Calm messages inside the page: a banner, and the summary of what is wrong with the fields."""

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from kiosk.ui.look import Look
from kiosk.ui.presenter import FieldError
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Icon, Label, column, empty, line, restyle

Kind = Literal["info", "success", "warning", "error"]
_ICONS = {"info": "info", "success": "check", "warning": "attention", "error": "error"}


class Notice(QFrame):
    """A banner of one text. It stays until it is replaced or `clear`ed; it never waits for an answer."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setProperty("role", "notice")
        row = line(look, spacing=12, margin=12)
        self._icon = Icon(look, "info", 28)
        self.label = Label(look, "", wrap=True)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)
        self.setLayout(row)
        self.hide()

    def say(self, kind: Kind, text: str) -> None:
        """Show a text."""
        theme = self.look.theme
        inks = {
            "info": theme.text,
            "success": theme.primary,
            "warning": theme.on_warning,
            "error": theme.danger,
        }
        self._icon.show_icon(_ICONS[kind], inks[kind])
        self.label.setText(text)
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        restyle(self)
        self.show()

    def clear(self) -> None:
        """Take the banner away."""
        self.label.setText("")
        self.hide()


class ErrorSummary(QFrame):
    """What is wrong, at the top of the page; each line leads to its field (GOV.UK error summary)."""

    def __init__(self, look: Look, lead_to: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self._lead_to = look, lead_to
        self.setProperty("role", "summary")
        layout = column(look, spacing=8, margin=12)
        head = line(look, spacing=12)
        head.addWidget(Icon(look, "error", 28, look.theme.danger))
        self.title = Label(look, "", "strong", wrap=True)
        head.addWidget(self.title, 1)
        layout.addLayout(head)
        self._lines = column(look, spacing=8)
        layout.addLayout(self._lines)
        self.setLayout(layout)
        self.hide()

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Show these mistakes; with none, go away."""
        empty(self._lines)
        self.title.setText(self.look.texts("errors.title", count=len(errors)))
        for error in errors:
            self._lines.addWidget(self._line(error))
        self.setVisible(bool(errors))

    @property
    def texts(self) -> list[str]:
        """The mistakes as shown."""
        items = (self._lines.itemAt(at).widget() for at in range(self._lines.count()))
        return [item.accessibleName() for item in items if isinstance(item, ErrorLine)]

    def _line(self, error: FieldError) -> QWidget:
        return ErrorLine(self.look, error.text, lambda: self._lead_to(error.field))


class ErrorLine(Button):
    """One mistake as a link to its field; its words may take several lines."""

    def __init__(self, look: Look, text: str, pressed: Callable[[], object]) -> None:
        super().__init__(look, "", "link", pressed=pressed)
        self.setAccessibleName(text)
        inside = line(look, spacing=0, margin=8)
        self.label = Label(look, text, "error", wrap=True)
        self.label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside.addWidget(self.label)
        self.setLayout(inside)
        policy = self.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Long messages wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height that the words need, and a finger."""
        inner = width - 2 * self.look.px(8)
        return max(self.look.px(48), self.label.heightForWidth(inner) + 2 * self.look.px(8))
