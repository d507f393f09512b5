"""Reads entries of this device's journal as typed bodies, with their time and hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TypeVar

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import BugError
from kiosk.core.wire.entry import parse_entry

T = TypeVar("T", bound=Body)


@dataclass(frozen=True)
class Written:
    """An entry as it stands: who wrote it, when (with the offset of the place), and its hash."""

    seq: int
    staff: str
    at: datetime
    hash: bytes


def entry_of(db: Database, seq: int, kind: type[T]) -> tuple[Written, T]:
    """The entry `seq`, whose body is of this kind. Raises BugError for another kind or none."""
    row = db.conn.execute("SELECT bytes, hash FROM known_entry WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        raise BugError(f"no entry {seq}")
    entry = parse_entry(row[0])
    body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    if not isinstance(body, kind):
        raise BugError(f"entry {seq} is no {kind.__name__}")
    zone = timezone(timedelta(minutes=entry.local.offset))
    return Written(seq, str(entry.staff), entry.at.astimezone(zone), bytes(row[1])), body
