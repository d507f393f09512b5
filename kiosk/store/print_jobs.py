"""The print queue: one row for each print that was asked for, written with the act that asked.

QUEUED → SENDING → CONFIRMED · UNCERTAIN · FAILED. The first attempt that may have sent a byte of the job
itself is the only unmarked one; what a print is marked with is decided and committed before its first byte.
The rows are operational: outcomes are journal entries, and from those the marks count on if rows are lost.
A job that has waited longer than people wait for paper is held: a person prints it or gives it up.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from kiosk.core.entries.operations import PrintCopied, PrintDone, PrintFailed
from kiosk.core.errors import BugError
from kiosk.core.wire.entry import Link
from kiosk.store.rows import insert


class PrintState(StrEnum):
    """Where a print stands."""

    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


ENDED = (PrintState.CONFIRMED, PrintState.UNCERTAIN, PrintState.FAILED)
_N_DIGITS = 8
"""The id of a job ends with its place in the queue: found by it, it needs no index of random keys."""
TOO_OLD = "print.too_old"
"""What a held job waits for: a person's word."""


@dataclass(frozen=True)
class PrintJob:
    """One print: `document` is what is printed of which `entry` (seq) and why.

    `copy`: 0 the unmarked one, None while it waits. `sent`: a byte of it may have left. `fault`: the
    situation that it waits for or ended with. `asked`: seconds since 1970 by this machine's clock, which
    decides nothing but whether a person is asked first; `held`: a person must say that it is still wanted.
    """

    job: str
    document: str
    entry: int
    reason: str
    state: PrintState
    copy: int | None
    sent: bool
    printer: str | None
    fault: str | None
    asked: int
    held: bool


@dataclass(frozen=True)
class PrintOutcome:
    """How a print ended, as the printer's worker saw it; `state` is one of ENDED."""

    job: PrintJob
    printer: str
    copy: int
    state: PrintState
    sent: bool
    fault: str | None


def queue_print(db: Database, document: str, entry: int, reason: str) -> str:
    """Ask for a print within the act that makes or repeats it; returns the job's id.

    `document` and `reason` are codes. Raises BugError outside a transaction: no print without its act.
    """
    _within_act(db)
    n = db.conn.execute("SELECT coalesce(max(n), 0) + 1 FROM print_job").fetchone()[0]
    job = f"{secrets.token_hex(12)}{n:0{_N_DIGITS}x}"
    insert(
        db, "print_job", n=n, job=job, document=document, entry=entry, reason=reason, state=PrintState.QUEUED
    )
    return job


def next_print(db: Database) -> PrintJob | None:
    """The job that has waited longest, of those that no person must be asked about."""
    return _one(db, "state = 'queued' AND held = 0 ORDER BY n LIMIT 1")


def aged_prints(db: Database, minutes: int) -> list[PrintJob]:
    """Waiting jobs that were asked for more than `minutes` ago, or by a clock that was so much ahead."""
    return _all(db, "state = 'queued' AND held = 0 AND abs(unixepoch() - asked) > ? ORDER BY n", 60 * minutes)


def hold_print(db: Database, job: str) -> None:
    """Let a waiting job wait for a person. Raises BugError for a job that does not wait."""
    _within_act(db)
    _change(db, find_print(db, job), (PrintState.QUEUED,), held=1, fault=TOO_OLD)


def release_print(db: Database, job: str) -> bool:
    """A person wants a held job: it waits as if asked for now. False: it is not held."""
    _within_act(db)
    row = db.conn.execute(
        "UPDATE print_job SET held = 0, fault = NULL, asked = unixepoch()"
        " WHERE n = ? AND job = ? AND state = 'queued' AND held = 1",
        (_place(job), job),
    )
    return row.rowcount == 1


def waiting_prints(db: Database) -> list[PrintJob]:
    """What waits for the printer or for a person, oldest first."""
    return _all(db, "state = 'queued' ORDER BY n")


def held_prints(db: Database) -> list[PrintJob]:
    """What waits for a person, oldest first."""
    return _all(db, "state = 'queued' AND held = 1 ORDER BY n")


def latest_prints(db: Database, most: int) -> list[PrintJob]:
    """The last jobs, whatever their state, newest first."""
    return _all(db, "TRUE ORDER BY n DESC LIMIT ?", most)


def find_print(db: Database, job: str) -> PrintJob:
    """A job by its id. Raises BugError when there is none."""
    found = _one(db, _BY_ID, _place(job), job)
    if found is None:
        raise BugError(f"no print job {job}")
    return found


def prints_of(db: Database, entry: int) -> list[PrintJob]:
    """Every print of what an entry records, oldest first."""
    return _all(db, f"n IN ({_OF_ENTRY}) ORDER BY n", entry)


def begin_print(db: Database, job: str, printer: str) -> int:
    """Decide what a print is marked with, 0 or the number of the copy, and note that its bytes go out now.

    The caller commits before he sends: from here on only a worker that knows better may say that nothing was
    sent. Raises BugError for a job that does not wait.
    """
    _within_act(db)
    found = find_print(db, job)
    copy = _next_copy(db, found)
    _change(
        db,
        found,
        (PrintState.QUEUED,),
        state=PrintState.SENDING,
        copy=copy,
        sent=1,
        printer=printer,
        fault=None,
    )
    return copy


def block_print(db: Database, job: str, fault: str) -> None:
    """Note what a waiting job waits for. Raises BugError for a job that does not wait."""
    _within_act(db)
    _change(db, find_print(db, job), (PrintState.QUEUED,), fault=fault)


