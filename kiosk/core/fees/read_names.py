"""Reads the names that rules use: revenue accounts and inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from kiosk.core.errors import KnownError
from kiosk.core.fees.inputs import FeeInput, InputType, read_input
from kiosk.core.fees.label import Label
from kiosk.core.fees.reading import Problems, listed
from kiosk.core.fees.values import read_number
from kiosk.core.marked import Marked


class AccountKind(StrEnum):
    """Whose money an account holds."""

    REVENUE = "revenue"
    """The local unit's own revenue."""
    OTHER_BODY = "other_body"
    """Collected for another body."""
    TAX = "tax"
    STAMP = "stamp"
    TRUST = "trust"
    """Refundable deposits (أمانات): never revenue."""


@dataclass(frozen=True)
class Account:
    """A revenue account; `budget` is the budget code printed on form 33, empty while it is not known."""

    code: str
    label: Label
    kind: AccountKind
    budget: str = ""


def read_accounts(entries: Mapping[str, Marked], problems: Problems) -> dict[str, Account]:
    """Read every account; one that is wrong is noted and left out."""
    found = {}
    for code, at in entries.items():
        fields = problems.map(at, ("ar", "en", "kind"), ("budget",))
        kind = problems.read(fields.get("kind"), AccountKind, listed(AccountKind))
        if kind is not None:
            found[code] = Account(code, problems.label(fields), kind, problems.text(fields.get("budget")))
    return found


def read_inputs(entries: Mapping[str, Marked], problems: Problems) -> dict[str, FeeInput]:
    """Read every input; one that is wrong is noted and left out."""
    found = {}
    for name, at in entries.items():
        definition = _input(name, at, problems)
        if definition is not None:
            found[name] = definition
    return found


def _input(name: str, at: Marked, problems: Problems) -> FeeInput | None:
    before = len(problems.found)
    fields = problems.map(
        at, ("type", "ar", "en"), ("unit_ar", "unit_en", "options", "default", "min", "max")
    )
    kind = problems.read(fields.get("type"), InputType, listed(InputType))
    if kind is None:
        return None
    if (kind is InputType.CHOICE) != ("options" in fields):
        problems.add(
            "fees.key_missing" if kind is InputType.CHOICE else "fees.value_kind", at, **_about(kind)
        )
    definition = FeeInput(
        name,
        kind,
        problems.label(fields),
        _unit(fields, problems),
        _options(fields.get("options"), problems),
        problems.text(fields.get("default")) or None,
        _bound(fields.get("min"), problems),
        _bound(fields.get("max"), problems),
    )
    if len(problems.found) > before:
        return None
    if definition.default is not None:
        try:
            read_input(definition, definition.default)
        except KnownError:
            problems.add("fees.value_kind", fields["default"], text=definition.default, expected=kind.value)
            return None
    return definition


def _about(kind: InputType) -> dict[str, object]:
    return {"key": "options"} if kind is InputType.CHOICE else {"text": "options", "expected": "type: choice"}


def _unit(fields: Mapping[str, Marked], problems: Problems) -> Label | None:
    if "unit_ar" not in fields and "unit_en" not in fields:
        return None
    return Label(problems.text(fields.get("unit_ar")), problems.text(fields.get("unit_en")))


def _bound(at: Marked | None, problems: Problems) -> Fraction | None:
    return problems.read(at, read_number, "12")


def _options(at: Marked | None, problems: Problems) -> tuple[tuple[str, Label], ...]:
    options: dict[str, Label] = {}
    for item in problems.items(at):
        fields = problems.map(item, ("code", "ar", "en"))
        code = problems.text(fields.get("code"))
        if code in options:
            problems.add("fees.value_kind", item, text=code, expected="each code once")
        options[code] = problems.label(fields)
    return tuple(options.items())
