"""Prints what waits in the queue, job after job, and tells the truth about each.

It knows neither acts nor screens: it reads jobs and reports through `PrintDesk`, on the printer's own thread.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.core.raster import Sheet
from kiosk.devices.answers import PrinterStatus
from kiosk.devices.printer import EscPosPrinter
from kiosk.store.print_jobs import PrintJob, PrintOutcome, PrintState

BLOCKED_PAUSE = 1.0
"""Seconds after which a printer that cannot print is asked again."""


class PrintDesk(Protocol):
    """What the worker is given. Each is called on the worker's thread."""

    def next_job(self) -> PrintJob | None:
        """The job that has waited longest, or None."""

    def begin(self, job: PrintJob, printer: str) -> int:
        """Decide what the print is marked with, 0 or the number of the copy; committed when it returns."""

    def render(self, job: PrintJob, copy: int) -> Sheet:
        """Draw the document, marked as that copy."""

    def blocked(self, job: PrintJob, fault: str) -> None:
        """The job waits for what this situation says; told once. Nothing of it was sent."""

    def report(self, outcome: PrintOutcome) -> None:
        """The job has ended: journal it."""


class DrawerDesk(Protocol):
    """What the worker is told of the cash drawer at the printer. Each is called on the worker's thread."""

    def due(self) -> bool:
        """Whether the drawer is to open now, by what was committed since the last time."""

    def opens(self) -> None:
        """It opens now: committed when this returns. Raises KnownError: then it stays shut."""

    def opened(self, *, confirmed: bool) -> None:
        """The pulse was sent; `confirmed`: the printer answered that it gave it."""

    def stays_shut(self, fault: str) -> None:
        """It was not opened, and is not opened later by surprise."""


class PrintWorker:
    """The work of one printer. `printer_code` names it in the journal."""

    def __init__(
        self,
        printer: EscPosPrinter,
        desk: PrintDesk,
        *,
        printer_code: str,
        drawer: DrawerDesk | None = None,
        paper: Callable[[bool], None] = lambda _low: None,
    ) -> None:
        """`paper` is told whenever the printer's own word changes whether its paper is near its end."""
        self._printer = printer
        self._desk = desk
        self._code = printer_code
        self._drawer = drawer
        self._paper = paper
        self._paper_low = False
        self._told: tuple[str, str] | None = None

    def warm(self) -> None:
        """Find the printer and wait out what is on its line, so that the first job need not."""
        if not self._printer.connection.is_open:
            self._obstacle()

    def step(self) -> float | None:
        """Print at most one job. Returns seconds until the next step makes sense, None: when woken.

        Raises what `render` raises, after reporting the job as failed.
        """
        opens = self._drawer is not None and self._drawer.due()
        job = self._desk.next_job()
        if job is None and not opens:
            return None
        fault = self._obstacle()
        if self._drawer is not None and opens:
            self._open(self._drawer, fault, alone=job is None)
        if job is None:
            return 0
        if fault is not None:
            if self._told != (job.job, fault):
                self._told = job.job, fault
                self._desk.blocked(job, fault)
            return max(BLOCKED_PAUSE, self._printer.connection.wait)
        self._told = None
        copy = self._desk.begin(job, self._code)
        try:
            stream = self._printer.stream(self._desk.render(job, copy))
        except KnownError as error:
            self._report(job, copy, PrintState.FAILED, sent=False, fault=error.code)
            return 0
        except Exception:
            self._report(job, copy, PrintState.FAILED, sent=False, fault="print.not_drawn")
            raise
        self._send(job, copy, stream)
        return 0

    def _obstacle(self) -> str | None:
        """Why nothing can be printed now, or None. A printer that never answered is given the chance."""
        try:
            status = self._printer.status()
            if status.known:
                self._printer.connection.heard()
                self._look_at_paper(status)
            if status.trouble:
                return f"printer.{status.trouble}"
            if not status.known and self._printer.has_answered:
                self._printer.connection.missed()
                return "printer.silent"
            self._printer.prepare()
        except KnownError as error:
            return error.code
        return None

    def _look_at_paper(self, status: PrinterStatus) -> None:
        """Say once that paper is near its end; a roll that ran out is told by the print that waits for it."""
        low = status.paper_low and not status.paper_out
        if status.known and low != self._paper_low:
            self._paper_low = low
            self._paper(low)

    def _open(self, drawer: DrawerDesk, fault: str | None, *, alone: bool) -> None:
        """Open the drawer if the printer is ready, before it prints: change is given first.

        `alone`: nothing is printed after it, so there is time to ask whether the pulse was given.
        """
        if fault is None and not self._printer.has_drawer:
            fault = "drawer.not_known"
        if fault is None:
            try:
                drawer.opens()
                drawer.opened(confirmed=self._printer.open_drawer(confirmed=alone))
            except KnownError as error:
                fault = error.code
        if fault is not None:
            drawer.stays_shut(fault)

    def _send(self, job: PrintJob, copy: int, stream: bytes) -> None:
        try:
            self._printer.send(stream)
            done, status = self._printer.confirm(len(stream))
            self._look_at_paper(status)
        except KnownError as error:
            if not self._printer.began:
                self._report(job, copy, PrintState.FAILED, sent=False, fault=error.code)
                return
            self._report(job, copy, PrintState.UNCERTAIN, fault=_BROKEN.get(error.code, "print.lost"))
            return
        if done:
            self._report(job, copy, PrintState.CONFIRMED)
        elif status.trouble in _STOPPED:
            self._report(job, copy, PrintState.FAILED, fault=_STOPPED[status.trouble])
        else:
            self._report(job, copy, PrintState.UNCERTAIN, fault="print.no_confirmation")

    def _report(
        self, job: PrintJob, copy: int, state: PrintState, *, sent: bool = True, fault: str | None = None
    ) -> None:
        self._desk.report(PrintOutcome(job, self._code, copy, state, sent, fault))


_BROKEN = {"device.stuck": "print.stuck", "device.stopped": "print.interrupted"}
_STOPPED = {trouble: f"print.{trouble}" for trouble in ("paper_out", "cover_open", "cutter", "hot", "error")}
