"""Projections of what surrounds the acts: data versions, receipt books, outages, prints."""

import json

from sqlite_utils import Database

from kiosk.core.entries.operations import (
    BookTaken,
    OutageClosed,
    OutageOpened,
    PrintCopied,
    PrintDone,
    PrintFailed,
    SnapshotApplied,
)
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text
from kiosk.store.rows import insert


def apply_snapshot(db: Database, entry: Entry, body: SnapshotApplied) -> None:
    """A version of a dataset came into use."""
    db.conn.execute("DELETE FROM snapshot_applied WHERE dataset = ?", (body.dataset,))
    insert(
        db,
        "snapshot_applied",
        dataset=body.dataset,
        version=body.version,
        hash=body.hash,
        as_of=utc_text(body.as_of),
        rows=body.rows,
        applied_through=body.applied_through.seq if body.applied_through else 0,
        not_applied=json.dumps(list(body.not_applied)),
        seq=entry.seq,
    )


def take_book(db: Database, entry: Entry, body: BookTaken) -> None:
    """A receipt book came to this device."""
    insert(
        db,
        "book_taken",
        series=body.series,
        first=body.first,
        last=body.last,
        seq=entry.seq,
    )


def open_outage(db: Database, entry: Entry, body: OutageOpened) -> None:
    """Electronic collection is down."""
    insert(
        db,
        "outage",
        seq=entry.seq,
        cause=body.cause,
        kind=body.reference.kind,
        number=body.reference.number,
        approver=body.reference.approver,
        started_at=utc_text(body.started_at),
    )


def close_outage(db: Database, entry: Entry, body: OutageClosed) -> None:
    """Electronic collection works again."""
    db.conn.execute(
        "UPDATE outage SET closed = ?, ended_at = ? WHERE seq = ?",
        (entry.seq, utc_text(body.ended_at), body.opened.seq),
    )


def print_outcome(db: Database, entry: Entry, body: PrintDone | PrintCopied | PrintFailed) -> None:
    """A print came to an end, known or not; `copy` 0 is the unmarked one."""
    failed = isinstance(body, PrintFailed)
    insert(
        db,
        "printed",
        seq=entry.seq,
        entry=body.entry.seq,
        document=body.document,
        copy=0 if isinstance(body, PrintDone) else body.copy,
        outcome=body.outcome if failed else "done",  # type: ignore[union-attr]
        sent=body.sent if failed else True,  # type: ignore[union-attr]
    )
