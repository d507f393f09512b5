"""Projection of requests: what was asked for, what is due, until when papers may come."""

from datetime import timedelta

from sqlite_utils import Database

from kiosk.core.entries.request import RequestTaken
from kiosk.core.wire.entry import Entry
from kiosk.store.rows import insert


def take(db: Database, entry: Entry, body: RequestTaken) -> None:
    """A request was taken."""
    until = body.conditional_until
    day = (entry.at + timedelta(minutes=entry.local.offset)).date()
    insert(
        db,
        "request_taken",
        tracking=body.tracking,
        seq=entry.seq,
        shift=entry.shift.seq if entry.shift else None,
        day=day.isoformat(),
        service=body.service,
        person=body.person.person,
        acceptance="conditional" if until else "complete",
        until=until.isoformat() if until else None,
        due=body.due,
    )
