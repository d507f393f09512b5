"""Keeps the recomputation beside the ledgers: chunk by chunk as entries are applied, never from zero.

What a device signed and what its entries give are compared in `central.recount`; a difference is an incident
for people. A fault of our own here is an incident too, and never keeps entries from being applied.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, select, update

from central.conflicts import Kind
from central.debt_booking import case_row
from central.ingest import Known, report
from central.recount import Closed, Found, OpenShift, Recount, Standing, Walk
from central.schema import case, journal
from central.schema_books import handover, recount, shift
from central.shifts_at_hand import ShiftsAtHand
from central.storage import insert_into
from central.verification import Judged
from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.entries.shift import ShiftOpened
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import Entry, parse_entry

log = logging.getLogger("central")
AT_ONCE = 500
"""Entries read at once where a shift is gathered again."""
_OURS = (BugError, ArithmeticError, LookupError, TypeError, ValueError)


class Recounting:
    """The recomputation of one journal for the entries of one chunk."""

    def __init__(self, at_hand: ShiftsAtHand, db: Connection, stream: str, applied: int) -> None:
        self._at_hand, self._stream = at_hand, stream
        self._recount = _standing(at_hand, db, stream, applied)
        self._failed: list[Found] = []

    def take(self, judged: Sequence[Judged]) -> None:
        """Walk along the entries of the chunk; asks nothing of the database."""
        for one in judged:
            try:
                self._recount.take(one.seq, one.entry, one.body)
            except _OURS as error:
                log.exception("recount of %s/%s", self._stream, one.seq, exc_info=error)
                self._failed.append(Found("recount_failed", one.seq, {"fault": type(error).__name__}))

    def keep(self, db: Connection, known: Known, now: str) -> None:
        """Write what was found, inside the transaction that applies the entries."""
        standing, walk = self._recount.standing, self._recount.walk
        keep_found(db, known, [*walk.found, *self._failed], now)
        _keep_shifts(db, known, walk)
        _keep_counts(db, known, walk, now)
        keep_handovers(db, known, walk.handovers, now)
        row = {
            "stream": self._stream,
            "through": standing.through,
            "standing": json.dumps(standing.plain(), sort_keys=True),
        }
        put = insert_into(db, recount).values(row)
        db.execute(put.on_conflict_do_update(index_elements=["stream"], set_=row))

    @property
    def closes(self) -> Sequence[Closed]:
        """Closes of this chunk whose limit is to be judged."""
        return self._recount.walk.closes

    def done(self) -> None:
        """The transaction is committed: the open shift may be gone on with from memory."""
        if not self._failed:
            self._at_hand.put(self._stream, self._recount.standing.through, self._recount.shift)


def read_entries(
    db: Connection, stream: str, first: int, last: int
) -> Iterator[tuple[int, Entry | None, Body | UnknownBody | None]]:
    """Stored entries in order; None for what cannot be read."""
    for start in range(first, last + 1, AT_ONCE):
        here = journal.c.seq.between(start, min(last, start + AT_ONCE - 1)) & (journal.c.stream == stream)
        rows = db.execute(select(journal.c.seq, journal.c.bytes).where(here).order_by(journal.c.seq)).all()
        for seq, data in rows:
            try:
                entry = parse_entry(data)
                yield seq, entry, REGISTRY.decode(entry.type, entry.tv, entry.body)
            except KnownError:
                yield seq, None, None


def keep_found(db: Connection, known: Known, found: Iterable[Found], now: str) -> None:
    """Write findings as incidents, each once."""
    for one in found:
        report(
            db, one.kind, now, device=known.code, stream=known.stream, seq=one.seq, detail=dict(one.detail)
        )


def _standing(at_hand: ShiftsAtHand, db: Connection, stream: str, applied: int) -> Recount:
    """Where the walk stands after entry `applied`, with the open shift, which is read again if need be."""
    row = db.execute(select(recount).where(recount.c.stream == stream)).first()
    if row is None or row.through != applied:
        again = Recount(Standing(), None)
        for seq, entry, body in read_entries(db, stream, 1, applied):
            again.take(seq, entry, body)
        return Recount(again.standing, again.shift)
    standing = Standing.of(json.loads(row.standing))
    known, open_shift = at_hand.take(stream, applied)
    if not known and standing.opened:
        open_shift = _read_shift(db, stream, standing.opened, applied)
    return Recount(standing, open_shift)


def _read_shift(db: Connection, stream: str, opened: int, through: int) -> OpenShift | None:
    rows = read_entries(db, stream, opened, through)
    _, entry, body = next(rows)
    if entry is None or not isinstance(body, ShiftOpened):
        return None
    found = OpenShift(entry, body)
    for _, one, its in rows:
        if one is not None and its is not None and not isinstance(its, UnknownBody):
            found.gathered.take(one, its)
    return found


def _keep_shifts(db: Connection, known: Known, walk: Walk) -> None:
    for seq, row in walk.shifts.items():
        key = {"stream": known.stream, "seq": seq}
        if "opened_at" in row:
            put = insert_into(db, shift).values({**key, "device": known.code, **row})
            db.execute(put.on_conflict_do_nothing())
        else:
            of_shift = and_(shift.c.stream == known.stream, shift.c.seq == seq)
            db.execute(update(shift).where(of_shift).values(row))


def _keep_counts(db: Connection, known: Known, walk: Walk, now: str) -> None:
    rows = [
        case_row(now, Kind.COUNT_DIFFERED, stream=known.stream, seq=seq, piastres=difference)
        for seq, difference in walk.counts
    ]
    if rows:
        db.execute(insert_into(db, case).on_conflict_do_nothing(), rows)


def keep_handovers(db: Connection, known: Known, rows: Sequence[dict[str, Any]], now: str) -> None:
    """Write sides of handovers, and name what does not fit the sides that are here already."""
    for row in rows:
        query = select(handover).where(handover.c.transfer == row["transfer"])
        others = db.execute(query.order_by(handover.c.stream, handover.c.seq)).all()
        mine = {"hash": None, **row, "stream": known.stream, "device": known.code}
        if row["side"] == "given":
            mine["hash"] = _hash_of(db, known.stream, row["seq"])
        db.execute(insert_into(db, handover).values(mine).on_conflict_do_nothing())
        keep_found(db, known, unfitting(mine, others), now)


def _hash_of(db: Connection, stream: str, seq: int) -> str:
    """The hash of a stored entry, as its code shows it to whoever takes the cash."""
    here = (journal.c.stream == stream) & (journal.c.seq == seq)
    return bytes(db.execute(select(journal.c.hash).where(here)).scalar_one()).hex()


def unfitting(mine: dict[str, Any], others: Sequence[Any]) -> Iterator[Found]:
    """What one side of a handover says otherwise than the other; each transfer has one of either side."""
    for other in others:
        if (other.stream, other.seq) == (mine["stream"], mine["seq"]):
            continue
        where = {"transfer": mine["transfer"], "other": other.device, "other_seq": other.seq}
        if other.side == mine["side"]:
            yield Found("handover_twice", mine["seq"], where)
            continue
        if other.stated != mine["stated"]:
            money = {"theirs": mine["stated"], "ours": other.stated}
            yield Found("handover_differs", mine["seq"], {**where, **money})
        if mine["hash"] and other.hash and mine["hash"] != other.hash:
            shown = {"theirs": mine["hash"], "ours": other.hash}
            yield Found("handover_hash_differs", mine["seq"], {**where, **shown})
        if (other.staff, other.counterpart) != (mine["counterpart"], mine["staff"]):
            yield Found("handover_persons_differ", mine["seq"], where)
