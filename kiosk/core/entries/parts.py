"""Parts that several entry bodies share: counts of cash, references, lines, versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import (
    Code,
    Count,
    Hex32,
    Hex64,
    Number,
    Paid,
    Piastres,
    PrintedNumber,
    Series,
    Signed,
    StaffCode,
)


@dataclass(frozen=True, kw_only=True)
class Denomination:
    """So many notes or coins: `code` of the policy's list, `value` of one in piastres."""

    code: Code
    value: Paid
    count: Count


Denominations = tuple[Denomination, ...]


def check_count(denominations: Denominations, total: int) -> None:
    """Refuse a kind listed twice, or a total that is not the sum of the denominations. Raises FieldError."""
    codes = [one.code for one in denominations]
    if len(set(codes)) < len(codes):
        fail("denominations", "a kind is listed twice")
    if total != sum(one.value * one.count for one in denominations):
        fail("total", "not the sum of the denominations")


@dataclass(frozen=True, kw_only=True)
class PersonRef:
    """A sealed person record and the commitment to its details (`kiosk.core.wire.person`)."""

    person: Hex32
    commitment: Hex64


@dataclass(frozen=True, kw_only=True)
class VersionRef:
    """A version of reference data or of a template, pinned by its hash."""

    version: Number
    hash: Hex64


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line as printed: kind, revenue account, code of its label, amount in piastres.

    Discounts, exemptions and amounts paid before are zero or below, rounding is not zero, all others are
    zero or above.
    `sample`: the value is not confirmed by the authority and is printed as such.
    """

    kind: Code
    account: Code
    label: Code
    piastres: Signed
    refundable: bool
    sample: bool

    def check(self) -> None:
        """Refuse a sign that the kind does not have."""
        if self.kind in LOWERING:
            fits = self.piastres <= 0
        else:
            fits = self.piastres != 0 if self.kind == ROUNDING else self.piastres >= 0
        if not fits:
            fail("piastres", f"wrong sign for {self.kind}")


LOWERING = frozenset({"discount", "exemption", "paid"})
ROUNDING = "rounding"
DEBT = "debt"
"""Money that pays charges of debts, told by the parts of the allocation."""
CHANGE_LEFT = "change_left"
"""Change that the drawer could not give: owed to the citizen, never revenue, never silent."""
ADVANCE, ON_ACCOUNT = "advance", "on_account"
CREDITS = frozenset({ADVANCE, ON_ACCOUNT})
"""Money that waits for the centre: a named credit, or a debt that this device may not divide."""


def line_sum(lines: Iterable[Line], *kinds: str) -> int:
    """Add up the lines, or those of some kinds, in piastres."""
    return sum(line.piastres for line in lines if not kinds or line.kind in kinds)


def sums_by_kind(lines: Iterable[Line]) -> dict[str, int]:
    """The sum of each kind of line that is there, in piastres."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.kind] = sums.get(line.kind, 0) + line.piastres
    return sums


@dataclass(frozen=True, kw_only=True)
class PaperForm:
    """A paper receipt: book series, number, and the date `written` on it."""

    series: PrintedNumber
    number: PrintedNumber
    written: date


@dataclass(frozen=True, kw_only=True)
class StaffSum:
    """Count and piastres of one staff member."""

    staff: StaffCode
    count: Count
    piastres: Piastres


@dataclass(frozen=True, kw_only=True)
class TenderSum:
    """One tender in a report: gross taken and gross reversed, in piastres, never netted."""

    kind: Literal["cash", "slip", "card"]
    count: Count
    taken: Piastres
    reversed: Piastres


@dataclass(frozen=True, kw_only=True)
class AccountSum:
    """One revenue account in a report, gross, in piastres. That of the rounding may be negative."""

    account: Code
    taken: Signed
    reversed: Signed


@dataclass(frozen=True, kw_only=True)
class ReceiptRange:
    """The receipts of one series in a report: `count` numbers used, `voided` of them."""

    series: Series
    first: Number
    last: Number
    count: Number
    voided: Count


@dataclass(frozen=True, kw_only=True)
class Breach:
    """An identity that does not hold, at the entry `seq`; `rule` names it (`kiosk.core.shift_movements`)."""

    rule: Code
    seq: Number
