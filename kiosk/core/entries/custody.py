"""Cash that moves without a payment: in and out of the drawer, from hand to hand, and the drawer itself."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.entries.parts import Denominations, check_count
from kiosk.core.wire.codec import fail
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import (
    Code,
    DeviceCode,
    Hex32,
    Hex64,
    Paid,
    Piastres,
    PrintedNumber,
    Remark,
    Signed,
    StaffCode,
)
from kiosk.core.wire.totals import Totals


@dataclass(frozen=True, kw_only=True)
class CashMoved(Body):
    """Cash into or out of the drawer with a reason: change fund, found money, approved expense."""

    TYPE: ClassVar[str] = "cash.moved"
    MONEY: ClassVar[bool] = True

    direction: Literal["in", "out"]
    piastres: Paid
    reason: Code
    remark: Remark | None
    approver: StaffCode | None
    totals: Totals

    def effect(self) -> Totals:
        """Gross, by direction."""
        into = self.direction == "in"
        return Totals(cash_in=self.piastres if into else 0, cash_out=0 if into else self.piastres)


Signs = Literal["here", "elsewhere", "paper"]


def _check_device(signs: Signs, device: str | None) -> None:
    if (signs == "elsewhere") != (device is not None):
        fail("device", "for a counterpart elsewhere, and only for one")


@dataclass(frozen=True, kw_only=True)
class HandoverGiven(Body):
    """The giver's side of a handover, out of the drawer of an open shift or as the bag of a closed one.

    Both sides carry the same `transfer`. `closing` names the close that set the bag aside. `signs` says where
    the counterpart signs: `here` this entry too, `elsewhere` his own entry on `device`, `paper` the slip.
    """

    TYPE: ClassVar[str] = "handover.given"
    MONEY: ClassVar[bool] = True

    transfer: Hex32
    counterpart: StaffCode
    signs: Signs
    device: DeviceCode | None
    to: Literal["treasury", "custodian"]
    source: Literal["drawer", "bag"]
    closing: Link | None
    denominations: Denominations
    total: Paid
    seal: PrintedNumber | None
    totals: Totals

    def check(self) -> None:
        """Refuse a total that is not the sum of its denominations, and a bag from nowhere."""
        check_count(self.denominations, self.total)
        _check_device(self.signs, self.device)
        if (self.source == "bag") != (self.closing is not None):
            fail("closing", "for a bag, and only for a bag")

    def effect(self) -> Totals:
        """Gross, by source and receiver."""
        if self.source == "bag":
            return Totals(bags_out=self.total)
        if self.to == "treasury":
            return Totals(handed_over=self.total)
        return Totals(transfers_out=self.total)


@dataclass(frozen=True, kw_only=True)
class GivenRef:
    """The giver's entry, and its hash as his code showed it."""

    entry: Link
    hash: Hex64


@dataclass(frozen=True, kw_only=True)
class HandoverReceived(Body):
    """The receiver's side: his own count, made before he saw what the giver stated; all in piastres.

    `total` is what he counted and holds; `difference` = total − stated belongs to this hop.
    """

    TYPE: ClassVar[str] = "handover.received"
    MONEY: ClassVar[bool] = True

    transfer: Hex32
    counterpart: StaffCode
    signs: Signs
    device: DeviceCode | None
    given: GivenRef | None
    into: Literal["drawer", "bag"]
    denominations: Denominations
    total: Piastres
    stated: Paid
    difference: Signed
    seal: PrintedNumber | None
    seal_intact: bool | None
    totals: Totals

    def check(self) -> None:
        """Refuse sums that do not hold, and a seal without its state."""
        check_count(self.denominations, self.total)
        _check_device(self.signs, self.device)
        if self.difference != self.total - self.stated:
            fail("difference", "not counted less stated")
        if (self.seal is None) != (self.seal_intact is None):
            fail("seal_intact", "for a seal, and only for one")

    def effect(self) -> Totals:
        """What was counted, by where it went."""
        return Totals(transfers_in=self.total) if self.into == "drawer" else Totals(bags_in=self.total)


@dataclass(frozen=True, kw_only=True)
class DrawerOpened(Body):
    """The drawer was told to open; without a payment it is counted and printed on X and Z."""

    TYPE: ClassVar[str] = "drawer.opened"

    cause: Literal["sale", "count", "handover", "change", "test", "other"]
    payment: Link | None
    reason: Code | None

    def check(self) -> None:
        """A sale names its payment; anything else has none."""
        if (self.cause == "sale") != (self.payment is not None):
            fail("payment", "for a sale, and only for one")
        if self.cause == "other" and self.reason is None:
            fail("reason", "needed")

    def effect(self) -> Totals:
        """One opening, unless it belongs to a sale."""
        return Totals(drawer_openings=0 if self.cause == "sale" else 1)
