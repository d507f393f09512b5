"""Takes in what the centre ordered about people: who is revoked or has a tombstone loses his slot here.

At each unlock by somebody else, and between two acts when sync has brought something. The entry is the
device's own, since no person decided it here; the slot goes in the same act. A revoked person who holds the
open shift keeps his slot until he has closed it (closing and handing over are never stopped); a tombstone
takes it at once. Who is at work himself goes on in the session that is open, where he may only finish, close
and hand over (`kiosk.core.stops`, cause `revoked`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.core.entries.keys import KeysOrderRefused
from kiosk.core.entries.staff import StaffRemoved
from kiosk.core.wire.reference import STAFF, read_roster
from kiosk.desk.session import Session
from kiosk.desk.standing import lay_synced, work_ended
from kiosk.store.datasets import current_dataset
from kiosk.store.slots import Listed
from kiosk.store.sync_state import centre_of, keep_setting, setting
from kiosk.store.tombstone import Laid, read_laid

_NOTED = "orders_refused"
_MOST_NOTED = 256


@dataclass(frozen=True)
class _Order:
    """Whose slot goes, and by which order of the centre."""

    slot: Listed
    reason: str


def take_in_orders(session: Session) -> list[str]:
    """Destroy the slots of whom the centre revoked; return their codes. Files not believed are noted once.

    Raises KnownError `slots.*`, `store.*`; it can be repeated at any time.
    """
    lay_synced(session.store)
    session.work_ended = work_ended(session)
    store = session.store
    laid = read_laid(store.folder, store.db, store.unlocked.device, session.moment().at)
    _note_refused(session, laid)
    orders = list(_orders(session, laid))
    if orders:
        with session.act() as act:
            for one in orders:
                body = StaffRemoved(member=one.slot.code, slot=one.slot.slot_id, reason=one.reason)
                store.journal.append(body, act.moment, signers=(store.device_signer,))
            store.slots.destroy(store.unlocked, [one.slot.code for one in orders])
    return [one.slot.code for one in orders]


def _orders(session: Session, laid: Laid) -> Iterator[_Order]:
    revoked = dict(_revoked(session))
    shift = session.shift()
    for slot in session.store.slots.listed():
        if slot.kind != "staff" or slot.code == session.staff:
            continue
        found = laid.names(slot.code, slot.slot_id)
        if found is not None:
            yield _Order(slot, f"tombstone:{found.tombstone.number}")
        elif slot.code in revoked and (shift is None or shift.staff != slot.code):
            yield _Order(slot, revoked[slot.code])


def _revoked(session: Session) -> Iterator[tuple[str, str]]:
    """Whom the roster in use revokes, and what names the roster."""
    if centre_of(session.store.db) is None:
        return
    roster = current_dataset(session.store.db, STAFF)
    for member in read_roster(roster.content).members:
        if member.revoked is not None:
            yield member.code, f"roster:{roster.version}"


def _note_refused(session: Session, laid: Laid) -> None:
    """Say once of each file that it was not believed."""
    noted = list(setting(session.store.db, _NOTED) or [])
    fresh = [one for one in laid.refused if one.digest not in noted][:_MOST_NOTED]
    if not fresh:
        return
    with session.act() as act:
        for one in fresh:
            act.append(KeysOrderRefused(digest=one.digest, reason=one.reason))
        keep_setting(act.db, _NOTED, [*noted, *(one.digest for one in fresh)][-_MOST_NOTED:])
