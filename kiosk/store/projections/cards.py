"""Projections of card payments: each attempt is moved only along the arrows of `kiosk.core.cards`."""

from datetime import timedelta

from sqlite_utils import Database

from kiosk.core.cards import Arrow, State, after, may_follow
from kiosk.core.entries.card import (
    CardApproved,
    CardBatch,
    CardCompleted,
    CardDeclined,
    CardPrepared,
    CardRecord,
    CardResolved,
    CardReversed,
    CardSent,
    CardUnknown,
)
from kiosk.core.entries.payment import RequestFor
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry
from kiosk.store.rows import insert


def prepare(db: Database, entry: Entry, body: CardPrepared) -> None:
    """An attempt begins. A reversal is for what the reversed payment was for."""
    insert(
        db,
        "card_attempt",
        seq=entry.seq,
        attempt=body.attempt,
        kind=body.kind,
        shift=entry.shift.seq if entry.shift else 0,
        staff=entry.staff or "",
        terminal=body.terminal,
        piastres=body.piastres,
        currency=body.currency,
        counter=body.counter,
        slip_before=body.slip_before,
        reference=_reference(db, body),
        state=State.PREPARED.value,
        why="prepared",
        receipt_no=body.receipt_no,
        reverses=body.reverses.seq if body.reverses else None,
    )


def send(db: Database, entry: Entry, body: CardSent) -> None:
    """The order leaves."""
    _move(db, entry, body.attempt.seq, Arrow.SENT, "sent")
    db.conn.execute("UPDATE card_attempt SET sent = ? WHERE seq = ?", (_local(entry), body.attempt.seq))


def approve(db: Database, entry: Entry, body: CardApproved) -> None:
    """The terminal approved it."""
    _move(db, entry, body.attempt.seq, Arrow.APPROVED, "approved")
    _keep_record(db, body.attempt.seq, body.record)


def decline(db: Database, entry: Entry, body: CardDeclined) -> None:
    """The terminal refused it."""
    _move(db, entry, body.attempt.seq, Arrow.DECLINED, body.code)


def doubt(db: Database, entry: Entry, body: CardUnknown) -> None:
    """Its end is not known."""
    arrow = Arrow.NEEDS_PERSON if body.needs == "person" else Arrow.UNKNOWN
    _move(db, entry, body.attempt.seq, arrow, body.why)
    if body.silent_s is not None:
        heard = _local(entry, timedelta(seconds=body.silent_s))
        db.conn.execute("UPDATE card_attempt SET heard = ? WHERE seq = ?", (heard, body.attempt.seq))


def resolve(db: Database, entry: Entry, body: CardResolved) -> None:
    """Its end became known."""
    _move(db, entry, body.attempt.seq, Arrow.FOUND_DONE if body.done else Arrow.FOUND_NOT_DONE, body.why)
    if body.done and body.record is not None:
        _keep_record(db, body.attempt.seq, body.record)


def complete(db: Database, entry: Entry, body: CardCompleted) -> None:
    """Its receipt was issued."""
    _move(db, entry, body.attempt.seq, Arrow.COMPLETED, "completed")
    db.conn.execute("UPDATE card_attempt SET payment = ? WHERE seq = ?", (body.payment.seq, body.attempt.seq))


def complete_reversal(db: Database, entry: Entry, body: CardReversed) -> None:
    """The receipt of what it reversed was voided."""
    _move(db, entry, body.attempt.seq, Arrow.COMPLETED, "reversed")


def close_day(db: Database, entry: Entry, body: CardBatch) -> None:
    """A terminal closed its day."""
    insert(db, "card_batch", seq=entry.seq, terminal=body.terminal)


def _local(entry: Entry, before: timedelta = timedelta()) -> str:
    """When an entry was made, or so long before it, by the clock on the wall: whole seconds, no zone."""
    local = entry.at - before + timedelta(minutes=entry.local.offset)
    return local.replace(tzinfo=None).isoformat(timespec="seconds")


def _reference(db: Database, body: CardPrepared) -> str:
    if body.bill is not None:
        what_for = body.bill.what_for
        return what_for.tracking if isinstance(what_for, RequestFor) else what_for.debtor
    seq = body.reverses.seq if body.reverses else 0
    row = db.conn.execute("SELECT reference FROM card_attempt WHERE seq = ?", (seq,)).fetchone()
    return str(row[0]) if row else ""


def _move(db: Database, entry: Entry, seq: int, arrow: Arrow, why: str) -> None:
    """Raises KnownError `verify.contradiction` for an arrow that does not start where the attempt stands."""
    row = db.conn.execute("SELECT state FROM card_attempt WHERE seq = ?", (seq,)).fetchone()
    if row is None or not may_follow(State(row[0]), arrow):
        raise KnownError("verify.contradiction", seq=entry.seq)
    state = after(State(row[0]), arrow)
    db.conn.execute("UPDATE card_attempt SET state = ?, why = ? WHERE seq = ?", (state.value, why, seq))


def _keep_record(db: Database, seq: int, record: CardRecord) -> None:
    """What the terminal said of it; a reversal keeps the number of the slip that it reverses."""
    db.conn.execute(
        "UPDATE card_attempt SET trace = ?, receipt_no = CASE kind WHEN 'payment' THEN ? ELSE receipt_no END,"
        " approval = ?, last4 = ? WHERE seq = ?",
        (record.trace, record.receipt_no, record.approval, record.last4, seq),
    )
