"""A real trial device whose payments are printed in the background, as in the kiosk."""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from kiosk.app_printing import Printing
from kiosk.desk.pay import Offer
from kiosk.desk.serve import pay_request
from kiosk.devices.chosen_printer import ChosenPrinter, keep_printer
from kiosk.devices.escpos_codes import INIT
from kiosk.devices.profiles import Profile
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.pty_line import PtyPrinter
from tests.acts import ask, begin, new_trial

_WAIT_S = 20.0


class Desk:
    """Staff at work: this thread owns the store, the printer has a thread of its own. Use it as a context."""

    def __init__(self, folder: Path, kind: Profile) -> None:
        self._pieces: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._trial = new_trial(folder / "device")
        self._line = PtyPrinter(width=kind.width_dots, firmware=Firmware.of(kind), link=folder / "printer")
        self._root, self._link, self._kind = folder / "device", folder / "printer", kind
        self._ended = 0

    def __enter__(self) -> "Desk":
        self._line.__enter__()
        keep_printer(self._root, ChosenPrinter(str(self._link), self._kind.code))
        self._session = self._trial.unlock("TEL-1")
        self._printing = Printing(
            self._root,
            self._pieces.put,
            ended=self._count,
            on_fault=_raise,
            on_bug=_raise,
        )
        self._printing.begin(self._session)
        begin(self._session)
        self.measure()  # the port is found and the type is loaded by then, as after a few seconds at the desk
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._printing.end()
        self._trial.close()
        self._line.close()

    def measure(self) -> float:
        """Seconds from the commit of a payment to the first byte of its receipt."""
        tracking = ask(self._session)
        before, ended = len(self._line.printer.received), self._ended
        pay_request(self._session, tracking, Offer(cash=100_00), printed=True)
        committed = time.perf_counter()
        self._printing.wake()
        self._serve(lambda: self._line.printer.received.find(INIT, before) >= 0)
        took = time.perf_counter() - committed
        self._serve(lambda: self._ended > ended)
        return took

    def _serve(self, until: Callable[[], bool]) -> None:
        """Do what the printer's thread asks of the store until something is so."""
        limit = time.monotonic() + _WAIT_S
        while not until():
            if time.monotonic() > limit:
                raise RuntimeError("the receipt was not printed in time")
            try:
                self._pieces.get(timeout=0.0005)()
            except queue.Empty:
                continue

    def _count(self) -> None:
        self._ended += 1


def _raise(error: Exception) -> None:
    raise error
