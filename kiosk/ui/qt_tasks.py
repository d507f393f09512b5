"""The worker beside the screens: one thread, whose answers come back through one signal."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.core.errors import BugError, KnownError
from kiosk.ui.tasks import Failed

if TYPE_CHECKING:
    from concurrent.futures import Executor

T = TypeVar("T")


class WorkerTasks(QObject):
    """One worker thread; it begins with `start`, so that the first picture has the processor for itself.

    `busy` tells how many pieces of work are under way, each time that changes.
    """

    busy = Signal(int)
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor: Executor | None = None
        self._waiting = 0
        self._closed = False
        self._held: list[Callable[[], None]] = []
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Queue a piece of work (`kiosk.ui.tasks.Tasks.run`)."""
        self._waiting += 1
        self.busy.emit(self._waiting)
        piece = partial(self._work, work, done, failed)
        if self._executor is None:
            self._held.append(piece)
        else:
            self._executor.submit(piece)

    def submit(self, work: Callable[[], object]) -> None:
        """Queue work of the background: from any thread, unanswered, not counted as something under way."""
        if self._executor is None:
            raise BugError("background work before the worker began")
        self._executor.submit(work)

    def start(self) -> None:
        """Begin with what was queued. Asking twice does no harm."""
        from concurrent.futures import ThreadPoolExecutor

        if self._executor is None:
            self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        held, self._held = self._held, []
        for piece in held:
            self._executor.submit(piece)

    def close(self) -> None:
        """Finish what was begun and end the thread; answers that come later have no screen any more."""
        self.start()
        self._closed = True
        if self._executor is not None:
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
