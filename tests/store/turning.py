"""Periods in tests: begin one, make the one before safe at the centre, erase its people, drop it."""

import atexit
import shutil
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from kiosk.core.entries.privacy import PersonErased
from kiosk.core.wire.times import utc_text
from kiosk.desk.session import Session
from kiosk.store.drop import Border, border_of, drop_oldest
from kiosk.store.periods import periods
from kiosk.store.retention import held_records
from kiosk.store.rows import insert
from kiosk.store.sync_state import keep_persons_safe, keep_persons_through
from kiosk.store.turn import Turned, turn
from tests.acts import Day, begin, finish, in_drawer, new_trial, owe, tally
from tests.desk.conftest import Trial

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
        keep_persons_safe(db, state.seq)


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
    with session.store.transaction() as db:
        return drop_oldest(db, session.store.journal, days)


def tables(session: Session) -> list[str]:
    """The tables of the kept periods."""
    return [one.table for one in periods(session.store.db)]


def made_droppable(trial: Trial) -> Session:
    """Erase the people of the oldest period and let the centre hold everything; the teller goes on."""
    erase_old(trial.unlock("SUP-1"))
    session = trial.unlock("TEL-1")
    safe(session)
    return session


@cache
def turned_device() -> Path:
    """A device with a closed day (a paid and two unpaid requests, a debt paid) and a new period after it."""
    root = _folder() / "device"
    trial = new_trial(root)
    session = trial.unlock("TEL-1")
    owe(session)
    begin(session)
    day = Day(session, [], [])
    for act in ("ask", "pay", "ask", "debt", "ask"):
        day.do(act)
    close_shift(session)
    turn_now(session)
    trial.close()
    return root


@cache
def droppable_device() -> Path:
    """The same device when its first period may go."""
    trial = copy_of(turned_device(), _folder() / "device")
    made_droppable(trial)
    trial.close()
    return trial.root


def copy_of(made: Path, root: Path) -> Trial:
    """A device of one's own, like one that was made before; its clock is past all that was done there."""
    shutil.copytree(made, root)
    trial = Trial(root)
    trial.clocks.pass_time(timedelta(hours=2))
    return trial


def _folder() -> Path:
    folder = mkdtemp(prefix="kiosk-periods-")
    atexit.register(shutil.rmtree, folder)
    return Path(folder)
