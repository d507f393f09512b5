"""Tiles of equal width in as many columns as fit: fewer on a tablet or in large text."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.labels import empty


class FlowGrid(QWidget):
    """At most `most` columns; never so many that the words of a tile would be cut."""

    def __init__(self, look: Look, most: int, *, spacing: int = 10, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._most = self._columns = most
        self._items: tuple[QWidget, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(spacing))
        self._grid.setSizeConstraint(QGridLayout.SizeConstraint.SetNoConstraint)

    def allow(self, most: int) -> None:
        """Allow another number of columns, from the next `show_items` on."""
        for at in range(most, self._most):
            self._grid.setColumnStretch(at, 0)
        self._most = most

    def show_items(self, items: Sequence[QWidget]) -> None:
        """Show these widgets instead of the former ones, in reading order."""
        empty(self._grid)
        self._items = tuple(items)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """One column can always be had."""
        return QSize(self._widest(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the number of columns by the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def _widest(self) -> int:
        return max((item.minimumSizeHint().width() for item in self._items), default=0)

    def _arrange(self) -> None:
        gap = self._grid.spacing()
        fitting = (self.width() + gap) // (self._widest() + gap) if self._items else self._most
        columns = max(1, min(self._most, fitting))
        if columns == self._columns and self._grid.count() == len(self._items):
            return
        self._columns = columns
        for at in range(self._most):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
        for at, item in enumerate(self._items):
            self._grid.addWidget(item, at // columns, at % columns)
        self.updateGeometry()
