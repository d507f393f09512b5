"""A simulated line is as slow and as faulty as it is told, whatever device sits on it, and a port notices."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.port import Port, PortSettings
from kiosk.devices.simulators.control import LINE_WORDS, SOON
from kiosk.devices.simulators.faults import FAULTS, NAK, Faults, Flow, Pace
from kiosk.devices.simulators.line import Line
from kiosk.devices.simulators.paced_line import OVERSHOOT, XOFF, XON, PacedLine
from kiosk.devices.simulators.pty_line import PtyLine
from kiosk.devices.simulators.tcp_line import TcpLine
from tests.devices.test_ports import code_of

FAST = PortSettings(write_timeout=0.3)


@dataclass
class Echo:
    """A device that answers each line `x\\n` with `<x>`."""

    line: Line["Echo"]
    faults: Faults = field(default_factory=Faults)
    received: bytearray = field(default_factory=bytearray)
    _asked: bytes = b""

    def receive(self, data: bytes) -> None:
        self.received += data
        *questions, self._asked = (self._asked + data).split(b"\n")
        for question in questions:
            self.line.say(b"<" + question + b">")


Make = Callable[[], AbstractContextManager[Line[Echo]]]
KINDS: dict[str, Make] = {"pty": lambda: PtyLine(Echo), "tcp": lambda: TcpLine(Echo)}


@pytest.fixture(params=KINDS)
def line(request: pytest.FixtureRequest) -> Iterator[Line[Echo]]:
    with KINDS[request.param]() as made:
        yield made


@pytest.fixture
def port(line: Line[Echo]) -> Iterator[Port]:
    made = Port(line.path, FAST, name="p")
    yield made
    made.close()


def ask(port: Port, question: bytes, *, size: int, within: float = 5.0) -> bytes:
    """Ask, and collect `size` bytes of answer, or fewer when no more come in time."""
    port.write(question + b"\n")
    said, deadline = b"", time.monotonic() + within
    while len(said) < size and (left := deadline - time.monotonic()) > 0:
        said += port.read(left)
    return said


# --- the wire alone, on a clock of its own


@dataclass
class Run:
    """A sender with much to send, a wire, and a device that keeps what it worked on."""

    pace: Pace
    sender: Flow = "none"
    heeds_xoff: bool = True
    now: float = 0.0
    wire: PacedLine = field(default_factory=PacedLine)
    worked: bytearray = field(default_factory=bytearray)
    told: bytearray = field(default_factory=bytearray)

    def send(self, data: bytes, late: Callable[[], float] = lambda: 0.0) -> float:
        """Send all and let the device work it off; `late`: how late the loop comes each time. The end."""
        ready = 0
        while ready < len(data) or self.wire.under_way:
            room = self.wire.room(self.now, self.pace, self.sender)
            if room and ready < len(data):
                self.wire.put(self.now, data[ready : ready + room], self.pace)
                ready += room
            due = self.wire.due(self.pace)
            self.now = max(self.now, due if due is not None else self.now) + late()
            work, flow = self.wire.take(self.now, self.pace)
            self.worked += work
            self.told += flow
        return self.now


@pytest.mark.parametrize("baud", [1200, 9600, 115_200])
def test_a_line_takes_ten_bits_a_byte_however_late_its_loop_is(baud: int) -> None:
    jitter = Random(baud)
    for late in (lambda: 0.0, lambda: jitter.random() / 20):
        run = Run(Pace(baud=baud))
        size = baud * 3 // 10
        assert run.send(bytes(size), late) == pytest.approx(3, rel=0.05)
        assert len(run.worked) == size


def test_a_pause_of_the_sender_is_not_made_up_for() -> None:
    run = Run(Pace(baud=9600))
    run.send(bytes(96))
    run.wire.idle()
    run.now = 10.0
    assert run.send(bytes(960)) == pytest.approx(11, rel=0.02)


def test_a_small_buffer_loses_what_it_cannot_keep() -> None:
    run = Run(Pace(baud=115_200, buffer=4096, eats=2400))
    run.send(bytes(range(256)) * 80)
    assert run.wire.lost > 20_480 * 4 // 10, "nearly half of an unpaced receipt"
    assert len(run.worked) + run.wire.lost == 20_480
    assert not run.told


@pytest.mark.parametrize("flow", ["rtscts", "xonxoff"])
def test_flow_control_keeps_every_byte_if_both_ends_agree(flow: Flow) -> None:
    pace = Pace(baud=115_200, buffer=1024, eats=2400, flow=flow)
    agreed = Run(pace, sender=flow)
    sent = bytes(range(256)) * 40
    assert agreed.send(sent) == pytest.approx(len(sent) / 2400, rel=0.05)
    assert agreed.wire.lost == 0
    assert agreed.worked == sent
    assert agreed.told[:2] == (XOFF + XON if flow == "xonxoff" else b"")
    deaf = Run(pace, sender="none")
    deaf.send(sent)
    assert deaf.wire.lost > 5000


def test_after_xoff_no_more_runs_over_than_the_sender_had_in_hand() -> None:
    pace = Pace(buffer=1024, eats=1, flow="xonxoff")
    wire, flow = PacedLine(), b""
    while not flow:
        wire.put(0.0, bytes(wire.room(0.0, pace, "xonxoff")), pace)
        _, flow = wire.take(0.0, pace)
    assert flow == XOFF
    assert wire.room(0.0, pace, "xonxoff") == OVERSHOOT
    wire.put(0.0, bytes(OVERSHOOT), pace)
    wire.take(0.0, pace)
    assert wire.room(0.0, pace, "xonxoff") == 0
    assert wire.take(0.0, Pace())[1] == XON, "the sender is let go when the fault ends"


PACES = st.builds(
    Pace,
    baud=st.sampled_from([0, 1200, 115_200]),
    buffer=st.sampled_from([None, 64, 1000]),
    eats=st.sampled_from([0, 500, 20_000]),
    flow=st.sampled_from(["none", "rtscts", "xonxoff"]),
)


@given(PACES, st.sampled_from(["none", "rtscts", "xonxoff"]), st.binary(max_size=600), st.floats(0, 0.05))
def test_every_byte_is_worked_on_in_order_or_counted_as_lost(
    pace: Pace, sender: Flow, data: bytes, late: float
) -> None:
    run = Run(pace, sender)
    run.send(data, lambda: late)
    assert len(run.worked) + run.wire.lost == len(data) == run.wire.carried
    rest = iter(data)
    assert all(byte in rest for byte in run.worked), "what is left is in order"


# --- real ports


def test_a_real_port_is_no_faster_than_its_line() -> None:
    with PtyLine(Echo, speed=20) as line:
        line.misbehave(Faults(pace=Pace(baud=9600)))
        port = Port(line.path, PortSettings(write_timeout=5), name="p")
        began = time.monotonic()
        port.write(bytes(4800))
        assert line.wait_for(lambda echo: len(echo.received) == 4800)
        assert (time.monotonic() - began) * 20 > 5 * 0.95
        port.close()


@pytest.mark.parametrize(
    ("asked", "real", "whole"),
    [
        ("none", "none", False),
        ("rtscts", "rtscts", True),
        ("xonxoff", "xonxoff", True),
        ("none", "rtscts", False),
    ],
)
def test_what_a_small_buffer_gets_depends_on_flow_control_at_both_ends(
    asked: Flow, real: Flow, *, whole: bool
) -> None:
    with PtyLine(Echo, speed=20) as line:
        line.misbehave(Faults(pace=Pace(baud=115_200, buffer=1024, eats=4800, flow=real)))
        port = Port(line.path, PortSettings(flow=asked, write_timeout=5), name="p")
        sent = bytes(byte | 0x80 for byte in range(128)) * 100
        port.write(sent)
        assert line.wait_for(lambda echo: len(echo.received) + line.wire.lost == len(sent))
        with line.change() as echo:
            assert (bytes(echo.received) == sent) == whole
        port.close()


def test_a_device_without_a_fault_answers(line: Line[Echo], port: Port) -> None:
    assert ask(port, b"one", size=5) == b"<one>"
    assert ask(port, b"two", size=5) == b"<two>"


@pytest.mark.parametrize(
    ("faults", "answers"),
    [
        (Faults(silent=True), (b"", b"")),
        (Faults(previous=True), (b"<before>", b"<one>")),
        (Faults(noise=b"\xff\x00", noise_after=b"?"), (b"\xff\x00<one>?", b"\xff\x00<two>?")),
        (Faults(cut_at=2), (b"<o", b"<t")),
        (Faults(cut_at=0), (b"", b"")),
    ],
)
def test_answers_are_shaped_by_the_fault(
    line: Line[Echo], port: Port, faults: Faults, answers: tuple[bytes, bytes]
) -> None:
    ask(port, b"before", size=8)
    line.misbehave(faults)
    for question, answer in zip((b"one", b"two"), answers, strict=True):
        more = 0 if answer else 1
        assert ask(port, question, size=len(answer) + more, within=5 if answer else 0.1) == answer
    line.misbehave(Faults())
    assert ask(port, b"well", size=6) == b"<well>"


def test_an_answer_is_late_and_comes_byte_by_byte(line: Line[Echo], port: Port) -> None:
    line.misbehave(Faults(late=0.15))
    began = time.monotonic()
    assert ask(port, b"one", size=5, within=0.05) == b""
    assert port.read(5) != b""
    assert time.monotonic() - began >= 0.15
    port.drain()
    line.misbehave(Faults(drip=0.05))
    began = time.monotonic()
    assert ask(port, b"two", size=5) == b"<two>"
    assert time.monotonic() - began >= 0.25


def test_a_storm_goes_on_and_the_device_works_on_nothing(line: Line[Echo], port: Port) -> None:
    line.misbehave(Faults(storm=NAK))
    assert set(ask(port, b"one", size=4)) == set(NAK)
    line.misbehave(Faults())
    while port.read(0.1):
        continue
    assert ask(port, b"two", size=5) == b"<two>"


@pytest.mark.parametrize(
    "faults",
    [Faults(vanish_at=2), Faults(vanish_on="read"), Faults(vanish_on="flush")],
    ids=["write", "read", "flush"],
)
def test_a_device_that_vanishes_is_lost_and_comes_back_under_another_name(
    line: Line[Echo], port: Port, faults: Faults
) -> None:
    ask(port, b"before", size=8)
    before = line.path
    line.misbehave(faults)
    assert code_of(lambda: ask(port, b"one", size=5)) == "device.lost"
    assert line.wait_for(lambda _: not line.plugged)
    port.close()
    line.misbehave(Faults())
    line.plug_in()
    assert line.path != before
    again = Port(line.path, FAST, name="p")
    assert ask(again, b"two", size=5) == b"<two>"
    again.close()


def test_a_device_that_takes_no_more_is_stuck(line: Line[Echo], port: Port) -> None:
    line.misbehave(Faults(deaf_at=100))
    assert code_of(lambda: port.write(bytes(20_000_000))) == "device.stuck"
    with line.change() as echo:
        assert len(echo.received) == 100


def test_a_device_can_ask_to_be_called_again(line: Line[Echo], port: Port) -> None:
    line.later(0.05, lambda: line.say(b"unasked", after=0.02))
    assert port.read(5) == b"unasked"
    called: list[int] = []
    line.later(60, lambda: called.append(1))
    line.unplug()
    assert line._acts == []
    assert not called


def test_every_word_makes_its_fault_and_well_ends_it(line: Line[Echo]) -> None:
    for word, act in LINE_WORDS.items():
        act(line)
        wanted = FAULTS.get(word)
        with line.change() as echo:
            assert wanted is None or echo.faults == wanted
    for word, name in (("stuck", "deaf_at"), ("vanish-write", "vanish_at")):
        LINE_WORDS[word](line)
        assert getattr(line.machine.faults, name) == SOON
    LINE_WORDS["well"](line)
    assert line.machine.faults == Faults()
    assert line.plugged


def test_no_simulated_device_outlives_its_test() -> None:
    with PtyLine(Echo), TcpLine(Echo):
        assert any(thread.name == "simulated-device" for thread in threading.enumerate())
    assert not any(thread.name == "simulated-device" for thread in threading.enumerate())
