"""A day of drawing and printing loses no reference and keeps no memory, handle or thread."""

import gc
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QGlyphRun, QImage, QPainter, QRawFont

from kiosk.core.raster import Sheet
from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.profiles import Profile, shipped_profile
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.devices.trace import FILE_BYTES, FILES, Recorder, recordings, switch_on
from kiosk.documents.model import Person, Receipt
from kiosk.documents.shaping import font
from kiosk.paperwork.printing import draw
from kiosk.store.print_jobs import PrintJob, PrintOutcome, PrintState
from tests.devices.test_worker import PATIENT
from tests.documents.samples import FEE

pytestmark = pytest.mark.usefixtures("qapp")

LOST = 100
"""So many references to None may be missing after all calls. One build of Qt for Python lost one a call, on a
Python where None can be used up: there the process died after about 6,400 (from 3.12 on it cannot)."""
BATCH = 1000
ROLL = Path("/proc/self")


@dataclass
class Easel:
    """Each call of Qt that painting a document makes (`kiosk.documents.paper`), on a picture of its own."""

    image: QImage = field(default_factory=lambda: QImage(64, 64, QImage.Format.Format_Grayscale8))

    def calls(self, painter: QPainter) -> dict[str, Callable[[], object]]:
        area, colour, stamp = QRect(0, 0, 4, 4), QColor(Qt.GlobalColor.black), QImage(self.image)
        glyphs, letters, raw = QGlyphRun(), QFont(), QRawFont(font("IBMPlexSansArabic-Medium.ttf").data, 22)
        places, origin = [QPointF(0, 0)], QPointF(4, 40)
        assert raw.isValid()
        glyphs.setRawFont(raw)
        return {
            "fillRect": lambda: painter.fillRect(area, colour),
            "setPen": lambda: painter.setPen(colour),
            "setFont": lambda: painter.setFont(letters),
            "setPixelSize": lambda: letters.setPixelSize(22),
            "setRenderHint": lambda: painter.setRenderHint(QPainter.RenderHint.TextAntialiasing),
            "drawImage into an area": lambda: painter.drawImage(area, stamp),
            "drawImage at a place": lambda: painter.drawImage(0, 0, stamp),
            "setRawFont": lambda: glyphs.setRawFont(raw),
            "setRightToLeft": lambda: glyphs.setRightToLeft(False),
            "setGlyphIndexes": lambda: glyphs.setGlyphIndexes([5]),
            "setPositions": lambda: glyphs.setPositions(places),
            "drawGlyphRun": lambda: painter.drawGlyphRun(origin, glyphs),
            "fill": lambda: stamp.fill(255),
        }


def missing_after(calls: int) -> dict[str, int]:
    """References to None that are gone after so many of each call; stops before they are used up."""
    gc.collect()  # what earlier tests left would go meanwhile, with its references
    easel = Easel()
    painter = QPainter(easel.image)
    missing: dict[str, int] = {}
    for name, call in easel.calls(painter).items():
        before = sys.getrefcount(None)
        for _ in range(0, calls, BATCH):
            for _ in range(BATCH):
                call()
            missing[name] = before - sys.getrefcount(None)
            if missing[name] > LOST:
                break
    painter.end()
    return missing


