"""How a person stands with the centre, as this device knows: the roster in use, its age, tombstones."""

from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.standing import Standing, standing_of
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.reference import MAX_REFERENCE_BYTES, STAFF, read_roster
from kiosk.core.wire.times import from_ms, parse_utc
from kiosk.core.wire.tombstone import TOMBSTONES
from kiosk.store.datasets import current_dataset
from kiosk.store.store import Store
from kiosk.store.sync_state import centre_of, confirmed_at
from kiosk.store.tombstone import lay, read_laid

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


def work_ended(session: "Session", code: str | None = None) -> bool:
    """Whether the centre has ended a person's work here, by roster or tombstone.

    `code`: the one at work without it. All that is there is read and judged; a session keeps the answer.
    Raises KnownError `dataset.missing`, `store.*`.
    """
    store, staff = session.store, code or session.staff
    if centre_of(store.db) is None:
        return False
    member = read_roster(current_dataset(store.db, STAFF).content).find(staff)
    if member is not None and member.revoked is not None:
        return True
    lay_synced(store)
    slot = next((one.slot_id for one in store.slots.listed() if one.code == staff), "")
    laid = read_laid(store.folder, store.db, store.unlocked.device, session.moment().at)
    return laid.names(staff, slot) is not None


def lay_synced(store: Store) -> None:
    """Put the tombstones that came with sync beside the slots, where they count while the store is locked.

    Raises KnownError `store.*`.
    """
    try:
        content = current_dataset(store.db, TOMBSTONES).content
        texts = parse_canonical(content, max_bytes=MAX_REFERENCE_BYTES)[TOMBSTONES]
        for text in texts:
            lay(store.folder, text.encode("utf-8"))
    except (KnownError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, KnownError) and error.code.startswith("store."):
            raise
