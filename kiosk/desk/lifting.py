"""Lifting the stop of an incident: by a signed order of the centre, or by its answer over the telephone.

Whoever is at the device may bring the order or type the answer: what lifts is the centre's signature or key,
never a right on the device. Each way works once, and is told in the journal.
"""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.core.entries.technical import AnswerRefused, LiftingKey
from kiosk.core.errors import KnownError
from kiosk.core.wire.lifting import CHALLENGE_RANDOM, KEY_BYTES, answer_fits, challenge_of, seal_lifting_key
from kiosk.core.wire.order import LIFT_INCIDENT, open_order
from kiosk.core.wire.times import from_ms
from kiosk.desk.session import Act, Session
from kiosk.store.incidents import StandingIncident, carry_out, lift, standing_incidents
from kiosk.store.sync_state import centre_of, keep_setting, setting

_KEY, _CHALLENGE = "lifting_key", "lifting_challenge"
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Lifted:
    """The incidents that stand no more; `kind` of the order that was carried out, if it was one."""

    incidents: tuple[StandingIncident, ...]
    kind: str = LIFT_INCIDENT


@dataclass(frozen=True)
class Challenge:
    """Digits to read to the centre, the entry up to which its answer lifts, and how many tries are left."""

    digits: str
    through: int
    tries_left: int


def lift_by_order(session: Session, data: bytes) -> Lifted:
    """Carry out an order from the centre, as it came by sync or on a stick.

    Raises KnownError `sync.not_enrolled` on a trial device, `lift.*`, `signed.*`, `wire.*`, `authority.*`,
    `protocol.malformed`; nothing changes then.
    """
    centre = centre_of(session.store.db)
    if centre is None:
        raise KnownError("sync.not_enrolled")
    state = session.store.journal.state()
    now = from_ms(session.believed_ms())
    found = open_order(data, centre.authority(now), device=state.device, stream=state.stream, now=now)
    with session.act() as act:
        return Lifted(carry_out(session.store, act.append, found), found.order.kind)


def challenge(session: Session) -> Challenge:
    """The digits to read to the centre: the same until they are answered, void after too many wrong answers.

    Raises KnownError `lift.no_incident`, `lift.no_key`, `lift.wait`.
    """
    standing = _standing(session)
    _key(session)
    tries = session.reference.policy(session.believed_date()).answer_tries
    kept = setting(session.store.db, _CHALLENGE)
    newest = max((one.seq or 0) for one in standing)
    if kept is not None and kept["tries"] >= tries:
        _require_waited(session, kept)
        kept = None
    if kept is None or kept["through"] < newest:
        kept = _new_challenge(session)
    return Challenge(kept["digits"], kept["through"], tries - kept["tries"])


def lift_by_answer(session: Session, typed: str) -> Lifted:
    """Lift by the centre's answer to the challenge that is shown. A wrong one is counted and journalled.

    Digits that fail their own check were misheard or mistyped and cost no try. Raises KnownError
    `number.*`, `lift.wrong_answer`, `lift.no_incident`, `lift.no_key`, `lift.wait`.
    """
    asked, key = challenge(session), _key(session)
    state = session.store.journal.state()
    if not answer_fits(typed, asked.digits, key=key, device=state.device, stream=state.stream):
        raise _refused(session, asked)
    with session.act() as act:
        lifted = lift(session.store, act.append, asked.through, challenge=asked.digits)
        act.db.conn.execute("DELETE FROM setting WHERE name = ?", (_CHALLENGE,))
    return Lifted(lifted)


def has_lifting_key(session: Session) -> bool:
    """Whether the centre can lift a stop here by telephone."""
    return setting(session.store.db, _KEY) is not None


def new_lifting_key(session: Session, act: Act) -> LiftingKey | None:
    """Make the key of this device inside an act, and return the entry that tells the centre; None when there
    is one, or no centre.
    """
    centre = centre_of(act.db)
    if centre is None or has_lifting_key(session):
        return None
    key, state = secrets.token_bytes(KEY_BYTES), act.state()
    keep_setting(act.db, _KEY, key.hex())
    intake = X25519PublicKey.from_public_bytes(bytes.fromhex(centre.intake))
    sealed = seal_lifting_key(key, device=state.device, stream=state.stream, intake=intake)
    return LiftingKey(sealed=sealed.hex())


def _standing(session: Session) -> tuple[StandingIncident, ...]:
    standing = standing_incidents(session.store.db)
    if not standing:
        raise KnownError("lift.no_incident")
    return standing


def _key(session: Session) -> bytes:
    text = setting(session.store.db, _KEY)
    if text is None:
        raise KnownError("lift.no_key")
    return bytes.fromhex(text)


def _new_challenge(session: Session) -> dict[str, int | str]:
    digits = challenge_of(f"{secrets.randbelow(10**CHALLENGE_RANDOM):0{CHALLENGE_RANDOM}d}")
    kept: dict[str, int | str] = {
        "digits": digits,
        "through": session.store.journal.state().seq,
        "tries": 0,
        "void_ms": 0,
    }
    with session.store.transaction() as db:
        keep_setting(db, _CHALLENGE, kept)
    return kept


def _require_waited(session: Session, kept: dict[str, int]) -> None:
    """Counted by the time surely reached: no step of the clock shortens it. Raises KnownError `lift.wait`."""
    wait = session.reference.policy(session.believed_date()).answer_wait_minutes
    left = kept["void_ms"] + wait * _MINUTE_MS - session.believed_ms()
    if left > 0:
        raise KnownError("lift.wait", minutes=-(-left // _MINUTE_MS))


def _refused(session: Session, asked: Challenge) -> KnownError:
    """Count a wrong answer, and tell the journal."""
    with session.act() as act:
        kept = setting(act.db, _CHALLENGE)
        kept = {**kept, "tries": kept["tries"] + 1, "void_ms": act.believed_ms}
        keep_setting(act.db, _CHALLENGE, kept)
        named = [one.seq for one in standing_incidents(act.db) if one.seq is not None]
        if named:
            refused = AnswerRefused(incident=act.link(named[-1]), challenge=asked.digits, tries=kept["tries"])
            act.append(refused)
    return KnownError("lift.wrong_answer", left=asked.tries_left - 1)
