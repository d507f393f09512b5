"""The cash shift: opening float, counts, X report, close. Arithmetic: docs/formats.md."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.entries.parts import (
    AccountSum,
    Breach,
    Denominations,
    ReceiptRange,
    StaffSum,
    TenderSum,
    check_count,
)
from kiosk.core.wire.codec import fail
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import (
    Code,
    Count,
    Number,
    Piastres,
    PrintedNumber,
    Remark,
    Series,
    Signed,
    StaffCode,
)
from kiosk.core.wire.totals import Totals


@dataclass(frozen=True, kw_only=True)
class Book:
    """The receipt book taken into custody: the next serial and the last one."""

    series: Series
    next: Number
    last: Number

    def check(self) -> None:
        """`next` = `last` + 1 is an empty book."""
        if self.next > self.last + 1:
            fail("next", "beyond the book")


@dataclass(frozen=True, kw_only=True)
class ShiftOpened(Body):
    """A person takes the drawer and the book. `total` is the counted float, `previous_kept` what was left."""

    TYPE: ClassVar[str] = "shift.opened"
    MONEY: ClassVar[bool] = True

    book: Book
    denominations: Denominations
    total: Piastres
    previous_kept: Piastres
    from_shift: Link | None
    totals: Totals

    def check(self) -> None:
        """Refuse a float that is not the sum of its denominations, and a rest that comes from no shift."""
        check_count(self.denominations, self.total)
        if self.from_shift is None and self.previous_kept:
            fail("from_shift", "a float was kept, so there was a shift")


@dataclass(frozen=True, kw_only=True)
class OpeningVariance(Body):
    """The counted float is not what the shift before kept: charged to the handover, not to this shift."""

    TYPE: ClassVar[str] = "shift.opening_variance"
    MONEY: ClassVar[bool] = True

    opened: Link
    expected: Piastres
    counted: Piastres
    difference: Signed
    sense: Literal["over", "short"]
    totals: Totals

    def check(self) -> None:
        """difference = counted − expected, not zero, and the sense says its sign."""
        if self.difference != self.counted - self.expected:
            fail("difference", "not counted less expected")
        if not self.difference or (self.difference > 0) != (self.sense == "over"):
            fail("sense", "does not fit the difference")


@dataclass(frozen=True, kw_only=True)
class ShiftCounted(Body):
    """One blind count: the first, or the recount that a soft difference asks for. Both are kept."""

    TYPE: ClassVar[str] = "shift.counted"

    attempt: Literal[1, 2]
    denominations: Denominations
    total: Piastres

    def check(self) -> None:
        """Refuse a total that is not the sum of its denominations."""
        check_count(self.denominations, self.total)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Payments whose outcome is not known or not confirmed: apart, never inside what was taken."""

    count: Count
    piastres: Piastres


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What X and Z say of the shift so far. Σ tenders = Σ accounts, for taken and for reversed.

    Wrong movements never keep a shift from closing: they are named in `breaches`, and only where none is
    named must the figures cross-foot.
    """

    tenders: tuple[TenderSum, ...]
    accounts: tuple[AccountSum, ...]
    receipts: tuple[ReceiptRange, ...]
    paper_receipts: Count
    requests: Count
    pending: Pending
    unknown: Pending
    voids: tuple[StaffSum, ...]
    copies: Count
    drawer_openings: Count
    overrides: Count
    print_failures: Count
    breaches: tuple[Breach, ...]

    def check(self) -> None:
        """Refuse rows listed twice, and figures that do not cross-foot though no breach is named."""
        for rows, key in ((self.tenders, "kind"), (self.accounts, "account"), (self.receipts, "series")):
            keys = [getattr(row, key) for row in rows]
            if len(set(keys)) < len(keys):
                fail(key, "is there twice")
        if not self.breaches:
            self._cross_foot()

    def _cross_foot(self) -> None:
        if any(one.count != one.last - one.first + 1 for one in self.receipts):
            fail("receipts", "a gap in the serials")
        if sum(one.taken for one in self.tenders) != sum(one.taken for one in self.accounts):
            fail("accounts", "taken: tenders and accounts differ")
        if sum(one.reversed for one in self.tenders) != sum(one.reversed for one in self.accounts):
            fail("accounts", "reversed: tenders and accounts differ")
        if sum(one.voided for one in self.receipts) != sum(one.count for one in self.voids):
            fail("voids", "not the voided receipts")
        if sum(one.piastres for one in self.voids) != sum(one.reversed for one in self.tenders):
            fail("voids", "not what was reversed")

    def of(self, kind: str) -> tuple[int, int]:
        """Taken and reversed of one tender, in piastres."""
        rows = [one for one in self.tenders if one.kind == kind]
        return sum(one.taken for one in rows), sum(one.reversed for one in rows)


@dataclass(frozen=True, kw_only=True)
class XReport(Body):
    """A reading in the middle of a shift: numbered, resets nothing, and never says what cash is expected."""

    TYPE: ClassVar[str] = "report.x"
    MONEY: ClassVar[bool] = True

    number: Number
    figures: Figures
    totals: Totals

    def check(self) -> None:
        """The number counts the X reports of the stream."""
        if self.number != self.totals.reports:
            fail("number", "not the count of X reports")

    def effect(self) -> Totals:
        """One X report."""
        return Totals(reports=1)


@dataclass(frozen=True, kw_only=True)
class CashTerms:
    """The terms of the cash of one shift, in piastres; `applied` = `tendered` − `change`."""

    opening_float: Piastres
    tendered: Piastres
    change: Piastres
    applied: Piastres
    voided: Piastres
    cash_in: Piastres
    cash_out: Piastres
    handed_over: Piastres
    transfers_in: Piastres
    transfers_out: Piastres

    def check(self) -> None:
        """Refuse change that was ignored or subtracted twice."""
        if self.applied != self.tendered - self.change:
            fail("applied", "not tendered less change")

    @property
    def expected(self) -> int:
        """The cash that must be in the drawer, in piastres."""
        into = self.opening_float + self.applied + self.cash_in + self.transfers_in
        return into - self.voided - self.cash_out - self.handed_over - self.transfers_out


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """Entries that the centre had not acknowledged when the shift closed; `first` is the oldest of them."""

    count: Count
    first: Number | None

    def check(self) -> None:
        """There is an oldest one exactly when there are any."""
        if (self.count > 0) != (self.first is not None):
            fail("first", "does not fit the count")


@dataclass(frozen=True, kw_only=True)
class ShiftClosed(Body):
    """The Z: once, for good. `over_short` = counted − expected; counted = kept + handed; piastres all.

    `limit` says how the difference stands to the policy's limits; beyond the hard one an approver signs, or
    the shift is `unapproved`: nobody who may sign was at hand, and another person verifies it later.
    """

    TYPE: ClassVar[str] = "shift.closed"
    MONEY: ClassVar[bool] = True

    z: Number
    terms: CashTerms
    expected: Signed
    attempts: Literal[1, 2]
    counted: Piastres
    over_short: Signed
    limit: Literal["within", "soft", "hard"]
    reason: Code | None
    remark: Remark | None
    kept: Piastres
    handed: Piastres
    seal: PrintedNumber | None
    approver: StaffCode | None
    figures: Figures
    unsent: Unsent
    totals_before: Totals
    totals: Totals

    def check(self) -> None:
        """Refuse a close whose arithmetic or totals do not hold."""
        if self.expected != self.terms.expected:
            fail("expected", "not the sum of the terms")
        if self.over_short != self.counted - self.expected:
            fail("over_short", "not counted less expected")
        if self.counted != self.kept + self.handed:
            fail("counted", "not kept and handed over")
        if self.over_short and self.reason is None:
            fail("reason", "a difference needs one")
        if self.over_short == 0 and self.limit != "within":
            fail("limit", "there is no difference")
        if self.z != self.totals.shifts:
            fail("z", "not the count of closed shifts")
        if not self.totals.covers(self.totals_before):
            fail("totals", "a total has decreased")
        if not self.figures.breaches:
            self._check_totals()

    @property
    def unapproved(self) -> Literal["no_approver"] | None:
        """Why nobody signed for a difference beyond the hard limit; None: somebody did, or it is within."""
        return "no_approver" if self.limit == "hard" and self.approver is None else None

    def _check_totals(self) -> None:
        """Perpetual totals after = before + this shift."""
        if self.figures.of("cash") != (self.terms.applied, self.terms.voided):
            fail("figures", "cash is not that of the terms")
        grown, terms, figures = self.totals - self.totals_before, self.terms, self.figures
        slip, slip_reversed = figures.of("slip")
        card, card_reversed = figures.of("card")
        expected = {
            "cash": terms.applied,
            "cash_voided": terms.voided,
            "slip": slip,
            "slip_voided": slip_reversed,
            "card": card,
            "card_voided": card_reversed,
            "cash_in": terms.cash_in,
            "cash_out": terms.cash_out,
            "handed_over": terms.handed_over,
            "transfers_in": terms.transfers_in,
            "transfers_out": terms.transfers_out,
            "bagged": self.handed,
            "receipts": sum(one.count for one in figures.receipts),
            "voids": sum(one.voided for one in figures.receipts),
            "paper_receipts": figures.paper_receipts,
            "requests": figures.requests,
            "copies": figures.copies,
            "drawer_openings": figures.drawer_openings,
            "overrides": figures.overrides,
            "shifts": 1,
            "over": max(0, self.over_short),
            "short": max(0, -self.over_short),
        }
        for name, value in expected.items():
            if getattr(grown, name) != value:
                fail(f"totals.{name}", "not before plus this shift")

    def effect(self) -> Totals:
        """One shift closed, its difference by sense, and the cash set aside for handing over."""
        over, short = max(0, self.over_short), max(0, -self.over_short)
        return Totals(shifts=1, over=over, short=short, bagged=self.handed)
