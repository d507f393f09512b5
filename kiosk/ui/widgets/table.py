"""Tables that are read, not typed in: fee lines, charges of a debt, figures of a shift."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.labels import Label, TextRole, empty, rule


@dataclass(frozen=True)
class Column:
    """One column: `end` puts its texts at the far side (amounts); `wide` takes the room that is left."""

    title: str
    end: bool = False
    wide: bool = False


@dataclass(frozen=True)
class TableRow:
    """The texts of one row; a `total` is set apart and strong."""

    cells: tuple[str, ...]
    total: bool = False


class DataTable(QWidget):
    """Rows of labels under column titles."""

    def __init__(self, look: Look, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self._columns = look, tuple(columns)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.px(16))
        self._grid.setVerticalSpacing(look.px(6))
        for at, one in enumerate(self._columns):
            self._grid.setColumnStretch(at, 1 if one.wide else 0)

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Show these rows instead of the former ones."""
        empty(self._grid)
        at = 0
        if any(one.title for one in self._columns):
            for place, one in enumerate(self._columns):
                self._put(one.title, "hint", at, place)
            at += 1
        for row in rows:
            if at:
                self._grid.addWidget(rule(), at, 0, 1, len(self._columns))
            for place, text in enumerate(row.cells):
                self._put(text, "strong" if row.total else "body", at + 1, place)
            at += 2

    def _put(self, text: str, role: TextRole, row: int, place: int) -> None:
        one = self._columns[place]
        label = Label(self.look, text, role, wrap=one.wide)
        side = Qt.AlignmentFlag.AlignTrailing if one.end else Qt.AlignmentFlag.AlignLeading
        label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(label, row, place)
