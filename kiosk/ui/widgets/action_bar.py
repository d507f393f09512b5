"""The bar of a screen's buttons: always in sight, and never wider than the window."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import line

SIDE, ABOVE, BETWEEN = 20, 10, 12


class ActionBar(QFrame):
    """Buttons from where reading begins, others at the far end. Where they do not fit, their keys are left
    out; where that does not help, they stand below each other.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("actions")
        self._look, self._tight = look, 0
        self._row = line(look, spacing=BETWEEN)
        side, above = look.px(SIDE), look.px(ABOVE)
        self._row.setContentsMargins(side, above, side, above)
        self._row.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self._row.addStretch(1)
        self.setLayout(self._row)
        self.hide()

    def add(self, button: Button, *, first: bool = False, far: bool = False) -> None:
        """Put a button in: as the first one, next to those before, or at the far end."""
        place = 0 if first else self._row.count() if far else self._stretch_place()
        self._row.insertWidget(place, button)
        self.show()
        self._fit()

    def add_note(self, note: QWidget) -> None:
        """Put words between the buttons and those at the far end."""
        self._row.insertWidget(self._stretch_place(), note, 1)

    def minimumSizeHint(self) -> QSize:
        """As wide as its widest button: all else can be had below each other."""
        widest = max((button.width_needed(printed=False) for button in self._shown()), default=0)
        return QSize(widest + self._sides(), self._row.minimumSize().height())

    def sizeHint(self) -> QSize:
        """No higher than its buttons."""
        return QSize(super().sizeHint().width(), self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again whether all fit."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """A button appeared, went or changed its words: look again."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        buttons = self._shown()
        room = self.width() - self._sides() - self._look.px(BETWEEN) * max(0, len(buttons) - 1)
        wide = [sum(button.width_needed(printed=printed) for button in buttons) for printed in (True, False)]
        tight = 0 if wide[0] <= room else 1 if wide[1] <= room else 2
        if tight != self._tight:
            self._tight = tight
            down = QBoxLayout.Direction.TopToBottom
            self._row.setDirection(down if tight == 2 else QBoxLayout.Direction.LeftToRight)
            self.updateGeometry()
        for button in buttons:
            button.print_key(tight == 0)

    def _shown(self) -> list[Button]:
        items = (self._row.itemAt(at).widget() for at in range(self._row.count()))
        return [item for item in items if isinstance(item, Button) and not item.isHidden()]

    def _sides(self) -> int:
        return 2 * self._look.px(SIDE)

    def _stretch_place(self) -> int:
        items = (self._row.itemAt(at) for at in range(self._row.count()))
        return next(at for at, item in enumerate(items) if item.spacerItem() is not None)
