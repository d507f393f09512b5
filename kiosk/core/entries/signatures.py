"""Which entries need whose signature: one rule for writing and for verifying."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from kiosk.core.entries.body import Body
from kiosk.core.entries.card import CardPrepared
from kiosk.core.entries.custody import HandoverGiven, HandoverReceived
from kiosk.core.entries.payment import DebtsFor, PaymentFacts
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.staff import StaffAdded, StaffSecretChanged
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right

Role = Literal["person", "checker", "device"]

PERSON_SIGNS: Mapping[str, Right | None] = {
    "shift.opened": Right.SHIFT_OPEN,
    "shift.closed": Right.SHIFT_CLOSE,
    "receipt.voided": Right.RECEIPT_VOID,
    "paper_receipt.entered": Right.PAPER_ENTER,
    "handover.given": Right.HANDOVER_GIVE,
    "handover.received": Right.HANDOVER_RECEIVE,
    "override.granted": None,
    "staff.added": Right.STAFF_MANAGE,
    "staff.removed": Right.STAFF_MANAGE,
    "staff.secret_changed": Right.STAFF_MANAGE,
    "person.erased": Right.PERSON_ERASE,
}
"""Types that the person of the envelope signs, and the right that he needs for it."""

APPROVER_RIGHT: Mapping[str, Right] = {
    "shift.closed": Right.DIFFERENCE_APPROVE,
    "receipt.voided": Right.VOID_APPROVE,
    "paper_receipt.entered": Right.PAPER_APPROVE,
    "override.granted": Right.OVERRIDE_GRANT,
    "cash.moved": Right.OVERRIDE_GRANT,
    "person.erased": Right.PERSON_ERASE_APPROVE,
    "card.prepared": Right.VOID_APPROVE,
    "card.resolved": Right.VOID_APPROVE,
}
"""The right that the `approver` of a body needs."""

_NAMES_ANOTHER = frozenset(
    {*APPROVER_RIGHT, "card.prepared", "payment.taken", "handover.given", "handover.received"}
)
"""Types whose body may name a second person who signs."""

DEVICE_MAY_SIGN = frozenset({"staff.added", "staff.removed", "staff.secret_changed"})
"""Types that the device signs when no person is in the envelope: enrolment, and orders of the centre."""

DEVICE_SIGNS = frozenset({"stream.opened", "keys.made", "keys.wiped", "journal.baseline"})
"""Types that the device signs in any case."""


@dataclass(frozen=True)
class SignatureRule:
    """One signature that an entry needs: by a staff code, or None for the device key; the right it takes."""

    role: Role
    by: str | None
    right: Right | None = None


def second_persons(body: Body) -> tuple[tuple[str, Right], ...]:
    """Everyone beside the maker whom a body names to sign, and the right that he needs for it."""
    if body.TYPE not in _NAMES_ANOTHER:
        return ()
    named: list[tuple[str | None, Right]] = []
    if body.TYPE in APPROVER_RIGHT:
        named.append((getattr(body, "approver", None), APPROVER_RIGHT[body.TYPE]))
    if isinstance(body, CardPrepared) and body.bill and isinstance(body.bill.what_for, DebtsFor):
        named.append((body.bill.what_for.confirmed_by, Right.DEBTOR_CONFIRM))
    if isinstance(body, PaymentFacts) and isinstance(body.what_for, DebtsFor) and not body.cards:
        # What a card paid was confirmed when it was prepared: its receipt may be issued after a stop.
        named.append((body.what_for.confirmed_by, Right.DEBTOR_CONFIRM))
    if isinstance(body, HandoverGiven) and body.signs == "here":
        named.append((body.counterpart, Right.HANDOVER_RECEIVE))
    if isinstance(body, HandoverReceived) and body.signs == "here":
        named.append((body.counterpart, Right.HANDOVER_GIVE))
    return tuple((code, right) for code, right in named if code is not None)


def _person_right(body: Body, staff: str) -> Right | None:
    if isinstance(body, StaffSecretChanged) and body.member == staff:
        return None
    return PERSON_SIGNS[body.TYPE]


def required_signatures(
    entry_type: str, body: Body | UnknownBody, staff: str | None
) -> tuple[SignatureRule, ...]:
    """The signatures that an entry of this type needs, with `staff` from its envelope.

    Raises KnownError `entry.same_person` when maker and checker are one person, `entry.no_person` when
    a person must sign and the envelope names none.
    """
    if isinstance(body, UnknownBody):
        return ()
    if isinstance(body, StaffAdded) and body.member == staff:
        raise KnownError("entry.same_person", staff=staff)
    rules: list[SignatureRule] = []
    if entry_type in DEVICE_SIGNS or (staff is None and entry_type in DEVICE_MAY_SIGN):
        rules.append(SignatureRule("device", None))
    elif entry_type in PERSON_SIGNS:
        if staff is None:
            raise KnownError("entry.no_person", type=entry_type)
        rules.append(SignatureRule("person", staff, _person_right(body, staff)))
    for second, right in second_persons(body):
        if second == staff:
            raise KnownError("entry.same_person", staff=second)
        if staff is None:
            raise KnownError("entry.no_person", type=entry_type)
        rules.append(SignatureRule("checker", second, right))
    return tuple(rules)


def check_signatures(
    entry_type: str,
    body: Body | UnknownBody,
    staff: str | None,
    *,
    signed_by: Collection[str],
    device: str,
) -> None:
    """Refuse an entry that lacks a signature; `signed_by` holds those whose signatures were found to hold.

    Raises KnownError `entry.unsigned`, and what `required_signatures` raises.
    """
    for rule in required_signatures(entry_type, body, staff):
        by = rule.by or device
        if by not in signed_by:
            raise KnownError("entry.unsigned", type=entry_type, by=by)
