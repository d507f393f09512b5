"""Cash given away: out of the drawer during a shift, or as the bag that a close set aside.

A counterpart who is present counts before he sees the figure: `propose_handover` makes the body that he signs
only when his own count agrees. One who is elsewhere counts on his own device (`kiosk.desk.receiving`).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from kiosk.core.entries.custody import HandoverGiven, Signs
from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.core.roles import Right, may
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.counting import a_device, a_seal, a_staff_code, a_transfer, counted
from kiosk.desk.session import OpenShift, Session
from kiosk.store.queries.drawer import cash_in_hand
from kiosk.store.queries.shift import ClosedBefore, closed_by_z, entries_of, given, hash_of, is_given
from kiosk.store.unlocked import May


@dataclass(frozen=True)
class Handing:
    """Cash to be given: to whom, counted pieces by denomination code, seal, and where he signs.

    `bag_of` is the Z whose bag is given; None: cash out of the drawer of the open shift.
    `device` is the counterpart's device when he signs `elsewhere`. `transfer` names both sides.
    """

    transfer: str
    counterpart: str
    pieces: Mapping[str, int]
    to: Literal["treasury", "custodian"] = "treasury"
    signs: Signs = "paper"
    device: str | None = None
    seal: str | None = None
    bag_of: int | None = None


@dataclass(frozen=True)
class Handed:
    """A handover that was given: its entry, its hash for the receiver's code, the transfer, piastres."""

    entry: Link
    hash: str
    transfer: str
    total: int


def new_transfer() -> str:
    """A number for a transfer, which both sides' entries carry: 128 random bits in hex."""
    return secrets.token_hex(16)


def propose_handover(session: Session, handing: Handing, received: Mapping[str, int]) -> Proposal:
    """Make the handover that a counterpart who is present signs, after his own count agreed.

    `received` are the pieces that he counted before he saw the figure. Raises KnownError
    `custody.counts_differ`, which names no figure, and what `hand_over` raises.
    """
    body = _body(session, handing, _shift_of(session, handing), _policy(session))
    theirs, _ = counted(received, _policy(session))
    if theirs.total != body.total:
        raise KnownError("custody.counts_differ")
    return session.propose(body)


def hand_over(session: Session, handing: Handing, approval: Approval | None = None) -> Handed:
    """Give cash away, in one transaction; `approval` is the signature of a counterpart who is `here`.

    More than the drawer must hold cannot leave it; a bag leaves whole and once. Works for a person whose
    validity has run out. Raises KnownError `roles.no_right`, `session.expired`, `shift.*`, `custody.*`,
    `entry.same_person`, `entry.unsigned`, `approval.changed`, `cash.*`, `typed.*`, `slots.bad_code`.
    """
    shift = _shift_of(session, handing)
    with session.act(shift) as act:
        policy = session.reference.policy(session.date_of(act.moment))
        body = _body(session, handing, shift, policy)
        link = act.append(body, sign=True, approvals=[approval] if approval else [])
        return Handed(link, hash_of(act.db, link.seq).hex(), body.transfer, body.total)


def _shift_of(session: Session, handing: Handing) -> OpenShift | None:
    """The shift whose drawer is lightened; a bag belongs to no open shift."""
    session.require(Right.HANDOVER_GIVE, May.CLOSE)
    return session.own_shift() if handing.bag_of is None else None


def _policy(session: Session) -> Policy:
    return session.reference.policy(session.today())


def _body(session: Session, handing: Handing, shift: OpenShift | None, policy: Policy) -> HandoverGiven:
    counterpart = a_staff_code(handing.counterpart)
    if counterpart == session.staff:
        raise KnownError("entry.same_person", staff=counterpart)
    if (handing.signs == "elsewhere") != (handing.device is not None):
        raise KnownError("custody.device_of_counterpart")
    total, denominations = counted(handing.pieces, policy)
    if not total.total:
        raise KnownError("custody.nothing")
    db = session.store.db
    transfer = a_transfer(handing.transfer)
    if given(db, transfer) is not None:
        raise KnownError("custody.given_already")
    bag = None if shift else _bag(session, handing.bag_of or 0, total.total)
    if shift is not None and total.total > cash_in_hand(db, shift.seq):
        raise KnownError("custody.more_than_drawer")
    return HandoverGiven(
        transfer=transfer,
        counterpart=counterpart,
        signs=handing.signs,
        device=a_device(handing.device),
        to=handing.to,
        source="bag" if bag else "drawer",
        closing=session.link(bag.closed) if bag else None,
        denominations=denominations,
        total=total.total,
        seal=a_seal(handing.seal),
        totals=Totals(),
    )


def _bag(session: Session, z: int, total: int) -> ClosedBefore:
    """The bag of a Z, for whoever held or closed that shift, or a supervisor: whole, and once."""
    db = session.store.db
    shift = closed_by_z(db, z)
    if shift is None:
        raise KnownError("z.unknown", number=z, last=session.store.journal.state().totals.shifts)
    holders = {shift.staff, _closer(db, shift)}
    if session.staff not in holders and not may(session.roles, Right.DIFFERENCE_APPROVE):
        raise KnownError("custody.bag_of_another", staff=shift.staff)
    if not shift.handed:
        raise KnownError("custody.no_bag", number=z)
    if is_given(db, shift.closed):
        raise KnownError("custody.bag_given", number=z)
    if total != shift.handed:
        raise KnownError("custody.bag_not_whole", number=z)
    return shift


def _closer(db: Database, shift: ClosedBefore) -> str | None:
    return next(entries_of(db, shift.closed, shift.closed))[0].staff
