"""Projection of the stream itself: the counter row from which the next entry takes its place."""

from sqlite_utils import Database

from kiosk.core.errors import BugError
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text
from kiosk.core.wire.totals import Totals
from kiosk.store.rows import compact, insert


def move_stream(db: Database, entry: Entry, head: bytes, totals: Totals) -> tuple[str, str]:
    """Move the counter row to an entry: its seq, hash, time, and the perpetual totals after it.

    Returns time and totals as the row now holds them.
    """
    at, text = utc_text(entry.at), compact(vars(totals))
    if entry.seq == 1:
        insert(
            db,
            "stream",
            one=1,
            stream=entry.stream,
            device=entry.body["device"],
            trial=entry.body["trial"],
            seq=1,
            head=head,
            at=at,
            totals=text,
        )
        return at, text
    moved = db.conn.execute(
        "UPDATE stream SET seq = ?, head = ?, at = ?, totals = ? WHERE seq = ?",
        (entry.seq, head, at, text, entry.seq - 1),
    )
    if moved.rowcount != 1:
        raise BugError(f"entry {entry.seq} does not follow the counter")
    return at, text
