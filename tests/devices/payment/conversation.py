"""A terminal that says what another program's terminal said, on a real line, and keeps what it is told."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kiosk.devices.connection import Connection
from kiosk.devices.payment import zvt_apdu as zvt
from kiosk.devices.payment.framing import ACK, ZVT_SERIAL, Deframer, Framing, frame
from kiosk.devices.payment.zvt import Timing, ZvtTerminal
from kiosk.devices.port import Port, PortSettings
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.line import Line
from kiosk.devices.simulators.pty_line import PtyTransport
from kiosk.devices.simulators.tcp_line import TcpLine
from kiosk.devices.simulators.zvt_terminal import Mouth
from tests.devices.payment.terminals import Way

Turn = list[bytes]
"""What it says from a command on: the first two at once, each next one after an answer."""


@dataclass
class RecordedTerminal:
    """`turns`: one for each command that it will get. `heard`: every message of ours, in order."""

    mouth: Mouth
    turns: deque[Turn]
    framing: Framing | None = None
    faults: Faults = field(default_factory=Faults)
    received: bytearray = field(default_factory=bytearray)
    heard: list[bytes] = field(default_factory=list)
    _turn: deque[bytes] = field(default_factory=deque)
    _held: bytearray = field(default_factory=bytearray)
    _deframer: Deframer = field(default_factory=lambda: Deframer(ZVT_SERIAL))

    def receive(self, data: bytes) -> None:
        """Take commands and answers."""
        self.received += data
        for message in self._messages(data):
            self.heard.append(message)
            if message[0] not in (0x80, 0x84):
                self._turn = deque(self.turns.popleft())
                self._go_on()
            self._go_on()

    def _messages(self, data: bytes) -> Iterator[bytes]:
        if self.framing is not None:
            for said in self._deframer.feed(data):
                if isinstance(said, bytes):
                    self.mouth.say(bytes((ACK,)))
                    yield said
            return
        self._held += data
        while (found := zvt.parse_apdu(bytes(self._held))) is not None:
            yield bytes(self._held[: found[1]])
            del self._held[: found[1]]

    def _go_on(self) -> None:
        if self._turn:
            message = self._turn.popleft()
            self.mouth.say(message if self.framing is None else frame(self.framing, message))


def recorded_line(way: Way, turns: list[Turn]) -> Line[RecordedTerminal]:
    """That terminal, plugged in."""
    framing = ZVT_SERIAL if way == "serial" else None

    def make(line: Line[RecordedTerminal]) -> RecordedTerminal:
        return RecordedTerminal(line, deque(turns), framing)

    return Line(PtyTransport(), make) if way == "serial" else TcpLine(make)


@contextmanager
def talking(
    way: Way, turns: list[Turn], *, currency: int = 978, password: str = "000000", patience: float = 5.0
) -> Iterator[tuple[ZvtTerminal, Callable[[int], list[bytes]]]]:
    """Our driver on such a line, and a function that tells what the terminal heard once it is so much."""
    with recorded_line(way, turns) as line:
        settings = PortSettings(baud=9600, stop_bits=2)
        driver = ZvtTerminal(
            Connection(lambda: Port(line.path, settings, name="terminal"), name="terminal"),
            "28004869",
            framing=ZVT_SERIAL if way == "serial" else None,
            password=password,
            timing=Timing(answer=5.0, transaction=patience, idle_pause=0.01, waits=3),
            currency=currency,
        )

        def heard(count: int) -> list[bytes]:
            line.wait_for(lambda machine: len(machine.heard) >= count)
            with line.change() as machine:
                return list(machine.heard)

        try:
            yield driver, heard
        finally:
            driver.close()
