"""Which entries need whose signature: one rule for writing and for verifying."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from kiosk.core.entries.body import Body
from kiosk.core.entries.custody import HandoverGiven, HandoverReceived
from kiosk.core.entries.payment import DebtsFor, PaymentFacts
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.staff import StaffAdded
from kiosk.core.errors import KnownError

Role = Literal["person", "checker", "device"]

PERSON_SIGNS = frozenset(
    {
        "shift.opened",
        "shift.closed",
        "receipt.voided",
        "paper_receipt.entered",
        "handover.given",
        "handover.received",
        "override.granted",
        "staff.added",
        "staff.removed",
        "staff.secret_changed",
    }
)
"""Types that the person of the envelope signs."""

DEVICE_MAY_SIGN = frozenset({"staff.added", "staff.removed", "staff.secret_changed"})
"""Types that the device signs when no person is in the envelope: enrolment, and orders of the centre."""

DEVICE_SIGNS = frozenset({"stream.opened"})
"""Types that the device signs in any case."""


@dataclass(frozen=True)
class SignatureRule:
    """One signature that an entry needs; `by` is a staff code, or None for the device key."""

    role: Role
    by: str | None


def second_persons(body: Body) -> tuple[str, ...]:
    """The staff codes of everyone beside the maker whom a body names as approver, witness or counterpart."""
    named = [getattr(body, "approver", None)]
    if isinstance(body, PaymentFacts) and isinstance(body.what_for, DebtsFor):
        named.append(body.what_for.confirmed_by)
    if isinstance(body, HandoverGiven | HandoverReceived) and body.signs == "here":
        named.append(body.counterpart)
    return tuple(dict.fromkeys(code for code in named if code is not None))


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
        rules.append(SignatureRule("person", staff))
    for second in second_persons(body):
        if second == staff:
            raise KnownError("entry.same_person", staff=second)
        if staff is None:
            raise KnownError("entry.no_person", type=entry_type)
        rules.append(SignatureRule("checker", second))
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
