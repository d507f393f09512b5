"""The worker beside the screens: one thread, whose answers come back through one signal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.core.errors import KnownError
from kiosk.ui.tasks import Failed

T = TypeVar("T")


class WorkerTasks(QObject):
    """One worker thread. `busy` tells how many pieces of work are under way, each time that changes."""

    busy = Signal(int)
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._waiting = 0
        self._closed = False
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Queue a piece of work (`kiosk.ui.tasks.Tasks.run`)."""
        self._waiting += 1
        self.busy.emit(self._waiting)
        self._executor.submit(self._work, work, done, failed)

    def close(self) -> None:
        """Finish what was begun and end the thread; answers that come later have no screen any more."""
        self._closed = True
        self._executor.shutdown(wait=True)

    def _work(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        answer: Callable[[], None]
        try:
            answer = partial(done, work())
        except KnownError as error:
            answer = partial(failed, error)
        except BaseException as error:  # noqa: BLE001 - raised again on the screens' thread
            answer = partial(_report, error, failed)
        self._answered.emit(answer)

    def _answer(self, answer: Callable[[], None]) -> None:
        self._waiting -= 1
        if self._closed:
            return
        try:
            answer()
        finally:
            self.busy.emit(self._waiting)


def _report(fault: BaseException, failed: Failed) -> None:
    """Let the screen answer the person, then raise the fault for the program's hook."""
    failed(KnownError("ui.fault"))
    raise fault
