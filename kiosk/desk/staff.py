"""Staff of this device: a supervisor adds and removes people who are present; each changes his own secret.

Slot file and journal are two places, so their order is fixed. The slot changes inside the open transaction,
just before its entry commits; a new secret is shown only after that. A cut in between leaves a slot whose
secret nobody knows, or a missing slot without its entry, and never a key that may sign unseen.
`kiosk.desk.staff_repair` mends both at the next unlock by a supervisor.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.entries.staff import StaffAdded, StaffRemoved
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, Role
from kiosk.core.wire.signed import kid_of
from kiosk.desk.counting import a_reason, a_staff_code
from kiosk.desk.first_access import activation_spent, admitted, new_secret, validity_of
from kiosk.desk.forgotten import new_escrow, tell_escrow
from kiosk.desk.session import Session
from kiosk.desk.staff_repair import (
    announce_own_change,
    finish_own_change,
    own_change_written,
    repair_staff,
    secret_changed,
)
from kiosk.store.secret_digits import NewSecret, read_secret
from kiosk.store.slots import Listed, NewStaff


@dataclass(frozen=True)
class NewSlot:
    """A person who can unlock from now on; `secret` is shown once and kept nowhere.

    `chosen`: he chose it himself, so it is shown to nobody.
    """

    code: str
    roles: tuple[str, ...]
    expires: datetime
    secret: NewSecret
    chosen: bool = False


def add_person(
    session: Session,
    code: str,
    roles: Collection[str],
    activation: str | None = None,
    *,
    chosen: NewSecret | None = None,
) -> NewSlot:
    """Give a person who is present a slot and a secret; his validity ends with that of who adds him.

    On an enrolled device the roster must name him with these roles, and `activation` is his one-time number
    from the centre, as typed. A trial device has no roster and takes no number. `chosen`: the secret that he
    chose himself, where a chip counts tries; without it one is drawn.

    Raises KnownError `roles.supervisor_only`, `session.expired`, `slots.bad_code`, `slots.code_taken`,
    `staff.no_such_role`, `secret.generated_only`, `access.*`, `number.*`.
    """
    session.require(Right.STAFF_MANAGE)
    a_staff_code(code)
    wanted = _roles(roles)
    repair_staff(session)
    store, secret = session.store, new_secret(session, chosen)
    trial = store.journal.state().trial
    if trial and activation is not None:
        raise KnownError("access.enrolled_only")
    member = None if trial else admitted(session, code, wanted, activation)
    expires = store.unlocked.expires
    if member is not None:
        expires = min(expires, validity_of(member, session.moment().at))
    escrow = new_escrow(session)
    with session.act() as act:
        store.slots.add(store.unlocked, NewStaff(code, wanted, secret, expires), escrow=escrow)
        slot = _listed(session, code)
        act.append(
            StaffAdded(
                member=code,
                roles=wanted,  # type: ignore[arg-type]
                slot=slot.slot_id,
                kid=_kid(slot),
                public_key=slot.public.hex(),
                basis="activation",
            ),
            sign=True,
        )
        tell_escrow(session, act, code, slot.slot_id, escrow)
        if member is not None:
            activation_spent(act, member)
    return NewSlot(code, wanted, expires, secret, chosen is not None)


def remove_person(session: Session, code: str, reason: str) -> None:
    """Destroy another person's slot. He may have copied the data key: a rekey locks him out for good.

    Raises KnownError `roles.supervisor_only`, `session.expired`, `slots.own_key`, `slots.no_such_code`,
    `staff.holds_shift` (it is closed first), `typed.reason`.
    """
    session.require(Right.STAFF_MANAGE)
    a_reason(reason)
    repair_staff(session)
    store = session.store
    with session.act() as act:
        shift = session.shift()
        if shift is not None and shift.staff == code and code != session.staff:
            raise KnownError("staff.holds_shift", staff=code)
        slot = _listed(session, code)
        if code != session.staff:
            act.append(StaffRemoved(member=code, slot=slot.slot_id, reason=reason), sign=True)
        store.slots.remove(store.unlocked, code)


def renew_secret(session: Session, code: str, *, chosen: NewSecret | None = None) -> NewSlot:
    """Give a person who forgot his secret a new one, and with it a new key; he keeps his roles and shift.

    Raises KnownError `roles.supervisor_only`, `session.expired`, `slots.own_key`, `slots.no_such_code`,
    `secret.generated_only`.
    """
    session.require(Right.STAFF_MANAGE)
    repair_staff(session)
    store, secret = session.store, new_secret(session, chosen)
    escrow = new_escrow(session)
    with session.act() as act:
        before = _listed(session, code)
        store.slots.remove(store.unlocked, code)
        expires = min(before.expires, store.unlocked.expires)
        store.slots.add(store.unlocked, NewStaff(code, before.roles, secret, expires), escrow=escrow)
        slot = _listed(session, code)
        act.append(secret_changed(code, slot.slot_id, slot.public, "forgotten"), sign=True)
        tell_escrow(session, act, code, slot.slot_id, escrow)
    return NewSlot(code, before.roles, expires, secret, chosen is not None)


def change_own_secret(session: Session, current: str, new: NewSecret, typed_again: str) -> None:
    """Put the person's own slot under a new secret that he has seen and typed back; his key stays.

    It is shown before and not after: a cut must not leave him with a secret that he never saw.
    Raises KnownError `staff.typed_back_differs`, `secret.*`, `slots.wrong_secret`, `slots.wait`.
    """
    store = session.store
    policy = store.slots.policy_of(session.staff)
    if read_secret(typed_again, policy).digits != new.digits:
        raise KnownError("staff.typed_back_differs")
    typed = read_secret(current, policy)
    finish_own_change(session)
    slot = _listed(session, session.staff)
    announce_own_change(session)
    with session.act() as act:
        act.append(secret_changed(session.staff, slot.slot_id, slot.public, "own_wish"), sign=True)
        own_change_written(act)
        store.slots.change_secret(store.unlocked, typed, new)


def _roles(roles: Collection[str]) -> tuple[str, ...]:
    """Roles once each, in order. A technician's slot is not made by a supervisor."""
    given = tuple(sorted(set(roles)))
    allowed = {role.value for role in Role if role is not Role.TECHNICIAN}
    if not given or not allowed.issuperset(given):
        raise KnownError("staff.no_such_role", roles=", ".join(sorted(allowed)))
    return given


def _listed(session: Session, code: str) -> Listed:
    for slot in session.store.slots.listed():
        if slot.code == code:
            return slot
    raise KnownError("slots.no_such_code", staff=code[:16])


def _kid(slot: Listed) -> str:
    return kid_of(Ed25519PublicKey.from_public_bytes(slot.public))
