"""A stage for screens: the real window over a real trial store, led by keys and touches as by people."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint
from PySide6.QtGui import QKeyEvent, QPixmap, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.core.catalogue.model import Catalogue
from kiosk.core.catalogue.plain import from_plain as catalogue_from_plain
from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables, tables_from_plain
from kiosk.core.policy import PolicyBook
from kiosk.core.wire.canonical import parse_canonical
from kiosk.desk import unlock as unlocking
from kiosk.desk.reference import CATALOGUE, FEES, LARGEST, POLICY, Reference
from kiosk.desk.session import Session
from kiosk.desk.sync_pause import OnNetwork
from kiosk.link.network import network
from kiosk.policy_files import read_policy
from kiosk.store.moments import DeviceClock
from kiosk.ui.application import make_application
from kiosk.ui.desk_access import DeskAccess
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.screens import SCREENS
from kiosk.ui.shell import Shell
from kiosk.ui.stick_jobs import StickJobs
from kiosk.ui.sync_state import Attention, Connection, Paused, SyncPort
from kiosk.ui.tasks import SynchronousTasks, Tasks
from kiosk.ui.widgets.buttons import Button
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.desk.conftest import CHEAP, SECRETS, FakeClocks, Trial, make_trial

T = TypeVar("T")
HUMAN_MS, SCANNER_MS = 150, 5
"""Time between two characters of a person and of a scanner."""


def fail(error: KnownError) -> None:
    """A failure that the test did not ask for."""
    pytest.fail(str(error))


class FakeCentre:
    """A connection that tests switch, and things that need a person."""

    def __init__(self, *, reachable: bool = False, attention: Sequence[Attention] = ()) -> None:
        self.since = datetime(2026, 11, 24, 7, 12, tzinfo=UTC)
        self.reachable = reachable
        self.found = tuple(attention)
        self.tried = 0
        self.paused: Paused | None = None

    def connection(self) -> Connection:
        return Connection(self.reachable, self.since, paused=self.paused)

    def attention(self, session: Session) -> Sequence[Attention]:
        return self.found

    def try_now(self) -> None:
        self.tried += 1

    def pause_changed(self) -> None:
        """Nothing is sent here."""

    def network(self) -> OnNetwork | None:
        """As the system of this machine tells it."""
        return network()


class Stage:
    """A window of a given size over a copy of a trial device; work is done at once, in this thread."""

    def __init__(
        self,
        folder: Path,
        *,
        settings: DisplaySettings | None = None,
        size: tuple[int, int] = (1024, 768),
        stretch: int = 0,
        sync: SyncPort | None = None,
        clocks: FakeClocks | None = None,
        screens: Mapping[str, str] = SCREENS,
        tasks: Tasks | None = None,
        sticks: StickJobs | None = None,
    ) -> None:
        make_application(["stage"])
        vars(unlocking)["Reference"] = ReadOnce
        self.clocks = clocks or FakeClocks()
        self.kept: list[DisplaySettings] = []
        self.waits: list[bool] = []
        zone = read_zone(shipped_zone_text())
        self.desk = DeskAccess(
            folder,
            tasks or SynchronousTasks(),
            sync=sync or FakeCentre(),
            sticks=sticks,
            opening=CHEAP,
            remember=self.waits.append,
            clock=lambda: DeviceClock(zone, read=self.clocks.read),
        )
        self.shell = Shell(
            self.desk, settings or DisplaySettings(), screens, keep=self.kept.append, stretch=stretch
        )
        self._key_ms = 1_000
        self.resize(*size)
        self.shell.show()
        assert QTest.qWaitForWindowActive(self.shell, 5_000)
        self.settle()

    # --- the window

    def resize(self, width: int, height: int) -> None:
        self.shell.resize(width, height)
        self.settle()

    def settle(self) -> None:
        """Let layouts finish; without running an event loop."""
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            QCoreApplication.sendPostedEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def picture(self) -> QPixmap:
        self.settle()
        return self.shell.grab()

    def close(self) -> None:
        self.shell.close()
        self.shell.deleteLater()
        self.settle()

    @property
    def screen(self) -> Any:
        """The screen in front."""
        return self.shell.screen_shown

    # --- a person's hands

    @property
    def focus(self) -> QWidget | None:
        """What has the focus in the window, whether or not the system shows the window as active."""
        return self.shell.focusWidget()

    def has_focus(self, widget: QWidget) -> bool:
        return self.focus is widget

    def key(self, key: Qt.Key, text: str = "", after_ms: int = HUMAN_MS) -> None:
        """Press and release one key, as the window gets it from the system."""
        self._key_ms += after_ms
        window = self.shell.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._key_ms)
            QCoreApplication.sendEvent(window, event)
        self.settle()

    def type(self, text: str, after_ms: int = HUMAN_MS) -> None:
        """Type any text, Arabic too, into whatever has the focus."""
        for letter in text:
            self._key_ms += after_ms
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                event.setTimestamp(self._key_ms)
                QCoreApplication.sendEvent(self.shell.windowHandle(), event)
        self.settle()

    def scan(self, text: str) -> None:
        """A scanner's burst, ended with Enter."""
        self.type(text[:1])
        self.type(text[1:], SCANNER_MS)
        self.key(Qt.Key.Key_Return, "\r", SCANNER_MS)

    def tap(self, widget: QWidget) -> None:
        """Touch the middle of a widget that is in sight."""
        assert widget.isVisible(), f"{widget.accessibleName()} is not shown"
        middle = QPoint(widget.width() // 2, widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=middle)
        self.settle()

    def button(self, name: str) -> Button:
        """The button in sight whose words or accessible name contain this."""
        found = [
            one
            for one in self.shell.findChildren(Button)
            if one.isVisible() and (name in one.accessibleName() or name in one.text())
        ]
        assert found, f"no button {name}: {[one.accessibleName() for one in self._buttons()]}"
        return found[0]

    def press(self, name: str) -> None:
        """Touch the button with these words."""
        self.tap(self.button(name))

    def _buttons(self) -> list[QAbstractButton]:
        return [one for one in self.shell.findChildren(QAbstractButton) if one.isVisible()]

    # --- ways through the screens

    def unlock(self, code: str = "TEL-1") -> None:
        """Unlock through the screen, by touch."""
        self.tap(self.screen.tiles.tiles[code])
        for digit in SECRETS[code][0]:
            QTest.mouseClick(self.screen.secret.pad.keys[digit], Qt.MouseButton.LeftButton)
        self.tap(self.screen.open_button)

    def do(self, work: Callable[[Session], T]) -> T:
        """Do something with the session itself: to prepare a scene, or to look at what was written."""
        results: list[T] = []
        self.desk.act(work, results.append, fail)
        return results[0]

    def go(self, name: str, **arguments: object) -> None:
        """Show a screen."""
        self.shell.go(name, **arguments)
        self.settle()


@cache
def _catalogue(content: bytes) -> Catalogue:
    return catalogue_from_plain(parse_canonical(content, max_bytes=LARGEST))


@cache
def _fees(content: bytes) -> FeeTables:
    return tables_from_plain(parse_canonical(content, max_bytes=LARGEST))


@cache
def _policy(content: bytes) -> PolicyBook:
    return read_policy(content.decode(), POLICY)


class ReadOnce(Reference):
    """Reads the catalogue, fees and policy once a run, not once a stage: the same bytes say the same."""

    @cached_property
    def policy_book(self) -> PolicyBook:
        return _policy(self._dataset(POLICY).content)

    @cached_property
    def catalogue(self) -> Catalogue:
        return _catalogue(self._dataset(CATALOGUE).content)

    @cached_property
    def fees(self) -> FeeTables:
        return _fees(self._dataset(FEES).content)


def copied(template: Path, to: Path) -> Path:
    """A trial device of one's own."""
    shutil.copytree(template, to)
    return to


def make_template(folder: Path) -> Trial:
    """The trial device that tests copy."""
    return make_trial(folder)
