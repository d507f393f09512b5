"""Asks for the paper of a shift, a count or a handover: a job in the queue of the device's printer. No Qt."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kiosk.desk.session import Session

Paper = Literal["x", "z", "handover"]
"""Kinds of document as the print queue names them."""


def print_document(session: "Session", paper: Paper, entry: int) -> str:
    """Queue the first print of what an entry records; returns the job's id. Runs in the worker.

    Printing never undoes an act: the job waits for its printer, and is journalled when it ends.
    """
    from kiosk.store.print_jobs import queue_print

    with session.store.transaction() as db:
        return queue_print(db, paper, entry, "first")


def print_state(session: "Session", paper: Paper, entry: int) -> str:
    """How the latest print of a paper stands: a `PrintState`, or '' when none was asked for."""
    from kiosk.store.print_jobs import prints_of

    jobs = [one for one in prints_of(session.store.db, entry) if one.document == paper]
    return jobs[-1].state.value if jobs else ""
