"""Watches the window's input before any widget sees it: scans, and any sign of a person."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QKeyEvent, Qt, QWindow
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.ui.scan_burst import GAP_MS, ScanBurst, Verdict

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TOUCHES = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.Wheel,
)


class InputWatch(QObject):
    """Installed on the native window. `scanned` has the text of a scan; `touched` is any sign of a person."""

    scanned = Signal(str)
    touched = Signal()

    def __init__(self, shell: QWidget) -> None:
        super().__init__(shell)
        self._shell = shell
        self._burst = ScanBurst()
        self._field: QLineEdit | None = None
        self._before: tuple[str, int] = ("", 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GAP_MS + 20)
        self._timer.timeout.connect(self._quiet)

    def watch(self, window: QWindow) -> None:
        """Begin to watch a window."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at an event before the window's widgets do; True holds it back."""
        kind = event.type()
        if kind in _TOUCHES:
            self.touched.emit()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        at = event.timestamp() or time.monotonic_ns() // 1_000_000
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        letter = event.text()
        if event.key() in _ENTER:
            verdict = self._burst.entered(at)
        elif plain == Qt.KeyboardModifier.NoModifier and len(letter) == 1 and letter.isprintable():
            verdict = self._burst.typed(letter, at)
        else:
            return False
        self._follow(verdict)
        if not self._burst.holds and not verdict.hold and event.key() not in _ENTER:
            self._remember()
        if self._burst.holds:
            self._timer.start()
        return verdict.hold

    def _remember(self) -> None:
        """Keep what the field held before the first character, which may turn out to be a scan's."""
        focus = self._shell.focusWidget()
        self._field = focus if isinstance(focus, QLineEdit) else None
        self._before = (focus.text(), focus.cursorPosition()) if isinstance(focus, QLineEdit) else ("", 0)

    def _quiet(self) -> None:
        self._follow(self._burst.ended())

    def _follow(self, verdict: Verdict) -> None:
        if verdict.scanned:
            self._timer.stop()
            if self._field is not None:
                text, place = self._before
                self._field.setText(text)
                self._field.setCursorPosition(place)
            self._field = None
            self.scanned.emit(verdict.scanned)
        elif verdict.release:
            self._timer.stop()
            self._retype(verdict.release)

    def _retype(self, text: str) -> None:
        """Hand characters held back to whatever has the focus now."""
        for letter in text:
            focus = self._shell.focusWidget()
            if focus is not None:
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    key = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QCoreApplication.sendEvent(focus, key)
