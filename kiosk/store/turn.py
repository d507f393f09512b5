"""Begins a new period of the journal with a baseline: one act, possible only while no shift is open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlite_utils import Database

from kiosk.core.entries.baseline import (
    MOST_BYTES,
    CarriedEntry,
    JournalBaseline,
    UsedBook,
    UsedForm,
    UsedSlip,
)
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import MAX_ENTRY_BYTES, Link
from kiosk.core.wire.times import utc_ms
from kiosk.core.wire.totals import Totals
from kiosk.store.incidents import incident_stands
from kiosk.store.journal import Journal, Signer, read_signatures
from kiosk.store.moments import Moment
from kiosk.store.open_items import carried_seqs
from kiosk.store.periods import add_period, hash_at, periods
from kiosk.store.projections.baseline import open_period

Item = UsedBook | UsedSlip | UsedForm | CarriedEntry


@dataclass(frozen=True)
class Turned:
    """A new period: number, first entry, parts of its baseline, and how many entries that carries."""

    period: int
    first: Link
    parts: int
    carried: int


@dataclass
class _Part:
    """What goes into one part."""

    size: int = 0
    items: list[Item] = field(default_factory=list)

    def of(self, kind: type[Item]) -> tuple[Item, ...]:
        return tuple(one for one in self.items if isinstance(one, kind))


def turn(db: Database, journal: Journal, device: Signer, moment: Moment, days: int) -> Turned:
    """Seal the current period and begin the next one with a baseline, inside the open transaction.

    `days`: how long a period is kept at least. Raises KnownError `journal.shift_open`, `journal.card_open`,
    `journal.incident_stands`, `journal.just_begun`, `journal.torn`.
    """
    refuse_turn(db)
    state = journal.state()
    journal.checkpoint(moment)
    day = moment.zone.local_date(utc_ms(moment.at))
    seqs = carried_seqs(db, moment.at, day, days)
    parts = list(_parts(_items(db, seqs)))
    number = state.period + 1
    add_period(db, number, state.seq)
    open_period(db, number)
    journal.read_anew()
    first: Link | None = None
    for n, part in enumerate(parts, 1):
        body = JournalBaseline(
            period=number,
            part=n,
            parts=len(parts),
            previous=journal.state().head.hex(),
            totals=Totals(),
            books=part.of(UsedBook),  # type: ignore[arg-type]
            slips=part.of(UsedSlip),  # type: ignore[arg-type]
            forms=part.of(UsedForm),  # type: ignore[arg-type]
            carried=part.of(CarriedEntry),  # type: ignore[arg-type]
        )
        link = journal.append(body, moment, signers=[device])
        first = first or link
    journal.checkpoint(moment)
    if first is None:
        raise BugError("a baseline without a part")
    return Turned(number, first, len(parts), len(seqs))


def refuse_turn(db: Database) -> None:
    """Raise KnownError where no new period can begin now: `journal.*`."""
    if db.conn.execute("SELECT 1 FROM shift WHERE state <> 'closed'").fetchone():
        raise KnownError("journal.shift_open")
    if db.conn.execute(
        "SELECT 1 FROM card_attempt WHERE state NOT IN ('completed', 'declined', 'not_done')"
    ).fetchone():
        raise KnownError("journal.card_open")
    if incident_stands(db):
        raise KnownError("journal.incident_stands")
    current = periods(db)[-1]
    query = f"SELECT 1 FROM {current.table} WHERE type <> 'journal.baseline' LIMIT 1"  # noqa: S608 - ours
    if not db.conn.execute(query).fetchone():
        raise KnownError("journal.just_begun")


def _items(db: Database, seqs: Iterable[int]) -> Iterator[Item]:
    """Everything that the baseline holds, in order."""
    books = "SELECT series, next - 1 FROM book WHERE next > first ORDER BY series"
    for series, serial in db.conn.execute(books).fetchall():
        yield UsedBook(series=series, serial=serial)
    slips = "SELECT terminal, slip, seq FROM slip_used ORDER BY seq, terminal, slip"
    for terminal, slip, seq in db.conn.execute(slips).fetchall():
        yield UsedSlip(terminal=terminal, slip=slip, seq=seq)
    forms = "SELECT series, number, seq FROM paper_form ORDER BY seq"
    for series, number, seq in db.conn.execute(forms).fetchall():
        yield UsedForm(series=series, number=number, seq=seq)
    for seq in seqs:
        yield _carried(db, seq)


def _carried(db: Database, seq: int) -> CarriedEntry:
    row = db.conn.execute("SELECT bytes, hash, sigs FROM known_entry WHERE seq = ?", (seq,)).fetchone()
    previous = _previous(db, seq)
    if row is None or previous is None:
        raise KnownError("journal.torn")
    return CarriedEntry(
        previous=previous.hex(), entry=row[0].decode(), hash=row[1].hex(), sigs=read_signatures(seq, row[2])
    )


def _previous(db: Database, seq: int) -> bytes | None:
    """The hash before an entry, also of one that an earlier baseline carries."""
    row = db.conn.execute("SELECT previous FROM carried WHERE seq = ?", (seq,)).fetchone()
    return bytes(row[0]) if row else hash_at(db, seq - 1)


def _parts(items: Iterable[Item]) -> Iterator[_Part]:
    """Divide the items over parts; at least one, also of nothing."""
    part = _Part()
    for item in items:
        size = len(canonical(dump(item))) + 1
        if size > MAX_ENTRY_BYTES - 4096:
            raise BugError("an entry too large to be carried")
        if part.items and part.size + size > MOST_BYTES:
            yield part
            part = _Part()
        part.items.append(item)
        part.size += size
    yield part
