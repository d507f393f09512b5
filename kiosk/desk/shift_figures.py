"""Reads a shift from the journal of this device; the arithmetic is `kiosk.core.shift_reading`."""

from sqlite_utils import Database

from kiosk.core.entries.shift import ShiftOpened
from kiosk.core.errors import BugError
from kiosk.core.shift_gathering import Gathered
from kiosk.core.shift_reading import ShiftReading, reading_of
from kiosk.store.queries.shift import entries_of


def read_shift(db: Database, seq: int, last: int | None = None) -> ShiftReading:
    """Read a shift from the journal: from its opening entry `seq` to `last` (default: now).

    Raises KnownError `entry.*` for an entry that cannot be read.
    """
    rows = entries_of(db, seq, last)
    entry, opened = next(rows)
    if not isinstance(opened, ShiftOpened):
        raise BugError(f"entry {seq} opens no shift")
    gathered = Gathered()
    for one, body in rows:
        gathered.take(one, body)
    return reading_of(entry, opened, gathered)
