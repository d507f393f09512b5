"""Checks that the tables of parameters suit the rules that use them, and the limits of the law."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from kiosk.core.fees.inputs import FeeInput, InputType
from kiosk.core.fees.parameters import Bands, Choices, Leaf, Parameter, Row, Value, pick, show_leaf
from kiosk.core.fees.read_terms import Scope
from kiosk.core.fees.reading import Problems, listed
from kiosk.core.fees.rules import LAST, PRINCIPAL, Term

_Path = tuple[str | Fraction, ...]


def check_fit(terms: Iterable[Term], scope: Scope, problems: Problems) -> None:
    """Note every table whose levels are not the keys of a rule that uses it, and every value outside its
    limits.
    """
    for term in terms:
        keys = [scope.inputs[name] for name in (*term.by, *([term.size] if term.size else []))]
        before = len(problems.found)
        if term.value:
            _check(term, scope.parameters[term.value], keys, problems, whole=True)
        for name in _others(term):
            _check(term, scope.parameters[name], keys, problems, whole=False)
        for name in term.stamps:
            _check(term, scope.parameters[name], [], problems, whole=True)
        if term.limits and term.value and len(problems.found) == before:
            _check_limits(term, scope.parameters, problems)


def _others(term: Term) -> Iterator[str]:
    """Parameters that may use the first keys only, or none."""
    for name in (term.beyond, term.cap, term.down, term.limit):
        if name and name not in (LAST, PRINCIPAL):
            yield name
    if term.limits:
        yield from (name for name in (term.limits.low, term.limits.high) if name)


def _check(
    term: Term, parameter: Parameter, keys: list[FeeInput], problems: Problems, *, whole: bool
) -> None:
    for row in parameter.rows:
        fault = _fault(row.value, keys, whole=whole)
        if fault is not None:
            found, expected = fault
            problems.add("fees.table_shape", term.at, name=parameter.name, found=found, expected=expected)
            return


def _fault(value: Value, keys: list[FeeInput], *, whole: bool) -> tuple[str, str] | None:
    """What is wrong with a value against its keys, as (found, expected); None when it fits."""
    if isinstance(value, Leaf):
        return ("one value", f"a table by {listed(key.name for key in keys)}") if whole and keys else None
    if not keys:
        return ("a table", "one value")
    key, below = keys[0], keys[1:]
    if isinstance(value, Bands):
        if key.type is InputType.CHOICE:
            return ("bands (<=…)", f"one of each: {listed(key.codes)}")
        values = [under for _, under in value.limits] + ([] if value.beyond is None else [value.beyond])
    else:
        codes = [code for code, _ in value.by_option]
        if key.type is not InputType.CHOICE:
            return (listed(codes), f"bands of {key.name} (<=…)")
        if set(codes) != set(key.codes):
            return (listed(codes), f"one of each: {listed(key.codes)}")
        values = [under for _, under in value.by_option]
    return next((fault for under in values if (fault := _fault(under, below, whole=whole))), None)


def _check_limits(term: Term, parameters: Mapping[str, Parameter], problems: Problems) -> None:
    """Every value of every row lies between the limits of its time."""
    parameter = parameters[term.value]
    limits = term.limits
    if limits is None:
        return
    for row in parameter.rows:
        for path, leaf in _leaves(row.value, ()):
            low = _ends(parameters, limits.low, row, path)
            high = _ends(parameters, limits.high, row, path)
            outside = any(leaf.number < end.number for end in low)
            if outside or any(leaf.number > end.number for end in high):
                shown = [show_leaf(parameter.measure, end) for end in (*low, *high)]
                amount = show_leaf(parameter.measure, leaf)
                problems.add(
                    "fees.schedule_outside",
                    term.at,
                    name=parameter.name,
                    amount=amount,
                    limits=" … ".join(shown),
                )
                return


def _ends(parameters: Mapping[str, Parameter], name: str | None, row: Row, path: _Path) -> list[Leaf]:
    """The limits that hold at the place and in the time of a value."""
    if name is None:
        return []
    found = [pick(other.value, path) for other in parameters[name].rows if _meet(row, other)]
    return [leaf for leaf in found if isinstance(leaf, Leaf)]


def _leaves(value: Value, path: _Path) -> Iterator[tuple[_Path, Leaf]]:
    """Every leaf with the keys that lead to it; a band is stood for by its limit."""
    if isinstance(value, Leaf):
        yield path, value
    elif isinstance(value, Choices):
        for code, below in value.by_option:
            yield from _leaves(below, (*path, code))
    else:
        for limit, below in value.limits:
            yield from _leaves(below, (*path, limit))
        if value.beyond is not None:
            yield from _leaves(value.beyond, (*path, value.limits[-1][0] + 1))


def _meet(one: Row, other: Row) -> bool:
    """Do two rows hold on a common day?"""
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)
