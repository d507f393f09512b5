"""Turns a parsed call into a typed term: checks the shape, its keys, and that every name exists and fits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.core.errors import KnownError
from kiosk.core.fees.expression import Argument, Call, Names, Range, Word, parse_rule
from kiosk.core.fees.inputs import FeeInput
from kiosk.core.fees.parameters import Measure, Parameter
from kiosk.core.fees.reading import Problems, listed
from kiosk.core.fees.rules import KEYS, SPECS, Key, Limits, Shape, Spec, Term
from kiosk.core.marked import Marked

_MODIFIERS = tuple(shape for shape, spec in SPECS.items() if spec.phase is None)
_RULES = tuple(shape for shape in SPECS if shape not in _MODIFIERS)


@dataclass(frozen=True)
class Scope:
    """The names that rules may use."""

    inputs: Mapping[str, FeeInput]
    parameters: Mapping[str, Parameter]


class _WrongArgumentError(Exception):
    """An argument that was noted as a problem."""


def read_term(at: Marked, scope: Scope, problems: Problems, modifier: bool = False) -> Term | None:
    """Read one rule, or one modifier; None when something was noted as wrong."""
    try:
        call = parse_rule(at)
    except KnownError as error:
        problems.found.append(error)
        return None
    known = _MODIFIERS if modifier else _RULES
    if call.name not in known:
        problems.add("fees.shape_unknown", at, shape=call.name, known=listed(known))
        return None
    return _TermReader(call, Shape(call.name), scope, problems).term()


class _TermReader:
    """Checks one call against the specification of its shape."""

    def __init__(self, call: Call, shape: Shape, scope: Scope, problems: Problems) -> None:
        self._call = call
        self._shape = shape
        self._spec: Spec = SPECS[shape]
        self._scope = scope
        self._problems = problems

    def term(self) -> Term | None:
        before = len(self._problems.found)
        fields = self._in_place()
        for key, argument in self._call.keys.items():
            if key not in (*self._spec.required, *self._spec.optional):
                known = listed((*self._spec.required, *self._spec.optional))
                self._note("fees.argument_unknown", argument=key, known=known)
                continue
            try:
                name, value = self._keyed(key, argument)
            except _WrongArgumentError:
                continue
            fields[name] = (*fields.get(name, ()), *value) if isinstance(value, tuple) else value
        self._complete(fields)
        if len(self._problems.found) > before:
            return None
        return replace(Term(self._shape, self._call.at), **fields)

    def _in_place(self) -> dict[str, Any]:
        """The values before the keys: a parameter, limits, stamps or a service, depending on the shape."""
        values = self._call.values
        try:
            if self._shape is Shape.STAMPS:
                return {
                    "stamps": tuple(self._parameter("value", value, (Measure.MONEY,)) for value in values)
                }
            if len(values) > 1:
                raise self._wrong(
                    "fees.argument_unknown", argument=str(values[1]), known=listed(self._spec.required)
                )
            if not values:
                return {}
            if self._shape is Shape.SAME_AS:
                return {"service": self._one_word("service", values[0])}
            if self._shape is Shape.RANGE:
                return {"limits": self._limits(values[0])}
            if self._shape is Shape.DEBT:
                return {"account": self._input("account", values[0], KEYS["account"])}
            if not self._spec.value:
                raise self._wrong(
                    "fees.argument_unknown", argument=str(values[0]), known=listed(self._spec.required)
                )
            return {"value": self._parameter("value", values[0], self._spec.value)}
        except _WrongArgumentError:
            return {}

    def _keyed(self, key: str, argument: Argument) -> tuple[str, Any]:
        kind = KEYS[key]
        if kind.field == "when":
            return "when", self._condition(key, argument)
        if kind.field == "limits":
            return "limits", self._limits(argument)
        if key == "of":
            return "of", argument.names if isinstance(argument, Names) else (self._one_word(key, argument),)
        if kind.inputs:
            if kind.many or kind.field == "quantities":
                names = argument.names if isinstance(argument, Names) and kind.many else None
                words = [Word(name) for name in names] if names else [argument]
                return kind.field, tuple(self._input(key, word, kind) for word in words)
            return kind.field, self._input(key, argument, kind)
        word = self._one_word(key, argument)
        if word in kind.words:
            return kind.field, word
        if not kind.parameters:
            raise self._wrong("fees.argument_kind", text=word, argument=key, expected=listed(kind.words))
        return kind.field, self._parameter(key, argument, kind.parameters)

    def _complete(self, fields: Mapping[str, Any]) -> None:
        """Note what is required and absent."""
        missing = [key for key in self._spec.required if not fields.get(KEYS[key].field)]
        if self._spec.one_of and not any(fields.get(key) for key in self._spec.one_of):
            missing.append("/".join(self._spec.one_of))
        stated = self._shape is Shape.FINE and fields.get("amount")
        if self._spec.value and not fields.get("value") and not self._call.values and not stated:
            missing.append("value")
        for shape, field in ((Shape.STAMPS, "stamps"), (Shape.SAME_AS, "service"), (Shape.RANGE, "limits")):
            if self._shape is shape and not self._call.values and not fields.get(field):
                missing.append(field)
        for name in missing:
            if name not in self._call.keys and not (name == "account" and self._call.values):
                self._note("fees.argument_missing", argument=name)
        if self._shape is Shape.DEPOSIT and fields.get("value"):
            measure = self._scope.parameters[fields["value"]].measure
            if (measure is Measure.RATE) != ("base" in fields):
                self._note(
                    "fees.argument_missing", argument="base" if measure is Measure.RATE else "value (EGP)"
                )

    def _parameter(self, key: str, argument: Argument, measures: tuple[Measure, ...]) -> str:
        name = self._one_word(key, argument)
        parameter = self._scope.parameters.get(name)
        if parameter is None:
            raise self._wrong("fees.parameter_unknown", name=name)
        if parameter.measure not in measures:
            expected = listed(measure.value for measure in measures)
            raise self._wrong(
                "fees.argument_kind", text=f"{name} ({parameter.unit})", argument=key, expected=expected
            )
        return name

    def _input(self, key: str, argument: Argument, kind: Key) -> str:
        name = self._one_word(key, argument)
        definition = self._scope.inputs.get(name)
        if definition is None:
            raise self._wrong("fees.input_name_unknown", name=name)
        if definition.type not in kind.inputs:
            expected = listed(input_type.value for input_type in kind.inputs)
            found = definition.type.value
            raise self._wrong("fees.input_kind", name=name, type=found, argument=key, expected=expected)
        return name

    def _limits(self, argument: Argument) -> Limits:
        if not isinstance(argument, Range):
            raise self._wrong(
                "fees.argument_kind", text=str(argument), argument="limits", expected="low..high"
            )
        low = argument.low and self._parameter("limits", Word(argument.low), (Measure.MONEY,))
        return Limits(low, self._parameter("limits", Word(argument.high), (Measure.MONEY,)))

    def _condition(self, key: str, argument: Argument) -> object:
        if not isinstance(argument, Word):
            raise self._wrong("fees.argument_kind", text=str(argument), argument=key, expected="input:option")
        condition = self._problems.condition(
            self._call.at, argument.name, argument.option, self._scope.inputs
        )
        if condition is None:
            raise _WrongArgumentError
        return condition

    def _one_word(self, key: str, argument: Argument) -> str:
        if not isinstance(argument, Word) or argument.option is not None:
            raise self._wrong("fees.argument_kind", text=str(argument), argument=key, expected="name")
        return argument.name

    def _note(self, code: str, **params: object) -> None:
        if code.startswith("fees.argument"):
            params["shape"] = self._shape.value
        self._problems.add(code, self._call.at, **params)

    def _wrong(self, code: str, **params: object) -> _WrongArgumentError:
        self._note(code, **params)
        return _WrongArgumentError()
