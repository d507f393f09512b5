"""Ports: found by what the device is, opened by one program, dropped when lost, tried again with pauses."""

import os
import pty
import socket
import stat
import threading
import time
import tty
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.connection import FIRST_PAUSE, LONGEST_PAUSE, Connection, opener
from kiosk.devices.identity import FoundDevice, locate, present
from kiosk.devices.owner import OwnerThread
from kiosk.devices.port import Port, PortSettings, _why_not_open

FAST = PortSettings(write_timeout=0.2)


@dataclass
class Far:
    """The far end of a pseudo-terminal."""

    master: int
    slave: int

    @property
    def path(self) -> str:
        return os.ttyname(self.slave)

    def receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += os.read(self.master, count - len(data))
        return data

    def unplug(self) -> None:
        for end in (self.master, self.slave):
            if end >= 0:
                os.close(end)
        self.master = self.slave = -1


@pytest.fixture
def far() -> Iterator[Far]:
    master, slave = pty.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    made = Far(master, slave)
    yield made
    made.unplug()


@dataclass
class Usb:
    """A port as the system lists it."""

    device: str
    vid: int | None = 0x1A86
    pid: int | None = 0x7523
    serial_number: str | None = None
    location: str | None = None
    product: str | None = None


def code_of(call: object) -> str:
    with pytest.raises(KnownError) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_a_device_keeps_its_address_when_its_port_gets_another_name() -> None:
    before = present(lambda: [Usb("/dev/ttyUSB0", serial_number="J1234"), Usb("/dev/ttyS0", vid=None)])
    after = present(lambda: [Usb("/dev/ttyUSB7", serial_number="J1234")])
    address = str(before[1].key)
    assert address == "usb:1a86:7523:J1234"
    assert before[0].key is None
    assert locate(address, lambda: before) == "/dev/ttyUSB0"
    assert locate(address, lambda: after) == "/dev/ttyUSB7"


@pytest.mark.parametrize("serial", [None, "0", "0000", " ", "A B"])
def test_two_without_a_serial_number_differ_by_their_socket(serial: str | None) -> None:
    found = present(
        lambda: [
            Usb("/dev/ttyUSB0", serial_number=serial, location="1-2"),
            Usb("/dev/ttyUSB1", serial_number=serial, location="1-3.4"),
        ]
    )
    assert locate("usb:1a86:7523:at:1-3.4", lambda: found) == "/dev/ttyUSB1"
    assert locate("USB:1A86:7523:at:1-2", lambda: found) == "/dev/ttyUSB0"


def test_an_address_that_fits_none_or_two_is_refused() -> None:
    twins = present(lambda: [Usb(f"/dev/ttyUSB{n}", serial_number="SAME") for n in range(2)])
    assert code_of(lambda: locate("usb:1a86:7523:SAME", lambda: twins)) == "device.ambiguous"
    nothing: list[FoundDevice] = []
    assert code_of(lambda: locate("usb:1a86:7523:J1", lambda: nothing)) == "device.missing"
    assert code_of(lambda: locate("usb:printer", lambda: nothing)) == "device.bad_address"
    assert locate("socket://10.0.0.7:9100", lambda: nothing) == "socket://10.0.0.7:9100"


def test_bytes_go_both_ways(far: Far) -> None:
    port = Port(far.path, FAST, name="p")
    port.write(b"x" * 700)
    assert far.receive(700) == b"x" * 700
    assert port.written == 700
    os.write(far.master, b"\x12\x16")
    assert port.read(1) == b"\x12\x16"
    assert port.drain() == b""
    port.close()


def test_a_port_that_another_has_open_is_busy(far: Far) -> None:
    first = Port(far.path, FAST, name="p")
    assert code_of(lambda: Port(far.path, FAST, name="p")) == "device.busy"
    first.close()
    Port(far.path, FAST, name="p").close()


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    assert code_of(lambda: Port(str(tmp_path / "ttyUSB9"), FAST, name="p")) == "device.missing"
    assert code_of(lambda: Port("nosuch://x", FAST, name="p")) == "device.bad_address"
    plain = tmp_path / "file"
    plain.touch()
    assert code_of(lambda: Port(str(plain), FAST, name="p")) == "device.cannot_open"
    if os.geteuid() != 0:
        plain.chmod(stat.S_IWUSR & 0)
        assert code_of(lambda: Port(str(plain), FAST, name="p")) == "device.no_permission"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (
            "could not open port 'COM9': FileNotFoundError(2, 'The system cannot find', None, 2)",
            "device.missing",
        ),
        ("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)", "device.busy"),
        ("something else", "device.cannot_open"),
    ],
)
def test_windows_says_why_only_in_words(said: str, code: str) -> None:
    assert _why_not_open(OSError(said)) == code


def test_a_device_that_takes_nothing_is_stuck_and_not_for_ever(far: Far) -> None:
    port = Port(far.path, FAST, name="p")
    assert code_of(lambda: port.write(bytes(1_000_000))) == "device.stuck"
    assert 0 < port.written < 1_000_000
    port.close()


