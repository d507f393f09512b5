"""The print queue's desk over an open store: renders what an entry records, journals how each print ended.

Every method is called where the store lives. Drawing is apart (`draw`): it takes a plain paper and needs
neither store nor keys, so it may run on the printer's own thread.
"""

from collections.abc import Callable, Mapping

from kiosk.core.errors import BugError
from kiosk.core.raster import Sheet
from kiosk.core.roles import Right
from kiosk.desk.pay import RECEIPT
from kiosk.desk.session import Session
from kiosk.documents.model import Printable
from kiosk.paperwork.papers import missing_papers_of
from kiosk.paperwork.receipts import receipt_of
from kiosk.paperwork.reports import handover_of, x_of, z_of
from kiosk.store.print_jobs import (
    PrintJob,
    PrintOutcome,
    begin_print,
    block_print,
    end_print,
    interrupted_prints,
    next_print,
    outcome_entry,
    queue_print,
)

PAPERS = "papers"
"""The slip of the papers that a request still lacks, as a kind of document in the queue."""
COPY_REASONS = ("customer_lost", "not_readable", "file_copy")
"""Why somebody asks for another print of a paper that may be out already."""


_OF_SHIFTS: Mapping[str, Callable[..., Printable]] = {"x": x_of, "z": z_of, "handover": handover_of}


def paper_of(session: Session, job: PrintJob, copy: int) -> Printable:
    """The paper that a job prints, as plain values. Raises BugError for a document that nobody makes."""
    if job.document == RECEIPT:
        return receipt_of(session, job.entry, copy=copy)
    if job.document == PAPERS:
        return missing_papers_of(session, job.entry, copy=copy)
    if job.document in _OF_SHIFTS:
        return _OF_SHIFTS[job.document](session, job.entry, copy=copy)
    raise BugError(f"nobody makes {job.document}")


def draw(paper: Printable, width: int) -> Sheet:
    """Draw a paper for a roll of `width` dots. Needs a running QGuiApplication; from any thread."""
    from kiosk.documents.arrange import arrange
    from kiosk.documents.paper import paint
    from kiosk.documents.style import ROLLS
    from kiosk.documents.templates import document

    return Sheet(paint(arrange(document(paper), ROLLS[width])))


def ask_copy(session: Session, document: str, entry: int, reason: str) -> str:
    """Ask for another print of what an entry records; returns the job's id. It is marked as a copy.

    Raises KnownError `roles.no_right`, `session.expired`.
    """
    session.require(Right.COPY_PRINT)
    if reason not in COPY_REASONS:
        raise BugError(f"no reason {reason}")
    with session.store.transaction() as db:
        return queue_print(db, document, entry, reason)


def ask_papers_slip(session: Session, entry: int) -> str:
    """Ask for the slip of missing papers of a request (its entry); returns the job's id."""
    session.require(Right.REQUEST_TAKE)
    with session.store.transaction() as db:
        return queue_print(db, PAPERS, entry, "first")


class StorePrintDesk:
    """What a print worker is given (`kiosk.devices.print_worker.PrintDesk`), over a session."""

    def __init__(self, session: Session, width: int) -> None:
        self.session, self.width = session, width

    def next_job(self) -> PrintJob | None:
        """The job that has waited longest."""
        return next_print(self.session.store.db)

    def begin(self, job: PrintJob, printer: str) -> int:
        """Decide what the print is marked with; committed when it returns."""
        with self.session.store.transaction() as db:
            return begin_print(db, job.job, printer)

    def render(self, job: PrintJob, copy: int) -> Sheet:
        """Draw the document, marked as that copy."""
        return draw(paper_of(self.session, job, copy), self.width)

    def blocked(self, job: PrintJob, fault: str) -> None:
        """Note what the job waits for."""
        with self.session.store.transaction() as db:
            block_print(db, job.job, fault)

    def report(self, outcome: PrintOutcome) -> None:
        """Journal how the job ended, in the transaction of its row."""
        with self.session.act() as act:
            act.append(outcome_entry(outcome, act.link(outcome.job.entry)))
            end_print(act.db, outcome)

    def resume(self) -> int:
        """Close what was being sent when the program last stopped; returns how many such prints."""
        found = interrupted_prints(self.session.store.db)
        for outcome in found:
            self.report(outcome)
        return len(found)
