"""Perpetual totals of a stream: sums since its first entry that never decrease and are never reset.

Each entry type adds a non-negative effect (`Body.effect`), so a whole older file put back shows at once:
its totals are below those already printed, signed or acknowledged.
"""

from dataclasses import dataclass, fields

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.codec import FieldError, dump, load
from kiosk.core.wire.fields import Count, Piastres


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Counts, and amounts in piastres, since the start of the stream. Gross: nothing is ever netted."""

    receipts: Count = 0
    paper_receipts: Count = 0
    voids: Count = 0
    cash: Piastres = 0
    """Cash applied: tendered − change, before any void."""
    slip: Piastres = 0
    """Taken on the government terminal and recorded by its slip, before any reversal."""
    card: Piastres = 0
    """Taken by a linked terminal and approved by it, before any reversal."""
    cash_voided: Piastres = 0
    slip_voided: Piastres = 0
    card_voided: Piastres = 0
    cash_in: Piastres = 0
    cash_out: Piastres = 0
    handed_over: Piastres = 0
    """Cash given to the treasury out of drawers, during shifts."""
    transfers_out: Piastres = 0
    """Cash given to other custodians out of drawers, during shifts."""
    transfers_in: Piastres = 0
    """Cash received from other custodians into drawers, as the receiver counted it."""
    bagged: Piastres = 0
    """Cash set aside for handing over when shifts closed."""
    bags_out: Piastres = 0
    """Of that, given away since."""
    bags_in: Piastres = 0
    """Bags received that went into no drawer, as the receiver counted them."""
    over: Piastres = 0
    short: Piastres = 0
    requests: Count = 0
    shifts: Count = 0
    """Shifts closed: the Z number."""
    reports: Count = 0
    """X reports: the X number."""
    copies: Count = 0
    drawer_openings: Count = 0
    """Openings of the drawer without a sale."""
    overrides: Count = 0

    def __add__(self, effect: "Totals") -> "Totals":
        """The totals after an effect. Raises BugError when a part of the effect is negative."""
        after = object.__new__(Totals)
        sums = vars(after)
        sums.update(vars(self))
        for name, part in vars(effect).items():
            if part:
                if part < 0:
                    raise BugError("perpetual totals never decrease")
                sums[name] += part
        return after

    def __sub__(self, before: "Totals") -> "Totals":
        """What was added since `before`. Raises BugError when a total has decreased."""
        if not self.covers(before):
            raise BugError("perpetual totals never decrease")
        return Totals(**{name: getattr(self, name) - getattr(before, name) for name in _NAMES})

    def covers(self, before: "Totals") -> bool:
        """Whether no total is below that of `before`."""
        return all(getattr(self, name) >= getattr(before, name) for name in _NAMES)

    def to_map(self) -> dict[str, int]:
        """The totals as plain JSON."""
        return dump(self)


_NAMES = tuple(field.name for field in fields(Totals))
NOTHING = Totals()
"""No effect, and what stands in a body until its entry is made."""


def adding(**parts: int) -> Totals:
    """The effect of one entry: these parts, the others zero. A payment waits for it, and the constructor of a
    frozen dataclass sets each field by a call. Raises BugError for a part that totals do not have.
    """
    effect = object.__new__(Totals)
    vars(effect).update(vars(NOTHING), **parts)
    if len(vars(effect)) != len(_NAMES):
        raise BugError(f"no such totals: {sorted(parts)}")
    return effect


def read_totals(plain: object) -> Totals:
    """Read totals from plain JSON. Raises KnownError `entry.malformed`."""
    try:
        return load(Totals, plain)
    except FieldError as error:
        raise KnownError("entry.malformed", field=f"totals.{error.path}", problem=error.problem) from error
