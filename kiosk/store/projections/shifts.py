"""Projections of shifts: open, counted, closed; X and Z reports."""

import json

from sqlite_utils import Database

from kiosk.core.entries.shift import ShiftClosed, ShiftCounted, ShiftOpened, XReport
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text
from kiosk.store.rows import insert


def open_shift(db: Database, entry: Entry, body: ShiftOpened) -> None:
    """A person took the drawer with a counted float."""
    insert(
        db,
        "shift",
        seq=entry.seq,
        staff=entry.staff,
        state="open",
        series=body.book.series,
        opened_at=utc_text(entry.at),
        opening=body.total,
        since=utc_text(entry.at),
        boot=entry.clock.boot,
        mono_ms=entry.clock.mono_ms,
    )
    db.conn.execute("UPDATE stream SET drawer = ?", (body.total,))


def count(db: Database, entry: Entry, body: ShiftCounted) -> None:
    """A blind count: from the first one on the shift takes no more work."""
    shift = entry.shift.seq if entry.shift else None
    insert(
        db,
        "shift_count",
        seq=entry.seq,
        shift=shift,
        attempt=body.attempt,
        denominations=json.dumps([dump(one) for one in body.denominations]),
        total=body.total,
    )
    db.conn.execute("UPDATE shift SET state = 'closing' WHERE seq = ?", (shift,))


def close(db: Database, entry: Entry, body: ShiftClosed) -> None:
    """The Z was written."""
    shift = entry.shift.seq if entry.shift else None
    db.conn.execute(
        "UPDATE shift SET state = 'closed', closed = ?, z = ?, kept = ?, handed = ?,"
        " since = NULL, boot = NULL, mono_ms = NULL WHERE seq = ?",
        (entry.seq, body.z, body.kept, body.handed, shift),
    )
    db.conn.execute("UPDATE stream SET drawer = NULL")
    _report(db, entry, "z", body.z)


def report_x(db: Database, entry: Entry, body: XReport) -> None:
    """An X report was made."""
    _report(db, entry, "x", body.number)


def _report(db: Database, entry: Entry, kind: str, number: int) -> None:
    shift = entry.shift.seq if entry.shift else None
    insert(db, "report", seq=entry.seq, kind=kind, shift=shift, number=number)