def end_print(db: Database, outcome: PrintOutcome) -> None:
    """Note how a print ended, in the transaction of the entry that says so.

    Raises BugError for a job that was not being sent, unless one that waits is given up.
    """
    _within_act(db)
    found = find_print(db, outcome.job.job)
    given_up = outcome.state is PrintState.FAILED and not outcome.sent
    before = (PrintState.SENDING, PrintState.QUEUED) if given_up else (PrintState.SENDING,)
    if outcome.state not in ENDED or (outcome.state is not PrintState.FAILED and not outcome.sent):
        raise BugError(f"a print cannot end {outcome.state} with sent = {outcome.sent}")
    _change(
        db,
        found,
        before,
        state=outcome.state,
        copy=outcome.copy,
        sent=int(outcome.sent),
        printer=outcome.printer,
        fault=outcome.fault,
        held=0,
    )


def given_up(db: Database, job: str, printer: str) -> PrintOutcome:
    """The outcome of a waiting job that a person no longer wants: failed, and no byte of it was sent."""
    found = find_print(db, job)
    return PrintOutcome(
        job=found,
        printer=printer,
        copy=_next_copy(db, found),
        state=PrintState.FAILED,
        sent=False,
        fault="print.given_up",
    )


def interrupted_prints(db: Database) -> list[PrintOutcome]:
    """What was being sent when the program last stopped: uncertain, and never printed again by itself."""
    return [
        PrintOutcome(
            job=job,
            printer=job.printer or "unknown",
            copy=job.copy or 0,
            state=PrintState.UNCERTAIN,
            sent=True,
            fault="print.interrupted",
        )
        for job in _all(db, "state = 'sending' ORDER BY n")
    ]


def left_torn(db: Database) -> bool:
    """Whether the last print that was sent may have stopped within a picture, which the printer waits for."""
    row = db.conn.execute("SELECT outcome FROM printed WHERE sent = 1 ORDER BY seq DESC LIMIT 1").fetchone()
    return row is not None and row[0] != "done"


def outcome_entry(outcome: PrintOutcome, entry: Link) -> PrintDone | PrintCopied | PrintFailed:
    """The journal entry of an outcome; `entry` is the link of what was printed."""
    job, copy = outcome.job, outcome.copy
    if outcome.state is PrintState.CONFIRMED:
        if copy == 0:
            return PrintDone(job=job.job, document=job.document, entry=entry, printer=outcome.printer)
        return PrintCopied(
            job=job.job,
            document=job.document,
            entry=entry,
            printer=outcome.printer,
            copy=copy,
            reason=job.reason,
        )
    return PrintFailed(
        job=job.job,
        document=job.document,
        entry=entry,
        printer=outcome.printer,
        copy=copy,
        outcome="uncertain" if outcome.state is PrintState.UNCERTAIN else "failed",
        sent=outcome.sent,
        fault=outcome.fault or "unknown",
    )


def _next_copy(db: Database, job: PrintJob) -> int:
    """One more than the highest mark that may be on paper; 0 when nothing was ever sent."""
    jobs = f"SELECT copy FROM print_job WHERE n IN ({_OF_ENTRY}) AND document = ?2 AND sent = 1"  # noqa: S608
    told = "SELECT copy FROM printed WHERE entry = ?1 AND document = ?2 AND sent = 1"
    query = f"SELECT max(copy) FROM ({jobs} UNION ALL {told})"  # noqa: S608 - our words
    row = db.conn.execute(query, (job.entry, job.document)).fetchone()
    return 0 if row[0] is None else int(row[0]) + 1


_BY_ID = "n = ? AND job = ?"
_OF_ENTRY = (
    "SELECT n FROM print_job WHERE entry = ?1 AND state IN ('queued', 'sending')"
    " UNION ALL SELECT n FROM print_job WHERE entry = ?1 AND state NOT IN ('queued', 'sending')"
)
"""The jobs of an entry: the few that are open, and the others by an index that a payment need not touch."""
_COLUMNS = "job, document, entry, reason, state, copy, sent, printer, fault, asked, held"


def _all(db: Database, where: str, *values: str | int) -> list[PrintJob]:
    rows = db.conn.execute(f"SELECT {_COLUMNS} FROM print_job WHERE {where}", values)  # noqa: S608 - our words
    return [_read(row) for row in rows.fetchall()]


def _one(db: Database, where: str, *values: str | int) -> PrintJob | None:
    found = _all(db, where, *values)
    return found[0] if found else None


def _read(row: tuple[Any, ...]) -> PrintJob:
    job, document, entry, reason, state, copy, sent, printer, fault, asked, held = row
    return PrintJob(
        job, document, entry, reason, PrintState(state), copy, bool(sent), printer, fault, asked, bool(held)
    )


def _change(db: Database, job: PrintJob, before: tuple[PrintState, ...], **columns: str | int | None) -> None:
    if job.state not in before:
        raise BugError(f"print job {job.job} is {job.state}")
    sets = ", ".join(f"{name} = ?" for name in columns)
    values = (*columns.values(), _place(job.job), job.job)
    db.conn.execute(f"UPDATE print_job SET {sets} WHERE {_BY_ID}", values)  # noqa: S608 - our words


def _place(job: str) -> int:
    """The place in the queue that an id ends with; -1, where nothing stands, of what is no id."""
    try:
        return int(job[-_N_DIGITS:], 16)
    except ValueError:
        return -1


def _within_act(db: Database) -> None:
    if not db.conn.in_transaction:
        raise BugError("the print queue is written within an act")
