"""Works out a fee from its lines, in the order of `Phase`.

Exact fractions all the way; each line is rounded once, half up to the piastre.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from kiosk.core.errors import KnownError
from kiosk.core.fees.basis import Basis
from kiosk.core.fees.inputs import FeeInput, InputValue
from kiosk.core.fees.lookup import Lookup, Uses
from kiosk.core.fees.parameters import Measure, Parameter
from kiosk.core.fees.plans import Instalment, instalment_plan
from kiosk.core.fees.quote import LedgerItem, QuoteLine, in_order
from kiosk.core.fees.rules import PERIODS, PRINCIPAL, SPECS, Line, Phase, Shape, Term
from kiosk.core.fees.values import round_half_up
from kiosk.core.money import MAX_PIASTRES, format_money


@dataclass(frozen=True)
class _Net:
    """A line worked out: what is left of it after its discounts, and what it rests on."""

    piastres: int
    uses: Uses


class Evaluation:
    """One evaluation of the lines of a service on a date."""

    def __init__(
        self,
        lines: tuple[Line, ...],
        parameters: Mapping[str, Parameter],
        inputs: Mapping[str, FeeInput],
        values: Mapping[str, InputValue],
        on: date,
    ) -> None:
        self._look = Lookup(parameters, inputs, values, on)
        self._on = on
        self._parameters = parameters
        self._active = [line for line in lines if line.when is None or self._look.holds(line.when)]
        self._nets: dict[str, _Net] = {}
        self.lines: list[QuoteLine] = []
        self.ledger: list[LedgerItem] = []

    def run(self) -> None:
        """Fill `lines` and `ledger`. Raises KnownError for an input that is missing or leads outside a
        table.
        """
        for phase in (Phase.BASE, Phase.PERCENT_OF_FEE, Phase.TAX, Phase.STAMP, Phase.DEPOSIT):
            for line in self._active:
                if SPECS[line.rule.shape].phase is phase:
                    self._line(line)
        self.lines = list(in_order(self.lines))

    def _line(self, line: Line) -> None:
        shape = line.rule.shape
        if shape is Shape.DEBT:
            self._from_ledger(line)
        elif shape is Shape.STAMPS:
            self._stamps(line)
        elif shape is Shape.PERCENT_OF_FEE:
            self._share(line)
        else:
            uses = Uses([line.basis])
            self._worked(line, self._exact(line.rule, uses), uses)

    def _exact(self, rule: Term, uses: Uses) -> Fraction:
        """The amount of a rule in piastres before rounding and modifiers."""
        if rule.shape is Shape.FREE or (
            rule.shape is Shape.FREE_OR_FIXED and rule.when is not None and self._look.holds(rule.when)
        ):
            return Fraction(0)
        if rule.amount:
            uses.bases.clear()
            amount = Fraction(self._look.money(rule.amount))
            self._look.check_limits(rule, amount, uses, rule.amount)
            return amount
        value = self._look.value(rule, uses)
        self._look.check_limits(rule, value, uses, "")
        if rule.of:
            return value * sum(self._net_of(name, uses) for name in rule.of)
        if rule.base:
            return value * self._look.money(rule.base)
        for name in rule.quantities:
            value *= self._look.number(name)
        return value

    def _net_of(self, name: str, uses: Uses) -> int:
        """What is left of another line; zero when its condition does not hold."""
        if name not in self._nets:
            line = next((line for line in self._active if line.id == name), None)
            if line is None:
                return 0
            self._share(line)
        net = self._nets[name]
        uses.join(net.uses)
        return net.piastres

    def _share(self, line: Line) -> None:
        """A share of other lines; worked out once, also when another share asks for it first."""
        if line.id not in self._nets:
            uses = Uses([line.basis])
            self._worked(line, self._exact(line.rule, uses), uses)

    def _worked(self, line: Line, exact: Fraction, uses: Uses) -> None:
        """Round a line, apply its modifiers, and keep what is printed of it."""
        exempt = any(self._holds(term) for term in self._modifiers(line, Shape.EXEMPT))
        free = line.rule.shape is Shape.FREE_OR_FIXED and exact == 0
        for term in self._modifiers(line, Shape.CAP):
            exact = min(exact, self._look.value(term, uses))
        amount = 0 if exempt else self._rounded(line, exact)
        main = QuoteLine(
            line.id,
            SPECS[line.rule.shape].phase or Phase.BASE,
            line.label,
            line.account,
            amount,
            uses.basis,
            uses.expired,
            exempt or free,
            reference=self._look.text(line.rule.reference) if line.rule.reference else "",
            note=line.note,
            sources=tuple(uses.sources),
        )
        extra = list(self._discounts(line, main))
        net = amount + sum(part.amount for part in extra)
        self._nets[line.id] = _Net(net, uses.with_all(extra))
        extra += self._late(line, main, net)
        extra += self._paid(line, amount + sum(part.amount for part in extra))
        plan = self._plan(line, amount + sum(part.amount for part in extra), uses)
        self.lines.append(
            replace(main, plan=plan, sources=tuple(uses.sources), basis=uses.basis, expired=uses.expired)
        )
        self.lines += extra

    def _discounts(self, line: Line, main: QuoteLine) -> Iterator[QuoteLine]:
        """Each discount on what the ones before it left; a campaign outside its dates takes nothing off."""
        left = main.amount
        for term in self._modifiers(line, Shape.DISCOUNT):
            parameter = self._parameters[term.value]
            if not self._holds(term) or parameter.on(self._on) is None:
                continue
            uses = Uses.of_line(main)
            value = self._look.value(term, uses)
            off = round_half_up(left * value) if parameter.measure is Measure.RATE else min(left, int(value))
            left -= off
            if off:
                yield self._extra(main, Phase.DISCOUNT, term.value, -off, uses)

    def _late(self, line: Line, main: QuoteLine, net: int) -> Iterator[QuoteLine]:
        for term in self._modifiers(line, Shape.LATE):
            uses = Uses.of_line(main)
            late = self._look.value(term, uses) * (net if self._measure(term.value) is Measure.RATE else 1)
            for name in term.quantities:
                late *= self._look.number(name)
            if term.cap == PRINCIPAL:
                late = min(late, Fraction(net))
            elif term.cap:
                limit = self._look.named(term.cap, term, uses)
                late = min(late, limit * net if self._measure(term.cap) is Measure.RATE else limit)
            if late and net:
                yield self._extra(main, Phase.LATE, term.value, self._rounded(line, late), uses)

    def _paid(self, line: Line, due: int) -> Iterator[QuoteLine]:
        for term in self._modifiers(line, Shape.PAID):
            paid = self._look.money(term.amount)
            if paid > due:
                raise KnownError(
                    "fees.paid_more", label=line.label, paid=format_money(paid), amount=format_money(due)
                )
            due -= paid
            if paid:
                label = self._look.label(term.amount)
                yield QuoteLine(
                    f"{line.id}.{term.amount}",
                    Phase.PAID,
                    label,
                    line.account,
                    -paid,
                    None,
                    belongs_to=line.id,
                )

    def _extra(self, main: QuoteLine, phase: Phase, name: str, amount: int, uses: Uses) -> QuoteLine:
        return QuoteLine(
            f"{main.id}.{name}",
            phase,
            self._parameters[name].label,
            main.account,
            amount,
            uses.basis,
            uses.expired,
            belongs_to=main.id,
            sources=tuple(uses.sources),
        )

    def _plan(self, line: Line, amount: int, uses: Uses) -> tuple[Instalment, ...]:
        """The instalments of what is left to pay of a line, when its plan is asked for."""
        for term in self._modifiers(line, Shape.INSTALMENTS):
            if amount == 0 or not self._holds(term):
                continue
            count = int(self._look.number(term.quantities[0]))
            limit = int(self._look.named(term.limit, term, uses))
            if count > limit:
                raise KnownError("fees.instalments_many", label=line.label, count=count, limit=limit)
            down = self._look.named(term.down, term, uses) if term.down else Fraction(0)
            return instalment_plan(amount, count, PERIODS[term.every], down, self._on)
        return ()

    def _stamps(self, line: Line) -> None:
        """Each stamp is a line with an account of its own."""
        for name in line.rule.stamps:
            parameter = self._parameters[name]
            one = replace(
                line,
                id=name,
                label=parameter.label,
                account=parameter.account,
                rule=replace(line.rule, value=name, stamps=()),
            )
            uses = Uses([line.basis])
            self._worked(one, self._exact(one.rule, uses), uses)

    def _from_ledger(self, line: Line) -> None:
        """A debt: no amount of ours, but what the collecting desk must know about it."""
        rule, uses = line.rule, Uses([line.basis])
        item = LedgerItem(line.id, line.label, line.account, self._look.text(rule.account), line.basis)
        for term in self._modifiers(line, Shape.LATE):
            late = self._look.shown(term, uses)
            cap = (
                term.cap
                if term.cap in ("", PRINCIPAL)
                else self._look.shown(replace(term, value=term.cap), uses)
            )
            item = replace(item, late=late, late_every=term.every, late_cap=cap)
        for term in self._modifiers(line, Shape.DISCOUNT):
            if self._holds(term) and self._parameters[term.value].on(self._on) is not None:
                item = replace(item, discounts=(*item.discounts, self._look.shown(term, uses)))
        balance = self._look.money(rule.balance) if rule.balance else 0
        plan = self._plan(line, balance, uses)
        self.ledger.append(
            replace(
                item,
                every=rule.every,
                note=line.note,
                plan=plan,
                sources=tuple(uses.sources),
                basis=uses.basis or Basis.SAMPLE,
                expired=uses.expired,
            )
        )

    def _holds(self, term: Term) -> bool:
        return term.when is None or self._look.holds(term.when)

    def _measure(self, name: str) -> Measure:
        return self._parameters[name].measure

    @staticmethod
    def _modifiers(line: Line, shape: Shape) -> list[Term]:
        return [term for term in line.modifiers if term.shape is shape]

    @staticmethod
    def _rounded(line: Line, exact: Fraction) -> int:
        if exact > MAX_PIASTRES:
            raise KnownError("fees.amount_too_large", label=line.label)
        return round_half_up(exact)
