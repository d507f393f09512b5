"""Payments and their receipts: what for, which lines, by which tender, for which debts; and voids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.entries.parts import (
    ADVANCE,
    CHANGE_LEFT,
    DEBT,
    ON_ACCOUNT,
    Line,
    PaperForm,
    PersonRef,
    VersionRef,
    sums_by_kind,
)
from kiosk.core.wire.codec import fail
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import (
    Code,
    Count,
    Last4,
    Number,
    Paid,
    Piastres,
    PrintedNumber,
    ReceiptNumber,
    Remark,
    Series,
    SlipTime,
    StaffCode,
    Tracking,
)
from kiosk.core.wire.totals import Totals, adding


@dataclass(frozen=True, kw_only=True)
class Cash:
    """Cash over the counter, in piastres: applied = tendered − change.

    `left` is change for which there were no coins: it stays in the drawer, is owed to the citizen, and is a
    line of its own.
    """

    kind: Literal["cash"] = "cash"
    tendered: Paid
    change: Piastres
    applied: Paid
    left: Piastres

    def check(self) -> None:
        """Refuse sums that do not hold."""
        if self.applied != self.tendered - self.change:
            fail("applied", "not tendered less change")
        if self.left >= self.applied:
            fail("left", "as much as was applied")


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A card taken on the government terminal, known by its slip only: recorded, not reconciled."""

    kind: Literal["slip"] = "slip"
    piastres: Paid
    slip_no: PrintedNumber
    terminal: PrintedNumber
    last4: Last4 | None
    approval: PrintedNumber
    slip_time: SlipTime
    state: Literal["recorded"] = "recorded"


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card taken on a linked terminal, which approved it (`kiosk.core.entries.card`).

    `attempt`: its `card.prepared`; `trace` and `receipt_no`: the terminal's own numbers of it.
    """

    kind: Literal["card"] = "card"
    piastres: Paid
    attempt: Link
    terminal: PrintedNumber
    trace: Count
    receipt_no: Count
    approval: PrintedNumber | None
    last4: Last4 | None


@dataclass(frozen=True, kw_only=True)
class DebtsFor:
    """The payment is for debts of one debtor (his code at the centre).

    Found by name alone, a second person confirms who it is and signs the entry.
    """

    kind: Literal["debts"] = "debts"
    debtor: Code
    found_by: Literal["number", "phone", "account", "name"]
    confirmed_by: StaffCode | None

    def check(self) -> None:
        """A name finds, it does not decide."""
        if (self.found_by == "name") != (self.confirmed_by is not None):
            fail("confirmed_by", "a second person, for a match by name and only then")


@dataclass(frozen=True, kw_only=True)
class RequestFor:
    """The payment is for a request."""

    kind: Literal["request"] = "request"
    tracking: Tracking


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one charge of one debt receives, in piastres, and whether it was due."""

    debt: Code
    charge: Code
    component: Literal["costs", "late", "principal"]
    piastres: Paid
    was_due: bool


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Money that waits for the centre: a named advance, or a payment on account of a debt not held here."""

    kind: Literal["advance", "on_account"]
    debt: Code | None
    reason: Code
    piastres: Paid


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """How the money was divided, and who decided (`kiosk.core.debts.allocation`).

    The debtor (Civil Code 344), the rule of law and policy (343, 345), or the centre: all is on account.
    """

    chosen_by: Literal["debtor", "rule", "centre"]
    parts: tuple[Part, ...]
    credits: tuple[Credit, ...]

    def check(self) -> None:
        """Refuse a charge that is paid twice in one payment, and an allocation of nothing."""
        charges = [(part.debt, part.charge) for part in self.parts]
        if len(set(charges)) < len(charges):
            fail("parts", "a charge is there twice")
        if not self.parts and not self.credits:
            fail("parts", "nothing is allocated")


@dataclass(frozen=True, kw_only=True)
class SnapshotRef:
    """The data from which the balance was taken, and how old it was."""

    dataset: Code
    version: Number
    as_of: datetime


Tender = Cash | Slip | Card


@dataclass(frozen=True, kw_only=True)
class PaymentFacts(Body):
    """What every payment says. `total` = Σ lines = Σ tenders, in piastres.

    `mandate`: the collector's mandate; `order_no` and `period` as form 33 asks; `outage`: the open outage
    that makes cash above the electronic limit lawful.
    """

    MONEY: ClassVar[bool] = True

    what_for: RequestFor | DebtsFor
    lines: tuple[Line, ...]
    total: Paid
    tenders: tuple[Tender, ...]
    payer: PersonRef
    capacity: Code
    allocation: Allocation | None
    snapshot: SnapshotRef | None
    outage: Link | None
    mandate: PrintedNumber | None
    order_no: PrintedNumber | None
    period: PrintedNumber | None
    totals: Totals

    def check(self) -> None:
        """Refuse sums that do not hold and tenders, lines or allocations that contradict each other."""
        by_kind = sums_by_kind(self.lines)
        if sum(by_kind.values()) != self.total:
            fail("total", "not the sum of the lines")
        if sum(self._taken()) != self.total:
            fail("total", "not the sum of the tenders")
        self._check_tenders(by_kind.get(CHANGE_LEFT, 0))
        self._check_allocation(by_kind)

    def _check_tenders(self, left: int) -> None:
        kinds = [one.kind for one in self.tenders]
        if kinds.count("cash") > 1:
            fail("tenders", "cash is there twice")
        if left != sum([one.left for one in self.tenders if one.kind == "cash"]):
            fail("lines", "change left is not its own line")
        if "slip" in kinds:
            slips = [(one.terminal, one.slip_no) for one in self.tenders if one.kind == "slip"]
            if len(set(slips)) < len(slips):
                fail("tenders", "a slip is there twice")
        if "card" in kinds and len(kinds) > 1:
            fail("tenders", "a linked terminal takes the whole bill")

    def _check_allocation(self, by_kind: Mapping[str, int]) -> None:
        for_debts = self.what_for.kind == "debts"
        if for_debts != (self.allocation is not None) or for_debts != (self.snapshot is not None):
            fail("allocation", "for debts, and only for debts, with the snapshot it was taken from")
        parts, kept = (self.allocation.parts, self.allocation.credits) if self.allocation else ((), ())
        if by_kind.get(DEBT, 0) != sum([part.piastres for part in parts]):
            fail("lines", "lines of debts are not the parts of the allocation")
        for kind in ADVANCE, ON_ACCOUNT:
            if by_kind.get(kind, 0) != sum([one.piastres for one in kept if one.kind == kind]):
                fail("lines", f"lines of {kind} are not the credits of the allocation")

    def _taken(self) -> tuple[int, int, int]:
        """Cash applied, and what slips and linked terminals took, in piastres: one look at the tenders."""
        cash = slips = cards = 0
        for one in self.tenders:
            if one.kind == "cash":
                cash += one.applied
            elif one.kind == "slip":
                slips += one.piastres
            else:
                cards += one.piastres
        return cash, slips, cards

    @property
    def cash(self) -> int:
        """Cash applied, in piastres."""
        return self._taken()[0]

    @property
    def slips(self) -> int:
        """Taken by slips, in piastres."""
        return self._taken()[1]

    @property
    def cards(self) -> int:
        """Taken by a linked terminal, in piastres."""
        return self._taken()[2]

    def effect(self) -> Totals:
        """Gross by tender."""
        cash, slips, cards = self._taken()
        return adding(cash=cash, slip=slips, card=cards)


@dataclass(frozen=True, kw_only=True)
class PaymentTaken(PaymentFacts):
    """Money was taken. Its receipt is the next entry, in the same transaction."""

    TYPE: ClassVar[str] = "payment.taken"


@dataclass(frozen=True, kw_only=True)
class PaperReceiptEntered(PaymentFacts):
    """A payment that was receipted on a paper book in an emergency, entered later by two persons."""

    TYPE: ClassVar[str] = "paper_receipt.entered"

    paper: PaperForm
    reason: Code
    approver: StaffCode

    def effect(self) -> Totals:
        """Gross by tender, and one paper receipt."""
        return super().effect() + adding(paper_receipts=1)


@dataclass(frozen=True, kw_only=True)
class Form33:
    """The mode in force, and the paper form written alongside, if any."""

    mode: Literal["device", "paper_alongside", "paper_only"]
    paper: PaperForm | None

    def check(self) -> None:
        """Only the mode `device` has no paper form."""
        if (self.mode == "device") != (self.paper is None):
            fail("paper", f"does not fit the mode {self.mode}")


def receipt_number(series: str, serial: int) -> str:
    """`<series>-<serial>`, the serial with at least six digits."""
    return f"{series}-{serial:06d}"


@dataclass(frozen=True, kw_only=True)
class ReceiptIssued(Body):
    """The receipt of a payment: number, template, form 33. `piastres` is the total of the payment."""

    TYPE: ClassVar[str] = "receipt.issued"
    MONEY: ClassVar[bool] = True

    number: ReceiptNumber
    series: Series
    serial: Number
    payment: Link
    piastres: Paid
    form33: Form33
    template: VersionRef
    totals: Totals

    def check(self) -> None:
        """Refuse a number that is not made of its series and serial."""
        if self.number != receipt_number(self.series, self.serial):
            fail("number", "not its series and serial")

    def effect(self) -> Totals:
        """One receipt."""
        return adding(receipts=1)


@dataclass(frozen=True, kw_only=True)
class SlipReversal:
    """A slip to be reversed on the same card, the same day, before the shift closes."""

    terminal: PrintedNumber
    slip_no: PrintedNumber
    piastres: Paid


@dataclass(frozen=True, kw_only=True)
class ReceiptVoided(Body):
    """A receipt voided in the same shift, with all its copies recovered and a second person's signature.

    `copies_printed` counts every print, original included. `card_returned`: what a linked terminal has
    reversed before. Anything else is a refund by form 50.
    """

    TYPE: ClassVar[str] = "receipt.voided"
    MONEY: ClassVar[bool] = True

    number: ReceiptNumber
    receipt: Link
    payment: Link
    reason: Code
    remark: Remark | None
    copies_printed: Count
    copies_recovered: Count
    cash_returned: Piastres
    slips: tuple[SlipReversal, ...]
    card_returned: Piastres
    replacement: ReceiptNumber | None
    approver: StaffCode
    totals: Totals

    def check(self) -> None:
        """Refuse missing copies, a void of nothing, and a receipt that replaces itself."""
        if self.copies_recovered != self.copies_printed:
            fail("copies_recovered", "a copy is still out")
        if not self.cash_returned and not self.slips and not self.card_returned:
            fail("cash_returned", "nothing is returned")
        if self.replacement == self.number:
            fail("replacement", "the receipt itself")

    def effect(self) -> Totals:
        """One void, and what it returns by tender."""
        slips = sum(slip.piastres for slip in self.slips)
        return adding(
            voids=1, cash_voided=self.cash_returned, slip_voided=slips, card_voided=self.card_returned
        )
