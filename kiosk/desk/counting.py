"""Counted cash and typed codes, brought into the form of entries; what is out of form is a known error."""

from collections.abc import Mapping

from kiosk.core.cash import Count, count
from kiosk.core.entries.parts import Denomination, Denominations
from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.core.printed import clean_number, fits, refuse_card_number
from kiosk.core.wire.fields import Code, DeviceCode, Hex32, Remark, StaffCode


def counted(pieces: Mapping[str, int], policy: Policy) -> tuple[Count, Denominations]:
    """Add up typed pieces by denomination code, in piastres, and say them as entries do.

    Raises KnownError `cash.*`.
    """
    total = count(pieces, policy.denominations)
    values = {one.code: one.value for one in policy.denominations}
    rows = (Denomination(code=code, value=values[code], count=number) for code, number in total.pieces)
    return total, tuple(rows)


def a_remark(typed: str | None) -> str | None:
    """A remark of one line without a citizen's numbers; empty is none.

    Raises KnownError `typed.remark`, `slip.card_number`, `entry.personal_text`.
    """
    bare = (typed or "").strip()
    refuse_card_number(bare)
    if bare and not fits(Remark, bare):
        raise KnownError("typed.remark")
    return bare or None


def a_seal(typed: str | None) -> str | None:
    """The number of a seal, brought into one form. Raises KnownError `typed.seal`, `slip.card_number`."""
    return None if typed is None else clean_number(typed, "typed.seal")


def a_reason(typed: str) -> str:
    """A code of a reason. Raises KnownError `typed.reason`."""
    if not fits(Code, typed):
        raise KnownError("typed.reason")
    return typed


def a_staff_code(typed: str) -> str:
    """A staff code. Raises KnownError `slots.bad_code`."""
    if not fits(StaffCode, typed):
        raise KnownError("slots.bad_code", staff=typed[:16])
    return typed


def a_device(typed: str | None) -> str | None:
    """The code of another device. Raises KnownError `typed.device`."""
    if typed is not None and not fits(DeviceCode, typed):
        raise KnownError("typed.device")
    return typed


def a_transfer(typed: str) -> str:
    """The number of a transfer: 32 hex digits. Raises KnownError `typed.transfer`."""
    if not fits(Hex32, typed):
        raise KnownError("typed.transfer")
    return typed
