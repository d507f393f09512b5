"""Cash received from another person: counted first, and only then compared with what the giver states.

The order is in the types: what is stated can be given only to a `Reception`, which holds the count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.cash import check_cash_room
from kiosk.core.entries.custody import GivenRef, HandoverGiven, HandoverReceived, Signs
from kiosk.core.entries.parts import Denominations
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.counting import a_device, a_seal, a_staff_code, a_transfer, counted
from kiosk.desk.session import Session
from kiosk.store.queries.drawer import cash_in_hand, minutes_held
from kiosk.store.queries.shift import entries_of, given, hash_of, is_received


@dataclass(frozen=True)
class Receiving:
    """Cash that is about to be received: from whom, where he signs, where it goes, and the seal as found.

    `into` the receiver's drawer (his own open shift) or a `bag` that stays apart. `device` is the giver's
    when he signs `elsewhere`; a giver on this device signed his own entry here and needs none.
    """

    transfer: str
    counterpart: str
    signs: Signs = "paper"
    device: str | None = None
    into: Literal["drawer", "bag"] = "bag"
    seal: str | None = None
    seal_intact: bool | None = None


@dataclass(frozen=True)
class Stated:
    """What the giver states, in piastres; his entry and its hash when his code was read."""

    total: int
    entry: GivenRef | None = None


@dataclass(frozen=True)
class Received:
    """Cash that was received: counted, stated and their difference (piastres), which is this hop's."""

    entry: Link
    total: int
    stated: int
    difference: int


@dataclass(frozen=True)
class Reception:
    """A count that was made before anything was stated. `known` is what the giver's entry here states."""

    session: Session
    receiving: Receiving
    total: int
    denominations: Denominations
    known: Stated | None

    def propose(self, stated: Stated | None = None) -> Proposal:
        """Make the body that a giver who is `here` signs. Raises as `finish`."""
        return self.session.propose(self._body(stated))

    def finish(self, stated: Stated | None = None, approval: Approval | None = None) -> Received:
        """Write what was counted beside what is stated, in one transaction, signed by the receiver.

        What a giver on this device wrote is taken from his entry; otherwise `stated` is needed.
        Raises KnownError `custody.not_stated`, `custody.received_already`, `cash.ceiling`,
        `cash.handover_overdue`, `shift.*`, `entry.unsigned`, `approval.changed`.
        """
        session = self.session
        shift = session.own_shift() if self.receiving.into == "drawer" else None
        with session.act(shift) as act:
            _require_new(session, self.receiving.transfer)
            if shift is not None:
                policy = session.reference.policy(session.date_of(act.moment))
                minutes = minutes_held(act.db, shift.seq, act.moment.clock, act.believed_ms)
                check_cash_room(self.total, cash_in_hand(act.db, shift.seq), minutes, policy)
            body = self._body(stated)
            link = act.append(body, sign=True, approvals=[approval] if approval else [])
        return Received(link, body.total, body.stated, body.difference)

    def _body(self, stated: Stated | None) -> HandoverReceived:
        said = self.known or stated
        if said is None or said.total <= 0:
            raise KnownError("custody.not_stated")
        asked = self.receiving
        return HandoverReceived(
            transfer=asked.transfer,
            counterpart=asked.counterpart,
            signs=asked.signs,
            device=asked.device,
            given=said.entry,
            into=asked.into,
            denominations=self.denominations,
            total=self.total,
            stated=said.total,
            difference=self.total - said.total,
            seal=asked.seal,
            seal_intact=asked.seal_intact,
            totals=Totals(),
        )


def count_received(session: Session, receiving: Receiving, pieces: Mapping[str, int]) -> Reception:
    """Count what was received, before anything that the giver states is seen.

    Raises KnownError `roles.no_right`, `session.expired`, `custody.*`, `entry.same_person`, `cash.*`,
    `typed.*`, `slots.bad_code`.
    """
    session.require(Right.HANDOVER_RECEIVE)
    a_transfer(receiving.transfer)
    a_staff_code(receiving.counterpart)
    a_device(receiving.device)
    receiving = replace(receiving, seal=a_seal(receiving.seal))
    if receiving.counterpart == session.staff:
        raise KnownError("entry.same_person", staff=session.staff)
    if (receiving.signs == "elsewhere") != (receiving.device is not None):
        raise KnownError("custody.device_of_counterpart")
    if (receiving.seal is None) != (receiving.seal_intact is None):
        raise KnownError("custody.seal_state")
    _require_new(session, receiving.transfer)
    known = _given_here(session, receiving)
    total, denominations = counted(pieces, session.reference.policy(session.today()))
    return Reception(session, receiving, total.total, denominations, known)


def _require_new(session: Session, transfer: str) -> None:
    if is_received(session.store.db, transfer):
        raise KnownError("custody.received_already")


def _given_here(session: Session, receiving: Receiving) -> Stated | None:
    """The giver's side when it is in this journal, and meant for this receiver."""
    db = session.store.db
    row = given(db, receiving.transfer)
    if row is None:
        return None
    _, body = next(entries_of(db, row.seq, row.seq))
    if isinstance(body, HandoverGiven) and body.signs == "here":
        raise KnownError("custody.signed_already", staff=row.counterpart)
    if row.counterpart != session.staff:
        raise KnownError("custody.not_for_you", staff=row.counterpart)
    if row.staff != receiving.counterpart:
        raise KnownError("custody.other_giver", staff=row.staff)
    return Stated(row.total, GivenRef(entry=session.link(row.seq), hash=hash_of(db, row.seq).hex()))
