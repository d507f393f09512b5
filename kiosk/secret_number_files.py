"""Reads which chosen secret numbers are refused (`resources/policy/secret_numbers.yaml`)."""

from functools import cache
from typing import NoReturn

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.core.weak_numbers import KINDS, NUMBERS, WeakRule
from kiosk.resources import read_resource

_FILE = "secret_numbers.yaml"


@cache
def shipped_weak_rules() -> tuple[WeakRule, ...]:
    """The rules shipped with the program."""
    return read_weak_rules(read_resource("policy", _FILE), f"policy/{_FILE}")


def read_weak_rules(text: str, file: str) -> tuple[WeakRule, ...]:
    """Read the rules. Raises KnownError `secret.bad_rules` with file and line, and `yaml.*`."""
    whole = read_marked(text, file)
    rules = (whole.map or {}).get("rules")
    if rules is None or not rules.items:
        _bad(whole, "rules")
    return tuple(_rule(row) for row in rules.items)


def _rule(row: Marked) -> WeakRule:
    fields = row.map or {}
    kind = _text(row, fields, "kind")
    if kind not in KINDS:
        _bad(fields["kind"], "kind")
    names = NUMBERS.get(kind, ())
    wanted = {"kind", "ar", "en", *names} | ({"numbers"} if kind == "listed" else set())
    if set(fields) != wanted:
        _bad(row, ", ".join(sorted(set(fields) ^ wanted)))
    return WeakRule(
        kind,
        _text(row, fields, "ar"),
        _text(row, fields, "en"),
        {name: _number(row, fields, name) for name in names},
        frozenset(_listed(fields["numbers"])) if kind == "listed" else frozenset(),
    )


def _listed(row: Marked) -> list[str]:
    found = [one.text or "" for one in row.items or []]
    if not found or not all(text.isascii() and text.isdigit() for text in found):
        _bad(row, "numbers")
    return found


def _number(row: Marked, fields: dict[str, Marked], name: str) -> int:
    text = _text(row, fields, name)
    if not (text.isascii() and text.isdigit()):
        _bad(fields[name], name)
    return int(text)


def _text(row: Marked, fields: dict[str, Marked], name: str) -> str:
    text = fields[name].text if name in fields else None
    if not text:
        _bad(row, name)
    return text


def _bad(row: Marked, what: str) -> NoReturn:
    raise KnownError("secret.bad_rules", file=row.file, line=row.line, what=what)
