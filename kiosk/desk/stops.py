"""The causes that are present on this device now, and what stands in the way of an act (`kiosk.core.stops`).

`standing_in_the_way` is asked inside acts and costs a few µs; `stops` gathers everything for people.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlite_utils import Database

from kiosk.core.cash import handover_due
from kiosk.core.debts.age import data_age
from kiosk.core.entries.technical import DiskChanged, StopChanged
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.money import format_money
from kiosk.core.stops import Act, Cause, Stop, in_order, stopped
from kiosk.desk.reference import FEES
from kiosk.desk.standing import standing, work_ended
from kiosk.store.debts.read import data_version
from kiosk.store.disk_reserve import DiskLimits, DiskState, drop_ballast, has_ballast, keep_ballast
from kiosk.store.incidents import StandingIncident, incident_stands, standing_incidents
from kiosk.store.log_room import lay_log
from kiosk.store.queries.drawer import cash_in_hand, minutes_held
from kiosk.store.sync_state import keep_setting, setting

if TYPE_CHECKING:
    from kiosk.core.policy import Policy
    from kiosk.desk.session import Session

_DISK = "disk_state"
KINDS = {
    "ahead": InBoth("المركز عنده قيود أكثر مما على الجهاز", "the centre holds more than this device"),
    "broken_chain": InBoth("سلسلة القيود مكسورة", "the chain of entries is broken"),
    "clone": InBoth("يعمل جهازان من نسخة واحدة", "two devices work from one copy"),
    "damaged": InBoth("ملف البيانات تالف", "the data file is damaged"),
    "fork": InBoth("عند المركز قيود أخرى بنفس الأرقام", "the centre holds other entries of these numbers"),
    "frozen": InBoth("أوقفه المركز بأمر", "the centre ordered it to stop"),
    "rollback": InBoth("رجع القرص إلى حالة أقدم", "the disk was put back to an older state"),
}
"""What each kind of incident is called."""


def standing_in_the_way(session: "Session", acts: Collection[Act]) -> Stop | None:
    """The stop that refuses any of these acts, the most serious first, or None.

    The limits of cash and of debt data depend on the amounts: the acts themselves check those
    (`kiosk.core.cash.check_cash_room`, `kiosk.core.debts.age.check_data_age`).
    """
    found = [stop for stop in _quick(session, acts) if stop is not None]
    return stopped(acts, found) if found else None


def stops(session: "Session") -> tuple[Stop, ...]:
    """Every cause that is present on this device now, the most serious first; nothing is written."""
    session.disk.look_again()
    session.work_ended = work_ended(session)
    policy = session.reference.policy(session.today())
    found = [
        _incident(session),
        _disk(session, policy),
        _revoked(session) or _staff(session),
        *_cash(session, policy),
        _fees(session, policy),
        _debts(session, policy),
        _clock(session),
    ]
    return in_order(stop for stop in found if stop is not None)


def what_happened(one: StandingIncident) -> InBoth:
    """An incident in a few words, with the entry where, as far as it is known."""
    words = KINDS[one.kind]
    if one.at is None:
        return words
    return InBoth(f"{words.ar}، عند القيد {one.at}", f"{words.en}, at entry {one.at}")


def changes(session: "Session", acts: Collection[Act], stop: Stop | None) -> list[StopChanged]:
    """What the journal is to tell after these acts were asked for: a stop first met, or met no more."""
    seen = session.stops_seen
    if stop is not None:
        if stop.cause in seen:
            return []
        seen.add(stop.cause)
        return [StopChanged(cause=stop.cause.value, stands=True)]
    over = [cause for cause in seen if Stop(cause).stops & frozenset(acts)]
    seen.difference_update(over)
    return [StopChanged(cause=cause.value, stands=False) for cause in over]


def causes_seen(session: "Session") -> set[Cause]:
    """The causes that the journal tells as standing."""
    rows = session.store.db.conn.execute("SELECT cause FROM stop_seen").fetchall()
    known = {cause.value for cause in Cause}
    return {Cause(cause) for (cause,) in rows if cause in known}


def keep_reserve(session: "Session") -> None:
    """Keep the policy's ballast back on this disk and lay the log, where there is room for them, and tell the
    journal how the disk stands. Raises KnownError `store.*`.
    """
    policy = session.reference.policy(session.believed_date())
    had = has_ballast(session.store.folder)
    kept = keep_ballast(session.store.folder, policy.disk_ballast_mb, leave_mb=policy.disk_low_mb)
    lay_log(session.store.db, session.store.folder.database, leave_mb=policy.disk_low_mb)
    session.disk.look_again()
    if kept and not had:
        session.tell(_disk_entry(session, policy))
    else:
        _look_at_disk(session, policy)


def give_up_reserve(session: "Session") -> None:
    """The disk is full: give the ballast up, that the next try finds room. Raises KnownError `store.*`."""
    if drop_ballast(session.store.folder):
        session.disk.look_again()
        session.tell(_disk_entry(session, session.reference.policy(session.believed_date())))


def disk_told(session: "Session") -> DiskState:
    """How the disk stood when the journal was last told."""
    return setting(session.store.db, _DISK) or "enough"


def keep_disk_told(db: Database, body: DiskChanged) -> None:
    """Note inside the act what it tells."""
    keep_setting(db, _DISK, body.state)


def _quick(session: "Session", acts: Collection[Act]) -> list[Stop | None]:
    """The causes that could refuse these acts; what cannot is not looked at."""
    found = [_incident(session) if incident_stands(session.store.db) else None]
    found.append(_revoked(session))
    if Act.NEW_SHIFT in acts:
        found.append(_staff(session))
    policy = session.reference.policy(session.believed_date())
    if Act.NEW_CASH in acts or Act.SCAN in acts:
        _look_at_disk(session, policy)
        found.append(_disk(session, policy))
    if Act.FEE in acts:
        found.append(_fees(session, policy))
    return found


def _look_at_disk(session: "Session", policy: "Policy") -> None:
    """Let the next act tell when free space has crossed a limit."""
    if session.disk.state(_limits(policy)) != session.disk_told:
        session.tell(_disk_entry(session, policy))


def _disk_entry(session: "Session", policy: "Policy") -> DiskChanged:
    return DiskChanged(
        state=session.disk.state(_limits(policy)),
        free_mb=session.disk.free_mb(),
        ballast=has_ballast(session.store.folder),
    )


def _limits(policy: "Policy") -> DiskLimits:
    return DiskLimits(low_mb=policy.disk_low_mb, reserve_mb=policy.disk_reserve_mb)


def _incident(session: "Session") -> Stop | None:
    standing = standing_incidents(session.store.db)
    return Stop(Cause.INCIDENT, {"what": what_happened(standing[0])}) if standing else None


def _disk(session: "Session", policy: "Policy") -> Stop | None:
    free = session.disk.free_mb()
    if free >= policy.disk_reserve_mb:
        return None
    return Stop(Cause.DISK_RESERVE, {"free": free, "limit": policy.disk_reserve_mb})


def _revoked(session: "Session") -> Stop | None:
    """As the orders said that were taken in last (`kiosk.desk.revocation`)."""
    return Stop(Cause.REVOKED, {"staff": session.staff}) if session.work_ended else None


def _staff(session: "Session") -> Stop | None:
    """The roster in use must still name him, and the centre have confirmed it: `kiosk.core.standing`."""
    if standing(session).doubt is None:
        return None
    return Stop(Cause.STAFF_VALIDITY, {"staff": session.staff})


def _cash(session: "Session", policy: "Policy") -> list[Stop]:
    """The ceiling and the hours, of the open shift; says limits, never what the drawer must hold."""
    shift = session.shift()
    if shift is None:
        return []
    db = session.store.db
    held = cash_in_hand(db, shift.seq)
    minutes = minutes_held(db, shift.seq, session.moment().clock, session.believed_ms())
    if not handover_due(held, minutes, policy):
        return []
    if held >= policy.cash_ceiling:
        return [Stop(Cause.CASH_CEILING, {"limit": format_money(policy.cash_ceiling)})]
    facts = {"hours": minutes // 60, "limit": policy.hours_since_handover}
    return [Stop(Cause.HOURS_SINCE_HANDOVER, facts)]


def _fees(session: "Session", policy: "Policy") -> Stop | None:
    as_of = session.local_date(session.reference.as_of(FEES))
    days = (session.believed_date() - as_of).days
    if days <= policy.fee_data_max_age_days:
        return None
    if session.take_newer(FEES):
        return _fees(session, policy)
    facts = {"as_of": as_of.isoformat(), "days": days, "limit": policy.fee_data_max_age_days}
    return Stop(Cause.FEE_DATA_OLD, facts)


def _debts(session: "Session", policy: "Policy") -> Stop | None:
    try:
        version = data_version(session.store.db)
    except KnownError as error:
        if error.code != "dataset.missing":
            raise
        return None
    as_of, today = session.local_date(version.as_of), session.believed_date()
    age = data_age(as_of, today, policy)
    if not age.stale:
        return None
    cap = format_money(policy.stale_debt_cap)
    return Stop(Cause.DEBT_DATA_OLD, {"as_of": as_of.isoformat(), "days": abs(age.days), "cap": cap})


def _clock(session: "Session") -> Stop | None:
    return Stop(Cause.CLOCK_STEP) if session.moment().clock.suspect else None
