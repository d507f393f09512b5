"""Pairs of a label and a value, one under the other: what is signed, figures of a report."""

from collections.abc import Sequence

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.labels import Label, TextRole, empty


class FactsTable(QWidget):
    """`show_facts` takes (label, value, strong); a strong value is an amount that matters.

    `large` is for a result that is the whole page.
    """

    def __init__(
        self, look: Look, *, spacing: int = 4, large: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look, self._large = look, large
        self._shown: tuple[tuple[str, str, bool], ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.px(16))
        self._grid.setVerticalSpacing(look.px(spacing))
        self._grid.setColumnStretch(0, 1)

    def show_facts(self, facts: Sequence[tuple[str, str, bool]]) -> None:
        """Show these pairs instead of the former ones."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        empty(self._grid)
        for row, (label, value, strong) in enumerate(facts):
            self._grid.addWidget(Label(self.look, label, "secondary", wrap=True), row, 0)
            roles: tuple[TextRole, TextRole] = ("code", "money") if self._large else ("body", "strong")
            shown = Label(self.look, value, roles[strong])
            shown.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(shown, row, 1)
