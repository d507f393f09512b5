"""Brings slot file and journal together again after a cut between the two, at unlock and before staff acts.

- A slot without its entry: the addition was cut off before its secret was shown, so nobody can open it, or an
  older slot file was put back. It is destroyed; the person is added again. The journal is not touched.
- An entry without its slot: the removal was cut off after the slot was destroyed. Its entry is written now.
- A secret that was changed without its entry: the owner's slot is no longer as it was announced.
"""

import hashlib
import json
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.entries.staff import StaffAdded, StaffRemoved, StaffSecretChanged
from kiosk.core.errors import BugError
from kiosk.core.roles import Right, may
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.signed import kid_of
from kiosk.desk.session import Act, Session
from kiosk.store.queries.staff import announcements_of, known_keys
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_model import slot_fields
from kiosk.store.unlocked import May

LOST = "slot_missing"
"""Reason of a removal that was found and not made: the slot was gone."""
_ANNOUNCED = "secret_change"


def repair_staff(session: Session) -> None:
    """Mend what a cut left between slots and journal, if this person may: a supervisor whose slot is valid.

    Raises KnownError `slots.*`, `store.*`; it can be repeated at any time.
    """
    store = session.store
    valid = May.WORK in store.unlocked.may(session.moment().at)
    if not (valid and may(session.roles, Right.STAFF_MANAGE)):
        return
    keys, listed = known_keys(store.db), store.slots.listed()
    for slot in listed:
        if slot.kind == "staff" and keys.get(slot.code) != slot.public.hex() and slot.code != session.staff:
            store.slots.remove(store.unlocked, slot.code)
    there = {slot.code for slot in listed if keys.get(slot.code) == slot.public.hex()}
    lost = sorted(set(keys) - there)
    if not lost:
        return
    with session.act() as act:
        for code in lost:
            act.append(StaffRemoved(member=code, slot=_last_slot(session, code), reason=LOST), sign=True)


def announce_own_change(session: Session) -> None:
    """Remember the slot as it is, before its secret changes: what is different afterwards was changed."""
    value = json.dumps({"member": session.staff, "slot": _own_slot(session)[1]})
    with session.store.transaction() as db:
        db.conn.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_ANNOUNCED, value),
        )


def own_change_written(act: Act) -> None:
    """The entry of an announced change is in this act."""
    act.db.conn.execute("DELETE FROM setting WHERE name = ?", (_ANNOUNCED,))


def finish_own_change(session: Session) -> None:
    """Write the entry of his own change that a cut left out; one that did not happen is forgotten."""
    query = "SELECT value FROM setting WHERE name = ?"
    row = session.store.db.conn.execute(query, (_ANNOUNCED,)).fetchone()
    announced = json.loads(row[0]) if row else None
    if announced is None or announced["member"] != session.staff:
        return
    slot_id, now = _own_slot(session)
    with session.act() as act:
        if now != announced["slot"]:
            public = session.store.unlocked.staff_key.public
            act.append(secret_changed(session.staff, slot_id, public, "own_wish"), sign=True)
        own_change_written(act)


def secret_changed(member: str, slot: str, public: bytes, cause: str) -> StaffSecretChanged:
    """The body of a changed secret: `own_wish` keeps the key, `forgotten` has a new one."""
    return StaffSecretChanged(
        member=member,
        slot=slot,
        cause=cause,  # type: ignore[arg-type]
        kid=kid_of(Ed25519PublicKey.from_public_bytes(public)),
        public_key=public.hex(),
    )


def _own_slot(session: Session) -> tuple[str, str]:
    """Id of the person's own slot, and what names its secret: the hash of its salt and cost. Not of its
    wrapped keys, which a rekey changes too.
    """
    header = SlotCopies(session.store.folder.slots).read()[0].header
    slot = header.find(session.staff)
    if slot is None:
        raise BugError("the slot that is open is not in the file")
    return slot.slot_id, hashlib.sha256(canonical(slot_fields(slot)["kdf"])).hexdigest()


def _last_slot(session: Session, code: str) -> str:
    return next(_slots_of(session, code))


def _slots_of(session: Session, code: str) -> Iterator[str]:
    for body in announcements_of(session.store.db):
        if isinstance(body, StaffAdded | StaffSecretChanged) and body.member == code:
            yield body.slot
