"""The dataset `request-status`: where the requests of a unit stand, for every device of that unit.

Open requests, and those that ended a while ago: how long both stay there the policy says, so that the set
stays small enough to come whole. What a person says is published at once. Requests that only arrived are told
with it, or when a device asks for its manifest, at most once an hour: each version is an entry on each
device.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from central.centre import Centre
from central.policy_data import whole_setting
from central.publish import Content, latest, publish
from central.schema_books import request, request_status
from kiosk.core.request_states import closed_states
from kiosk.core.wire.request_status import (
    REQUEST_STATUS,
    RequestStatus,
    RequestStatuses,
    statuses_content,
)
from kiosk.core.wire.times import parse_utc, utc_text

OPEN_DAYS, CLOSED_DAYS = "open_request_days", "closed_request_days"
"""Settings of the policy: days after the last word of the centre on a request that is open, or that ended."""
ARRIVALS_AFTER = timedelta(hours=1)


def scope_of_unit(unit: str) -> str:
    """The scope of what the devices of a unit get."""
    return f"unit:{unit}"


def publish_statuses(centre: Centre, db: Connection, unit: str) -> None:
    """Publish what there is to say of a unit's requests, inside the open transaction, when it changed."""
    now = centre.now()
    statuses = statuses_of(centre, db, unit, now)
    if not statuses and latest(db, REQUEST_STATUS, scope_of_unit(unit)) is None:
        return
    content = Content(
        name=REQUEST_STATUS,
        scope=scope_of_unit(unit),
        form="plain",
        data=statuses_content(RequestStatuses(unit=unit, statuses=statuses)),
        rows=len(statuses),
        as_of=now,
        valid_until=None,
    )
    publish(centre, db, content)


def arrivals_due(db: Connection, unit: str, now: datetime) -> bool:
    """Whether devices should be told of requests that arrived: an hour after the last version at the soonest.

    Asked by every idle device: the head changes with it, so that one of them fetches its manifest.
    """
    last = latest(db, REQUEST_STATUS, scope_of_unit(unit))
    newest = select(func.max(request.c.state_at)).where(request.c.unit == unit)
    if last is not None and parse_utc(str(last.as_of)) + ARRIVALS_AFTER > now:
        return False
    at = db.execute(newest).scalar()
    return at is not None and (last is None or at > str(last.as_of))


def publish_arrivals(centre: Centre, db: Connection, unit: str) -> None:
    """Publish requests that arrived, inside the open transaction, when it is time for that."""
    if arrivals_due(db, unit, centre.now()):
        publish_statuses(centre, db, unit)


def statuses_of(centre: Centre, db: Connection, unit: str, now: datetime) -> tuple[RequestStatus, ...]:
    """What the set holds now, by tracking number."""
    log, closed = request_status, closed_states()
    newest = (log.c.stream == request.c.stream) & (log.c.seq == request.c.seq) & (log.c.n == request.c.said)
    kept = or_(
        and_(request.c.state.not_in(closed), request.c.state_at >= _since(centre, db, OPEN_DAYS, now)),
        and_(request.c.state.in_(closed), request.c.state_at >= _since(centre, db, CLOSED_DAYS, now)),
    )
    query = (
        select(request, log.c.note, log.c.until, log.c.office)
        .outerjoin(log, newest)
        .where(request.c.unit == unit, kept)
        .order_by(request.c.tracking, request.c.stream, request.c.seq)
    )
    found: dict[str, RequestStatus] = {}
    for row in db.execute(query):
        if row.tracking not in found and row.tracking.startswith(f"{row.device}-"):
            found[row.tracking] = RequestStatus(
                tracking=row.tracking,
                service=row.service,
                day=date.fromisoformat(row.day),
                state=row.state,
                at=parse_utc(row.state_at),
                note=row.note,
                until=date.fromisoformat(row.until) if row.until else None,
                office=row.office,
            )
    return tuple(found.values())


def _since(centre: Centre, db: Connection, name: str, now: datetime) -> str:
    """From when on a last word still counts; '' (always) where the policy sets no time."""
    days = whole_setting(centre, db, name, now.date())
    return "" if days is None else utc_text(now - timedelta(days=days))
