"""What may stop and what goes on: causes × acts as one table, and who can lift each stop, how.

Everything that asks whether an act may be done asks this table. Draining is never stopped by anything:
closing, handing over, resolving what is unknown, export and sync. A step of the clock stops nothing at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.core.errors import KnownError


class Act(StrEnum):
    """What a device does, as far as a cause could stop it."""

    NEW_SHIFT = "new_shift"
    NEW_CASH = "new_cash"
    """Cash into the drawer: a payment's, or a movement in."""
    CARD = "card"
    """A payment by card: what of it is no cash."""
    FEE = "fee"
    """A payment by the fee tables."""
    DEBT = "debt"
    """A payment of debts up to the cap of stale data, and payments on account."""
    DEBT_ABOVE_CAP = "debt_above_cap"
    """A payment of debts above the cap of stale data."""
    PAPER_RECEIPT = "paper_receipt"
    """Entering a paper receipt: its money was taken before, and it may be entered later."""
    SCAN = "scan"
    REQUEST = "request"
    """A request, which takes no money itself."""
    VOID = "void"
    HANDOVER = "handover"
    RECEIVE = "receive"
    """Cash received from another person into custody apart from the drawer."""
    CLOSE = "close"
    RESOLVE_UNKNOWN = "resolve_unknown"
    REPORT = "report"
    EXPORT = "export"
    SYNC = "sync"


class Cause(StrEnum):
    """Why something stands still."""

    INCIDENT = "incident"
    DISK_RESERVE = "disk_reserve"
    REVOKED = "revoked"
    """The centre has ended the work of this person: what is under way is closed and handed over."""
    STAFF_VALIDITY = "staff_validity"
    CASH_CEILING = "cash_ceiling"
    HOURS_SINCE_HANDOVER = "hours_since_handover"
    FEE_DATA_OLD = "fee_data_old"
    DEBT_DATA_OLD = "debt_data_old"
    CLOCK_STEP = "clock_step"


class Way(StrEnum):
    """How a stop ends, and so who can lift it."""

    HANDOVER = "handover"
    """The person himself, to the treasury or a custodian."""
    NEWER_DATA_BY_NET = "newer_data_by_net"
    NEWER_DATA_BY_FILE = "newer_data_by_file"
    ROSTER_BY_NET = "roster_by_net"
    ROSTER_BY_FILE = "roster_by_file"
    ORDER_BY_NET = "order_by_net"
    """A signed order of the centre, fetched by sync."""
    ORDER_BY_FILE = "order_by_file"
    """The same order on a USB stick."""
    ANSWER_BY_PHONE = "answer_by_phone"
    """The centre answers the digits that the device shows."""
    SPACE = "space"
    """Technical support makes room on the disk."""
    ANCHOR = "anchor"
    """The time of the centre, with the next sync."""


@dataclass(frozen=True)
class Rule:
    """What one cause stops; everything else goes on."""

    stops: frozenset[Act]
    lifted_by: tuple[Way, ...]


_MONEY = frozenset(
    {Act.NEW_CASH, Act.CARD, Act.FEE, Act.DEBT, Act.DEBT_ABOVE_CAP, Act.PAPER_RECEIPT},
)

TABLE: Mapping[Cause, Rule] = {
    Cause.INCIDENT: Rule(
        _MONEY | {Act.NEW_SHIFT}, (Way.ORDER_BY_NET, Way.ORDER_BY_FILE, Way.ANSWER_BY_PHONE)
    ),
    Cause.DISK_RESERVE: Rule(frozenset({Act.NEW_CASH, Act.SCAN}), (Way.SPACE,)),
    Cause.REVOKED: Rule(
        (_MONEY - {Act.PAPER_RECEIPT}) | {Act.NEW_SHIFT, Act.SCAN, Act.REQUEST},
        (Way.ROSTER_BY_NET, Way.ROSTER_BY_FILE),
    ),
    Cause.STAFF_VALIDITY: Rule(frozenset({Act.NEW_SHIFT}), (Way.ROSTER_BY_NET, Way.ROSTER_BY_FILE)),
    Cause.CASH_CEILING: Rule(frozenset({Act.NEW_CASH}), (Way.HANDOVER,)),
    Cause.HOURS_SINCE_HANDOVER: Rule(frozenset({Act.NEW_CASH}), (Way.HANDOVER,)),
    Cause.FEE_DATA_OLD: Rule(frozenset({Act.FEE}), (Way.NEWER_DATA_BY_NET, Way.NEWER_DATA_BY_FILE)),
    Cause.DEBT_DATA_OLD: Rule(
        frozenset({Act.DEBT_ABOVE_CAP}), (Way.NEWER_DATA_BY_NET, Way.NEWER_DATA_BY_FILE)
    ),
    Cause.CLOCK_STEP: Rule(frozenset(), (Way.ANCHOR,)),
}
"""The table, most serious cause first: the order in which stops are told."""

NEVER_STOPPED = frozenset(
    {Act.CLOSE, Act.HANDOVER, Act.RECEIVE, Act.RESOLVE_UNKNOWN, Act.REPORT, Act.EXPORT, Act.SYNC, Act.VOID}
)
"""Draining and correcting: no cause may ever stop these."""


@dataclass(frozen=True)
class Stop:
    """A cause that is present on this device, with the facts that its sentence names."""

    cause: Cause
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def stops(self) -> frozenset[Act]:
        """What stands still."""
        return TABLE[self.cause].stops

    @property
    def goes_on(self) -> frozenset[Act]:
        """Everything else."""
        return frozenset(Act) - self.stops

    @property
    def lifted_by(self) -> tuple[Way, ...]:
        """Ways to end it."""
        return TABLE[self.cause].lifted_by

    def error(self) -> KnownError:
        """Why, what goes on, and who lifts it, as a sentence and a remedy."""
        return KnownError(f"stop.{self.cause.value}", **self.facts)


def in_order(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Stops as they are told: the most serious first, each cause once."""
    found = {stop.cause: stop for stop in stops}
    return tuple(found[cause] for cause in TABLE if cause in found)


def stopped(acts: Iterable[Act], stops: Iterable[Stop]) -> Stop | None:
    """The most serious stop that stands in the way of these acts, or None."""
    wanted = frozenset(acts)
    return next((stop for stop in in_order(stops) if stop.stops & wanted), None)


def still_possible(stops: Iterable[Stop]) -> tuple[Act, ...]:
    """What none of these stops, in the order of the acts."""
    standing = frozenset[Act]().union(*(stop.stops for stop in stops))
    return tuple(act for act in Act if act not in standing)
