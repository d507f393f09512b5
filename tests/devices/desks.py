"""Two desks that a print worker works for: rows alone in memory, and a real trial device with its journal."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlite_utils import Database

from kiosk.core.raster import Bitmap, Sheet
from kiosk.desk.session import Session
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.store.driver import memory_database, transaction
from kiosk.store.print_jobs import (
    PrintJob,
    PrintOutcome,
    PrintState,
    begin_print,
    block_print,
    end_print,
    interrupted_prints,
    next_print,
    outcome_entry,
    queue_print,
)
from kiosk.store.schema import migrations

MARKED = 8
"""Rows at the top of a test sheet that say which copy it is."""


def sheet_of(copy: int, width: int = 576, height: int = 200) -> Sheet:
    """A sheet whose first rows are `copy` + 1 in binary, then ink with white rows, then one black row."""
    stride = -(-width // 8)
    mark = (copy + 1).to_bytes(stride, "big") * MARKED
    rows = b"".join(bytes([0xA5 if y % 9 else 0]) * stride for y in range(height - MARKED - 1))
    return Sheet(Bitmap(width, mark + rows + b"\xff" * stride))


def copy_on(paper: Bitmap) -> int | None:
    """Which copy a paper says it is: 0 the original; None for one that is not a whole test sheet."""
    inked = len(paper.rows.rstrip(b"\0"))
    copy = int.from_bytes(paper.row(0), "big") - 1
    if inked % paper.stride or inked // paper.stride <= MARKED or not 0 <= copy < 1000:
        return None
    whole = sheet_of(copy, paper.width, inked // paper.stride)
    return copy if paper.rows[:inked] == whole.bitmap.rows else None


def papers(printer: SimulatedPrinter) -> list[int | None]:
    """What lies in the tray, without white slips: the number of the copy, or None for a piece."""
    return [copy_on(sheet.bitmap) for sheet in printer.sheets if any(sheet.bitmap.rows)]


@dataclass
class MemoryDesk:
    """The queue in an unencrypted database in memory; outcomes are kept in a list instead of a journal."""

    db: Database = field(default_factory=memory_database)
    outcomes: list[PrintOutcome] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    on_begin: Callable[[], None] = lambda: None
    on_render: Callable[[], None] = lambda: None
    on_report: Callable[[], None] = lambda: None
    width: int = 576
    height: int = 200

    def __post_init__(self) -> None:
        migrations.apply(self.db)

    def ask(self) -> str:
        with transaction(self.db):
            return queue_print(self.db, "receipt", 7, "customer")

    def next_job(self) -> PrintJob | None:
        return next_print(self.db)

    def begin(self, job: PrintJob, printer: str) -> int:
        self.on_begin()
        with transaction(self.db):
            return begin_print(self.db, job.job, printer)

    def render(self, job: PrintJob, copy: int) -> Sheet:
        self.on_render()
        return sheet_of(copy, self.width, self.height)

    def blocked(self, job: PrintJob, fault: str) -> None:
        self.blocks.append(fault)
        with transaction(self.db):
            block_print(self.db, job.job, fault)

    def report(self, outcome: PrintOutcome) -> None:
        self.on_report()
        self.outcomes.append(outcome)
        with transaction(self.db):
            end_print(self.db, outcome)

    def resume(self) -> bool:
        """Close what was being sent when the program ended; returns whether the printer may wait for more."""
        for outcome in interrupted_prints(self.db):
            self.report(outcome)
        sent = [one for one in self.outcomes if one.sent]
        return bool(sent) and sent[-1].state is not PrintState.CONFIRMED


@dataclass
class JournalDesk:
    """The queue of an open store; every outcome becomes an entry in the same transaction as its row."""

    session: Session

    def next_job(self) -> PrintJob | None:
        return next_print(self.session.store.db)

    def begin(self, job: PrintJob, printer: str) -> int:
        with self.session.store.transaction() as db:
            return begin_print(db, job.job, printer)

    def render(self, job: PrintJob, copy: int) -> Sheet:
        return sheet_of(copy)

    def blocked(self, job: PrintJob, fault: str) -> None:
        with self.session.store.transaction() as db:
            block_print(db, job.job, fault)

    def report(self, outcome: PrintOutcome) -> None:
        with self.session.act() as act:
            act.append(outcome_entry(outcome, act.link(outcome.job.entry)))
            end_print(act.db, outcome)

    def resume(self) -> int:
        """Close what was being sent at a crash; returns how many."""
        found = interrupted_prints(self.session.store.db)
        for outcome in found:
            self.report(outcome)
        return len(found)
