"""Wires the kiosk together: settings, worker, desk, window. Nothing here decides anything."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kiosk.app_disk import DiskReserve
from kiosk.app_payment import Payments
from kiosk.app_printing import Printing
from kiosk.app_reports import KeptReports
from kiosk.app_sync import Syncing
from kiosk.core.errors import KnownError
from kiosk.report_files import Reporting
from kiosk.ui.application import make_application, note_qt_messages, report_faults
from kiosk.ui.desk_access import DeskAccess
from kiosk.ui.display_settings import DisplaySettings, overridden, read_settings, write_settings
from kiosk.ui.qt_tasks import WorkerTasks
from kiosk.ui.screens import SCREENS
from kiosk.ui.shell import Shell
from kiosk.ui.stick_jobs import StickJobs
from kiosk.ui.sync_state import SyncState
from kiosk.ui.tidying import Tidying

if TYPE_CHECKING:
    from kiosk.store.store import Opening


_UNSEEN_MS = 1_000
"""A window that is not painted within this time, because it is hidden, begins to work all the same."""


class _Bridge(QObject):
    """Brings what background threads say to the thread of the screens."""

    changed = Signal()
    fault = Signal(object)
    bug = Signal(object)
    called = Signal(object)

    def call(self, answer: Callable[[], object]) -> None:
        """On the thread of the screens: what a card terminal said."""
        answer()


class Kiosk:
    """The running program: its window, its desk, its worker, and what prints and syncs beside them."""

    def __init__(
        self,
        store: Path,
        *,
        opening: "Opening | None" = None,
        language: str | None = None,
        theme: str | None = None,
        scale: int | None = None,
    ) -> None:
        self.application = make_application(["kiosk"])
        settings, damaged = _settings(store)
        shown = overridden(settings, language=language, theme=theme, scale=scale)
        self.tasks, self.stick_tasks = WorkerTasks(), WorkerTasks()
        self._bridge = bridge = _Bridge()
        self.reporting = Reporting(store)
        self.sync = Syncing(
            bridge.changed.emit,
            bridge.bug.emit,
            note=self.reporting.note,
            submit=self.tasks.submit,
            on_fault=bridge.fault.emit,
            also=Printing.attention,
        )
        self.printing = Printing(
            store,
            self.tasks.submit,
            ended=bridge.changed.emit,
            on_fault=bridge.fault.emit,
            on_bug=bridge.bug.emit,
            on_drawer=lambda said: bridge.called.emit(lambda: self._drawer_told(said)),
        )
        self.payments = Payments(
            store,
            self.tasks.submit,
            bridge.called.emit,
            ended=bridge.changed.emit,
            on_fault=bridge.fault.emit,
            on_bug=bridge.bug.emit,
        )
        self.desk = DeskAccess(
            store,
            self.tasks,
            sync=self.sync,
            cards=self.payments,
            sticks=StickJobs(self.stick_tasks),
            opening=opening,
            remember=partial(remember_waits, store),
            # Cards before the printer: a receipt that a stop left waits before its first look.
            companions=(DiskReserve(), KeptReports(self.reporting), self.payments, self.printing, self.sync),
            acted=self.printing.wake,
        )
        self.shell = Shell(self.desk, shown, SCREENS, keep=self._keeper(store))
        self.tidying = Tidying(lambda: self.shell.locked)
        self.shell.painted.connect(self._begin)
        self.tasks.busy.connect(self.shell.busy)
        self.desk.watch(self._looked)
        bridge.changed.connect(self._look_again)
        bridge.fault.connect(self.shell.show_fault)
        bridge.bug.connect(self._raise)
        bridge.called.connect(bridge.call, Qt.ConnectionType.QueuedConnection)
        report_faults(self.shell)
        self.reporting.start()
        if damaged is not None:
            self.shell.show_fault(damaged)

    def run(self, size: tuple[int, int] | None = None) -> int:
        """Show the window and work until it is closed; the store is locked then. The size is in px."""
        if size is None:
            self.shell.showMaximized()
        else:
            self.shell.resize(*size)
            self.shell.show()
        note_qt_messages(self.reporting.note)
        QTimer.singleShot(_UNSEEN_MS, self._begin)
        code: int = self.application.exec()
        self.close()
        return code

    def close(self) -> None:
        """Lock the store and end the worker. Asking twice does no harm."""
        self.shell.lock()
        self.tasks.close()
        self.stick_tasks.close()
        self.reporting.stop()
        self.tidying.stop()

    def _begin(self) -> None:
        """The first picture is there: now the worker, and tidying of memory, may take the processor.

        Asked twice: tidying goes on, and the worker has begun.
        """
        self.tasks.start()
        self.stick_tasks.start()
        self.tidying.start()
        self.reporting.open_log()

    def _looked(self, state: SyncState) -> None:
        """An act may have been done: there may be something to print and to send."""
        self.printing.wake()
        self.sync.waits(state.waiting)

    def _drawer_told(self, said: KnownError | bool) -> None:
        """The screen that waits for it says so; a drawer that stays shut is said on any."""
        if not self.desk.drawer.tell(said) and isinstance(said, KnownError):
            self.shell.show_fault(said)

    def _look_again(self) -> None:
        if self.desk.on_duty is not None:
            self.desk.look_again()

    def _raise(self, bug: Exception) -> None:
        raise bug

    def _keeper(self, store: Path) -> Callable[[DisplaySettings], None]:
        def keep(settings: DisplaySettings) -> None:
            self.tasks.run(lambda: write_settings(store, settings), lambda _done: None, self.shell.show_fault)

        return keep


def remember_waits(store: Path, waits: bool) -> None:
    """Keep whether something waits to be sent, for the unlock screen of the next start.

    Raises KnownError `store.*`.
    """
    settings, _ = _settings(store)
    if settings.waits != waits:
        write_settings(store, replace(settings, waits=waits))


def _settings(store: Path) -> tuple[DisplaySettings, KnownError | None]:
    """The kept settings, or the original ones with the reason."""
    try:
        return read_settings(store), None
    except KnownError as error:
        return DisplaySettings(), error
