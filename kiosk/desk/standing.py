"""How a person stands with the centre, as this device knows: the roster in use, and how old it is."""

from typing import TYPE_CHECKING

from kiosk.core.standing import Standing, standing_of
from kiosk.core.wire.reference import STAFF, read_roster
from kiosk.core.wire.times import from_ms, parse_utc
from kiosk.store.datasets import current_dataset
from kiosk.store.sync_state import centre_of, confirmed_at

if TYPE_CHECKING:
    from kiosk.desk.session import Session


def standing(session: "Session", code: str | None = None) -> Standing:
    """How a person stands now, the one at work without `code`. On a trial everyone stands well.

    Raises KnownError `dataset.missing` on an enrolled device without a roster.
    """
    db = session.store.db
    if centre_of(db) is None:
        return Standing(None, None)
    member = read_roster(current_dataset(db, STAFF).content).find(code or session.staff)
    row = db.conn.execute("SELECT as_of FROM snapshot_applied WHERE dataset = ?", (STAFF,)).fetchone()
    dated, confirmed = parse_utc(row[0]), confirmed_at(db)
    policy = session.reference.policy(session.believed_date())
    return standing_of(
        member,
        max(dated, confirmed or dated),
        from_ms(session.believed_ms()),
        policy.staff_offline_days,
    )
