"""A link that is gone without an error is noticed, and an opening that hangs holds nobody for ever."""

import threading
from collections.abc import Iterator

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import Port
from kiosk.devices.watchdog import MISSES, opened_within, with_ping
from tests.devices.test_ports import FAST, Far, code_of, far

__all__ = ["far"]


class Hanging:
    """An opening that hangs until it is let go."""

    def __init__(self, path: str) -> None:
        self.go = threading.Event()
        self.opened: list[Port] = []
        self.tries = 0
        self.ended = threading.Event()
        self._path = path

    def open(self) -> Port:
        self.tries += 1
        self.go.wait(10)
        port = Port(self._path, FAST, name="p")
        close = port.close

        def closed() -> None:
            close()
            self.ended.set()

        port.close = closed  # type: ignore[method-assign]
        self.opened.append(port)
        return port


@pytest.fixture
def hanging(far: Far) -> Iterator[Hanging]:
    made = Hanging(far.path)
    yield made
    made.go.set()


def test_an_opening_that_hangs_is_given_up_and_not_begun_twice(hanging: Hanging) -> None:
    open_in_time = opened_within(hanging.open, name="p", seconds=0.05)
    assert [code_of(open_in_time) for _ in range(3)] == ["device.cannot_open"] * 3
    assert hanging.tries == 1
    hanging.go.set()
    assert hanging.ended.wait(5), "a port that comes too late is closed"
    for thread in threading.enumerate():
        if thread.name == "opening":
            thread.join(5)
    port = open_in_time()
    assert port is hanging.opened[-1]
    assert hanging.tries == 2
    port.close()


def test_what_an_opening_raises_is_what_the_asker_gets() -> None:
    def broken() -> Port:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened_within(broken, name="p")()


def test_silence_of_a_device_that_spoke_gives_the_link_up(far: Far) -> None:
    connection = Connection(opener(far.path, FAST, "p"), name="p")
    connection.port()
    for _ in range(10):
        connection.missed()
    assert connection.is_open, "some devices never speak"
    connection.heard()
    for _ in range(MISSES - 1):
        connection.missed()
    connection.heard()
    for _ in range(MISSES - 1):
        connection.missed()
    assert connection.is_open
    connection.missed()
    assert not connection.is_open
    connection.port()
    assert connection.openings == 2
    for _ in range(10):
        connection.missed()
    assert connection.is_open, "a new link has not spoken yet"
    connection.drop()


def test_an_idle_device_is_pinged_and_a_busy_one_is_not() -> None:
    now, work, pings, errors = [0.0], [0, 0], [0], list[KnownError]()

    def step() -> float | None:
        return work.pop() if work else None

    def ping() -> None:
        pings[0] += 1
        if pings[0] == 2:
            raise KnownError("device.lost", device="p")

    both = with_ping(step, ping, on_error=errors.append, every=30, clock=lambda: now[0])
    assert [both(), both(), both()] == [0, 0, 30]
    now[0] = 29.0
    work.append(0)
    assert both() == 0, "work counts as a sign of life"
    assert both() == 30
    now[0] = 59.0
    assert both() == 30
    assert (pings, errors) == ([1], [])
    now[0] = 89.0
    both()
    assert [error.code for error in errors] == ["device.lost"]
