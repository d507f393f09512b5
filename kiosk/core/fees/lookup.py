"""Finds the values that a rule names: typed inputs, and rows of parameters on a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kiosk.core.errors import BugError, KnownError
from kiosk.core.fees.basis import Basis, weakest
from kiosk.core.fees.inputs import Condition, FeeInput, InputValue, shown_label
from kiosk.core.fees.label import Label
from kiosk.core.fees.parameters import Beyond, Found, Leaf, Measure, Parameter, pick, show_leaf
from kiosk.core.fees.quote import QuoteLine, Source
from kiosk.core.fees.rules import LAST, PRINCIPAL, Limits, Term
from kiosk.core.fees.values import show_number
from kiosk.core.money import format_money


@dataclass
class Uses:
    """What one line has used so far."""

    bases: list[Basis]
    expired: bool = False
    sources: list[Source] = field(default_factory=list)

    @classmethod
    def of_line(cls, line: QuoteLine) -> "Uses":
        """Begin with what a line rests on: a discount on a sample value is a sample value."""
        return cls([line.basis] if line.basis else [], line.expired)

    @property
    def basis(self) -> Basis | None:
        """The weakest of all."""
        return weakest(self.bases)

    def join(self, other: "Uses") -> None:
        """Rest on what another line rests on; its sources stay with it."""
        self.bases += other.bases
        self.expired = self.expired or other.expired

    def with_all(self, lines: Iterable[QuoteLine]) -> "Uses":
        """A copy that also rests on these lines."""
        joined = Uses(list(self.bases), self.expired, list(self.sources))
        for line in lines:
            joined.join(Uses.of_line(line))
        return joined


class Lookup:
    """The inputs and parameters of one evaluation."""

    def __init__(
        self,
        parameters: Mapping[str, Parameter],
        inputs: Mapping[str, FeeInput],
        values: Mapping[str, InputValue],
        on: date,
    ) -> None:
        self._parameters = parameters
        self._inputs = inputs
        self._values = values
        self._on = on

    def holds(self, condition: Condition) -> bool:
        """Does a condition hold? Raises KnownError `fees.input_missing`."""
        value = self._input(condition.input)
        return value is True if condition.option is None else value == condition.option

    def number(self, name: str) -> Fraction:
        """A whole or decimal input."""
        value = self._input(name)
        if not isinstance(value, Fraction):
            raise BugError(f"{name} is not a number")
        return value

    def money(self, name: str) -> int:
        """A money input, in piastres."""
        value = self._input(name)
        if type(value) is not int:
            raise BugError(f"{name} is not money")
        return value

    def text(self, name: str) -> str:
        """An account number or a reference."""
        return str(self._input(name))

    def label(self, name: str) -> Label:
        """The label of an input."""
        return self._inputs[name].label

    def value(self, term: Term, uses: Uses) -> Fraction:
        """The value of a term by its keys: piastres, a share or a number. Raises KnownError
        `fees.beyond_table`.
        """
        return self._find(self._parameters[term.value], term, uses)

    def named(self, name: str, term: Term, uses: Uses) -> Fraction:
        """Another parameter of a term, by the first of its keys that it has."""
        return self._find(self._parameters[name], term, uses)

    def shown(self, term: Term, uses: Uses) -> str:
        """The value of a term, written as it is typed."""
        parameter = self._parameters[term.value]
        return show_leaf(parameter.measure, Leaf(self.value(term, uses)))

    def check_limits(self, term: Term, amount: Fraction, uses: Uses, typed: str) -> None:
        """Raise KnownError `fees.outside_limits` for an amount that the law does not allow."""
        limits: Limits | None = term.limits
        if limits is None:
            return
        low = self.named(limits.low, term, uses) if limits.low else None
        high = self.named(limits.high, term, uses)
        if amount > high or (low is not None and amount < low):
            label = self.label(typed) if typed else self._parameters[term.value].label
            ends = [format_money(int(end)) for end in (low, high) if end is not None]
            raise KnownError(
                "fees.outside_limits", label=label, amount=format_money(int(amount)), limits=" – ".join(ends)
            )

    def _find(self, parameter: Parameter, term: Term, uses: Uses) -> Fraction:
        found = self._row(parameter)
        names = (*term.by, *([term.size] if term.size else []))
        keys = [self._key(name) for name in names]
        leaf = pick(found.row.value, keys, last=term.beyond == LAST)
        if isinstance(leaf, Leaf):
            self._note(uses, parameter, found, leaf)
            return leaf.number
        if term.beyond and term.beyond not in (LAST, PRINCIPAL, parameter.name):
            return self._find(self._parameters[term.beyond], term, uses)
        raise self._beyond(names, leaf)

    def _beyond(self, names: tuple[str, ...], beyond: Beyond) -> KnownError:
        definition = self._inputs[names[beyond.place]]
        text = show_number(self.number(definition.name))
        return KnownError(
            "fees.beyond_table", label=shown_label(definition), text=text, last=beyond.bands.last_limit
        )

    def _row(self, parameter: Parameter) -> Found:
        found = parameter.on(self._on)
        if found is None:
            first = parameter.rows[0].valid_from
            raise KnownError("fees.no_row", label=parameter.label, date=self._on, first=first)
        return found

    def _note(self, uses: Uses, parameter: Parameter, found: Found, leaf: Leaf) -> None:
        row = found.row
        uses.bases.append(row.basis)
        uses.expired = uses.expired or found.expired
        value = show_leaf(parameter.measure, leaf)
        unit = "" if parameter.measure is Measure.RATE else parameter.unit
        uses.sources.append(
            Source(
                parameter.name,
                parameter.label,
                value,
                unit,
                row.valid_from,
                row.valid_to,
                row.basis,
                row.source,
                row.note,
            )
        )

    def _key(self, name: str) -> str | Fraction:
        value = self._input(name)
        return value if isinstance(value, Fraction) else str(value)

    def _input(self, name: str) -> InputValue:
        if name not in self._values:
            raise KnownError("fees.input_missing", label=shown_label(self._inputs[name]), name=name)
        return self._values[name]
