"""A QR symbol on the screen: black on white in every theme, whole pixels a module, with its quiet zone."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QWidget

from kiosk.ui.look import Look

QUIET = 4
LEAST = 4
"""Pixels of a module at scale 1: phones read it from an arm's length."""


class QrView(QWidget):
    """`show_matrix` takes rows of modules, True is dark."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._matrix: tuple[tuple[bool, ...], ...] = ()
        self.setAccessibleName(name)

    def show_matrix(self, matrix: Sequence[Sequence[bool]]) -> None:
        """Show another symbol."""
        self._matrix = tuple(tuple(row) for row in matrix)
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """As large as the modules need."""
        side = (len(self._matrix) + 2 * QUIET) * self.look.px(LEAST)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the modules."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        dot = self.look.px(LEAST)
        for down, row in enumerate(self._matrix):
            for across, dark in enumerate(row):
                if dark:
                    place = (across + QUIET) * dot, (down + QUIET) * dot
                    painter.fillRect(*place, dot, dot, Qt.GlobalColor.black)
        painter.end()
