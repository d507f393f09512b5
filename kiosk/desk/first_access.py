"""First access to an enrolled device: who the roster names comes in with his one-time activation number.

The technician lets the first supervisor in, and his own slot goes with that. From then on supervisors add the
others (`kiosk.desk.staff`). The number is from the centre, so that nobody on site can invent a person; the
roster that holds its hash is signed.
"""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlite_utils import Database

from kiosk.core.entries.staff import StaffAdded
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.wire.enrolment import activation_hash
from kiosk.core.wire.numbers import read_number
from kiosk.core.wire.reference import STAFF, StaffMember, read_roster
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.times import from_ms
from kiosk.desk.forgotten import new_escrow, tell_escrow
from kiosk.desk.session import Act, Session
from kiosk.store.datasets import current_dataset
from kiosk.store.secret_digits import NewSecret, generate_secret
from kiosk.store.slots import Listed, NewStaff
from kiosk.store.sync_state import keep_setting, setting
from kiosk.store.unlocked import SUPERVISOR, May

VALID = timedelta(days=366)
"""Validity of a slot whose person the roster names without an end."""
_USED = "activations_used"


def admitted(session: Session, code: str, roles: Collection[str], typed: str | None) -> StaffMember:
    """The roster's member whom this activation number lets in with these roles; none: those of the roster.

    Raises KnownError `access.not_in_roster`, `.revoked`, `.other_roles`, `.activation_needed`,
    `.wrong_activation`, `number.*`.
    """
    member = read_roster(current_dataset(session.store.db, STAFF).content).find(code)
    if member is None:
        raise KnownError("access.not_in_roster", staff=code[:16])
    now = max(session.moment().at, from_ms(session.believed_ms()))
    over = member.valid_until is not None and member.valid_until <= now
    if member.revoked is not None or over:
        raise KnownError("access.revoked", staff=code)
    if not set(member.roles).issuperset(roles):
        raise KnownError("access.other_roles", staff=code, roles=", ".join(sorted(member.roles)))
    _check_activation(session.store.db, member, typed)
    return member


def activation_spent(act: Act, member: StaffMember) -> None:
    """Note inside the act that the number was used: it lets nobody in again on this device."""
    if member.activation is not None:
        keep_setting(act.db, _USED, [*_used(act.db), member.activation.hash])


def validity_of(member: StaffMember, now: datetime) -> datetime:
    """Until when his slot opens to work."""
    return member.valid_until or now + VALID


def new_secret(session: Session, chosen: NewSecret | None) -> NewSecret:
    """The secret that a person chose, or one that is drawn by the policy of this device.

    Raises KnownError `secret.generated_only` for a chosen one where nothing counts the tries.
    """
    policy = session.store.slots.policy
    if chosen is None:
        return generate_secret(policy)
    if policy.generated:
        raise KnownError("secret.generated_only")
    return chosen


def first_supervisor(
    session: Session, code: str, typed: str | None, *, chosen: NewSecret | None = None
) -> NewStaff:
    """Let the first supervisor in, who is present; the technician's own slot is destroyed with it.

    `chosen`: the secret that he chose himself, where a chip counts tries; without it one is drawn.
    Returns the slot with its secret, to be shown once. After a cut the technician may find that there is a
    supervisor already whose secret nobody saw: then the device is set up anew.
    Raises KnownError `roles.technician_only`, `access.*`, `slots.*`, `number.*`, `store.*`.
    """
    session.require(Right.DEVICE_SETUP, May.SET_UP)
    member = admitted(session, code, (), typed)
    if SUPERVISOR not in member.roles:
        raise KnownError("access.not_a_supervisor", staff=code)
    secret = new_secret(session, chosen)
    roles = tuple(sorted(member.roles))
    person = NewStaff(code, roles, secret, _expires(session, member), chosen is not None)
    _add(session, person, member)
    session.store.slots.remove(session.store.unlocked, session.staff)
    return person


def _add(session: Session, person: NewStaff, member: StaffMember) -> None:
    """Slot and entry, which the device signs: a technician vouches for nobody."""
    store, escrow = session.store, new_escrow(session)
    with session.act() as act:
        store.slots.add(store.unlocked, person, escrow=escrow)
        slot = next(one for one in store.slots.listed() if one.code == person.code)
        store.journal.append(added(slot, "enrolment"), act.moment, signers=(store.device_signer,))
        tell_escrow(session, act, slot.code, slot.slot_id, escrow)
        activation_spent(act, member)


def added(slot: Listed, basis: str) -> StaffAdded:
    """The entry of a new slot."""
    return StaffAdded(
        member=slot.code,
        roles=slot.roles,  # type: ignore[arg-type]
        slot=slot.slot_id,
        kid=kid_of(Ed25519PublicKey.from_public_bytes(slot.public)),
        public_key=slot.public.hex(),
        basis=basis,  # type: ignore[arg-type]
    )


def _expires(session: Session, member: StaffMember) -> datetime:
    return validity_of(member, session.moment().at)


def _check_activation(db: Database, member: StaffMember, typed: str | None) -> None:
    if typed is None:
        raise KnownError("access.activation_needed")
    number, wanted = read_number(typed), member.activation
    if wanted is None or wanted.hash in _used(db):
        raise KnownError("access.wrong_activation", staff=member.code)
    if not hmac.compare_digest(activation_hash(number, wanted.salt), wanted.hash):
        raise KnownError("access.wrong_activation", staff=member.code)


def _used(db: Database) -> list[str]:
    return list(setting(db, _USED) or [])
