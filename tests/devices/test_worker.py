"""Whatever a printer does, each job ends in the state that is true, and only one paper is the original."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.situations import SITUATIONS
from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import DONE, EscPosPrinter, Timing
from kiosk.devices.profiles import shipped_profile
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import PrintOutcome, PrintState, find_print
from tests.devices.desks import MemoryDesk, papers

PATIENT = Timing(answer=5, sync=5, quiet=0.05, settle=0.1, confirm=20, poll=5)
"""For printers that answer: nothing is waited for."""
BRISK = Timing(answer=0.15, sync=0.15, quiet=0.05, settle=1.2, confirm=0.3, poll=0.1)
"""For printers that do not: every limit is reached."""

QUEUED, CONFIRMED, UNCERTAIN, FAILED = (
    PrintState.QUEUED,
    PrintState.CONFIRMED,
    PrintState.UNCERTAIN,
    PrintState.FAILED,
)


@dataclass
class Bench:
    """A printer on its line, a worker, and the desk that it works for."""

    line: PtyPrinter
    desk: MemoryDesk
    link: Path
    timing: Timing = PATIENT
    profile: str = "generic-80"
    clear_buffer: bool = False
    write_timeout: float = 0.3

    def __post_init__(self) -> None:
        self.now = 0.0
        self.renew()

    def renew(self, *, torn: bool = False) -> None:
        settings = PortSettings(baud=921_600, write_timeout=self.write_timeout)
        self.connection = Connection(
            opener(str(self.link), settings, "printer"), name="printer", clock=lambda: self.now
        )
        kind = replace(shipped_profile(self.profile), clear_buffer=self.clear_buffer)
        self.printer = EscPosPrinter(self.connection, kind, timing=self.timing, torn=torn)
        self.worker = PrintWorker(self.printer, self.desk, printer_code="generic-80")

    def use(self, timing: Timing) -> None:
        """Other limits from here on, on the same connection."""
        self.timing = timing
        self.printer._timing = timing

    def run(self) -> PrintOutcome:
        """Print one job to its end."""
        before = len(self.desk.outcomes)
        self.worker.step()
        assert len(self.desk.outcomes) == before + 1, f"blocked: {self.desk.blocks}"
        return self.desk.outcomes[-1]

    def print_one(self) -> PrintOutcome:
        self.desk.ask()
        return self.run()

    def wait(self) -> float:
        """A step that must find an obstacle; returns what it wants to wait."""
        before = len(self.desk.outcomes)
        pause = self.worker.step()
        assert len(self.desk.outcomes) == before
        assert pause is not None
        return pause

    def papers(self) -> list[int | None]:
        """What lies in the tray, sheet by sheet: the number of the copy, or None for a piece."""
        with self.line.change() as printer:
            return papers(printer)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    link = tmp_path / "printer"
    with PtyPrinter(link=link) as line:
        made = Bench(line, MemoryDesk(), link)
        yield made
        made.connection.drop()
        made.desk.db.close()


def job_bytes(printer: SimulatedPrinter) -> bool:
    """Whether anything but questions and marks arrived."""
    return b"\x1b@" in printer.received


def summary(outcome: PrintOutcome) -> tuple[PrintState, int, bool, str | None]:
    return outcome.state, outcome.copy, outcome.sent, outcome.fault


def test_a_print_is_confirmed_and_the_next_one_is_a_copy(bench: Bench) -> None:
    assert [summary(bench.print_one()) for _ in range(3)] == [(CONFIRMED, n, True, None) for n in range(3)]
    assert bench.papers() == [0, 1, 2]
    assert bench.line.printer.violations == []
    assert bench.worker.step() is None


def test_a_small_printer_without_a_cutter_is_confirmed_as_well(tmp_path: Path) -> None:
    link = tmp_path / "small"
    with PtyPrinter(link=link, width=384, cutter=False) as line:
        bench = Bench(line, MemoryDesk(width=384), link, profile="generic-58")
        assert summary(bench.print_one()) == (CONFIRMED, 0, True, None)
        assert bench.papers() == [0]
        assert line.printer.violations == []
        bench.connection.drop()
        bench.desk.db.close()


def test_the_mark_is_committed_before_the_first_byte_of_the_job(bench: Bench) -> None:
    seen: list[tuple[PrintState, bool, bool]] = []
    job = bench.desk.ask()

    def look() -> None:
        row = find_print(bench.desk.db, job)
        seen.append((row.state, row.sent, job_bytes(bench.line.printer)))

    bench.desk.on_begin = bench.desk.on_render = look
    bench.run()
    assert seen == [(QUEUED, False, False), (PrintState.SENDING, True, False)]
    assert job_bytes(bench.line.printer)


@pytest.mark.parametrize("fault", ["paper_out", "cover_open"])
def test_what_the_printer_says_before_a_job_holds_the_job_back(bench: Bench, fault: str) -> None:
    with bench.line.change() as printer:
        if fault == "paper_out":
            printer.end_paper()
        else:
            printer.set_cover(is_open=True)
    job = bench.desk.ask()
    assert bench.wait() > 0
    bench.wait()
    assert bench.desk.blocks == [f"printer.{fault}"], "told once"
    assert find_print(bench.desk.db, job).state is QUEUED
    assert not job_bytes(bench.line.printer)
    with bench.line.change() as printer:
        printer.set_cover(is_open=False)
        printer.load_paper()
    assert summary(bench.run()) == (CONFIRMED, 0, True, None)
    assert bench.papers() == [0]


def test_a_printer_that_never_answers_prints_but_is_never_believed(bench: Bench) -> None:
    bench.use(BRISK)
    bench.line.misbehave(Faults(silent=True))
    assert summary(bench.print_one()) == (UNCERTAIN, 0, True, "print.no_confirmation")
    assert summary(bench.print_one()) == (UNCERTAIN, 1, True, "print.no_confirmation")


def test_a_printer_that_falls_silent_holds_the_job_back(bench: Bench) -> None:
    bench.print_one()
    bench.use(BRISK)
    with bench.line.change() as printer:
        printer.faults = Faults(silent=True)
        printer.received.clear()
    bench.desk.ask()
    bench.wait()
    assert bench.desk.blocks == ["printer.silent"]
    assert not job_bytes(bench.line.printer)
    bench.use(PATIENT)
    bench.line.misbehave(Faults())
    assert summary(bench.run()) == (CONFIRMED, 1, True, None)


def test_silence_after_the_job_is_uncertain(bench: Bench) -> None:
    bench.print_one()

    def fall_silent() -> None:
        bench.use(BRISK)
        bench.line.misbehave(Faults(silent=True))

    bench.desk.on_render = fall_silent
    assert summary(bench.print_one()) == (UNCERTAIN, 1, True, "print.no_confirmation")


def test_late_answers_within_the_limit_count(bench: Bench) -> None:
    bench.use(Timing(answer=0.05, sync=0.05, quiet=0.05, confirm=20, poll=1))
    bench.line.misbehave(Faults(late=0.12))
    assert summary(bench.print_one()) == (CONFIRMED, 0, True, None)


def test_an_answer_that_comes_too_late_does_not_confirm_the_next_job(bench: Bench) -> None:
    bench.use(BRISK)
    bench.line.misbehave(Faults(late=0.8))
    first = bench.print_one()
    assert (first.state, first.copy) == (UNCERTAIN, 0)
    bench.line.misbehave(Faults(silent=True))  # what the first job owes is still on its way
    second = bench.print_one()
    assert (second.state, second.copy) == (UNCERTAIN, 1)


def test_noise_around_the_answers_is_left_aside(bench: Bench) -> None:
    bench.line.misbehave(Faults(noise=b"\xffa\x80\x95"))
    assert summary(bench.print_one()) == (CONFIRMED, 0, True, None)


def test_a_zero_from_a_printer_that_is_switched_off_confirms_nothing(bench: Bench) -> None:
    bench.print_one()

    def power_cut() -> None:
        with bench.line.change() as printer:
            printer.faults = Faults(silent=True)
            printer.received.clear()

    def break_on_the_line() -> None:
        if bench.line.wait_for(lambda printer: printer.received.endswith(DONE) and job_bytes(printer)):
            bench.line.send(b"\0")

    bench.desk.on_render = power_cut
    bench.use(replace(BRISK, confirm=10, poll=10))
    helper = threading.Thread(target=break_on_the_line)
    helper.start()
    assert summary(bench.print_one()) == (UNCERTAIN, 1, True, "print.no_confirmation")
    helper.join()


@pytest.mark.parametrize("clear_buffer", [False, True])
def test_paper_that_ends_within_a_job_voids_the_torn_half(tmp_path: Path, *, clear_buffer: bool) -> None:
    link = tmp_path / "printer"
    with PtyPrinter(link=link, clears_buffer=clear_buffer) as line:
        bench = Bench(line, MemoryDesk(), link, clear_buffer=clear_buffer)
        bench.use(replace(PATIENT, poll=0.05))

        def end_soon() -> None:
            with line.change() as printer:
                printer.end_paper(after_rows=60)

        bench.desk.on_render = end_soon
        assert summary(bench.print_one()) == (FAILED, 0, True, "print.paper_out")
        bench.desk.on_render = lambda: None
        bench.desk.ask()
        bench.wait()
        assert bench.desk.blocks == ["printer.paper_out"]
        with line.change() as printer:
            printer.load_paper()
        assert summary(bench.run()) == (CONFIRMED, 1, True, None)
        assert bench.papers() == ([None, 1] if clear_buffer else [None, None, 1])
        assert line.printer.sheets[0].torn
        assert line.printer.violations == []
        bench.connection.drop()
        bench.desk.db.close()


def test_a_cover_opened_within_a_job_voids_the_torn_half(bench: Bench) -> None:
    bench.use(replace(PATIENT, poll=0.05))

    def open_soon() -> None:
        with bench.line.change() as printer:
            printer.faults = Faults(cover_at=len(printer.received) + 5000)

    bench.desk.on_render = open_soon
    assert summary(bench.print_one()) == (FAILED, 0, True, "print.cover_open")
    bench.desk.on_render = lambda: None
    with bench.line.change() as printer:
        printer.faults = Faults()
        printer.set_cover(is_open=False)
    assert summary(bench.print_one()) == (CONFIRMED, 1, True, None)


def test_a_cable_pulled_within_a_job_is_uncertain_and_the_printer_is_found_again(bench: Bench) -> None:
    def pull_soon() -> None:
        with bench.line.change() as printer:
            printer.faults = Faults(vanish_at=len(printer.received) + 3000)

    bench.desk.on_render = pull_soon
    name = bench.line.path
    assert summary(bench.print_one()) == (UNCERTAIN, 0, True, "print.lost")
    bench.desk.on_render = lambda: None
    bench.desk.ask()
    bench.wait()
    assert bench.desk.blocks == ["device.missing"]
    bench.line.misbehave(Faults())
    with open(os.devnull) as taken:  # so that the number of the lost line is not free again
        assert taken
        bench.line.plug_in()
    assert bench.line.path == os.path.realpath(bench.link)
    assert name
    bench.now += 60
    assert summary(bench.run()) == (CONFIRMED, 1, True, None)
    assert bench.papers()[-1] == 1
    assert 0 not in bench.papers()


def test_a_printer_that_is_not_there_yet_prints_the_original_once_it_comes(bench: Bench) -> None:
    bench.line.unplug()
    bench.desk.ask()
    first = bench.wait()
    bench.now += first
    assert bench.wait() >= first, "pauses grow"
    assert bench.desk.blocks == ["device.missing"]
    bench.line.plug_in()
    bench.now += 60
    assert summary(bench.run()) == (CONFIRMED, 0, True, None)


def test_a_printer_that_takes_no_more_is_uncertain_and_can_be_used_again(bench: Bench) -> None:
    def stop_taking() -> None:
        with bench.line.change() as printer:
            printer.faults = Faults(deaf_at=len(printer.received) + 1000)

    bench.desk.on_render = stop_taking
    bench.desk.height = 3000
    big = bench.desk.ask()
    assert summary(bench.run()) == (UNCERTAIN, 0, True, "print.stuck")
    assert find_print(bench.desk.db, big).state is UNCERTAIN
    bench.desk.on_render = lambda: None
    bench.desk.height = 200
    bench.line.misbehave(Faults())
    assert summary(bench.print_one()) == (CONFIRMED, 1, True, None)
    assert bench.papers() == [None, 1], "the copy is whole, apart from the torn piece"


def test_after_a_crash_the_printer_is_freed_from_half_a_picture(bench: Bench) -> None:
    with bench.line.change() as printer:
        printer.receive(b"\x1b@\x1dP\xcb\xcb\x1dv0\x00\x48\x00\x38\x00" + b"\xff" * 700)
    bench.renew(torn=True)
    assert bench.print_one().state is CONFIRMED
    assert bench.papers() == [None, 0]
    questions = {violation.what for violation in bench.line.printer.violations}
    assert questions == {"a real-time code inside data"}, "asked while the printer waited for dots"


def test_a_document_that_cannot_be_drawn_fails_and_the_next_is_still_the_original(bench: Bench) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    bench.desk.on_render = fail
    bench.desk.ask()
    with pytest.raises(ZeroDivisionError):
        bench.worker.step()
    assert summary(bench.desk.outcomes[-1]) == (FAILED, 0, False, "print.not_drawn")
    assert not job_bytes(bench.line.printer)
    bench.desk.on_render = lambda: None
    bench.desk.width = 600
    assert summary(bench.print_one()) == (FAILED, 0, False, "printer.too_narrow")
    bench.desk.width = 576
    assert summary(bench.print_one()) == (CONFIRMED, 0, True, None)


def test_stopping_the_program_within_a_job_is_uncertain(bench: Bench) -> None:
    bench.desk.on_render = bench.connection.cancel
    assert summary(bench.print_one()) == (UNCERTAIN, 0, True, "print.interrupted")


def test_every_fault_is_a_sentence_that_needs_only_the_name_of_the_device(bench: Bench) -> None:
    codes = [code for code in SITUATIONS if code.startswith("print.")]
    for code in codes:
        assert "printer-1" in KnownError(code, device="printer-1").sentence()
    assert len(codes) >= 8