@pytest.mark.parametrize("calls", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_drawing_loses_no_references(calls: int) -> None:
    missing = missing_after(calls)
    assert len(missing) >= 13
    assert {name: count for name, count in missing.items() if count > LOST} == {}


def another(number: int) -> Receipt:
    """A receipt that differs from all others, so that what was drawn before does not serve again."""
    assert isinstance(FEE.payer, Person)
    payer = replace(FEE.payer, name=f"محمد رقم {number} السيد {number * 7}")
    return replace(FEE, serial=4_600 + number, payer=payer, entry_hash=f"{number:08x}")


@pytest.mark.parametrize("papers", [30, pytest.param(1000, marks=pytest.mark.long)])
def test_painting_documents_loses_no_references(papers: int) -> None:
    kind = shipped_profile("generic-80")
    draw(another(0), kind)
    gc.collect()
    before = sys.getrefcount(None)
    for number in range(1, papers + 1):
        draw(another(number), kind)
    # A faulty binding loses one at each call, hundreds a paper; what earlier tests left may go meanwhile.
    assert before - sys.getrefcount(None) <= LOST + 10 * papers


@dataclass
class EndlessDesk:
    """One receipt after another, each drawn anew; nothing is kept of them but how they ended."""

    kind: Profile
    wanted: int = 0
    blocks: int = 0
    ended: Counter[PrintState] = field(default_factory=Counter)

    def next_job(self) -> PrintJob | None:
        if not self.wanted:
            return None
        return PrintJob(
            *("a" * 32, "receipt", 7, "customer", PrintState.QUEUED),
            copy=None,
            sent=False,
            printer=None,
            fault=None,
            asked=0,
            held=False,
        )

    def begin(self, job: PrintJob, printer: str) -> int:
        return 0

    def render(self, job: PrintJob, copy: int) -> Sheet:
        return draw(another(self.wanted), self.kind)

    def blocked(self, job: PrintJob, fault: str) -> None:
        self.blocks += 1

    def report(self, outcome: PrintOutcome) -> None:
        self.ended[outcome.state] += 1
        self.wanted -= 1


@dataclass(frozen=True)
class Held:
    """What this process holds: pages of memory in MB, open files, threads."""

    megabytes: int
    files: int
    threads: int

    @classmethod
    def now(cls) -> "Held":
        gc.collect()
        pages = int((ROLL / "statm").read_text().split()[1])
        return cls(
            pages * os.sysconf("SC_PAGE_SIZE") >> 20, len(os.listdir(ROLL / "fd")), threading.active_count()
        )


@dataclass
class Day:
    """A worker and a printer on a line; the cable is pulled now and then, and all is recorded."""

    root: Path
    line: PtyPrinter
    link: Path
    now: float = 0.0

    def __post_init__(self) -> None:
        troubles: list[Exception] = []
        self.kind = shipped_profile("generic-80")
        self.desk = EndlessDesk(self.kind)
        tape = Recorder(self.root, "PRINTER-1", "escpos", on_trouble=troubles.append)
        settings = PortSettings(baud=921_600)
        self.connection = Connection(
            opener(str(self.link), settings, "p", tape), name="p", clock=lambda: self.now
        )
        printer = EscPosPrinter(self.connection, self.kind, timing=PATIENT)
        self.worker = PrintWorker(printer, self.desk, printer_code="PRINTER-1")

    def print_many(self, count: int, *, replug_every: int) -> None:
        self.desk.wanted = count
        while self.desk.wanted:
            before = self.desk.wanted
            self.worker.step()
            self.now += 60
            if self.desk.wanted == before:
                continue  # it was away
            with self.line.change() as printer:
                printer.received.clear()
                printer.sheets.clear()
            if self.desk.wanted % replug_every == 0:
                self.line.plug_in()


@pytest.mark.parametrize(
    ("warm", "papers", "growth"), [(4, 12, None), pytest.param(300, 3600, 12, marks=pytest.mark.long)]
)
def test_an_hour_of_printing_keeps_nothing(
    tmp_path: Path, warm: int, papers: int, growth: int | None
) -> None:
    """3,600 receipts are more than an hour at one a second."""
    switch_on(tmp_path, 8, datetime.now(UTC))
    link = tmp_path / "printer"
    with PtyPrinter(link=link) as line:
        day = Day(tmp_path, line, link)
        day.print_many(warm, replug_every=3)
        before = Held.now()
        day.print_many(papers, replug_every=5)
        after = Held.now()
        day.connection.drop()
        assert line.printer.violations == []
    assert day.desk.ended[PrintState.CONFIRMED] >= (warm + papers) * 3 // 4, day.desk
    assert day.desk.ended[PrintState.FAILED] == 0
    assert (after.files, after.threads) == (before.files, before.threads)
    if growth is not None:
        assert after.megabytes - before.megabytes <= growth
    assert sum(file.stat().st_size for file in recordings(tmp_path)) <= FILE_BYTES * FILES
