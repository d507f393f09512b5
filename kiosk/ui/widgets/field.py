"""A field with its label, its hint and its mistake, tied together for eyes, fingers and screen readers."""

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.edits import TextEdit
from kiosk.ui.widgets.labels import Icon, Label, column, line


class Field(QWidget):
    """Label above, hint below it, then the mistake, then the input (GOV.UK question pages).

    `input` may be any widget; a TextEdit is also marked when it is wrong. `beside` stands at its end.
    """

    def __init__(
        self,
        look: Look,
        label: str,
        input: QWidget,  # noqa: A002 - the field's word for it
        *,
        hint: str = "",
        beside: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look, self.input = look, input
        self.label = Label(look, label, "label", wrap=True)
        self.label.setBuddy(input)
        self.hint = Label(look, hint, "hint", wrap=True)
        self.hint.setVisible(bool(hint))
        self.error = Label(look, "", "error", wrap=True)
        self._error_line = QWidget()
        row = line(look, spacing=8)
        row.addWidget(Icon(look, "error", 24, look.theme.danger), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.error, 1)
        self._error_line.setLayout(row)
        self._error_line.hide()
        layout = column(look, spacing=4)
        for widget in (self.label, self.hint, self._error_line):
            layout.addWidget(widget)
        self._add_input(layout, beside)
        self.setLayout(layout)
        self._label, self._hint = label, hint
        self._name_input("")

    @property
    def text(self) -> str:
        """The error shown, '' when there is none."""
        return self.error.text()

    def set_error(self, text: str) -> None:
        """Show what is wrong beside the field, or nothing for ''. What was typed stays."""
        self.error.setText(text)
        self._error_line.setVisible(bool(text))
        if isinstance(self.input, TextEdit):
            self.input.mark_wrong(bool(text))
        self._name_input(text)

    def ask(self) -> None:
        """Bring the cursor into the field, with what was typed selected."""
        self.input.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self.input, TextEdit):
            self.input.selectAll()

    def _add_input(self, layout: QVBoxLayout, beside: QWidget | None) -> None:
        inner: QLayout = line(self.look, spacing=8)
        inner.addWidget(self.input)
        if beside is not None:
            inner.addWidget(beside)
        layout.addLayout(inner)

    def _name_input(self, error: str) -> None:
        self.input.setAccessibleName(self._label)
        self.input.setAccessibleDescription(" ".join(part for part in (self._hint, error) if part))
