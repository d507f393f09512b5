"""Lists of large rows, by touch and by keyboard: people, debts, requests, receipts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import PanelButton
from kiosk.ui.widgets.labels import Icon, Label, TextRole, column, empty, line


@dataclass(frozen=True)
class Row:
    """One row. `id` is what `chosen` hands over; `end` stands at the far side (an amount, a state)."""

    id: str
    title: str
    detail: str = ""
    end: str = ""
    end_detail: str = ""
    icon: str = ""


class RowButton(PanelButton):
    """One row as a button; Up and Down move between rows."""

    def __init__(self, look: Look, row: Row, end_role: TextRole, pressed: Callable[[], object]) -> None:
        super().__init__(look, "row", pressed=pressed)
        inside = line(look, spacing=16, margin=10)
        if row.icon:
            inside.addWidget(Icon(look, row.icon, 32, look.theme.secondary))
        words = column(look, spacing=2)
        words.addWidget(Label(look, row.title, "strong", wrap=True))
        if row.detail:
            words.addWidget(Label(look, row.detail, "secondary", wrap=True))
        inside.addLayout(words, 1)
        ends = column(look, spacing=2)
        if row.end:
            ends.addWidget(Label(look, row.end, end_role), 0, Qt.AlignmentFlag.AlignTrailing)
        if row.end_detail:
            ends.addWidget(Label(look, row.end_detail, "secondary"), 0, Qt.AlignmentFlag.AlignTrailing)
        inside.addLayout(ends)
        inside.addWidget(Icon(look, "next", 20, look.theme.secondary))
        self.setLayout(inside)
        self.setMinimumHeight(look.px(64))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.name_it("، ".join(filter(None, (row.title, row.detail, row.end, row.end_detail))))


class ListRows(QWidget):
    """A list of rows. Tab enters it at the present row and leaves it; Up, Down, Home and End move in it."""

    def __init__(
        self,
        look: Look,
        name: str,
        chosen: Callable[[str], object],
        *,
        end_role: TextRole = "strong",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look, self._chosen = look, chosen
        self._end_role: TextRole = end_role
        self.rows: list[RowButton] = []
        self._box = column(look, spacing=8)
        self.setLayout(self._box)
        self.setAccessibleName(name)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows. Give a page of at most about 20: each is built of widgets."""
        empty(self._box)
        self.rows = [self._built(row) for row in rows]
        for at, button in enumerate(self.rows):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at == 0 else Qt.FocusPolicy.ClickFocus)
            button.installEventFilter(self)
            self._box.addWidget(button)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move between rows."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, RowButton):
            for button in self.rows:
                present = button is watched
                button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if present else Qt.FocusPolicy.ClickFocus)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self.rows:
            at = self.rows.index(watched)
            last = len(self.rows) - 1
            places = {
                Qt.Key.Key_Down: min(at + 1, last),
                Qt.Key.Key_Up: max(at - 1, 0),
                Qt.Key.Key_Home: 0,
                Qt.Key.Key_End: last,
            }
            place = places.get(Qt.Key(event.key()))
            if place is not None:
                self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _built(self, row: Row) -> RowButton:
        return RowButton(self.look, row, self._end_role, lambda: self._chosen(row.id))
