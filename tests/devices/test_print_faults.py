"""Every fault of the list: the print ends in the state that is true, in time, and people read what to do."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import EscPosPrinter, Timing
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import PrintState, find_print
from tests.devices.desks import MemoryDesk, papers
from tests.devices.print_faults import CASES, XONXOFF, Case, mend
from tests.devices.printing import profile

SHORT = Timing(answer=0.1, sync=0.1, quiet=0.02, settle=0.1, confirm=0.3, poll=0.1)
PATIENT = Timing(answer=5, sync=5, quiet=0.05, settle=0.5, confirm=20, poll=5)
LIMIT = 3.0
"""Seconds of one job with SHORT; the sum of its time-outs is well below."""


class Bench:
    """A printer on its line, and a worker that has heard from it."""

    def __init__(self, line: PtyPrinter, link: Path, kind: str, flow: str = "none") -> None:
        self.line, self.desk, self.now = line, MemoryDesk(height=60), 0.0
        settings = PortSettings(baud=921_600, write_timeout=0.3, flow=flow)  # type: ignore[arg-type]
        self.connection = Connection(
            opener(str(link), settings, "printer"), name="printer", clock=lambda: self.now
        )
        self.printer = EscPosPrinter(self.connection, profile(kind, width_dots=576), timing=SHORT)
        self.worker = PrintWorker(self.printer, self.desk, printer_code="PRINTER-1")
        assert self.printer.status().known
        assert self.printer.prepare()

    def whole(self) -> list[int]:
        with self.line.change() as printer:
            return [copy for copy in papers(printer) if copy is not None]

    def settle(self) -> None:
        """Put everything right and print what waits, and a print more."""
        mend(self.line)
        self.printer._timing = PATIENT
        self.desk.on_render = lambda: None
        self.desk.ask()
        for _ in range(4):
            self.now += 60
            if self.worker.step() is None:
                return
        pytest.fail(f"it never went on: {self.desk.blocks}")


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "printer"


def bench_on(link: Path, kind: str, flow: str = "none") -> Iterator[Bench]:
    with PtyPrinter(link=link) as line:
        with line.change() as printer:
            printer.firmware = Firmware.of(profile(kind))
            printer.switch_off_and_on()
        bench = Bench(line, link, kind, flow)
        yield bench
        bench.connection.drop()
        bench.desk.db.close()


@pytest.fixture
def bench(link: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    yield from bench_on(link, request.param)


@pytest.mark.parametrize(
    ("bench", "case"),
    [pytest.param(case.profile, case, id=case.name) for case in CASES],
    indirect=["bench"],
)
def test_each_fault_ends_in_the_state_that_is_true(bench: Bench, case: Case) -> None:
    bench.desk.height = case.height
    job = bench.desk.ask()
    if case.before is not None:
        case.before(bench.line)
    within = case.within
    if within is not None:
        bench.desk.on_render = lambda: within(bench.line)
    began = time.monotonic()
    bench.worker.step()
    assert time.monotonic() - began < LIMIT
    row = find_print(bench.desk.db, job)
    assert (row.state, row.fault) == (case.state, case.fault)
    assert row.sent == (case.state is not PrintState.QUEUED)
    if row.fault is not None:
        error = KnownError(row.fault, device="printer")
        assert case.says in error.sentence("ar")
        assert error.remedy("ar")
    bench.settle()
    judge(bench, case)


def judge(bench: Bench, case: Case) -> None:
    """The next print is the original only if nothing of the first one was sent, and the tray agrees."""
    whole, sent = bench.whole(), [one for one in bench.desk.outcomes if one.sent]
    assert len(set(whole)) == len(whole), "two papers of one mark"
    assert [one.copy for one in sent] == list(range(len(sent)))
    assert set(whole) <= {one.copy for one in sent}
    assert {one.copy for one in sent if one.state is PrintState.CONFIRMED} <= set(whole)
    assert sent[-1].state is PrintState.CONFIRMED, "it can be used again"
    assert bench.line.printer.drawer == []
    assert case.name


def test_a_small_buffer_with_flow_control_loses_nothing(link: Path) -> None:
    for bench in bench_on(link, "generic-80", "xonxoff"):
        bench.desk.ask()
        bench.desk.on_render = lambda: bench.line.misbehave(XONXOFF)  # noqa: B023 - one bench
        bench.printer._timing = replace(PATIENT, settle=0.1)
        bench.worker.step()
        assert [one.state for one in bench.desk.outcomes] == [PrintState.CONFIRMED]
        assert bench.whole() == [0]
        bench.line.misbehave(Faults())
