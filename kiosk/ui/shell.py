"""The window: header, one screen at a time, keys that mean the same everywhere, and the lock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QShowEvent, Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kiosk.core.errors import BugError, KnownError
from kiosk.ui.desk_access import DeskAccess
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.header import LOCK_KEY, Header
from kiosk.ui.input_watch import InputWatch
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.sync_state import SyncState
from kiosk.ui.theme import base_font, style_sheet
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import empty

HOME, UNLOCK, HELD, SHORT, FORGOTTEN = "home", "unlock", "held", "short_number", "forgotten"
SMALLEST = (800, 700)
"""Least size of the window, px: a tablet held upright, a laptop with a task bar."""
PATIENCE_MS = 400
"""Work that takes longer is said to be under way."""
CONNECTION_MS = 3_000
"""How often the connection is looked at: the chip follows within five seconds."""
_MINUTE_MS = 60_000
HELD_MINUTES = 240
"""A held screen to which nobody returns locks fully: the keys do not stay in an abandoned machine."""


class Shell(QWidget):
    """Shows the screens of a table (name → `module:Class`), each built at its first visit.

    `painted` is told once, when the first picture is complete.
    """

    painted = Signal()

    def __init__(
        self,
        desk: DeskAccess,
        settings: DisplaySettings,
        screens: Mapping[str, str],
        *,
        keep: Callable[[DisplaySettings], None] = lambda _settings: None,
        stretch: int = 0,
    ) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.desk, self.settings = desk, settings
        self._table, self._keep, self._stretch = screens, keep, stretch
        self._built: dict[str, Screen] = {}
        self._path: list[str] = [UNLOCK]
        self._unpainted = True
        self._header: Header | None = None
        self._held: tuple[str, list[str]] | None = None
        self._later: list[Callable[[], None]] = []
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.watch = InputWatch(self)
        self.watch.scanned.connect(self._scanned)
        self.watch.touched.connect(self._touched)
        self._idle = QTimer(self)
        self._idle.timeout.connect(self._left_alone)
        self._forsaken = QTimer(self)
        self._forsaken.setSingleShot(True)
        self._forsaken.setInterval(HELD_MINUTES * _MINUTE_MS)
        self._forsaken.timeout.connect(self.lock)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(PATIENCE_MS)
        self._slow.timeout.connect(self._say_working)
        self._connection = QTimer(self)
        self._connection.setInterval(CONNECTION_MS)
        self._connection.timeout.connect(desk.connection_changed)
        desk.watch(self._sync_told)
        self.setMinimumSize(*SMALLEST)
        self._build()

    # --- Navigator

    def go(self, name: str, **arguments: object) -> None:
        """Show a screen over the present one. Raises BugError when the table does not name it."""
        if name not in self._table:
            raise BugError(f"no screen {name}")
        if self.locked:
            self._later.append(partial(self.go, name, **arguments))
            return
        if name in self._path:
            del self._path[self._path.index(name) :]
        self._path.append(name)
        self._show(arguments)

    def back(self) -> None:
        """Return to the screen before, unless the present one goes back a step of its own."""
        if self.locked:
            self._later.append(self.back)
            return
        if self.screen_shown.go_back() or len(self._path) < 2:
            return
        self._path.pop()
        self._show({})

    def home(self) -> None:
        """Return to the first screen."""
        if self.locked:
            self._later.append(self.home)
            return
        self._path = [HOME]
        self._show({})

    def unlocked(self, code: str) -> None:
        """Somebody has unlocked: he goes on where he was; another begins anew, without his data."""
        held, self._held = self._held, None
        self._connection.start()
        self.header.show_staff(code)
        if held is not None and held[0] == code:
            self._path = held[1]
        else:
            self._path = [HOME]
            self._later.clear()
            self._drop(keep=UNLOCK)
        self._come_back()

    def forgot(self, code: str, device: str) -> None:
        """Show how who forgot his secret number gets a new one; the kiosk stays locked."""
        if self._path == [UNLOCK]:
            self._path = [UNLOCK, FORGOTTEN]
            self._show({"code": code, "device": device})

    def to_unlock(self, changed: str = "") -> None:
        """Return to the unlock screen; what was typed there is forgotten with its screen."""
        if self._path == [UNLOCK, FORGOTTEN]:
            self._path = [UNLOCK]
            self._drop(keep=UNLOCK)
            self._show({"held": self._held[0] if self._held else "", "changed": changed})

    def lock(self) -> None:
        """Close the store and hide everything; what was typed stays until its owner is back."""
        on_duty = self.desk.on_duty
        if self._path == [UNLOCK] or on_duty is None:
            return
        if not self.held:
            self._held = (on_duty.code, self._path)
        self._path = [UNLOCK]
        for timer in (self._idle, self._forsaken, self._connection):
            timer.stop()
        self._show({"held": on_duty.code})
        self.desk.lock(self._locked, self._lock_failed)

    def hold(self) -> None:
        """Hide everything but go on with sync, until the short number is typed; without one, ask for it."""
        on_duty = self.desk.on_duty
        if self.locked or on_duty is None:
            return
        if not self.desk.can_hold:
            self.go(SHORT)
            return
        self._held = (on_duty.code, [one for one in self._path if one != SHORT])
        self._path = [HELD]
        self._idle.stop()
        self._forsaken.start()
        self._show({"code": on_duty.code})

    def resumed(self) -> None:
        """The short number was right: its owner goes on where he was."""
        held, self._held = self._held, None
        self._forsaken.stop()
        self._path = held[1] if held else [HOME]
        self._come_back()

    def change_display(self, settings: DisplaySettings) -> None:
        """Build everything again in another look and keep the choice."""
        self.settings = settings
        self._keep(settings)
        self._build()

    # --- what tests and the application ask

    @property
    def header(self) -> Header:
        """The line on top; made when somebody has unlocked."""
        if self._header is None:
            self._header = Header(self.look, self, self.desk.sync_state)
            if self.desk.on_duty is not None:
                self._header.show_staff(self.desk.on_duty.code)
            self._box.insertWidget(0, self._header)
        return self._header

    @property
    def locked(self) -> bool:
        """Whether the work is hidden: by the unlock screen, or held with the store open."""
        return self._path[0] == UNLOCK or self.held

    @property
    def held(self) -> bool:
        """Whether the screen waits for the short number while the store stays open."""
        return self._path == [HELD]

    @property
    def screen_shown(self) -> Screen:
        """The screen in front."""
        return self._screen(self._path[-1])

    @property
    def name_shown(self) -> str:
        """Its name in the table."""
        return self._path[-1]

    def busy(self, waiting: int) -> None:
        """So many pieces of work run beside the screen: said so when it takes long."""
        if waiting and not self._slow.isActive():
            self._slow.start()
        elif not waiting:
            self._slow.stop()
            if self._header is not None:
                self._header.working.hide()

    def show_fault(self, error: KnownError) -> None:
        """Say on the present screen that the program itself failed."""
        self.screen_shown.say_error(error)

    # --- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back, F12 locks, another function key presses the button that it is printed on."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self.name_shown == FORGOTTEN:
            self.screen_shown.go_back()
        elif key == Qt.Key.Key_Escape and not self.locked:
            self.back()
        elif Qt.Key.Key_F1 <= key <= Qt.Key.Key_F12:
            self._function_key(f"F{key - Qt.Key.Key_F1 + 1}")
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Watch the native window from its first appearance."""
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            self.watch.watch(handle)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell the first picture when the screens in the window have been painted too."""
        super().paintEvent(event)
        if self._unpainted:
            self._unpainted = False
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Lock before the window goes."""
        self.lock()
        super().closeEvent(event)

    # --- inside

    def _build(self) -> None:
        self._drop()
        self.look = self.settings.look(self._stretch)
        right = self.look.right_to_left
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
        self.setWindowTitle(self.look.texts("shell.window"))
        self.setFont(base_font(self.look))
        self.setStyleSheet(style_sheet(self.look))
        empty(self._box)
        self._header = None
        self._stack = QStackedWidget()
        self._box.addWidget(self._stack, 1)
        self._show({})

    def _drop(self, keep: str = "") -> None:
        for name in [one for one in self._built if one != keep]:
            screen = self._built.pop(name)
            screen.hide()
            screen.setParent(None)
            screen.deleteLater()

    def _screen(self, name: str) -> Screen:
        if name not in self._built:
            module, _, kind = self._table[name].partition(":")
            made = getattr(import_module(module), kind)(Context(self.look, self.desk, self, self.settings))
            if not isinstance(made, Screen):
                raise BugError(f"{name} is not a Screen")
            self._built[name] = made
            self._stack.addWidget(made)
        return self._built[name]

    def _show(self, arguments: Mapping[str, object]) -> None:
        screen = self._screen(self._path[-1])
        if not self.locked:
            self.header.show_screen(screen.title(), first=len(self._path) == 1)
            self.header.show()
        elif self._header is not None:
            self._header.hide()
        screen.arrive(**arguments)
        self._stack.setCurrentWidget(screen)
        screen.ask_first()

    def _function_key(self, key: str) -> None:
        if key == LOCK_KEY:
            self.hold()
            return
        for button in self.screen_shown.findChildren(Button):
            if button.key == key and button.isVisible() and button.isEnabled():
                button.click()
                return

    def _scanned(self, text: str) -> None:
        self.screen_shown.scanned(text)

    def _touched(self) -> None:
        if not self.locked:
            self._idle.start(self.settings.lock_minutes * _MINUTE_MS)

    def _come_back(self) -> None:
        """Show where the person was, and then where acts led that ended while the kiosk was locked."""
        later, self._later = self._later, []
        self._touched()
        self._show({})
        for move in later:
            move()

    def _left_alone(self) -> None:
        """Nobody has touched anything: hold where that can be undone, else lock."""
        if self.desk.can_hold:
            self.hold()
        else:
            self.lock()

    def _sync_told(self, state: SyncState) -> None:
        if self._header is not None:
            self._header.chip.show_state(state)
            self._header.fit()

    def _say_working(self) -> None:
        if self._header is not None:
            self._header.working.show()

    def _locked(self, waits: bool) -> None:
        self.settings = replace(self.settings, waits=waits)

    def _lock_failed(self, error: KnownError) -> None:
        self.screen_shown.say_error(error)
