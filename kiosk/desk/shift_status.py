"""How the shift of this device stands: whose, since when, what comes next. No figure of cash is in it."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.cash import handover_due
from kiosk.core.roles import Right
from kiosk.core.shift_close import Step
from kiosk.desk.session import OpenShift, Session
from kiosk.desk.shift_close import next_count
from kiosk.store.queries.drawer import book_of, cash_in_hand, entry_time, minutes_held
from kiosk.store.unlocked import May


@dataclass(frozen=True)
class Status:
    """The open shift: its book, receipts left, whether a handover is due, and the next step of its count."""

    shift: OpenShift
    opened_at: datetime
    receipts_left: int
    handover_due: bool
    next: Step


def shift_status(session: Session) -> Status | None:
    """Say how the open shift stands, or None when there is none.

    Raises KnownError `roles.no_right`, `session.expired`.
    """
    session.require(Right.REPORT_X, May.CLOSE)
    shift = session.shift()
    if shift is None:
        return None
    db, moment = session.store.db, session.moment()
    minutes = minutes_held(db, shift.seq, moment.clock, session.believed_ms())
    policy = session.reference.policy(session.date_of(moment))
    return Status(
        shift=shift,
        opened_at=entry_time(db, shift.seq),
        receipts_left=book_of(db, shift.series).left,
        handover_due=handover_due(cash_in_hand(db, shift.seq), minutes, policy),
        next=next_count(session, shift),
    )
