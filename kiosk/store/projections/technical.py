"""Projections of technical events: incidents that stop new money, and orders that were carried out."""

from sqlite_utils import Database

from kiosk.core.entries.technical import IncidentLifted, IncidentNoted, OrderDone, StopChanged
from kiosk.core.wire.entry import Entry
from kiosk.store.rows import insert


def note_incident(db: Database, entry: Entry, body: IncidentNoted) -> None:
    """An incident stands until it is lifted."""
    insert(db, "incident", seq=entry.seq, kind=body.kind, at=body.at, detail=body.detail)


def lift_incident(db: Database, entry: Entry, body: IncidentLifted) -> None:
    """The centre lifted an incident."""
    db.conn.execute("UPDATE incident SET lifted = ? WHERE seq = ?", (entry.seq, body.incident.seq))


def order_done(db: Database, entry: Entry, body: OrderDone) -> None:
    """An order is carried out once: its number is taken."""
    insert(db, "order_done", epoch=body.epoch, n=body.n, hash=body.order, seq=entry.seq)


def change_stop(db: Database, entry: Entry, body: StopChanged) -> None:
    """A cause that stops something is there, or gone."""
    db.conn.execute("DELETE FROM stop_seen WHERE cause = ?", (body.cause,))
    if body.stands:
        insert(db, "stop_seen", cause=body.cause, seq=entry.seq)
