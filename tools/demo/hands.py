"""The hands of the one who walks: taps, keys and looks at the real window, as a person does."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from kiosk.app import Kiosk
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from tools.demo.pulse import Pulse
from tools.demo.shell import DemoError

T = TypeVar("T")
KEY_MS = 120
"""Between two keys of a person: slower than a scanner."""
LOOK_MS = 15
PATIENCE_S = 30


class Hands:
    """Works a kiosk's window. Every wait lets the program work, but not for ever."""

    def __init__(self, kiosk: Kiosk, pictures: Path) -> None:
        self.kiosk, self.shell = kiosk, kiosk.shell
        self._pictures, self._number, self._ms = pictures, 0, 1_000
        self.pulse = Pulse()

    @property
    def screen(self) -> Any:
        """The screen in front."""
        return self.shell.screen_shown

    def wait(self, what: str, condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        """Wait until something is so. Raises DemoError, which says what did not happen."""
        if not self._came(condition, seconds):
            said = self.screen.notice.label.text()
            raise DemoError(f"waited {seconds} s in vain: {what} (screen {self.shell.name_shown}: {said})")

    def wait_for_screen(self, name: str) -> None:
        """Wait until a screen is in front and nothing is under way."""
        self.wait(f"the screen {name}", lambda: self.shell.name_shown == name)
        self.rest()

    def rest(self) -> None:
        """Let what is under way end and be drawn."""
        self.ask(lambda _session: None) if self.kiosk.desk.on_duty else self.pulse.wait(LOOK_MS)
        self.pulse.wait(2 * LOOK_MS, self.shell.name_shown)

    def picture(self, name: str) -> None:
        """Keep how the window looks."""
        self.rest()
        self._number += 1
        self.shell.grab().save(str(self._pictures / f"{self._number:02d}-{name}.png"))

    def tap(self, widget: QWidget) -> None:
        """Touch the middle of a widget, after scrolling to it as a finger would."""
        self.wait(
            f"{widget.accessibleName()} to be touched", lambda: widget.isVisible() and widget.isEnabled()
        )
        area = widget.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(widget)
        middle = QPoint(widget.width() // 2, widget.height() // 2)
        with self.pulse.stretch(f"{self.shell.name_shown}: {widget.accessibleName()}"):
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=middle)
        self.pulse.wait(LOOK_MS, self.shell.name_shown)

    def press(self, words: str) -> None:
        """Touch the button in sight that has these words."""
        named = [
            one
            for one in self.shell.findChildren(QAbstractButton)
            if one.isVisible() and (words in one.accessibleName() or words in one.text())
        ]
        if not named:
            raise DemoError(f"no button {words} on the screen {self.shell.name_shown}")
        self.tap(named[0])

    def key(self, key: Qt.Key, text: str = "") -> None:
        """Press and release a key."""
        self._send(key, text)
        self.pulse.wait(LOOK_MS, self.shell.name_shown)

    def act(self) -> None:
        """Touch the primary button of the screen."""
        self.tap(self.screen.primary)

    def enter(self) -> None:
        """Press Enter: the primary button of any screen."""
        button = self.screen.primary
        self.wait("the button of Enter", lambda: button is None or button.isEnabled())
        self.key(Qt.Key.Key_Return, "\r")

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        for letter in text:
            self._send(Qt.Key(0), letter)
        self.pulse.wait(LOOK_MS, self.shell.name_shown)

    def fill(self, edit: Any, text: str) -> None:
        """Touch a field and replace what stands in it."""
        self.tap(edit)
        edit.selectAll()
        self.type(text)

    def ask(self, work: Callable[[Session], T]) -> T:
        """Look into the store, in its own thread, while the program goes on."""
        found: list[T] = []
        failed: list[KnownError] = []
        self.kiosk.desk.ask(work, found.append, failed.append)
        if not self._came(lambda: found or failed, PATIENCE_S):
            raise DemoError("the store did not answer")
        if failed:
            raise DemoError(failed[0].sentence("en"))
        return found[0]

    def _send(self, key: Qt.Key, text: str) -> None:
        self._ms += KEY_MS
        window = self.shell.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._ms)
            with self.pulse.stretch(f"{self.shell.name_shown}: {key.name} {text}"):
                QCoreApplication.sendEvent(window, event)

    def _came(self, condition: Callable[[], object], seconds: float) -> bool:
        """Let the program work until something is so; False when it did not come in time."""
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                return False
            self.pulse.wait(LOOK_MS, self.shell.name_shown)
        return True
