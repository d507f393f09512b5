"""A real pseudo-terminal with a simulated printer at its far end, on a thread of its own."""

import heapq
import os
import pty
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.devices.simulators.printer import Faults, PrintedSheet, SimulatedPrinter

_BLOCK = 4096


class PtyPrinter:
    """A printer that programs open as a serial port under `path` (and `link`, if given, a symlink to it).

    Use it as a context. `change` runs something on the printer while it stands still; `wait_for` waits until
    something is true of it.
    """

    def __init__(
        self,
        *,
        width: int = 576,
        cutter: bool = True,
        clears_buffer: bool = False,
        link: Path | None = None,
        on_sheet: Callable[[PrintedSheet], None] | None = None,
    ) -> None:
        self.printer = SimulatedPrinter(
            self._answer, width, cutter=cutter, clears_buffer=clears_buffer, on_sheet=on_sheet
        )
        self._link = link
        self._changed = threading.Condition(threading.RLock())
        self._later: list[tuple[float, int, bytes]] = []
        self._count = 0
        self._wake_read, self._wake_write = os.pipe()
        self._master = self._slave = -1
        self._ended = False
        self._plugs = 0
        """Counts each time that the cable goes in or out: a new line may have the number of an old one."""
        self._plug_in()
        self._thread = threading.Thread(target=self._run, name="simulated-printer", daemon=True)

    @property
    def path(self) -> str:
        """The name of the pseudo-terminal; another one after `plug_in`."""
        return os.ttyname(self._slave)

    def __enter__(self) -> "PtyPrinter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Unplug it for good and end its thread."""
        with self._changed:
            self._ended = True
            self._unplug()
        self._nudge()
        if self._thread.is_alive():
            self._thread.join()
        for end in (self._wake_read, self._wake_write):
            with suppress(OSError):
                os.close(end)

    @contextmanager
    def change(self) -> Iterator[SimulatedPrinter]:
        """Hold the printer still to change it."""
        with self._changed:
            yield self.printer
            self._changed.notify_all()
        self._nudge()

    def misbehave(self, faults: Faults) -> None:
        """Switch faults on, or off with `Faults()`."""
        with self.change() as printer:
            printer.faults = faults

    def wait_for(self, condition: Callable[[SimulatedPrinter], bool], timeout: float = 10.0) -> bool:
        """Wait until `condition` is true of the printer; False when it did not become so in time."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.printer), timeout)

    def unplug(self) -> None:
        """Pull the cable: programs that have the port open lose it."""
        with self._changed:
            self._unplug()
            self._changed.notify_all()
        self._nudge()

    def plug_in(self) -> None:
        """Plug it in again: it comes back under another name."""
        with self._changed:
            self._unplug()
            self._plug_in()
            self._changed.notify_all()
        self._nudge()

    @property
    def plugged(self) -> bool:
        """Whether its cable is in."""
        return self._master >= 0

    # --- inside

    def _plug_in(self) -> None:
        self._plugs += 1
        self._master, self._slave = pty.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.printer.received.clear()
        if self._link is not None:
            fresh = self._link.with_name(self._link.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self.path)
            fresh.replace(self._link)

    def _unplug(self) -> None:
        for end in (self._master, self._slave):
            if end >= 0:
                os.close(end)
        self._plugs += 1
        self._master = self._slave = -1
        self._later.clear()
        if self._link is not None:  # as udev does: the number may be given to another line
            self._link.unlink(missing_ok=True)

    def _nudge(self) -> None:
        with suppress(OSError):
            os.write(self._wake_write, b"!")

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._ended:
                    return
                master, plugs, listening = self._master, self._plugs, self._listens()
                pause = max(0.0, self._later[0][0] - time.monotonic()) if self._later else None
            watched = [self._wake_read] + ([master] if master >= 0 and listening else [])
            try:
                ready, _, _ = select.select(watched, [], [], pause)
            except (OSError, ValueError) as error:  # unplugged in this moment
                with self._changed:
                    if plugs == self._plugs:
                        raise RuntimeError("the simulated printer lost its own port") from error
                continue
            if self._wake_read in ready:
                os.read(self._wake_read, _BLOCK)
            with self._changed:
                self._send_later()
                if master in ready and plugs == self._plugs:
                    self._receive()
                self._changed.notify_all()

    def _listens(self) -> bool:
        limit = self.printer.faults.deaf_at
        return limit is None or len(self.printer.received) < limit

    def _receive(self) -> None:
        """Take what arrived, but not beyond the byte at which a fault begins."""
        faults, so_far = self.printer.faults, len(self.printer.received)
        wanted = (faults.deaf_at, faults.cover_at, faults.vanish_at)
        ahead = [limit - so_far for limit in wanted if limit is not None and limit > so_far]
        room = min([_BLOCK, *ahead])
        if room > 0:
            try:
                data = os.read(self._master, room)
            except OSError:  # the last program has closed it and none has opened it yet
                data = b""
            self.printer.receive(data)
        if faults.cover_at == len(self.printer.received):
            self.printer.cover_open = True
        if faults.vanish_at is not None and len(self.printer.received) >= faults.vanish_at:
            self._unplug()

    def _answer(self, data: bytes) -> None:
        self._count += 1
        heapq.heappush(self._later, (time.monotonic() + self.printer.faults.late, self._count, data))
        self._send_later()

    def _send_later(self) -> None:
        while self._later and self._later[0][0] <= time.monotonic():
            data = heapq.heappop(self._later)[2]
            if self._master >= 0:
                with suppress(OSError):
                    os.write(self._master, data)
