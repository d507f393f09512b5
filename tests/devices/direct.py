"""A printer of software without a line or a clock of this world: bytes go straight in, time is a number.

So a test can try thousands of sequences of faults and kills. `die_at` ends the "process" within a write.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from kiosk.core.errors import KnownError
from kiosk.devices.connection import Connection
from kiosk.devices.port import Port, PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.profiles import Profile
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.printer import SimulatedPrinter
from tests.devices.desks import MemoryDesk

AWAY = 30.0
"""Seconds that a printer that was pulled stays away."""


class KilledError(BaseException):
    """The process is gone: nobody in it catches this."""


@dataclass
class World:
    """A printer that goes on living while programs come and go. Counts are of bytes of a job from now on."""

    kind: Profile
    now: float = 0.0
    silent: bool = False
    late: float = 0.0
    lost_at: int | None = None
    stuck_at: int | None = None
    die_at: int | None = None
    cover_at: int | None = None
    away_until: float = 0.0
    _coming: list[tuple[float, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.printer = SimulatedPrinter(
            self._say,
            self.kind.width_dots,
            cutter=self.kind.cut != "none",
            clears_buffer=self.kind.clear_buffer,
            firmware=Firmware.of(self.kind),
        )

    def clock(self) -> float:
        return self.now

    def worker(self, desk: MemoryDesk, *, torn: bool) -> PrintWorker:
        """A program that has just started."""
        connection = Connection(self._open, name="printer", clock=self.clock)
        printer = EscPosPrinter(connection, self.kind, torn=torn, clock=self.clock)
        return PrintWorker(printer, desk, printer_code="PRINTER-1")

    def mend(self) -> None:
        """Somebody has put everything right."""
        self.silent, self.late = False, 0.0
        self.lost_at = self.stuck_at = self.die_at = self.cover_at = None
        self.now += 2 * AWAY
        self.printer.jams_at_cut = False
        self.printer.suffer(None)
        self.printer.set_cover(is_open=False)
        if self.printer.paper.left is not None:
            self.printer.load_paper()

    def pull(self) -> None:
        """The cable is out: what was on its way is lost."""
        self.away_until = self.now + AWAY
        self._coming.clear()

    def _open(self) -> Port:
        if self.now < self.away_until:
            raise KnownError("device.missing", device="printer")
        self._coming.clear()
        return cast(Port, DirectPort(self))

    def _say(self, data: bytes) -> None:
        if not self.silent:
            self._coming.append((self.now + self.late + 0.001, data))
            self._coming.sort(key=lambda one: one[0])

    def heard(self, until: float) -> bytes:
        """What arrives first until a time; time goes on to there."""
        if self._coming and self._coming[0][0] <= until:
            at, data = self._coming.pop(0)
            self.now = max(self.now, at)
            return data
        self.now = until
        return b""

    def take(self, data: bytes) -> None:
        """Give the printer bytes of a job or a question, up to where a fault begins."""
        if self.now < self.away_until:
            raise KnownError("device.lost", device="printer")
        if len(data) < 20:
            self.printer.receive(data)
            return
        faults: list[tuple[int, Callable[[], None]]] = [
            (at, act)
            for at, act in (
                (self.cover_at, self._open_cover),
                (self.lost_at, self._lose),
                (self.stuck_at, self._stick),
                (self.die_at, self._die),
            )
            if at is not None
        ]
        done = 0
        for at, act in sorted(faults, key=lambda one: one[0]):
            cut = min(at, len(data))
            self.printer.receive(data[done:cut])
            done = cut
            act()
        self.printer.receive(data[done:])

    def _open_cover(self) -> None:
        self.cover_at = None
        self.printer.set_cover(is_open=True)

    def _lose(self) -> None:
        self.lost_at = None
        self.pull()
        raise KnownError("device.lost", device="printer")

    def _stick(self) -> None:
        self.stuck_at = None
        raise KnownError("device.stuck", device="printer")

    def _die(self) -> None:
        self.die_at = None
        raise KilledError


@dataclass
class DirectPort:
    """What a connection holds instead of a port."""

    world: World
    settings: PortSettings = field(default_factory=PortSettings)
    failed: bool = False

    def write(self, data: bytes) -> None:
        self.world.take(data)

    def read(self, timeout: float) -> bytes:
        if self.world.now < self.world.away_until:
            raise KnownError("device.lost", device="printer")
        return self.world.heard(self.world.now + timeout)

    def drain(self) -> bytes:
        return self.read(0)

    def cancel(self) -> None:
        """Nothing is under way."""

    def close(self) -> None:
        """The file is closed; the printer stays."""
