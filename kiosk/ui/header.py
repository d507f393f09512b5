"""The line on top of every screen after unlock: back, title, sync chip, who is at work, lock."""

from PySide6.QtGui import QResizeEvent, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiosk.ui.look import Look
from kiosk.ui.presenter import Navigator
from kiosk.ui.sync_state import SyncState
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Icon, Label, line
from kiosk.ui.widgets.sync_chip import SyncChip

LOCK_KEY = "F12"
SIDE, ALONE = 12, 20
"""px at scale 1 at both ends; without the arrow the title stands where the page begins."""


class Header(QWidget):
    """In Arabic the arrow stands on the right and points right."""

    def __init__(self, look: Look, go: Navigator, state: SyncState) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        texts = look.texts
        self.back = Button(look, "", "flat", icon_name="back", pressed=go.back)
        self.back.setAccessibleName(f"{texts('shell.back')} Esc")
        self.title = Label(look, "", "title")
        self.working = Label(look, texts("shell.working"), "hint")
        self.chip = SyncChip(look, state, lambda: go.go("queue"))
        self.who = Label(look, "", "label")
        self.lock = Button(look, texts("shell.lock"), "flat", icon_name="lock", key=LOCK_KEY, pressed=go.hold)
        row = line(look, spacing=10)
        row.addWidget(self.back)
        row.addWidget(self.title)
        row.addStretch(1)
        for widget in (self.working, self.chip, Icon(look, "person", 24), self.who, self.lock):
            row.addWidget(widget)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(row)
        edge = QFrame()
        edge.setObjectName("headerLine")
        outer.addWidget(edge)
        self.working.hide()
        self._look, self._row = look, row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is less room."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Shorten the chip, then the lock, until the line fits; their names stay whole for screen readers."""
        texts = self._look.texts
        for short_chip, short_lock in ((False, False), (True, False), (True, True)):
            self.chip.shorten(short_chip)
            self.lock.setText("" if short_lock else texts("shell.lock"))
            self._row.invalidate()
            if self._row.minimumSize().width() <= self.width():
                return

    def show_screen(self, title: str, *, first: bool) -> None:
        """Say where the person is; the first screen has no way back."""
        self.title.setText(title)
        self.back.setVisible(not first)
        side, above = self._look.px(ALONE if first else SIDE), self._look.px(4)
        self._row.setContentsMargins(side, above, side, above)
        self.fit()

    def show_staff(self, code: str) -> None:
        """Say who is at work: a code, no name."""
        self.who.setText(self._look.texts.data(code))
        self.who.setAccessibleName(self._look.texts("shell.staff", code=code))
