"""A forgotten secret: 128 bits that the centre keeps sealed open the person's slot once, for a new secret.

Made with each slot on an enrolled device. Opening by it leads to nothing but a new secret and a new key; the
person then unlocks as everyone does. A supervisor on the spot is quicker (`kiosk.desk.staff.renew_secret`).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.core.entries.keys import KeysEscrowed
from kiosk.core.errors import KnownError
from kiosk.core.wire.escrow import ESCROW_BYTES, read_escrow, seal_escrow
from kiosk.desk.reference import Reference
from kiosk.desk.session import Act, Session
from kiosk.desk.staff_repair import secret_changed
from kiosk.store.secret_digits import NewSecret, SecretPolicy, generate_secret, read_secret
from kiosk.store.slot_keys import authority_id
from kiosk.store.store import Opening, Store
from kiosk.store.sync_state import centre_of

Choose = Callable[[SecretPolicy], tuple[NewSecret, str]]
"""Shows or asks for a new secret that fits the policy; gives it, and what was typed back."""


def new_escrow(session: Session) -> bytes | None:
    """16 bytes for a new slot; None on a trial, which has no centre to keep them."""
    return None if centre_of(session.store.db) is None else os.urandom(ESCROW_BYTES)


def tell_escrow(session: Session, act: Act, member: str, slot: str, escrow: bytes | None) -> None:
    """Write the entry that carries the escrow of a new slot, sealed, to the centre; the device's own."""
    centre = centre_of(session.store.db)
    if escrow is None or centre is None:
        return
    intake = X25519PublicKey.from_public_bytes(bytes.fromhex(centre.intake))
    device = session.store.device_signer
    sealed = seal_escrow(escrow, device=device.by, member=member, slot=slot, intake=intake)
    body = KeysEscrowed(member=member, slot=slot, sealed_to=authority_id(intake), sealed=sealed.hex())
    session.store.journal.append(body, act.moment, signers=(device,))


@dataclass(frozen=True)
class Offer:
    """What the centre's code leads to: a drawn secret to be typed back, or None where he chooses his own."""

    policy: SecretPolicy
    drawn: NewSecret | None


def offer_new(root: Path, code: str, typed: str, *, opening: Opening | None = None) -> Offer:
    """Try the code that the centre read out, and say which new secret follows; nothing changes.

    Raises as `renew_forgotten` does.
    """
    with _opened(root, code, typed, opening) as store:
        policy = store.slots.policy
    return Offer(policy, generate_secret(policy) if policy.generated else None)


@contextmanager
def _opened(root: Path, code: str, typed: str, opening: Opening | None) -> Iterator[Store]:
    """The store, open to nothing but a new secret. A wrong code is a logged try, and waits grow with them."""
    escrow = read_escrow(typed)
    try:
        store = Store.open_escrowed(root, code, escrow, opening=opening)
    except KnownError as error:
        if error.code == "slots.wrong_secret":
            raise KnownError("escrow.wrong_code", staff=code[:16]) from error
        raise
    with store:
        _require_known(store)
        yield store


def renew_forgotten(
    root: Path, code: str, typed: str, choose: Choose, *, opening: Opening | None = None
) -> datetime:
    """Give a person who forgot his secret a new one, with what the centre read out to him; until when he may.

    Nothing changes before the new secret is typed back. The store is closed afterwards.
    Raises KnownError `escrow.bad_code`, `escrow.wrong_code`, `staff.typed_back_differs`, `unlock.removed`,
    and as `Store.open`.
    """
    with _opened(root, code, typed, opening) as store:
        session = Session(store, Reference(store.db))
        new, again = choose(store.slots.policy)
        if read_secret(again, store.slots.policy).digits != new.digits:
            raise KnownError("staff.typed_back_differs")
        escrow = new_escrow(session)
        store.mend_put_back()
        with session.act() as act:
            store.slots.renew_forgotten(store.unlocked, new, escrow)
            slot = next(one for one in store.slots.listed() if one.code == code)
            act.append(secret_changed(code, slot.slot_id, slot.public, "forgotten"), sign=True)
            tell_escrow(session, act, code, slot.slot_id, escrow)
        return slot.expires.astimezone(UTC)


def _require_known(store: Store) -> None:
    """The slot must be of the person whom the journal knows, by the key that it knows."""
    me = store.unlocked
    row = store.db.execute(
        "SELECT public_key, removed FROM staff_known WHERE staff = ?", (me.code,)
    ).fetchone()
    if row is None or row[1] is not None or row[0] != me.staff_key.public.hex():
        raise KnownError("unlock.removed", staff=me.code)
