"""Works everything out again from the journals, from zero, and names where the tables say otherwise.

The tables grew entry by entry as journals arrived. What is wrong in the journals themselves is an incident in
both; what is in only one of them is a fault of ours, or somebody changed the database.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from central.centre import Centre
from central.check_books import conservation
from central.check_fees import Fees
from central.conflicts import Kind
from central.ingest import Known, find_device
from central.recount import Recount, Standing
from central.recount_limits import judge_limits
from central.recounting import unfitting
from central.schema import case, incident, journal, payment, quarantine, receipt, stream
from central.schema_books import handover, recount, shift
from central.verification import Judged, kept_state, start_state, verify_rows
from kiosk.core.entries.body import Body
from kiosk.core.entries.payment import PaymentFacts, ReceiptIssued, ReceiptVoided

CHUNK = 2000
FOUND_KINDS = frozenset(
    {
        *("payment_without_receipt", "variance_not_stated", "shift_opened_twice", "float_differs"),
        *("variance_differs", "report_without_shift", "z_out_of_order", "close_without_shift"),
        *("shift_not_recounted", "shift_differs", "money_outside_shift", "receipt_without_payment"),
        *("receipt_differs", "receipt_gap", "receipt_again", "void_outside_shift", "void_differs"),
        *("bag_unknown", "bag_differs", "recount_failed", "limit_differs"),
    }
)
"""Incidents that the recomputation of one journal reports, with the limits of the policies that are here."""
HANDOVER_KINDS = frozenset(
    {"handover_twice", "handover_differs", "handover_hash_differs", "handover_persons_differ"}
)
Progress = Callable[[str, int, int], None]
"""Told the device, how many of its entries are done, and how many there are."""


@dataclass(frozen=True)
class Disagreement:
    """A place where the tables are not what the journals give; None: it is not there."""

    device: str
    what: str
    place: str
    table: object
    journal: object


@dataclass
class Checked:
    """What a check looked at, and what it found. `incidents`: those of the tables, by kind."""

    devices: int = 0
    entries: int = 0
    incidents: dict[str, int] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)


@dataclass
class _Ledger:
    """Payments and receipts of one journal as its entries give them."""

    payments: dict[int, list[Any]] = field(default_factory=dict)
    receipts: dict[int, list[Any]] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)

    def take(self, seq: int, body: Body) -> None:
        if isinstance(body, PaymentFacts):
            self.payments[seq] = [body.total, body.cash, body.slips, body.cards, None]
        elif isinstance(body, ReceiptIssued):
            self.receipts[seq] = [body.number, body.serial, body.payment.seq, body.piastres, None]
            self.numbers.setdefault(body.number, []).append(seq)
        elif isinstance(body, ReceiptVoided):
            paid = self.payments.get(body.payment.seq)
            if paid is not None and paid[-1] is None:
                paid[-1] = seq
                for receipt_seq in self.numbers.get(body.number, ()):
                    self.receipts[receipt_seq][-1] = seq


def check_all(centre: Centre, progress: Progress = lambda *_: None, *, device: str | None = None) -> Checked:
    """Check every journal, or that of one device, then the books that all share. Reads only; takes its time.

    Raises KnownError `central.unknown_device`.
    """
    done = Checked()
    with centre.storage.read() as db:
        codes = db.execute(select(stream.c.device).order_by(stream.c.device)).scalars().all()
        if device is not None:
            codes = [find_device(db, device).code]
        for code in codes:
            known = find_device(db, code)
            done.devices += 1
            done.entries += _check_stream(centre, db, known, done, progress)
        done.disagreements += _handovers(db)
        done.disagreements += (Disagreement("", *one) for one in conservation(db))
        counts = select(incident.c.kind, func.count()).group_by(incident.c.kind).order_by(incident.c.kind)
        done.incidents = {row[0]: int(row[1]) for row in db.execute(counts)}
    return done


def _check_stream(centre: Centre, db: Connection, known: Known, done: Checked, progress: Progress) -> int:
    where = db.execute(select(stream).where(stream.c.stream == known.stream)).one()
    again, ledger, fees = Recount(Standing(), None), _Ledger(), Fees(centre, db)
    state = start_state(known.stream, known.code, known.key, "")
    for chunk in _chunks(db, known.stream, where.applied):
        judged, state = verify_rows(chunk, state)
        for one in judged:
            _take(again, ledger, one)
            fees.take(one)
        progress(known.code, judged[-1].seq, where.applied)
    again.walk.found.extend(judge_limits(centre, db, again.walk.closes))
    found = [
        *_differ("verified", "", where.verified or kept_state(state), kept_state(state)),
        *_standing(db, known, again),
        *_findings(db, known, again),
        *_shifts(db, known, again),
        *_rows(db, known, payment, ("total", "cash", "slip", "card", "voided"), ledger.payments),
        *_rows(db, known, receipt, ("number", "serial", "payment", "piastres", "voided"), ledger.receipts),
        *_sides(db, known, again),
        *_counts(db, known, again),
        *fees.compare(db, known.stream),
    ]
    done.disagreements += (Disagreement(known.code, *one) for one in found)
    return int(where.applied)


_Found = tuple[str, str, object, object]
"""What, place, in the table, in the journal."""


def _take(again: Recount, ledger: _Ledger, one: Judged) -> None:
    again.take(one.seq, one.entry, one.body)
    if isinstance(one.body, Body):
        ledger.take(one.seq, one.body)


def _chunks(db: Connection, name: str, last: int) -> Iterator[Any]:
    columns = (journal.c.seq, journal.c.bytes, journal.c.hash, journal.c.sigs)
    for first in range(1, last + 1, CHUNK):
        here = and_(journal.c.stream == name, journal.c.seq.between(first, min(last, first + CHUNK - 1)))
        yield db.execute(select(*columns).where(here).order_by(journal.c.seq)).all()


def _differ(what: str, place: object, table: object, ours: object) -> Iterator[_Found]:
    if table != ours:
        yield what, str(place), table, ours


def _standing(db: Connection, known: Known, again: Recount) -> Iterator[_Found]:
    kept = db.execute(select(recount.c.standing).where(recount.c.stream == known.stream)).scalar()
    table = json.loads(kept) if kept else Standing().plain()
    ours = json.loads(json.dumps(again.standing.plain()))
    for name in ours:
        yield from _differ(f"standing.{name}", again.standing.through, table.get(name), ours[name])


def _findings(db: Connection, known: Known, again: Recount) -> Iterator[_Found]:
    query = select(incident.c.kind, incident.c.seq, incident.c.detail).where(
        incident.c.stream == known.stream, incident.c.kind.in_(sorted(FOUND_KINDS))
    )
    table = {tuple(row) for row in db.execute(query)}
    ours = {
        (one.kind, one.seq, json.dumps(dict(one.detail), sort_keys=True, ensure_ascii=False))
        for one in again.walk.found
    }
    for kind, seq, detail in sorted(table ^ ours):
        here = (kind, seq, detail) in table
        yield kind, str(seq), detail if here else None, None if here else detail


def _shifts(db: Connection, known: Known, again: Recount) -> Iterator[_Found]:
    rows = db.execute(select(shift).where(shift.c.stream == known.stream).order_by(shift.c.seq)).all()
    table = {row.seq: row._mapping for row in rows}
    for seq in sorted({*table, *again.walk.shifts}):
        ours, theirs = again.walk.shifts.get(seq), table.get(seq)
        if ours is None or theirs is None:
            yield from _differ("shift", seq, theirs and "there", ours and "there")
            continue
        for name, value in ours.items():
            yield from _differ(f"shift.{name}", seq, theirs[name], value)


def _rows(
    db: Connection, known: Known, table: Table, names: tuple[str, ...], ours: Mapping[int, list[Any]]
) -> Iterator[_Found]:
    """Compare a ledger; entries that our own program failed at wait in quarantine and say so there."""
    failed = select(quarantine.c.seq).where(
        quarantine.c.stream == known.stream, quarantine.c.code == "apply.not_booked"
    )
    waiting = set(db.execute(failed).scalars())
    columns = (table.c.seq, *(table.c[name] for name in names))
    rows = db.execute(select(*columns).where(table.c.stream == known.stream).order_by(table.c.seq)).all()
    theirs = {row.seq: list(row)[1:] for row in rows}
    for seq in sorted({*theirs, *ours} - waiting):
        yield from _differ(table.name, seq, theirs.get(seq), ours.get(seq))


def _sides(db: Connection, known: Known, again: Recount) -> Iterator[_Found]:
    rows = db.execute(select(handover).where(handover.c.stream == known.stream)).all()
    theirs = {row.seq: dict(row._mapping) for row in rows}
    ours = {row["seq"]: row for row in again.walk.handovers}
    for seq in sorted({*theirs, *ours}):
        mine = ours.get(seq, {})
        yield from _differ(
            "handover", seq, {name: theirs.get(seq, {}).get(name) for name in mine}, mine or None
        )


def _counts(db: Connection, known: Known, again: Recount) -> Iterator[_Found]:
    query = select(case.c.seq, case.c.piastres).where(
        case.c.stream == known.stream, case.c.kind == str(Kind.COUNT_DIFFERED)
    )
    theirs, ours = {tuple(row) for row in db.execute(query)}, set(again.walk.counts)
    for seq, piastres in sorted(theirs ^ ours):
        here = (seq, piastres) in theirs
        yield "case.count_differed", str(seq), piastres if here else None, None if here else piastres


def _handovers(db: Connection) -> Iterator[Disagreement]:
    """What the sides of handovers say differently must be named, each once."""
    rows = db.execute(select(handover).order_by(handover.c.transfer, handover.c.stream, handover.c.seq)).all()
    named = select(incident.c.kind, incident.c.detail).where(incident.c.kind.in_(sorted(HANDOVER_KINDS)))
    there = {(kind, json.loads(detail)["transfer"]) for kind, detail in db.execute(named)}
    by_transfer: dict[str, list[Any]] = {}
    for row in rows:
        by_transfer.setdefault(row.transfer, []).append(row)
    ours = {
        (one.kind, transfer)
        for transfer, sides in by_transfer.items()
        for row in sides
        for one in unfitting(dict(row._mapping), sides)
    }
    for kind, transfer in sorted(there ^ ours):
        here = (kind, transfer) in there
        yield Disagreement("", kind, transfer, "named" if here else None, None if here else "differs")
