"""Shifts that are open on devices, as far as their journals reached the centre: whose, with how much cash.

A device that died leaves its shift open. The cash is counted and settled against `expected` here, which the
journal gives entry by entry; nothing is closed in the device's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select

from central.acts import check_person, need_note, note_act
from central.centre import Centre
from central.conflicts import How, Kind
from central.debt_booking import case_row
from central.ingest import find_device
from central.schema import case, device, journal
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.shift import ShiftClosed, ShiftOpened
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import utc_text
from kiosk.core.wire.totals import Totals, read_totals


@dataclass(frozen=True)
class OpenShift:
    """One open shift. Amounts are piastres; `receipts`: issued in it; `last` entry that the centre holds."""

    device: str
    state: str
    staff: str
    opened: int
    opened_at: str
    opening: int
    taken: int
    voided: int
    handed_over: int
    expected: int
    receipts: int
    last: int
    last_at: str
    counted: int | None = None
    """What a person of the centre counted of it (`settle_open_shift`), when he did."""


def open_shifts(db: Connection) -> list[OpenShift]:
    """The open shift of each device that has one, by device."""
    rows = db.execute(select(device.c.code, device.c.stream, device.c.state).order_by(device.c.code)).all()
    counts = select(case.c.stream, case.c.seq, case.c.counted).where(case.c.kind == str(Kind.LEFT_OPEN))
    counted = {(name, seq): piastres for name, seq, piastres in db.execute(counts)}
    found = ((row.stream, _open(db, row.code, row.stream, row.state)) for row in rows)
    return [replace(one, counted=counted.get((name, one.opened))) for name, one in found if one is not None]


def settle_open_shift(centre: Centre, code: str, counted: int, *, by: str, note: str) -> OpenShift:
    """Settle the open shift of a retired device by what was counted of its cash, in piastres, once.

    Nothing is closed in the device's name: expected, counted and difference stand side by side as a case that
    is settled. Raises KnownError `central.unknown_device`, `books.device_in_use`, `books.no_open_shift`,
    `books.shift_settled`, `books.same_person`, `books.note_needed`, `books.bad_person`, …
    """
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        check_person(db, by)
        known, reason = find_device(db, code), need_note(note)
        if known.state != "retired":
            raise KnownError("books.device_in_use", device=code)
        found = next((one for one in open_shifts(db) if one.device == code), None)
        if found is None:
            raise KnownError("books.no_open_shift", device=code)
        if found.counted is not None:
            raise KnownError("books.shift_settled", device=code, counted=format_money(found.counted))
        if by == found.staff:
            raise KnownError("books.same_person", staff=by)
        difference = counted - found.expected
        row = case_row(now, Kind.LEFT_OPEN, stream=known.stream, seq=found.opened, piastres=difference)
        row |= {"state": "settled", "outcome": str(How.COUNTED), "counted": counted}
        db.execute(insert(case).values(**row, settled_by=by, settled_at=now, note=reason))
        detail = {"expected": found.expected, "counted": counted, "last": found.last, "note": reason}
        note_act(db, "shift.settle", f"{code}:{found.opened}", by=by, now=now, **detail)
    return replace(found, counted=counted)


def _open(db: Connection, code: str, stream: str, state: str) -> OpenShift | None:
    """Read backwards to the last opening or close; the first totals on the way are those of now."""
    now: Totals | None = None
    last: Entry | None = None
    for entry in _backwards(db, stream):
        last = last or entry
        if now is None and "totals" in entry.body:
            now = _totals(entry)
        if entry.type == ShiftClosed.TYPE:
            return None
        if entry.type == ShiftOpened.TYPE:
            return _shift(code, state, entry, now, last)
    return None


def _shift(code: str, state: str, entry: Entry, now: Totals | None, last: Entry) -> OpenShift | None:
    """Expected = float + cash applied − voided + in − out − handed over + transfers in − transfers out.

    None for an opening that cannot be read or totals that have decreased: such entries are set apart.
    """
    try:
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    except KnownError:
        return None
    if not isinstance(body, ShiftOpened) or now is None or not now.covers(body.totals):
        return None
    since = now - body.totals
    into = since.cash + since.cash_in + since.transfers_in
    out = since.cash_voided + since.cash_out + since.handed_over + since.transfers_out
    return OpenShift(
        device=code,
        state=state,
        staff=entry.staff or "",
        opened=entry.seq,
        opened_at=utc_text(entry.at),
        opening=body.total,
        taken=since.cash,
        voided=since.cash_voided,
        handed_over=since.handed_over + since.transfers_out,
        expected=body.total + into - out,
        receipts=since.receipts,
        last=last.seq,
        last_at=utc_text(last.at),
    )


def _backwards(db: Connection, stream: str) -> Iterator[Entry]:
    """Entries from the last on; those that cannot be read are named elsewhere (quarantine)."""
    rows = db.execute(
        select(journal.c.bytes).where(journal.c.stream == stream).order_by(journal.c.seq.desc())
    )
    for (data,) in rows:
        try:
            yield parse_entry(data)
        except KnownError:
            continue


def _totals(entry: Entry) -> Totals | None:
    try:
        return read_totals(entry.body["totals"])
    except KnownError:
        return None
