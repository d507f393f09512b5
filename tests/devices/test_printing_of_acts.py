"""Prints of a real device: none before its act is safe, and what was printed is in the journal."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.core.entries.operations import OutageOpened, OutageReference
from kiosk.desk.session import Session
from kiosk.devices.connection import Connection, opener
from kiosk.devices.owner import OwnerThread
from kiosk.devices.port import PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import DONE, EscPosPrinter
from kiosk.devices.profiles import shipped_profile
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import PrintState, next_print, prints_of, queue_print
from tests.acts import new_trial
from tests.desk.conftest import Trial
from tests.devices.desks import JournalDesk, MemoryDesk, papers
from tests.devices.test_worker import PATIENT
from tests.quality.tree import ROOT


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyPrinter]:
    with PtyPrinter(link=tmp_path / "printer") as made:
        yield made


@dataclass
class Device:
    """A trial device with a printer on its line."""

    trial: Trial
    line: PtyPrinter
    link: Path

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> int:
        """Open the store as after a start of the program; returns how many prints were interrupted."""
        self.session: Session = self.trial.unlock("TEL-1")
        self.desk = JournalDesk(self.session)
        torn = self.desk.resume()
        self.connection = Connection(opener(str(self.link), PortSettings(), "printer"), name="printer")
        printer = EscPosPrinter(
            self.connection, shipped_profile("generic-80"), timing=PATIENT, torn=bool(torn)
        )
        self.worker = PrintWorker(printer, self.desk, printer_code="generic-80")
        return torn

    def stop(self) -> None:
        self.connection.drop()
        self.trial.close()

    def act(self) -> int:
        """An act that prints; its entry."""
        with self.session.act() as act:
            reference = OutageReference(kind="ticket", number="77", approver=None)
            body = OutageOpened(cause="network", remark=None, reference=reference, started_at=act.moment.at)
            link = act.append(body)
            queue_print(act.db, "outage", link.seq, "first")
        return link.seq

    def again(self, entry: int) -> None:
        with self.session.store.transaction() as db:
            queue_print(db, "outage", entry, "customer")

    def print_all(self) -> None:
        while self.worker.step() is not None:
            assert next_print(self.session.store.db) is None or self.connection.is_open

    def papers(self) -> list[int | None]:
        with self.line.change() as printer:
            return papers(printer)

    def journalled(self, entry: int) -> list[tuple[int, str, int]]:
        rows = self.session.store.db.execute(
            "SELECT copy, outcome, sent FROM printed WHERE entry = ? ORDER BY seq", (entry,)
        )
        return [tuple(row) for row in rows.fetchall()]


@pytest.fixture
def device(tmp_path: Path, line: PtyPrinter) -> Iterator[Device]:
    made = Device(new_trial(tmp_path / "device"), line, tmp_path / "printer")
    yield made
    made.stop()


def test_nothing_is_printed_before_the_act_is_committed(device: Device) -> None:
    reader = device.session.store.connect()
    with device.session.act() as act:
        link = act.append(
            OutageOpened(
                cause="network",
                remark=None,
                reference=OutageReference(kind="ticket", number="77", approver=None),
                started_at=act.moment.at,
            )
        )
        queue_print(act.db, "outage", link.seq, "first")
        assert next_print(reader) is None
    assert next_print(reader) is not None
    reader.close()


def test_an_act_that_fails_prints_nothing(device: Device) -> None:
    def fail() -> None:
        with device.session.act() as act:
            queue_print(act.db, "outage", 1, "first")
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        fail()
    device.print_all()
    assert bytes(device.line.printer.received) == b""


def test_original_and_copies_are_journalled_as_they_came_out(device: Device) -> None:
    entry = device.act()
    device.print_all()
    device.again(entry)
    device.again(entry)
    device.print_all()
    assert device.papers() == [0, 1, 2]
    assert device.journalled(entry) == [(0, "done", 1), (1, "done", 1), (2, "done", 1)]
    assert device.session.store.journal.state().totals.copies == 2


def test_a_print_that_fails_leaves_the_act_alone_and_is_journalled(device: Device) -> None:
    device.line.misbehave(Faults(vanish_at=6000))
    entry = device.act()
    device.print_all()
    assert device.journalled(entry) == [(0, "uncertain", 1)]
    outages = device.session.store.db.execute("SELECT count(*) FROM outage").fetchone()
    assert outages == (1,)


class Dying:
    """The process of `tests.devices.dying`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.devices.dying"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _word(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def start(self, root: Path, link: Path, stage: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"root": str(root), "link": str(link), "stage": stage}) + "\n")
        self._process.stdin.flush()
        return int(self._word())

    def reach(self) -> None:
        assert self._word() == "at"

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert self._word() == "ended"

    def close(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()


@pytest.fixture(scope="module")
def dying() -> Iterator[Dying]:
    made = Dying()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("stage", "interrupted", "tray", "journalled"),
    [
        ("next", 0, [0, 1], [(0, "done", 1), (1, "done", 1)]),
        ("begin", 0, [0, 1], [(0, "done", 1), (1, "done", 1)]),
        ("begun", 1, [1], [(0, "uncertain", 1), (1, "done", 1)]),
        ("half", 1, [None, 1], [(0, "uncertain", 1), (1, "done", 1)]),
        ("sent", 1, [0, 1], [(0, "uncertain", 1), (1, "done", 1)]),
        ("report", 1, [0, 1], [(0, "uncertain", 1), (1, "done", 1)]),
        ("commit", 1, [0, 1], [(0, "uncertain", 1), (1, "done", 1)]),
        ("done", 0, [0, 1], [(0, "done", 1), (1, "done", 1)]),
    ],
)
def test_a_program_killed_while_printing_never_prints_a_second_original(
    device: Device,
    dying: Dying,
    stage: str,
    interrupted: int,
    tray: list[int | None],
    journalled: list[tuple[int, str, int]],
) -> None:
    entry = device.act()
    device.stop()
    if stage == "half":
        device.line.misbehave(Faults(deaf_at=6000))
    if stage == "sent":
        device.line.misbehave(Faults(silent=True))
    pid = dying.start(device.trial.root, device.link, stage)
    if stage == "half":
        assert device.line.wait_for(lambda printer: len(printer.received) >= 6000)
    elif stage == "sent":
        assert device.line.wait_for(
            lambda printer: printer.received.endswith(DONE) and b"\x1b@" in printer.received
        )
    else:
        dying.reach()
    dying.kill(pid)
    device.line.misbehave(Faults())
    assert device.start() == interrupted
    device.print_all()
    device.again(entry)
    device.print_all()
    assert device.papers() == tray
    assert device.journalled(entry) == journalled
    states = [job.state for job in prints_of(device.session.store.db, entry)]
    assert states == [PrintState.UNCERTAIN if interrupted else PrintState.CONFIRMED, PrintState.CONFIRMED]


