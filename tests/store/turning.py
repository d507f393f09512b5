"""Periods in tests: begin one, make the one before safe at the centre, erase its people, drop it."""

from datetime import UTC, datetime, timedelta

from kiosk.core.entries.privacy import PersonErased
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.desk.session import Session
from kiosk.store.drop import Border, border_of, drop_oldest
from kiosk.store.periods import periods
from kiosk.store.retention import held_records
from kiosk.store.rows import insert
from kiosk.store.sync_state import keep_persons_through
from kiosk.store.turn import Turned, turn
from tests.acts import finish, in_drawer, tally

LATER = timedelta(days=31)


def close_shift(session: Session) -> None:
    """Count and close, all of it kept in the drawer."""
    kept = in_drawer(session)
    tally(session)
    finish(session, kept)


def turn_now(session: Session) -> Turned:
    """Begin a new period."""
    store = session.store
    with session.act() as act:
        return turn(store.db, store.journal, store.device_signer, act.moment, 30)


def safe(session: Session, *, through: int | None = None, after: timedelta = LATER) -> None:
    """The centre holds everything (or up to `through`), and said so so long after the last entry."""
    db = session.store.db
    state = session.store.journal.state()
    seq = state.seq if through is None else through
    with session.store.transaction():
        db.conn.execute("DELETE FROM acknowledgement")
        insert(
            db,
            "acknowledgement",
            one=1,
            epoch=1,
            stored_through=state.seq,
            safe_through=seq,
            head=state.head,
            server_time=utc_text(state.at + after),
            bytes=b"{}",
        )
        keep_persons_through(db, state.seq)


def erase_old(supervisor: Session) -> None:
    """Erase every record that only the oldest period names."""
    store = supervisor.store
    border = border_of(store.db, store.journal)
    records = sorted(one.record for one in held_records(store.db) if not border.stays(one.seq))
    if not records:
        return
    body = PersonErased(
        persons=tuple(records), basis="retention", rule="request_person", case=None, approver=None
    )
    with supervisor.act() as act:
        for record in records:
            act.persons.erase(record)
        act.append(body, sign=True)


def drop_now(session: Session, days: int = 30) -> Border:
    """Drop the oldest period."""
    return drop_oldest(session.store.db, session.store.journal, days)


def tables(session: Session) -> list[str]:
    """The tables of the kept periods."""
    return [one.table for one in periods(session.store.db)]


def server_time(session: Session) -> datetime:
    """When the centre last answered."""
    text = session.store.db.conn.execute("SELECT server_time FROM acknowledgement").fetchone()[0]
    return parse_utc(text).astimezone(UTC)
