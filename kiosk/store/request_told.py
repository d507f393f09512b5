"""What the centre last told of the requests of the unit: one version whole, in place of the one before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.core.wire.request_status import REQUEST_STATUS, RequestStatus
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.store.rows import insert_all
from kiosk.store.sync_state import confirmed_at

_SHOWN = "SELECT tracking, service, day, state, at, note, until, office FROM request_told"


@dataclass(frozen=True)
class Age:
    """`made`: when the centre made the version in use; `confirmed`: when it last said that none is newer."""

    made: datetime
    confirmed: datetime | None

    @property
    def as_of(self) -> datetime:
        """Up to when what is shown is known to be the centre's word."""
        return max(self.made, self.confirmed or self.made)


def put_told(db: Database, statuses: Iterable[RequestStatus]) -> None:
    """Put a version in place of the one before, inside the open transaction."""
    db.conn.execute("DELETE FROM request_told")
    insert_all(
        db,
        "request_told",
        (
            {
                "tracking": one.tracking,
                "service": one.service,
                "day": one.day.isoformat(),
                "state": one.state,
                "at": utc_text(one.at),
                "note": one.note,
                "until": one.until.isoformat() if one.until else None,
                "office": one.office,
            }
            for one in statuses
        ),
    )


def told_count(db: Database) -> int:
    """How many requests the version in use tells of."""
    return int(db.conn.execute("SELECT count(*) FROM request_told").fetchone()[0])


def held_version(db: Database) -> int:
    """The version in use; 0 before the first."""
    row = db.conn.execute(
        "SELECT version FROM snapshot_applied WHERE dataset = ?", (REQUEST_STATUS,)
    ).fetchone()
    return int(row[0]) if row else 0


def told_of(db: Database, tracking: str) -> RequestStatus | None:
    """What the centre told of one request, or None."""
    row = db.conn.execute(f"{_SHOWN} WHERE tracking = ?", (tracking,)).fetchone()
    if row is None:
        return None
    return RequestStatus(
        tracking=row[0],
        service=row[1],
        day=date.fromisoformat(row[2]),
        state=row[3],
        at=parse_utc(row[4]),
        note=row[5],
        until=date.fromisoformat(row[6]) if row[6] else None,
        office=row[7],
    )


def told_age(db: Database) -> Age | None:
    """How old the version in use is; None before the first."""
    row = db.conn.execute(
        "SELECT as_of FROM snapshot_applied WHERE dataset = ?", (REQUEST_STATUS,)
    ).fetchone()
    if row is None:
        return None
    return Age(parse_utc(row[0]), confirmed_at(db))
