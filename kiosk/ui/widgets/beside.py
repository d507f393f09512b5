"""Two fields in a line, level at the top however long the mistake of one is."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import SideBySide
from kiosk.ui.widgets.labels import column


def beside(context: Context, one: QWidget, other: QWidget) -> SideBySide:
    """The two in equal shares; one below the other where there is less room."""
    parts = []
    for widget in (one, other):
        part = column(context.look, spacing=0)
        part.addWidget(widget)
        part.addStretch(1)
        parts.append(part)
    return SideBySide(context, parts[0], parts[1], shares=(1, 1), narrow=760)