def test_a_cable_that_is_pulled_is_lost_in_every_call(far: Far) -> None:
    port = Port(far.path, FAST, name="p")
    far.unplug()
    assert code_of(lambda: port.write(b"a")) == "device.lost"
    assert code_of(lambda: port.read(0.1)) == "device.lost"
    assert code_of(port.drain) == "device.lost"
    port.close()


def test_writing_can_be_stopped_from_outside(far: Far) -> None:
    port = Port(far.path, FAST, name="p")
    port.cancel()
    assert code_of(lambda: port.write(b"a")) == "device.stopped"
    assert port.written == 0
    port.close()


@pytest.mark.parametrize("settings", [FAST, PortSettings(pace=1)])
def test_reading_and_pacing_end_soon_when_they_are_stopped_from_outside(
    far: Far, settings: PortSettings
) -> None:
    port = Port(far.path, settings, name="p")
    threading.Timer(0.05, port.cancel).start()
    began = time.monotonic()
    assert code_of(lambda: port.write(bytes(1000)) if settings.pace else port.read(60)) == "device.stopped"
    assert time.monotonic() - began < 5
    port.close()


def test_a_device_of_the_network_that_is_switched_off_is_missing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"socket://127.0.0.1:{listener.getsockname()[1]}"
        port = Port(url, FAST, name="p")
        peer, _ = listener.accept()
        assert port._serial._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), (
            "no answer waits 40 ms"
        )
        peer.sendall(b"all that came")
        assert port.read(5) == b"all that came"
        peer.close()
        assert code_of(lambda: port.read(5)) == "device.lost"
        port.close()
    assert code_of(lambda: Port(url, FAST, name="p")) == "device.missing"


def test_a_paced_port_sends_no_faster() -> None:
    waits: list[float] = []
    port = Port("loop://", PortSettings(chunk=100, pace=1000), name="p")
    port._cancelled.wait = waits.append  # type: ignore[method-assign,assignment,unused-ignore]
    port.write(bytes(250))
    assert waits == [0.1, 0.1, 0.05]
    port.close()


def test_a_connection_tries_again_with_growing_pauses(far: Far) -> None:
    now = [0.0]
    tries: list[float] = []

    def open_port() -> Port:
        tries.append(now[0])
        raise KnownError("device.missing", device="p")

    connection = Connection(open_port, name="p", clock=lambda: now[0])
    for tenth in range(600):
        now[0] = tenth / 10
        assert code_of(connection.port) == "device.missing"
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[0] == pytest.approx(FIRST_PAUSE)
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(LONGEST_PAUSE)
    assert 0 < connection.wait <= LONGEST_PAUSE


def test_a_connection_opens_anew_after_a_drop(far: Far) -> None:
    connection = Connection(opener(far.path, FAST, "p"), name="p")
    first = connection.port()
    assert connection.port() is first
    connection.drop()
    assert not connection.is_open
    assert connection.port() is not first
    assert connection.openings == 2
    connection.cancel()
    assert code_of(lambda: connection.port().write(b"a")) == "device.stopped"
    connection.drop()


def test_a_port_that_failed_is_never_used_again(far: Far) -> None:
    """Whoever noticed it may have left it to the next one, as a question about what has arrived does."""
    ports = [Port("loop://", FAST, name="p"), Port(far.path, FAST, name="p")]
    connection = Connection(ports.pop, name="p")
    port = connection.port()
    far.unplug()
    assert code_of(port.drain) == "device.lost"
    assert connection.port() is not port
    assert connection.openings == 2
    connection.drop()


class Steps:
    """Steps of an owner thread that wait to be let on."""

    def __init__(self) -> None:
        self.done = threading.Semaphore(0)
        self.names: list[str] = []
        self.faults: list[Exception] = [ValueError("first")]
        self.bugs: list[Exception] = []
        self.ended = threading.Event()

    def step(self) -> float | None:
        self.names.append(threading.current_thread().name)
        self.done.release()
        if self.faults:
            raise self.faults.pop()
        return None

    def owner(self) -> OwnerThread:
        return OwnerThread(
            "printer", self.step, cancel=lambda: None, on_end=self.ended.set, on_bug=self.bugs.append
        )


def test_one_thread_does_all_the_work_and_survives_a_bug() -> None:
    steps = Steps()
    owner = steps.owner()
    owner.start()
    assert steps.done.acquire(timeout=5)
    owner.wake()
    assert steps.done.acquire(timeout=5)
    assert owner.call(lambda: threading.current_thread().name).result(5) == "printer"
    with pytest.raises(KnownError):
        owner.call(lambda: locate("usb:x")).result(5)
    assert owner.stop(5)
    assert steps.ended.is_set()
    assert set(steps.names) == {"printer"}
    assert [str(bug) for bug in steps.bugs] == ["first"]


def test_what_is_asked_of_a_thread_that_ended_is_cancelled() -> None:
    steps = Steps()
    owner = steps.owner()
    owner.start()
    assert owner.stop(5)
    assert owner.call(lambda: 1).cancelled()
