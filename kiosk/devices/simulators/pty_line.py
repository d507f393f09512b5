"""A real pseudo-terminal with a simulated device at its far end."""

import os
import pty
import termios
import tty
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.simulators.faults import Flow
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.line import Line, M
from kiosk.devices.simulators.printer import PrintedSheet, SimulatedPrinter

_IFLAG, _CFLAG = 0, 2


class PtyTransport:
    """A pseudo-terminal; `link`, if given, is a symlink to it that stays while its number changes."""

    def __init__(self, link: Path | None = None) -> None:
        self._link = link
        self._master = self._slave = -1
        self._name = ""

    @property
    def name(self) -> str:
        """The name of the pseudo-terminal, the last one when the cable is out."""
        return self._name

    @property
    def end(self) -> int:
        """The master, or -1."""
        return self._master

    @property
    def sender(self) -> Flow:
        """What the program has switched on: a line whose two ends do not agree loses bytes."""
        flags = termios.tcgetattr(self._slave)
        if flags[_IFLAG] & termios.IXON:
            return "xonxoff"
        return "rtscts" if flags[_CFLAG] & termios.CRTSCTS else "none"

    def plug_in(self) -> None:
        """Open a pseudo-terminal under another number than the last one."""
        ends = pty.openpty()
        if os.ttyname(ends[1]) == self._name:
            taken, ends = ends, pty.openpty()
            for end in taken:
                os.close(end)
        self._master, self._slave = ends
        self._name = os.ttyname(self._slave)
        tty.setraw(self._master)
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        if self._link is not None:
            fresh = self._link.with_name(self._link.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self._name)
            fresh.replace(self._link)

    def unplug(self) -> None:
        """Close both ends, and take the link away as udev does: the number may be given to another line."""
        for end in (self._master, self._slave):
            if end >= 0:
                os.close(end)
        self._master = self._slave = -1
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def read(self, size: int) -> bytes:
        """What is there. Raises OSError when no program has it open."""
        return os.read(self._master, size)

    def write(self, data: bytes) -> None:
        """Send what the system takes at once. Raises OSError when it takes nothing."""
        os.write(self._master, data)

    def close(self) -> None:
        """Unplug for good."""
        self.unplug()


class PtyLine(Line[M]):
    """Any simulated device on a pseudo-terminal: `PtyLine(lambda line: Terminal(line.say, line.later))`."""

    def __init__(self, make: Callable[[Line[M]], M], *, link: Path | None = None, speed: float = 1.0) -> None:
        super().__init__(PtyTransport(link), make, speed=speed)


class PtyPrinter(Line[SimulatedPrinter]):
    """A receipt printer that programs open as a serial port under `path` (and `link`, a symlink to it)."""

    def __init__(
        self,
        *,
        width: int = 576,
        cutter: bool = True,
        clears_buffer: bool = False,
        link: Path | None = None,
        on_sheet: Callable[[PrintedSheet], None] | None = None,
        speed: float = 1.0,
        firmware: Firmware | None = None,
    ) -> None:
        super().__init__(
            PtyTransport(link),
            lambda line: SimulatedPrinter(
                line.say,
                width,
                cutter=cutter,
                clears_buffer=clears_buffer,
                on_sheet=on_sheet,
                firmware=firmware or Firmware(),
            ),
            speed=speed,
        )

    def __enter__(self) -> "PtyPrinter":
        super().__enter__()
        return self

    @property
    def printer(self) -> SimulatedPrinter:
        """The printer at the far end."""
        return self.machine

    def stops(self) -> list[int]:
        """As of any line, and where the cover opens."""
        at = self.machine.faults.cover_at
        return super().stops() + ([at] if at is not None else [])

    def on_received(self) -> None:
        """Open the cover where the fault says so."""
        if self.machine.faults.cover_at == len(self.machine.received):
            self.machine.cover_open = True
