"""What a debt is: an account of one debtor with one purse, made of dated charges. Amounts are piastres."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.core.errors import BugError
from kiosk.core.policy import Component


@dataclass(frozen=True, order=True)
class Purse:
    """Whose money it is: a body, one of its funds, and whether it is a deposit to be returned.

    Money of one purse never pays what is owed to another (DOMAIN: deposits and other bodies' money).
    """

    body: str
    fund: str
    deposit: bool = False


@dataclass(frozen=True)
class Charge:
    """One dated line of a debt: what is still `owed` of it, in piastres, and the day it falls due."""

    id: str
    component: Component
    due: date
    owed: int

    def __post_init__(self) -> None:
        if type(self.owed) is not int or self.owed < 0:
            raise BugError(f"charge {self.id} owes {self.owed!r}")

    def is_due(self, day: date) -> bool:
        """Say whether it is payable on that day; costs and late charges are payable once they exist."""
        return self.component is not Component.PRINCIPAL or self.due <= day


class LeasedTo(StrEnum):
    """Who may divide payments of a debt offline: a collector (tablet), a unit (vehicle), nobody."""

    COLLECTOR = "collector"
    UNIT = "unit"
    NONE = "none"


@dataclass(frozen=True)
class Lease:
    """Who holds a debt, and until which day (inclusive; None: until the centre says otherwise)."""

    to: LeasedTo
    holder: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Debt:
    """One account of one debtor, as far as this device knows.

    `kind` is a code of the policy's debt kinds; `burden_bp` overrides the kind's rank as the heaviest
    (yearly late charge, basis points) where the contract says otherwise.
    """

    id: str
    debtor: str
    kind: str
    purse: Purse
    charges: tuple[Charge, ...]
    lease: Lease
    burden_bp: int | None = None

    def __post_init__(self) -> None:
        if len({charge.id for charge in self.charges}) != len(self.charges):
            raise BugError(f"debt {self.id} has a charge twice")

    @property
    def balance(self) -> int:
        """Everything owed, due or not, in piastres."""
        return total(self.charges)

    def due(self, day: date) -> int:
        """What is payable on that day, in piastres."""
        return total(charge for charge in self.charges if charge.is_due(day))


def total(charges: Iterable[Charge]) -> int:
    """Add up what is owed, in piastres."""
    return sum(charge.owed for charge in charges)
