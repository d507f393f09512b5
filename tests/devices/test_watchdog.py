"""A link that is gone without an error is noticed, and an opening that hangs holds nobody for ever."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import Port
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import EscPosPrinter, Timing
from kiosk.devices.profiles import shipped_profile
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.devices.watchdog import MISSES, opened_within
from kiosk.store.print_jobs import PrintState
from tests.devices.desks import MemoryDesk
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
    open_in_time = opened_within(hanging.open, name="p", seconds=1)
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


def test_a_program_that_stops_does_not_wait_for_an_opening_that_hangs(hanging: Hanging) -> None:
    connection = Connection(hanging.open, name="p")
    threading.Timer(0.05, connection.cancel).start()
    began = time.monotonic()
    assert code_of(connection.port) == "device.stopped"
    assert time.monotonic() - began < 5


def test_what_an_opening_raises_is_what_the_asker_gets() -> None:
    def broken() -> Port:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        opened_within(broken, name="p")()


def test_a_silent_link_is_opened_anew_and_prints_again(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    timing = Timing(answer=5, sync=5, quiet=0.05, settle=0.1, confirm=20)
    with PtyPrinter(link=link) as line:
        connection = Connection(opener(str(link), FAST, "p"), name="p")
        desk = MemoryDesk()
        printer = EscPosPrinter(connection, shipped_profile("generic-80"), timing=timing)
        worker = PrintWorker(printer, desk, printer_code="PRINTER-1")
        desk.ask()
        worker.step()
        line.misbehave(Faults(silent=True))
        printer._timing = replace(timing, answer=0.03)
        desk.ask()
        for _ in range(MISSES):
            assert connection.is_open
            worker.step()
        assert not connection.is_open
        assert desk.blocks == ["printer.silent"]
        line.misbehave(Faults())
        printer._timing = timing
        worker.step()
        assert connection.openings == 2
        assert [outcome.state for outcome in desk.outcomes] == [PrintState.CONFIRMED] * 2
        connection.drop()
        desk.db.close()


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
