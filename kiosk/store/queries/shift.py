"""What the acts of a shift ask: its entries, the shift before it, reports, books, bags and transfers."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.store.periods import first_kept, is_known
from kiosk.store.queries.drawer import Book
from kiosk.store.sync_state import retired_series


@dataclass(frozen=True)
class ClosedBefore:
    """A shift that was closed: its opening, whose it was, its close, Z number, what it kept and bagged."""

    seq: int
    staff: str
    closed: int
    z: int
    kept: int
    handed: int


@dataclass(frozen=True)
class Given:
    """The giver's side of a transfer on this device; piastres. `shift` is the shift it was given in."""

    seq: int
    staff: str
    counterpart: str
    total: int
    seal: str | None


def entries_of(
    db: Database, first: int, last: int | None = None
) -> Iterator[tuple[Entry, Body | UnknownBody]]:
    """Yield the entries `first` … `last` (default: to the end), decoded.

    Raises KnownError `entry.*`, `journal.dropped` for entries whose period is not on the device any more; one
    that a baseline carries can still be read alone.
    """
    if first < first_kept(db) and not (first == last and is_known(db, first)):
        raise KnownError("journal.dropped", seq=first)
    rows = db.conn.execute(
        "SELECT bytes FROM known_entry WHERE seq BETWEEN ? AND ? ORDER BY seq",
        (first, last if last is not None else 2**62),
    )
    for (data,) in rows:
        entry = parse_entry(data)
        yield entry, REGISTRY.decode(entry.type, entry.tv, entry.body)


def hash_of(db: Database, seq: int) -> bytes:
    """The hash of an entry: the chain up to it in 32 bytes."""
    found: bytes = db.conn.execute("SELECT hash FROM known_entry WHERE seq = ?", (seq,)).fetchone()[0]
    return found


def last_closed(db: Database) -> ClosedBefore | None:
    """The shift that closed last on this device, or None."""
    return _closed(db, "state = 'closed' ORDER BY seq DESC LIMIT 1", ())


def closed_by_z(db: Database, z: int) -> ClosedBefore | None:
    """The shift of a Z number, or None."""
    return _closed(db, "z = ?", (z,))


def closed_by_opening(db: Database, seq: int) -> ClosedBefore | None:
    """The closed shift that began with the entry `seq`, or None."""
    return _closed(db, "state = 'closed' AND seq = ?", (seq,))


def _closed(db: Database, where: str, values: tuple[int, ...]) -> ClosedBefore | None:
    columns = "seq, staff, closed, z, kept, handed"
    row = db.conn.execute(f"SELECT {columns} FROM shift WHERE {where}", values).fetchone()  # noqa: S608
    return ClosedBefore(*row) if row else None


def books(db: Database) -> list[Book]:
    """Every receipt book on this device, used up or not, oldest first."""
    rows = db.conn.execute("SELECT series, first, last, next FROM book ORDER BY seq")
    retired = retired_series(db)
    return [
        Book(series, first, last, following, series in retired) for series, first, last, following in rows
    ]


def is_given(db: Database, closing: int) -> bool:
    """Whether the bag that the close `closing` set aside was given away already."""
    query = "SELECT 1 FROM handover WHERE closing = ? AND direction = 'given'"
    return db.conn.execute(query, (closing,)).fetchone() is not None


def given(db: Database, transfer: str) -> Given | None:
    """The giver's side of a transfer, if it was given on this device."""
    row = db.conn.execute(
        "SELECT seq, staff, counterpart, total, seal FROM handover"
        " WHERE transfer = ? AND direction = 'given'",
        (transfer,),
    ).fetchone()
    return Given(*row) if row else None


def is_received(db: Database, transfer: str) -> bool:
    """Whether the receiver's side of a transfer is in this journal."""
    query = "SELECT 1 FROM handover WHERE transfer = ? AND direction = 'received'"
    return db.conn.execute(query, (transfer,)).fetchone() is not None
