"""What is paid for and with what: a bill, what the citizen gives, and what an entry says of both."""

from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from kiosk.core import tenders
from kiosk.core.entries.parts import CHANGE_LEFT, ROUNDING, Line, PersonRef
from kiosk.core.entries.payment import (
    Allocation,
    Cash,
    DebtsFor,
    RequestFor,
    Slip,
    SnapshotRef,
    Tender,
)
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Policy
from kiosk.core.printed import clean_number, clean_slip
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import NOTHING
from kiosk.store.persons import SealedPerson
from kiosk.store.queries.drawer import OpenOutage
from kiosk.store.queries.receipts import owed_for, slip_used_in

CHANGE_ACCOUNT, ROUNDING_ACCOUNT = "KIOSK.CHANGE-LEFT", "KIOSK.ROUNDING"
"""Accounts of our own lines; the centre maps them to its chart."""


@dataclass(frozen=True)
class SlipTyped:
    """A slip of the government terminal as typed: piastres, numbers, time as printed (`YYYY-MM-DDTHH:MM`)."""

    amount: int
    number: str
    terminal: str
    approval: str
    printed_at: str
    last4: str | None = None


@dataclass(frozen=True)
class Offer:
    """What the citizen gives, in piastres: cash, slips, and change that he leaves."""

    cash: int = 0
    slips: tuple[SlipTyped, ...] = ()
    left: int = 0

    def clean(self) -> "Offer":
        """The same with every slip in one form.

        Raises KnownError `slip.card_number`, `slip.*`, `tenders.slip_incomplete`.
        """
        if not self.slips:
            return self
        return replace(self, slips=tuple(_clean(one) for one in self.slips))


@dataclass(frozen=True)
class Bill:
    """What is paid for. `payer`: a record already kept, or one sealed now and kept with the payment.

    `mandate` is the collector's, where the debt's kind needs one (`kiosk.desk.collect` sees to that).
    """

    what_for: RequestFor | DebtsFor
    lines: tuple[Line, ...]
    payer: PersonRef | SealedPerson
    capacity: str
    allocation: Allocation | None = None
    snapshot: SnapshotRef | None = None
    mandate: str | None = None
    order_no: str | None = None
    period: str | None = None

    @property
    def total(self) -> int:
        """Sum of the lines, in piastres."""
        return sum([line.piastres for line in self.lines])

    @property
    def payer_ref(self) -> PersonRef:
        """The reference of the payer's record."""
        return self.payer.ref if isinstance(self.payer, SealedPerson) else self.payer

    def clean(self) -> "Bill":
        """The same with its typed numbers in one form. Raises KnownError `bill.number`."""
        if not (self.mandate or self.order_no or self.period):
            return self
        mandate, order_no, period = (
            clean_number(text, "bill.number") if text else None
            for text in (self.mandate, self.order_no, self.period)
        )
        return replace(self, mandate=mandate, order_no=order_no, period=period)


def accept_offer(total: int, offer: Offer, policy: Policy, outage: OpenOutage | None) -> tenders.Accepted:
    """Check what is offered for a total, in piastres. Raises KnownError `tenders.*`."""
    slips = tuple(tenders.Slip(one.terminal, one.number, one.amount) for one in offer.slips)
    open_now = None
    if outage is not None:
        paper = tenders.OutagePaper(outage.kind)
        open_now = tenders.Outage(paper, outage.number, outage.cause, outage.approver or "")
    return tenders.accept(total, tenders.Offered(offer.cash, slips, offer.left), policy, open_now)


def check_owed(db: Database, bill: Bill) -> None:
    """Refuse a bill of nothing, and more for a request than is still due: due − paid as it stands now.

    Raises KnownError `payment.nothing_due`, `payment.request_unknown`, `payment.request_paid`,
    `payment.request_more`.
    """
    if bill.total <= 0:
        raise KnownError("payment.nothing_due")
    if not isinstance(bill.what_for, RequestFor):
        return
    tracking = bill.what_for.tracking
    owed = owed_for(db, tracking)
    if owed is None:
        raise KnownError("payment.request_unknown", tracking=tracking)
    if owed <= 0:
        raise KnownError("payment.request_paid", tracking=tracking)
    if bill.total > owed:
        raise KnownError(
            "payment.request_more",
            tracking=tracking,
            amount=format_money(bill.total),
            owed=format_money(owed),
        )


def check_slips_unused(db: Database, offer: Offer) -> None:
    """Refuse a slip that paid something on this device before. Raises KnownError `slip.used`."""
    for one in offer.slips:
        before = slip_used_in(db, one.terminal, one.number)
        if before is not None:
            raise KnownError("slip.used", number=one.number, terminal=one.terminal, receipt=before)


def payment_facts(
    bill: Bill, offer: Offer, accepted: tenders.Accepted, lawful_by: Link | None
) -> dict[str, Any]:
    """The fields that every payment entry has: printed lines with our own, tenders, payer, references."""
    lines = bill.lines + tuple(
        Line(kind=kind, account=account, label=kind, piastres=piastres, refundable=False, sample=False)
        for kind, account, piastres in (
            (ROUNDING, ROUNDING_ACCOUNT, accepted.rounding),
            (CHANGE_LEFT, CHANGE_ACCOUNT, accepted.left),
        )
        if piastres
    )
    return {
        "what_for": bill.what_for,
        "lines": lines,
        "total": sum([line.piastres for line in lines]),
        "tenders": _tenders(accepted, offer),
        "payer": bill.payer_ref,
        "capacity": bill.capacity,
        "allocation": bill.allocation,
        "snapshot": bill.snapshot,
        "outage": lawful_by,
        "mandate": bill.mandate,
        "order_no": bill.order_no,
        "period": bill.period,
        "totals": NOTHING,
    }


def _tenders(accepted: tenders.Accepted, offer: Offer) -> tuple[Tender, ...]:
    cash = accepted.cash
    taken: list[Tender] = []
    if cash is not None and cash.applied:
        taken.append(Cash(tendered=cash.tendered, change=cash.change, applied=cash.applied, left=cash.left))
    taken += [
        Slip(
            piastres=one.amount,
            slip_no=one.number,
            terminal=one.terminal,
            last4=one.last4,
            approval=one.approval,
            slip_time=one.printed_at,
        )
        for one in offer.slips
    ]
    return tuple(taken)


def _clean(one: SlipTyped) -> SlipTyped:
    clean = clean_slip(one.terminal, one.number, one.approval, one.printed_at, one.last4)
    return SlipTyped(
        amount=one.amount,
        number=clean.number,
        terminal=clean.terminal,
        approval=clean.approval,
        printed_at=clean.printed_at,
        last4=clean.last4,
    )
