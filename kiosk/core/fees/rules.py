"""The typed rule tree: the shapes of fee lines, their modifiers, and what each of them takes."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from kiosk.core.fees.basis import Basis
from kiosk.core.fees.inputs import COUNTED, Condition, InputType
from kiosk.core.fees.label import Label
from kiosk.core.fees.parameters import Measure
from kiosk.core.marked import Marked


class Phase(IntEnum):
    """The order in which lines are worked out and printed."""

    BASE = 1
    DISCOUNT = 2
    LATE = 3
    PAID = 4
    PERCENT_OF_FEE = 5
    TAX = 6
    STAMP = 7
    DEPOSIT = 8


class Shape(StrEnum):
    """What a rule or a modifier is called in the files."""

    FREE = "FREE"
    FIXED = "FIXED"
    FREE_OR_FIXED = "FREE_OR_FIXED"
    BANDED = "BANDED"
    PER_M2 = "PER_M2"
    PER_UNIT = "PER_UNIT"
    PER_FLOOR = "PER_FLOOR"
    PERCENT = "PERCENT"
    PERCENT_OF_FEE = "PERCENT_OF_FEE"
    PERIODIC = "PERIODIC"
    RANGE = "RANGE"
    SCHEDULE = "SCHEDULE"
    INSPECTION = "INSPECTION"
    FINE = "FINE"
    DEPOSIT = "DEPOSIT"
    STAMPS = "STAMPS"
    DEV_FEE = "DEV_FEE"
    VAT = "VAT"
    QUOTE = "QUOTE"
    DEBT = "DEBT"
    SAME_AS = "SAME_AS"
    DISCOUNT = "DISCOUNT"
    CAP = "CAP"
    LATE = "LATE"
    INSTALMENTS = "INSTALMENTS"
    EXEMPT = "EXEMPT"
    PAID = "PAID"


PERIODS = {"month": 1, "quarter": 3, "year": 12}
"""Periods by name, in months."""

PRINCIPAL, LAST = "principal", "last"
"""Words that stand where a parameter could: `cap=principal`, `beyond=last`."""


@dataclass(frozen=True)
class Limits:
    """Parameters between which an amount must lie; no lower one when `low` is None."""

    low: str | None
    high: str


@dataclass(frozen=True)
class Term:
    """One rule or modifier. Names in it are parameters, inputs or line ids; which fields count is in `SPECS`.

    `quantities` multiply the value; `by` and then `size` are the keys of its table.
    """

    shape: Shape
    at: Marked = field(compare=False, repr=False)
    value: str = ""
    stamps: tuple[str, ...] = ()
    service: str = ""
    by: tuple[str, ...] = ()
    size: str = ""
    quantities: tuple[str, ...] = ()
    base: str = ""
    of: tuple[str, ...] = ()
    limits: Limits | None = None
    beyond: str = ""
    amount: str = ""
    reference: str = ""
    account: str = ""
    balance: str = ""
    every: str = ""
    when: Condition | None = None
    cap: str = ""
    down: str = ""
    limit: str = ""

    def inputs(self) -> tuple[str, ...]:
        """The inputs it needs, in reading order, without that of its condition."""
        named = (*self.by, self.size, *self.quantities, self.base, self.amount, self.reference)
        return tuple(name for name in (*named, self.account, self.balance) if name)


@dataclass(frozen=True)
class Line:
    """One line of a service. `basis` is that of the service that wrote the rule, `account` empty for FREE
    and SAME_AS.
    """

    id: str
    label: Label
    account: str
    rule: Term
    basis: Basis
    modifiers: tuple[Term, ...] = ()
    when: Condition | None = None
    note: Label | None = None


ANY_AMOUNT = (Measure.MONEY, Measure.RATE)


@dataclass(frozen=True)
class Key:
    """One key of a rule: the field of `Term` that it fills and what may stand in it."""

    field: str
    inputs: tuple[InputType, ...] = ()
    parameters: tuple[Measure, ...] = ()
    many: bool = False
    words: tuple[str, ...] = ()


KEYS = {
    "by": Key("by", inputs=(InputType.CHOICE, *COUNTED), many=True),
    "size": Key("size", inputs=COUNTED),
    "area": Key("quantities", inputs=COUNTED),
    "floors": Key("quantities", inputs=(InputType.WHOLE,)),
    "units": Key("quantities", inputs=COUNTED),
    "count": Key("quantities", inputs=(InputType.WHOLE,)),
    "times": Key("quantities", inputs=COUNTED, many=True),
    "base": Key("base", inputs=(InputType.MONEY,)),
    "amount": Key("amount", inputs=(InputType.MONEY,)),
    "balance": Key("balance", inputs=(InputType.MONEY,)),
    "reference": Key("reference", inputs=(InputType.TEXT, InputType.ACCOUNT)),
    "account": Key("account", inputs=(InputType.ACCOUNT,)),
    "beyond": Key("beyond", parameters=(Measure.MONEY,), words=(LAST,)),
    "schedule": Key("value", parameters=(Measure.MONEY,)),
    "cap": Key("cap", parameters=ANY_AMOUNT, words=(PRINCIPAL,)),
    "down": Key("down", parameters=(Measure.RATE,)),
    "limit": Key("limit", parameters=(Measure.NUMBER,)),
    "every": Key("every", words=tuple(PERIODS)),
    "of": Key("of", many=True),
    "limits": Key("limits", parameters=(Measure.MONEY,)),
    "when": Key("when"),
    "free_when": Key("when"),
}
"""Every key that rules know; `of`, `limits` and the conditions have forms of their own."""


@dataclass(frozen=True)
class Spec:
    """What a shape takes. `value` measures the parameter in first place; `phase` is None for modifiers."""

    phase: Phase | None
    value: tuple[Measure, ...] = ()
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    modifiers: tuple[Shape, ...] = ()


_MONEY = (Measure.MONEY,)
_RATE = (Measure.RATE,)
_OF_BASE = (Shape.DISCOUNT, Shape.CAP, Shape.LATE, Shape.INSTALMENTS, Shape.EXEMPT, Shape.PAID)
_OF_DEBT = (Shape.DISCOUNT, Shape.CAP, Shape.LATE, Shape.INSTALMENTS)
_OF_SHARE = (Shape.CAP, Shape.EXEMPT)
_OF_SMALL = (Shape.EXEMPT,)


def _base(
    *required: str,
    value: tuple[Measure, ...] = _MONEY,
    optional: tuple[str, ...] = (),
    one_of: tuple[str, ...] = (),
) -> Spec:
    return Spec(Phase.BASE, value, required, optional, one_of, _OF_BASE)


SPECS: dict[Shape, Spec] = {
    Shape.FREE: Spec(Phase.BASE),
    Shape.FIXED: _base(optional=("by", "limits")),
    Shape.FREE_OR_FIXED: _base("free_when", optional=("by",)),
    Shape.BANDED: _base("size", optional=("by", "beyond")),
    Shape.PER_M2: _base("area", optional=("by", "times", "limits")),
    Shape.PER_UNIT: _base("units", optional=("by", "times", "limits")),
    Shape.PER_FLOOR: _base("floors", optional=("by",)),
    Shape.PERCENT: _base("base", value=_RATE, optional=("by",)),
    Shape.PERIODIC: _base("every", "count", optional=("by", "times")),
    Shape.RANGE: _base("schedule", value=(), optional=("by", "size", "beyond", "count", "every")),
    Shape.SCHEDULE: _base("by", optional=("size", "beyond", "limits")),
    Shape.INSPECTION: _base("units", optional=("by", "limits")),
    Shape.FINE: _base(optional=("by", "limits", "units", "reference", "amount")),
    Shape.QUOTE: _base("amount", "reference", value=()),
    Shape.DEBT: Spec(Phase.BASE, required=("account",), optional=("every", "balance"), modifiers=_OF_DEBT),
    Shape.SAME_AS: Spec(Phase.BASE),
    Shape.PERCENT_OF_FEE: Spec(
        Phase.PERCENT_OF_FEE, _RATE, optional=("by", "of", "base"), one_of=("of", "base"), modifiers=_OF_SHARE
    ),
    Shape.VAT: Spec(Phase.TAX, _RATE, required=("of",), modifiers=_OF_SMALL),
    Shape.STAMPS: Spec(Phase.STAMP, optional=("times",), modifiers=_OF_SMALL),
    Shape.DEV_FEE: Spec(Phase.STAMP, _MONEY, optional=("by", "units"), modifiers=_OF_SMALL),
    Shape.DEPOSIT: Spec(Phase.DEPOSIT, ANY_AMOUNT, optional=("by", "units", "base"), modifiers=_OF_SMALL),
    Shape.DISCOUNT: Spec(None, ANY_AMOUNT, optional=("by", "when")),
    Shape.CAP: Spec(None, _MONEY, optional=("by",)),
    Shape.LATE: Spec(None, ANY_AMOUNT, optional=("by", "every", "count", "cap")),
    Shape.INSTALMENTS: Spec(None, required=("count", "every", "limit"), optional=("down", "when")),
    Shape.EXEMPT: Spec(None, required=("when",)),
    Shape.PAID: Spec(None, required=("amount",)),
}
"""The grammar of each shape. FINE takes a parameter or `amount`; DEPOSIT takes a rate exactly when it has a
base.
"""
