"""What may be taken for a payment: cash, slips of the government terminal, the electronic limit, change.

Cash above the limit is lawful only while an outage is open, and then its ticket or memo number is on the
receipt (Law 18/2019; PM decree 752/2022 art. 1 item 7; circular 45/2021). A card gets no change and no refund
in cash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.core.cash import Count, payable_up_to
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Policy


class OutagePaper(StrEnum):
    """What proves an outage: the support ticket, or a memo where support could not be reached."""

    TICKET = "ticket"
    MEMO = "memo"


@dataclass(frozen=True)
class Outage:
    """An open outage of electronic collection. `number` is printed on each receipt of cash above the limit.

    Raises KnownError `tenders.outage_incomplete` without number or cause, or a memo without its approver.
    """

    paper: OutagePaper
    number: str
    cause: str
    approver: str = ""

    def __post_init__(self) -> None:
        approved = self.paper is OutagePaper.TICKET or self.approver.strip()
        if not (self.number.strip() and self.cause.strip() and approved):
            raise KnownError("tenders.outage_incomplete")


@dataclass(frozen=True)
class Slip:
    """One printed slip of the government terminal, in piastres: recorded, not reconciled with the bank."""

    terminal: str
    number: str
    amount: int


@dataclass(frozen=True)
class Offered:
    """What the citizen gives: cash handed over, slips, and change that he agrees to leave (piastres).

    `left`: the part of his change for which there are no coins. It stays his: a line of its own on the
    receipt and in the shift, kept as money owed to him, never revenue and never dropped.
    """

    cash: int = 0
    slips: tuple[Slip, ...] = ()
    left: int = 0


@dataclass(frozen=True)
class CashTaken:
    """Cash of one payment in piastres: `tendered - change = applied = towards the total + left`."""

    tendered: int
    change: int
    left: int

    @property
    def applied(self) -> int:
        """What stays in the drawer."""
        return self.tendered - self.change


@dataclass(frozen=True)
class Accepted:
    """How a payment is made, in piastres. `total + rounding + left = cash applied + slips`, exactly.

    `rounding` (its own line, may be negative) is zero unless the policy sets a step. `outage` is there when
    the receipt must carry its number.
    """

    total: int
    rounding: int
    cash: CashTaken | None
    slips: tuple[Slip, ...]
    outage: Outage | None

    @property
    def left(self) -> int:
        """Change that was not given: owed to the citizen."""
        return self.cash.left if self.cash else 0

    @property
    def received(self) -> int:
        """Everything taken, equal to the sum of the receipt's printed lines."""
        return (self.cash.applied if self.cash else 0) + sum(slip.amount for slip in self.slips)


def accept(
    total: int, offered: Offered, policy: Policy, outage: Outage | None, drawer: Count | None = None
) -> Accepted:
    """Check what is offered for a total of the printed lines, and work out change and extra lines.

    `outage` is the one that is open now, or None; `drawer` the pieces known to be at hand for change.
    The electronic limit looks at the cash part before rounding: splitting is lawful, rounding under it not.
    Raises KnownError `tenders.*`; nothing is accepted in part.
    """
    if min(total, offered.cash, offered.left) < 0:
        raise BugError("a negative amount in a payment")
    due = total - _slips(total, offered.slips)
    if due == 0:
        if offered.cash or offered.left:
            raise KnownError("tenders.cash_not_needed", cash=format_money(max(offered.cash, offered.left)))
        return Accepted(total, 0, None, offered.slips, None)
    rounding = rounded(due, policy.cash_rounding_step) - due
    if offered.cash == 0 < due + rounding:
        raise KnownError("tenders.short", due=format_money(total), missing=format_money(due + rounding))
    above = due > policy.highest_cash
    if above and outage is None:
        raise KnownError(
            "tenders.cash_above_limit", cash=format_money(due), highest=format_money(policy.highest_cash)
        )
    cash = _cash(total, due + rounding, offered, policy, drawer)
    return Accepted(total, rounding, cash, offered.slips, outage if above else None)


def _slips(total: int, slips: Sequence[Slip]) -> int:
    """Check the slips and return their sum: each once, complete, together not above the total."""
    seen: set[tuple[str, str]] = set()
    for slip in slips:
        key = (slip.terminal.strip(), slip.number.strip())
        if not all(key) or slip.amount <= 0:
            raise KnownError("tenders.slip_incomplete")
        if key in seen:
            raise KnownError("tenders.slip_twice", number=slip.number)
        seen.add(key)
    paid = sum(slip.amount for slip in slips)
    if paid > total:
        raise KnownError("tenders.slips_above_total", slips=format_money(paid), due=format_money(total))
    return paid


def rounded(due: int, step: int) -> int:
    """Round cash to the nearest multiple of `step` piastres, halves down; step 0 keeps it."""
    if step == 0:
        return due
    below = due - due % step
    return below if 2 * (due - below) <= step else below + step


def _cash(total: int, due: int, offered: Offered, policy: Policy, drawer: Count | None) -> CashTaken:
    possible = payable_up_to(offered.cash, policy.denominations)
    if possible < offered.cash:
        cash = format_money(offered.cash)
        raise KnownError("tenders.no_such_cash", cash=cash, possible=format_money(possible))
    whole_change = offered.cash - due
    if whole_change < 0:
        raise KnownError("tenders.short", due=format_money(total), missing=format_money(-whole_change))
    if offered.left > whole_change:
        raise KnownError(
            "tenders.left_above_change", left=format_money(offered.left), change=format_money(whole_change)
        )
    if offered.left > policy.change_left_cap:
        raise KnownError(
            "tenders.left_too_much", left=format_money(offered.left), cap=format_money(policy.change_left_cap)
        )
    change = whole_change - offered.left
    payable = payable_up_to(change, policy.denominations, drawer)
    if payable < change:
        raise _no_change(change, payable, offered.left + change - payable, policy)
    return CashTaken(offered.cash, change, offered.left)


def _no_change(change: int, payable: int, left: int, policy: Policy) -> KnownError:
    """Name the amount that could be left only where the policy lets that much be left."""
    figures = {"change": format_money(change), "payable": format_money(payable)}
    if left > policy.change_left_cap:
        return KnownError("tenders.no_change", **figures)
    return KnownError("tenders.change_not_payable", **figures, left=format_money(left))
