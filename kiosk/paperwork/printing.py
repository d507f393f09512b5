"""The print queue's desk over an open store: renders what an entry records, journals how each print ended.

Every method is called where the store lives. Drawing is apart (`draw`): it takes a plain paper and needs
neither store nor keys, so it may run on the printer's own thread.
"""

from collections.abc import Callable, Mapping

from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap, Sheet
from kiosk.core.roles import Right
from kiosk.desk.pay import RECEIPT
from kiosk.desk.session import Session
from kiosk.devices.escpos import Logos, print_stream
from kiosk.devices.estimate import is_slow
from kiosk.devices.profiles import Profile
from kiosk.documents.model import Printable
from kiosk.paperwork.papers import missing_papers_of
from kiosk.paperwork.receipts import receipt_of
from kiosk.paperwork.reports import handover_of, x_of, z_of
from kiosk.store.print_jobs import (
    PrintJob,
    PrintOutcome,
    PrintState,
    aged_prints,
    begin_print,
    block_print,
    end_print,
    find_print,
    given_up,
    hold_print,
    interrupted_prints,
    next_print,
    outcome_entry,
    queue_print,
    release_print,
    waiting_prints,
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


def draw(
    paper: Printable, printer: Profile | int, logo: Bitmap | None = None, logos: Logos | None = None
) -> Sheet:
    """Draw a paper for a printer, or as dots alone for a roll so many dots wide.

    What would be long on the printer's line (`kiosk.devices.estimate`) is drawn compact. `logo` stands at
    the head; `logos`: the pictures that the printer holds. Needs a running QGuiApplication; from any thread.
    """
    from kiosk.documents.arrange import arrange
    from kiosk.documents.paper import paint_sheet
    from kiosk.documents.style import roll_style
    from kiosk.documents.templates import document

    filled = document(paper)
    if isinstance(printer, int):
        return paint_sheet(arrange(filled, roll_style(printer), logo))

    def drawn(*, compact: bool) -> Sheet:
        style = roll_style(printer.width_dots, code_by_printer=printer.draws_codes, compact=compact)
        return paint_sheet(arrange(filled, style, logo), texts=printer.sets_text)

    sheet = drawn(compact=False)
    dots = sheet.bitmap
    inked = sum(any(dots.row(y)) for y in range(dots.height))  # no tier sends more than these rows
    if not is_slow(inked * (dots.stride + 1), printer.baud):
        return sheet
    slow = is_slow(len(print_stream(sheet, printer, logos)), printer.baud)
    return drawn(compact=True) if slow else sheet


_USUAL_CODE = 240
"""Letters of the code of a receipt: symbols of one version share what takes long the first time."""


def warm(width: int) -> None:
    """Draw a blank slip, so that templates, type and codes are loaded before somebody waits for a receipt."""
    from datetime import UTC, datetime

    from kiosk.documents.model import PapersMissing, Place
    from kiosk.documents.qr import symbol
    from kiosk.documents.templates import shipped

    shipped("receipt")
    symbol(("A" * _USUAL_CODE,))
    blank = PapersMissing(Place("…", "…", "…", "…"), datetime.now(UTC), "…", (), (), "…")
    draw(blank, width)


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


def no_printer(session: Session) -> int:
    """Note of what waits that there is no printer; returns of how many that was new."""
    new = [job for job in waiting_prints(session.store.db) if job.fault is None]
    if new:
        with session.store.transaction() as db:
            for job in new:
                block_print(db, job.job, "printer.none")
    return len(new)


def print_now(session: Session, job: str) -> bool:
    """Print a job that was held because it is old, after all; False when it is not held any more.

    Raises KnownError `roles.no_right`, `session.expired`.
    """
    session.require(Right.COPY_PRINT)
    with session.store.transaction() as db:
        return release_print(db, job)


def give_up(session: Session, job: str, printer: str) -> bool:
    """Give up a print that waits; journalled as one of which nothing was sent. False: it waits no more.

    Raises KnownError `roles.no_right`, `session.expired`.
    """
    session.require(Right.COPY_PRINT)
    with session.act() as act:
        found = find_print(act.db, job)
        if found.state is not PrintState.QUEUED:
            return False
        outcome = given_up(act.db, job, printer)
        act.append(outcome_entry(outcome, act.link(found.entry)))
        end_print(act.db, outcome)
    return True


class StorePrintDesk:
    """What a print worker is given (`kiosk.devices.print_worker.PrintDesk`), over a session.

    `printer`, `logo` and `logos` as in `draw`.
    """

    def __init__(
        self,
        session: Session,
        printer: Profile | int,
        logo: Bitmap | None = None,
        logos: Logos | None = None,
    ) -> None:
        self.session, self._printer, self._logo, self._logos = session, printer, logo, logos
        self.width = printer if isinstance(printer, int) else printer.width_dots

    def next_job(self) -> PrintJob | None:
        """The job that has waited longest; those that waited too long are held for a person first."""
        db = self.session.store.db
        if next_print(db) is None:
            return None
        minutes = self.session.reference.policy(self.session.today()).print_wait_minutes
        if old := aged_prints(db, minutes):
            with self.session.store.transaction() as changed:
                for job in old:
                    hold_print(changed, job.job)
        return next_print(db)

    def begin(self, job: PrintJob, printer: str) -> int:
        """Decide what the print is marked with; committed when it returns."""
        with self.session.store.transaction() as db:
            return begin_print(db, job.job, printer)

    def render(self, job: PrintJob, copy: int) -> Sheet:
        """Draw the document, marked as that copy."""
        return self.drawn(paper_of(self.session, job, copy))

    def drawn(self, paper: Printable) -> Sheet:
        """Draw a paper for this desk's printer; needs neither store nor keys, so from any thread."""
        return draw(paper, self._printer, self._logo, self._logos)

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
