"""What an export onto a stick would write, told before: which entries, how many records, how large."""

from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.store.attachments import State, attachments
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import persons_through
from kiosk.sync.persons import persons_named

_PERSON, _MANIFEST = 2 << 10, 4 << 10
"""Bytes that a sealed personal record and the signed list take, roughly."""


@dataclass(frozen=True)
class StickPlan:
    """Entries `first` to `last`, the `persons` records that they name, `scans` that only this device has, and
    `size`: bytes at the most, about. Where only scans wait, `last` comes before `first`.

    Entries are packed before they are sealed, so the size is rather too large than too small.
    """

    first: int
    last: int
    persons: int
    scans: int
    size: int

    @property
    def entries(self) -> int:
        """How many entries."""
        return self.last - self.first + 1


def plan_export(db: Database) -> StickPlan | None:
    """What the centre has not confirmed; None when it has confirmed all of it."""
    first = acknowledged_through(db) + 1
    last, size = db.conn.execute(
        "SELECT coalesce(max(seq), 0), coalesce(sum(length(bytes)), 0) FROM journal WHERE seq >= ?", (first,)
    ).fetchone()
    last = max(last, first - 1)
    scans = [one.sums.sealed_size for one in attachments(db) if one.state is State.WAITING]
    if last < first and not scans:
        return None
    persons = len(persons_named(db, min(first, persons_through(db) + 1), last))
    return StickPlan(first, last, persons, len(scans), size + sum(scans) + persons * _PERSON + _MANIFEST)
