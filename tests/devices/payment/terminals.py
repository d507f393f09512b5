"""A ZVT terminal of software on a real line, its driver with short time-outs, and orders for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from kiosk.core.card_terminal import Keep, Kept, Order, TerminalRecord
from kiosk.devices.connection import Connection
from kiosk.devices.payment.framing import ZVT_SERIAL
from kiosk.devices.payment.zvt import Timing, ZvtTerminal
from kiosk.devices.port import Port, PortSettings
from kiosk.devices.simulators.line import Line
from kiosk.devices.simulators.zvt_terminal import PtyZvtTerminal, SimulatedZvtTerminal, TcpZvtTerminal

Way = Literal["serial", "tcp"]
WAYS: tuple[Way, ...] = ("serial", "tcp")
TERMINAL = "31000017"
USUAL = Timing(answer=5.0, transaction=0.9, idle_pause=0.02, waits=3)
"""Patient with a busy machine, but not with a terminal that says nothing more within an order."""
PATIENT = Timing(answer=5.0, transaction=10.0, idle_pause=0.02, waits=3)
QUICK = Timing(answer=0.25, transaction=0.4, idle_pause=0.02, waits=3)
FRAMES = replace(ZVT_SERIAL, gap=0.5, answer=3.0, tries=2)
QUICK_FRAMES = replace(ZVT_SERIAL, gap=0.1, answer=0.12, tries=2)
"""For lines that are broken."""
SerialLine = Line[SimulatedZvtTerminal]


@contextmanager
def terminal(way: Way, records: Path | None = None, seconds: float = 0.4) -> Iterator[SerialLine]:
    """A terminal that is plugged in, on a pseudo-terminal or on loopback TCP."""
    made: SerialLine = (
        PtyZvtTerminal(records=records, seconds=seconds)
        if way == "serial"
        else TcpZvtTerminal(records=records, seconds=seconds)
    )
    with made as line:
        yield line


def driver(line: SerialLine, way: Way, timing: Timing = USUAL, terminal_id: str = TERMINAL) -> ZvtTerminal:
    """Its driver; it finds the line again under another name."""
    settings = PortSettings(baud=9600, stop_bits=2)
    connection = Connection(lambda: Port(line.path, settings, name="terminal"), name="terminal")
    framing = QUICK_FRAMES if timing is QUICK else FRAMES
    return ZvtTerminal(connection, terminal_id, framing=framing if way == "serial" else None, timing=timing)


def order(piastres: int = 132_485) -> Order:
    return Order(attempt="0a" * 16, piastres=piastres)


def keeper(kept: list[TerminalRecord]) -> Keep:
    """Keeps what it is told."""

    def keep(said: TerminalRecord) -> Kept:
        kept.append(said)
        return Kept.KEPT

    return keep
