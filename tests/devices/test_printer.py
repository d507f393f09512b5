"""An answer that belongs to an earlier mark never confirms a job, whenever it comes. On a false clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.raster import Bitmap, Sheet
from kiosk.devices.connection import Connection
from kiosk.devices.port import Port, PortSettings
from kiosk.devices.printer import DONE, EscPosPrinter
from kiosk.devices.profiles import shipped_profile

SHEET = Sheet(Bitmap(576, b"\xff" * 72))


@dataclass
class Line:
    """A port with a scripted far end: `mark` gives the seconds until the n-th mark is answered, or None."""

    mark: Callable[[int], float | None]
    status: bool = True
    now: float = 0.0
    written: int = 0
    marks: int = 0
    settings: PortSettings = field(default_factory=PortSettings)
    failed: bool = False
    _coming: list[tuple[float, bytes]] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def say(self, delay: float, data: bytes) -> None:
        self._coming.append((self.now + delay, data))
        self._coming.sort()

    def write(self, data: bytes) -> None:
        self.written += len(data)
        if data.startswith(b"\x10\x04") and self.status:
            self.say(0.001, b"\x12")
        if data == DONE:
            self.marks += 1
            delay = self.mark(self.marks)
            if delay is not None:
                self.say(delay, b"\0")

    def read(self, timeout: float) -> bytes:
        limit = self.now + timeout
        if self._coming and self._coming[0][0] <= limit:
            at, data = self._coming.pop(0)
            self.now = max(self.now, at)
            return data
        self.now = limit
        return b""

    def drain(self) -> bytes:
        return self.read(0)

    def close(self) -> None:
        self.written = 0

    def printer(self, *, torn: bool = False) -> EscPosPrinter:
        connection = Connection(lambda: cast(Port, self), name="printer", clock=self.clock)
        return EscPosPrinter(connection, shipped_profile("generic-80"), torn=torn, clock=self.clock)


def one_job(printer: EscPosPrinter) -> bool:
    """What the worker does with a job: whether it was confirmed."""
    printer.status()
    printer.prepare()
    stream = printer.stream(SHEET)
    printer.send(stream)
    return printer.confirm(len(stream))[0]


@given(late=st.integers(0, 20_000), status=st.booleans())
@settings(max_examples=200)
def test_answers_that_are_late_never_confirm_a_later_job(late: int, status: bool) -> None:
    """The marks of the first job are answered late, those of the second never."""
    first: list[int] = []
    line = Line(lambda n: late / 1000 if not first or n <= first[0] else None, status=status)
    printer = line.printer()
    one_job(printer)
    first.append(line.marks)
    assert not one_job(printer)


@given(late=st.integers(0, 4_900))
def test_what_the_program_before_was_owed_confirms_nothing(late: int) -> None:
    line = Line(lambda n: 0.01 if n == 1 else None)
    line.say(late / 1000, b"\0")
    printer = line.printer(torn=True)
    assert not one_job(printer)


def test_after_marks_that_were_lost_the_next_job_can_be_confirmed_again() -> None:
    line = Line(lambda n: None if n == 2 else 0.01)
    printer = line.printer()
    assert not one_job(printer)
    assert one_job(printer)
    before = line.now
    assert one_job(printer)
    assert line.now - before < 1, "once all is answered nothing is waited for"


@pytest.mark.parametrize("delay", [0.0, 0.25])
def test_a_printer_that_answers_in_time_is_confirmed(delay: float) -> None:
    line = Line(lambda _: delay)
    assert all(one_job(line.printer()) for _ in range(3))


def test_a_job_is_given_up_after_its_time_and_five_seconds() -> None:
    line = Line(lambda n: 0.01 if n == 1 else None)
    printer = line.printer()
    printer.prepare()
    began = line.now
    stream = printer.stream(SHEET)
    printer.send(stream)
    assert printer.confirm(96_000 * 12 // 10)[0] is False
    assert 14.9 < line.now - began < 15.2
