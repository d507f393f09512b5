"""Keys of this device: a new data key, and where its recovery slot is kept until the centre holds it."""

from collections.abc import Callable
from typing import Literal

from kiosk.core.entries.keys import KeysMade, RecoveryPart
from kiosk.desk.reference import Reference
from kiosk.desk.session import Session
from kiosk.store.rekey import Rekeying, rekey
from kiosk.store.slot_model import RecoverySlot
from kiosk.store.sync_state import acknowledged

Cause = Literal["rekey", "leaver"]


def change_data_key(
    session: Session, cause: Cause = "rekey", progress: Callable[[int, int], None] | None = None
) -> None:
    """Give the database a new data key; everyone's secret stays. The session goes on under it.

    A sync in the background is stopped first. `cause` `leaver`: somebody who left may have copied the key.
    `progress` gets pages copied and pages in all. On an enrolled device the centre gets the new recovery slot
    with the next sync; until then the slot file keeps the one before as well, for copies made under it.

    Raises KnownError `slots.supervisor_needed`, `slots.absent_too_long`, `store.*`, and what
    `kiosk.store.rekey.rekey` says of them.
    """
    moment, device = session.moment(), session.store.device_signer

    def record(made: Rekeying) -> None:
        body = KeysMade(cause=cause, recovery=recovery_part(made.recovery))
        made.journal.append(body, moment, staff=session.staff, signers=(device,))

    rekey(session.store, record=record, progress=progress)
    session.reference = Reference(session.store.db)


def recovery_part(slot: RecoverySlot | None) -> RecoveryPart | None:
    """A recovery slot as an entry carries it to the centre."""
    if slot is None:
        return None
    return RecoveryPart(slot=slot.slot_id, authority=slot.authority, sealed=slot.sealed.hex())


def lodged(session: Session) -> bool:
    """Whether the centre holds the recovery slot of the data key in force; a trial has none to hold."""
    row = session.store.db.conn.execute(
        "SELECT max(seq) FROM known_entry WHERE type = ?", (KeysMade.TYPE,)
    ).fetchone()
    if row[0] is None:
        return not session.store.slots.header_of(session.store.unlocked).recovery_slots()
    kept = acknowledged(session.store.db)
    return session.store.journal.state().trial or (kept is not None and kept.stored_through >= row[0])


def finish_lodging(session: Session) -> None:
    """Drop recovery slots of earlier data keys once the centre holds the newest.

    Raises KnownError `slots.*`, `store.*`.
    """
    store = session.store
    if len(store.slots.header_of(store.unlocked).recovery_slots()) > 1 and lodged(session):
        store.slots.drop_old_recovery(store.unlocked)
