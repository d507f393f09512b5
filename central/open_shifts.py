"""Shifts that are open on devices, as far as their journals reached the centre: whose, with how much cash.

A device that died leaves its shift open. The cash is counted and settled against `expected` here, which the
journal gives entry by entry; nothing is closed in the device's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from central.schema import device, journal
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.shift import ShiftClosed, ShiftOpened
from kiosk.core.errors import KnownError
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


def open_shifts(db: Connection) -> list[OpenShift]:
    """The open shift of each device that has one, by device."""
    rows = db.execute(select(device.c.code, device.c.stream, device.c.state).order_by(device.c.code)).all()
    found = (_open(db, row.code, row.stream, row.state) for row in rows)
    return [one for one in found if one is not None]


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
