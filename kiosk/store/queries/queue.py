"""What waits to be sent: the journal after the last entry that the centre has acknowledged."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.core.wire.times import parse_utc
from kiosk.store.queries.drawer import entry_time


@dataclass(frozen=True)
class Queue:
    """The queue is the journal: `acknowledged` entries are at the centre, the rest wait."""

    entries: int
    acknowledged: int
    oldest: datetime | None
    bytes: int

    @property
    def waiting(self) -> int:
        """Entries that the centre has not acknowledged."""
        return self.entries - self.acknowledged


def acknowledged_through(db: Database) -> int:
    """The last entry that the centre has acknowledged; 0 before the first, and on a trial device."""
    row = db.conn.execute("SELECT stored_through FROM acknowledgement").fetchone()
    return row[0] if row else 0


def queue(db: Database) -> Queue:
    """Look at the queue as it stands."""
    through = acknowledged_through(db)
    count, size = db.conn.execute(
        "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM journal WHERE seq > ?", (through,)
    ).fetchone()
    oldest = entry_time(db, through + 1) if count else None
    return Queue(entries=through + count, acknowledged=through, oldest=oldest, bytes=size)


@dataclass(frozen=True)
class TakenOut:
    """What left on a stick, sealed to the centre, and is not acknowledged: up to entry `through`, at `at`."""

    through: int
    at: datetime


def taken_out(db: Database) -> TakenOut | None:
    """What exports told by the journal hold beyond the last acknowledged entry; None when there is nothing.

    An entry that tells of an export stands behind what it exported: one that is acknowledged tells nothing.
    """
    known = acknowledged_through(db)
    through, at = db.conn.execute(
        "SELECT max(entry ->> '$.body.last'), max(entry ->> '$.at') FROM"
        " (SELECT CAST(bytes AS TEXT) AS entry FROM journal WHERE type = 'journal.exported' AND seq > ?)"
        " WHERE entry ->> '$.body.form' = 'sealed' AND entry ->> '$.body.last' > ?",
        (known, known),
    ).fetchone()
    return TakenOut(through, parse_utc(at)) if through is not None else None
