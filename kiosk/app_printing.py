"""Prints in the background while somebody is at work: the chosen printer's own thread, over the open store.

The store belongs to one worker thread; the printer's thread hands it small pieces of work and waits for each.
When the kiosk locks, the job in hand is given time to end, because cutting it off would make it uncertain.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.core.errors import KnownError
from kiosk.log_files import OURS
from kiosk.ui.sync_state import Attention

if TYPE_CHECKING:
    from kiosk.core.raster import Sheet
    from kiosk.desk.drawer import DrawerWatch
    from kiosk.desk.session import Session
    from kiosk.devices.owner import OwnerThread, Seconds
    from kiosk.devices.print_worker import PrintWorker
    from kiosk.paperwork.printing import StorePrintDesk
    from kiosk.store.print_jobs import PrintJob, PrintOutcome

T = TypeVar("T")
FINISH_S = 12.0
"""Seconds that a lock waits for the job in hand; after that the job is stopped and ends uncertain."""
WARM_AFTER_S = 1.0
"""Seconds after an unlock, when the screen is there: then the printer is found and the type is loaded."""
_PIECE_S = 0.02


class Printing:
    """A companion of the desk (`kiosk.ui.desk_access.Companion`).

    `submit` queues work for the store's thread. `ended` is told after each job, on the printer's thread;
    `on_fault` gets what a person must mend, `on_bug` what no job may raise, `on_drawer` what became of each
    order to open the drawer (`kiosk.ui.drawer_news`); all from any thread.
    """

    def __init__(
        self,
        root: Path,
        submit: Callable[[Callable[[], object]], object],
        *,
        ended: Callable[[], None],
        on_fault: Callable[[KnownError], None],
        on_bug: Callable[[Exception], None],
        on_drawer: "Callable[[KnownError | bool], None]" = lambda _said: None,
    ) -> None:
        self._on_drawer = on_drawer
        self._root, self._submit = root, submit
        self._ended, self._on_fault, self._on_bug = ended, on_fault, on_bug
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._busy = self._closing = False
        self._owner: OwnerThread | None = None
        self._worker: PrintWorker | None = None
        self._warm_at: Seconds | None = None
        self._bare: Session | None = None
        self._bare_drawer: DrawerWatch | None = None
        self._width = 0

    def begin(self, session: "Session") -> None:
        """Start the printer's thread, if a printer was chosen; close what a stop cut off."""
        try:
            self._begin(session)
        except KnownError as error:
            self._on_fault(error)

    def end(self) -> None:
        """Let the job in hand end, then stop the thread. On the store's thread, which it needs."""
        owner, self._owner = self._owner, None
        self._bare = self._bare_drawer = None
        if owner is None:
            return
        with self._door:
            self._closing = True
        owner.wake()
        limit = time.monotonic() + FINISH_S
        while self._busy and time.monotonic() < limit:
            self._serve(_PIECE_S)
        while not owner.stop(_PIECE_S):
            self._serve(_PIECE_S)
        self._serve(0)

    def wake(self) -> None:
        """There may be a job. From any thread."""
        owner = self._owner
        if owner is not None:
            owner.wake()
        elif self._bare is not None:
            self._submit(self._say_none)

    @staticmethod
    def attention(session: "Session") -> list[Attention]:
        """Prints that wait for a person's word. On the store's thread."""
        from kiosk.store.print_jobs import held_prints

        held = len(held_prints(session.store.db))
        return [Attention("prints", held)] if held else []

    # --- on the store's thread

    def _begin(self, session: "Session") -> None:
        from kiosk.desk.drawer import DrawerWatch
        from kiosk.devices.chosen_printer import CODE, read_printer
        from kiosk.devices.connection import Connection, opener
        from kiosk.devices.estimate import pace
        from kiosk.devices.owner import OwnerThread
        from kiosk.devices.port import PortSettings
        from kiosk.devices.print_worker import PrintWorker
        from kiosk.devices.printer import EscPosPrinter
        from kiosk.devices.profiles import DEFAULT, shipped_profile
        from kiosk.devices.trace import Recorder
        from kiosk.paperwork.printing import StorePrintDesk
        from kiosk.store.print_jobs import left_torn

        self._closing = False
        StorePrintDesk(session, shipped_profile(DEFAULT).width_dots).resume()
        torn = left_torn(session.store.db)
        chosen = read_printer(self._root)
        if chosen is None:
            self._bare, self._bare_drawer = session, DrawerWatch(session)
            self._say_none()
            return
        kind = chosen.kind()
        settings = PortSettings(baud=kind.baud, flow=chosen.flow, pace=pace(kind.baud))
        tape = Recorder(self._root, CODE, "escpos", on_trouble=_note_tape)
        connection = Connection(opener(chosen.port, settings, chosen.port, tape), name=chosen.port)
        own = StorePrintDesk(session, kind, chosen.logo_dots(), chosen.logos())
        desk = _Desk(own, self._on_store, self._ended)
        printer = EscPosPrinter(connection, kind, torn=torn, logos=chosen.logos())
        drawer = _Drawer(DrawerWatch(session), self._on_store, self._on_drawer, chosen.port)

        def paper(low: bool) -> None:
            if low:
                self._on_fault(KnownError("printer.paper_low", device=chosen.port))

        self._worker = PrintWorker(printer, desk, printer_code=CODE, drawer=drawer, paper=paper)
        self._warm_at, self._width = time.monotonic() + WARM_AFTER_S, kind.width_dots
        self._owner = OwnerThread(
            "printer", self._step, cancel=connection.cancel, on_end=connection.drop, on_bug=self._on_bug
        )
        self._owner.start()

    def _say_none(self) -> None:
        """Prints that wait on a device without a printer say so."""
        from kiosk.paperwork.printing import no_printer

        if self._bare is None:
            return
        if no_printer(self._bare):
            self._ended()
        if self._bare_drawer is not None and self._bare_drawer.acts():
            self._on_drawer(KnownError("drawer.no_printer"))

    def _serve(self, wait_s: float) -> None:
        """Do what the printer's thread asked for; wait so long for the first piece."""
        try:
            piece = self._asked.get(timeout=wait_s) if wait_s else self._asked.get_nowait()
            while True:
                piece()
                piece = self._asked.get_nowait()
        except queue.Empty:
            return

    # --- on the printer's thread

    def _step(self) -> "Seconds | None":
        with self._door:
            if self._closing or self._worker is None:
                return None
            self._busy = True
        try:
            pause = self._worker.step()
            return self._warmed(self._worker) if pause is None else pause
        finally:
            self._busy = False

    def _warmed(self, worker: "PrintWorker") -> "Seconds | None":
        """Nothing is to be done: get ready once, after the screens are."""
        if self._warm_at is None:
            return None
        left = self._warm_at - time.monotonic()
        if left > 0:
            return left
        self._warm_at = None
        from kiosk.paperwork.printing import warm

        worker.warm()
        warm(self._width)
        return None

    def _on_store(self, work: Callable[[], T]) -> T:
        from concurrent.futures import Future

        answer: Future[T] = Future()

        def piece() -> None:
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 - raised again on the thread that asked
                answer.set_exception(error)

        self._asked.put(piece)
        with suppress(RuntimeError):  # the program ends and takes no more: `end` comes and serves it
            self._submit(lambda: self._serve(0))
        return answer.result()


