"""Entries that wait: a person of the centre decides, and the device hears that they wait no more.

Their money was counted when they came. What is decided is their effect: on debts, or that the difference of
a shift was looked at by a second person.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, select, update

from central.acts import check_person, need_note, note_act
from central.centre import Centre
from central.credits import FROM_CREDIT
from central.debt_booking import paid_of
from central.ingest import Known, find_device
from central.ledger import Ledger, QuarantineError
from central.recounting import read_entries
from central.schema import device as device_table
from central.schema import part, payment, quarantine
from central.schema_books import shift
from central.storage import change_of, put_setting
from kiosk.core.entries.body import Body
from kiosk.core.entries.payment import DebtsFor, PaymentFacts, ReceiptVoided
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.shift import ShiftClosed
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text


class Decision(StrEnum):
    """What a person decides."""

    APPLY = "apply"
    """It takes effect as it is."""
    CREDIT = "credit"
    """Its money becomes credits of the debtor, and no debt is lowered."""
    DISMISS = "dismiss"
    """It has no effect beyond its money, for the reason in the note."""
    VERIFY = "verify"
    """A second person looked at a close that nobody had signed for."""


_STATES = {
    Decision.APPLY: "applied",
    Decision.CREDIT: "credited",
    Decision.DISMISS: "dismissed",
    Decision.VERIFY: "verified",
}


@dataclass(frozen=True)
class Held:
    """An entry that waits, or waited, as it is listed."""

    device: str
    row: Row[Any]


def list_held(db: Connection, *, waiting: bool = True) -> list[Held]:
    """Entries that wait, by device and place."""
    query = select(quarantine, device_table.c.code.label("of")).join(
        device_table, device_table.c.stream == quarantine.c.stream
    )
    if waiting:
        query = query.where(quarantine.c.state == "open")
    rows = db.execute(query.order_by(device_table.c.code, quarantine.c.seq)).all()
    return [Held(row.of, row) for row in rows]


def show_held(db: Connection, code: str, seq: int) -> tuple[Row[Any], Entry | None]:
    """One entry and its reasons. Raises KnownError `central.unknown_device`, `books.not_held`."""
    known = find_device(db, code)
    row = _find(db, known, seq)
    if row is None:
        raise KnownError("books.not_held", device=code, seq=seq)
    return row, _read(db, known, seq)[0]


def settle_held(centre: Centre, code: str, seq: int, how: Decision, *, by: str, note: str = "") -> str:
    """Decide on an entry that waits, and return its state.

    Raises KnownError `central.unknown_device`, `books.not_held`, `.cannot_read`, `.payment_first`,
    `.still_unknown`, `.only_verify`, `.nothing_to_verify`, `.no_debts_in_it`, `.note_needed`, `.same_person`,
    `.bad_person`, `.person_revoked`.
    """
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        check_person(db, by)
        known = find_device(db, code)
        row = _find(db, known, seq)
        if row is None or row.state != "open":
            raise KnownError("books.not_held", device=code, seq=seq)
        entry, body = _read(db, known, seq)
        unapproved = isinstance(body, ShiftClosed) and body.unapproved is not None
        if unapproved != (how is Decision.VERIFY):
            code_ = "books.only_verify" if unapproved else "books.nothing_to_verify"
            raise KnownError(code_, seq=seq)
        if how is Decision.DISMISS:
            need_note(note)
        elif how is Decision.VERIFY:
            _verify(db, known, entry, by)
        else:
            _take_effect(db, known, (entry, body), seq, how, now)
        _settle(db, known, seq, how, by=by, note=note, now=now)
        put_setting(db, "change", str(change_of(db) + 1))
    return _STATES[how]


def _settle(db: Connection, known: Known, seq: int, how: Decision, *, by: str, note: str, now: str) -> None:
    values = {"state": _STATES[how], "settled_by": by, "settled_at": now, "note": note.strip()}
    db.execute(update(quarantine).where(_here(known, seq)).values(values))
    note_act(db, "quarantine.settle", f"{known.code}:{seq}", by=by, now=now, how=str(how), note=note)


def _take_effect(
    db: Connection,
    known: Known,
    read: tuple[Entry | None, Body | UnknownBody | None],
    seq: int,
    how: Decision,
    now: str,
) -> None:
    entry, body = read
    if entry is None or body is None or isinstance(body, UnknownBody):
        raise KnownError("books.cannot_read", seq=seq)
    pays_debts = isinstance(body, PaymentFacts) and isinstance(body.what_for, DebtsFor)
    if how is Decision.CREDIT and not pays_debts:
        raise KnownError("books.no_debts_in_it", seq=seq)
    ledger = Ledger(db, known, now)
    if isinstance(body, PaymentFacts):
        _pay(db, known, ledger, entry, body, how)
    elif isinstance(body, ReceiptVoided):
        _void(db, known, ledger, body)
    elif _row_of(db, known, seq).code == "apply.not_booked":
        _book(ledger, entry, body)
    ledger.flush()


def _pay(
    db: Connection, known: Known, ledger: Ledger, entry: Entry, body: PaymentFacts, how: Decision
) -> None:
    """Let the parts of a payment take effect that was counted when it came."""
    of_payment = (payment.c.stream == known.stream) & (payment.c.seq == entry.seq)
    if db.execute(select(payment.c.seq).where(of_payment)).first() is None:
        _book(ledger, entry, body, hold=True)
        ledger.flush()
    of_parts = and_(part.c.stream == known.stream, part.c.seq == entry.seq, part.c.component != FROM_CREDIT)
    parts = [dict(row._mapping) for row in db.execute(select(part).where(of_parts).order_by(part.c.n))]
    ledger.debts.foresee(one["debt"] for one in parts if one["debt"])
    unknown = ledger.debts.unknown(parts)
    if unknown and how is Decision.APPLY:
        raise KnownError("books.still_unknown", debt=unknown)
    applied = ledger.debts.pay(paid_of(entry, body), parts, as_credit=how is Decision.CREDIT)
    for one, piastres in zip(parts, applied, strict=True):
        of_part = and_(part.c.stream == known.stream, part.c.seq == entry.seq, part.c.n == one["n"])
        db.execute(update(part).where(of_part).values(applied=piastres))


def _void(db: Connection, known: Known, ledger: Ledger, body: ReceiptVoided) -> None:
    """Let a void put back what its payment did, which must have been decided before."""
    held = _find(db, known, body.payment.seq)
    if held is not None and held.state == "open":
        raise KnownError("books.payment_first", seq=body.payment.seq)
    ledger.debts.put_back(body.payment.seq)


def _book(ledger: Ledger, entry: Entry, body: Body, *, hold: bool = False) -> None:
    """Book what a fault of our program had kept from the ledgers; what it says now is heard as well."""
    try:
        ledger.book(entry, body, hold=hold)
    except QuarantineError as error:
        raise error.reason from error


def _verify(db: Connection, known: Known, entry: Entry | None, by: str) -> None:
    """Note on the shift who verified it: neither who closed it nor whose it was."""
    if entry is None:
        return
    of_close = (shift.c.stream == known.stream) & (shift.c.closed == entry.seq)
    holder = db.execute(select(shift.c.staff).where(of_close)).scalar()
    if by in (entry.staff, holder):
        raise KnownError("books.same_person", staff=by)
    db.execute(update(shift).where(of_close).values(verified_by=by))


def _read(db: Connection, known: Known, seq: int) -> tuple[Entry | None, Body | UnknownBody | None]:
    for _, entry, body in read_entries(db, known.stream, seq, seq):
        return entry, body
    return None, None


def _here(known: Known, seq: int) -> Any:
    return (quarantine.c.stream == known.stream) & (quarantine.c.seq == seq)


def _find(db: Connection, known: Known, seq: int) -> Row[Any] | None:
    return db.execute(select(quarantine).where(_here(known, seq))).first()


def _row_of(db: Connection, known: Known, seq: int) -> Row[Any]:
    return db.execute(select(quarantine).where(_here(known, seq))).one()
