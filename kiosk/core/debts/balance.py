"""The balance that people are shown: the snapshot less our own entries that it does not contain yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kiosk.core.debts.model import Debt
from kiosk.core.errors import BugError


@dataclass(frozen=True)
class OwnPart:
    """What one entry of this device did to one charge, in piastres; negative when a void takes it back.

    `charge` is None for money on account and for advances: they wait for the centre and divide nothing here.
    """

    stream: str
    seq: int
    debt: str
    charge: str | None
    amount: int


@dataclass(frozen=True)
class Applied:
    """Which entries a snapshot already contains: per stream all up to a seq, but for the quarantined ones."""

    through: Mapping[str, int] = field(default_factory=dict)
    quarantined: frozenset[tuple[str, int]] = frozenset()

    def contains(self, part: OwnPart) -> bool:
        """Say whether the snapshot has counted this entry."""
        key = (part.stream, part.seq)
        return part.seq <= self.through.get(part.stream, 0) and key not in self.quarantined


@dataclass(frozen=True)
class Shown:
    """A debt as it is shown. `debt` carries the reduced charges; the rest is told beside the balance.

    `over` is what we took above what the snapshot now owes (a credit and a case for the centre);
    `reopened` is what our voids gave back on charges that the snapshot no longer lists: owed, but only the
    centre can say on which line; `waiting` is money on account and advances that the centre has not divided.
    """

    debt: Debt
    over: int
    reopened: int
    waiting: int

    @property
    def balance(self) -> int:
        """What is still owed, in piastres."""
        return self.debt.balance + self.reopened


def shown_balance(debt: Debt, own: Iterable[OwnPart], applied: Applied) -> Shown:
    """Subtract our own entries that the snapshot lacks; each once, however often it is handed over.

    Identity: snapshot balance - own parts on charges = shown balance - over.
    Raises BugError when one entry comes with two different amounts for the same charge.
    """
    taken = _taken(debt, own, applied)
    waiting = taken.pop(None, 0)
    charges = []
    over = 0
    for charge in debt.charges:
        left = charge.owed - taken.pop(charge.id, 0)
        over += max(0, -left)
        charges.append(replace(charge, owed=max(0, left)))
    over += sum(amount for amount in taken.values() if amount > 0)
    reopened = -sum(amount for amount in taken.values() if amount < 0)
    return Shown(replace(debt, charges=tuple(charges)), over, reopened, waiting)


def _taken(debt: Debt, own: Iterable[OwnPart], applied: Applied) -> dict[str | None, int]:
    """Add up per charge what the snapshot lacks; None gathers what is on no charge."""
    once: dict[tuple[str, int, str | None], int] = {}
    for part in own:
        if part.debt != debt.id or applied.contains(part):
            continue
        key = (part.stream, part.seq, part.charge)
        if once.setdefault(key, part.amount) != part.amount:
            raise BugError(f"entry {part.stream}/{part.seq} has two amounts for charge {part.charge}")
    taken: dict[str | None, int] = {}
    for (_, _, charge), amount in once.items():
        taken[charge] = taken.get(charge, 0) + amount
    return taken