def test_after_a_kill_the_rest_of_the_queue_is_printed_though_the_printer_has_another_name(
    device: Device, dying: Dying
) -> None:
    entries = [device.act() for _ in range(3)]
    device.stop()
    device.line.misbehave(Faults(deaf_at=6000))
    pid = dying.start(device.trial.root, device.link, "half")
    assert device.line.wait_for(lambda printer: len(printer.received) >= 6000)
    dying.kill(pid)
    name = device.line.path
    device.line.misbehave(Faults())
    device.line.plug_in()
    assert device.line.path != name
    assert device.start() == 1
    device.print_all()
    assert [device.journalled(entry) for entry in entries] == [
        [(0, "uncertain", 1)],
        [(0, "done", 1)],
        [(0, "done", 1)],
    ]
    assert device.papers() == [None, 0, 0], "each of the two is an original of its own act"
    assert device.line.printer.drawer == []


def test_the_owner_thread_prints_while_others_go_on(line: PtyPrinter, tmp_path: Path) -> None:
    """The whole chain as the program runs it: a thread with a database connection of its own."""
    desks: list[MemoryDesk] = []
    workers: list[PrintWorker] = []
    connection = Connection(opener(str(tmp_path / "printer"), PortSettings(), "printer"), name="printer")
    printer = EscPosPrinter(connection, shipped_profile("generic-80"), timing=PATIENT)

    def step() -> float | None:
        if not desks:
            desks.append(MemoryDesk())
            workers.append(PrintWorker(printer, desks[0], printer_code="generic-80"))
            desks[0].ask()
            desks[0].ask()
        return workers[0].step()

    def end() -> None:
        connection.drop()
        desks[0].db.close()

    bugs: list[Exception] = []
    owner = OwnerThread("printer", step, cancel=connection.cancel, on_end=end, on_bug=bugs.append)
    owner.start()
    assert line.wait_for(lambda printer: len(printer.sheets) == 2)
    assert owner.call(printer.status).result(10).known
    assert owner.stop(10)
    assert bugs == []
    assert [outcome.state for outcome in desks[0].outcomes] == [PrintState.CONFIRMED] * 2