class _OnStore(Protocol):
    """Does a piece of work on the store's thread and waits for it."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returned, raise what it raised."""


class _Desk:
    """The print queue as the printer's thread sees it: it uses the store on the store's thread."""

    def __init__(self, desk: "StorePrintDesk", on_store: _OnStore, ended: Callable[[], None]) -> None:
        self._desk, self._on_store, self._ended = desk, on_store, ended

    def next_job(self) -> "PrintJob | None":
        """The job that has waited longest."""
        return self._on_store(self._desk.next_job)

    def begin(self, job: "PrintJob", printer: str) -> int:
        """Decide what the print is marked with."""
        return self._on_store(lambda: self._desk.begin(job, printer))

    def render(self, job: "PrintJob", copy: int) -> "Sheet":
        """Read the paper where the store lives; draw it here."""
        from kiosk.paperwork.printing import paper_of

        paper = self._on_store(lambda: paper_of(self._desk.session, job, copy))
        return self._desk.drawn(paper)

    def blocked(self, job: "PrintJob", fault: str) -> None:
        """Note what the job waits for."""
        self._on_store(lambda: self._desk.blocked(job, fault))
        self._ended()

    def report(self, outcome: "PrintOutcome") -> None:
        """Journal how the job ended, then say that the journal grew."""
        self._on_store(lambda: self._desk.report(outcome))
        self._ended()


def _note_tape(error: Exception) -> None:
    """A recording for the technician ended; prints go on."""
    said = error.code if isinstance(error, KnownError) else type(error).__name__
    logging.getLogger(OURS).warning(" ".join(("recording of the printer ended", said)))


class _Drawer:
    """The cash drawer as the printer's thread sees it (`kiosk.devices.print_worker.DrawerDesk`)."""

    def __init__(
        self,
        watch: "DrawerWatch",
        on_store: _OnStore,
        told: Callable[[KnownError | bool], None],
        printer: str,
    ) -> None:
        self._watch, self._on_store, self._told, self._printer = watch, on_store, told, printer

    def due(self) -> bool:
        """Whether something was committed that opens it."""
        return self._on_store(self._watch.due)

    def opens(self) -> None:
        """Write that it opens for a sale; an opening by an act was written by that act."""
        self._on_store(self._watch.record_sales)

    def opened(self, *, confirmed: bool) -> None:
        """Tell the person who waits for it."""
        self._told(confirmed)

    def stays_shut(self, fault: str) -> None:
        """Tell the person at the drawer."""
        code = fault if fault.startswith("drawer.") else "drawer.not_opened"
        self._told(KnownError(code, device=self._printer))
