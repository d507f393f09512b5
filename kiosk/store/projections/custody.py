"""Projections of cash that changes hands without a receipt."""

from sqlite_utils import Database

from kiosk.core.entries.custody import CashMoved, HandoverGiven, HandoverReceived
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text
from kiosk.store.projections.money import move
from kiosk.store.rows import insert


def move_cash(db: Database, entry: Entry, body: CashMoved) -> None:
    """Cash into or out of the drawer with a reason."""
    signed = body.piastres if body.direction == "in" else -body.piastres
    move(db, entry.shift.seq if entry.shift else None, signed)


def give(db: Database, entry: Entry, body: HandoverGiven) -> None:
    """Cash was given away: out of the drawer, or as the bag of a closed shift."""
    _handover(db, entry, body, "given")
    if body.closing is None and entry.shift:
        db.conn.execute(
            "UPDATE shift SET since = ?, boot = ?, mono_ms = ? WHERE seq = ? AND state <> 'closed'",
            (utc_text(entry.at), entry.clock.boot, entry.clock.mono_ms, entry.shift.seq),
        )
    if body.source == "drawer":
        move(db, entry.shift.seq if entry.shift else None, -body.total)


def receive(db: Database, entry: Entry, body: HandoverReceived) -> None:
    """Cash was received and counted, into the drawer or as a bag."""
    _handover(db, entry, body, "received")
    if body.into == "drawer":
        move(db, entry.shift.seq if entry.shift else None, body.total)


def _handover(db: Database, entry: Entry, body: HandoverGiven | HandoverReceived, direction: str) -> None:
    closing = body.closing if isinstance(body, HandoverGiven) else None
    insert(
        db,
        "handover",
        seq=entry.seq,
        transfer=body.transfer,
        direction=direction,
        shift=entry.shift.seq if entry.shift else None,
        staff=entry.staff,
        counterpart=body.counterpart,
        total=body.total,
        closing=closing.seq if closing else None,
        seal=body.seal,
    )
