"""Which chosen secret numbers are easy to guess, and why: kinds of rule; the rules themselves are data."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

_PAD = {key: (at % 3, at // 3) for at, key in enumerate("123456789")} | {"0": (1, 3)}


@dataclass(frozen=True)
class WeakRule:
    """One rule of `resources/policy/secret_numbers.yaml`: kind, reason in both languages, parameters."""

    kind: str
    ar: str
    en: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chosen:
    """A number that somebody chose, with the digits of his staff code and of his own numbers."""

    digits: str
    staff: str = ""
    personal: Collection[str] = ()


def weakness(chosen: Chosen, rules: Collection[WeakRule]) -> WeakRule | None:
    """The first rule that a number breaks, or None for one that may be used."""
    return next((rule for rule in rules if KINDS[rule.kind](chosen, rule)), None)


def _step(chosen: Chosen, _: WeakRule) -> bool:
    return len({(ord(after) - ord(before)) % 10 for before, after in pairwise(chosen.digits)}) == 1


def _few(chosen: Chosen, rule: WeakRule) -> bool:
    return len(set(chosen.digits)) <= rule.numbers["most"]


def _repeated(chosen: Chosen, _: WeakRule) -> bool:
    return bool(re.fullmatch(r"(\d{1,6}?)\1+|(?:(\d)\2)+", chosen.digits))


def _mirror(chosen: Chosen, _: WeakRule) -> bool:
    return chosen.digits == chosen.digits[::-1]


def _pad(chosen: Chosen, _: WeakRule) -> bool:
    return all(
        abs(_PAD[before][0] - _PAD[after][0]) + abs(_PAD[before][1] - _PAD[after][1]) == 1
        for before, after in pairwise(chosen.digits)
    )


def _date(chosen: Chosen, _: WeakRule) -> bool:
    digits = chosen.digits
    if len(digits) == 6:
        forms = [(digits[4:], digits[2:4], digits[:2]), (digits[:2], digits[2:4], digits[4:])]
        return any(_is_date(f"20{year}", month, day) for year, month, day in forms)
    if len(digits) == 8:
        forms = [(digits[4:], digits[2:4], digits[:2]), (digits[:4], digits[4:6], digits[6:])]
        return any(_is_date(*form) for form in forms if form[0][:2] in ("19", "20"))
    return False


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _year(chosen: Chosen, rule: WeakRule) -> bool:
    ends = (int(chosen.digits[:4]), int(chosen.digits[-4:]))
    return any(rule.numbers["from"] <= end <= rule.numbers["to"] for end in ends)


def _listed(chosen: Chosen, rule: WeakRule) -> bool:
    return chosen.digits in rule.listed


def _staff(chosen: Chosen, rule: WeakRule) -> bool:
    code = "".join(re.findall(r"[0-9]", chosen.staff))
    return len(code) >= rule.numbers["least"] and code in chosen.digits


def _personal(chosen: Chosen, _: WeakRule) -> bool:
    return any(chosen.digits in number for number in chosen.personal)


KINDS: Mapping[str, Callable[[Chosen, WeakRule], bool]] = {
    "step": _step,
    "few": _few,
    "repeated": _repeated,
    "mirror": _mirror,
    "pad": _pad,
    "date": _date,
    "year": _year,
    "listed": _listed,
    "staff": _staff,
    "personal": _personal,
}
"""What a rule of each kind looks for."""
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "few": ("most",),
    "year": ("from", "to"),
    "staff": ("least",),
}
"""The parameters of the kinds that have any."""
