"""Reads a policy file (YAML) into typed, dated settings; every mistake is named with its file and line."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.core.money import parse_money
from kiosk.core.policy import (
    DEFAULT_KIND,
    LEAST_JOURNAL_DAYS,
    MOST_SCAN_KB,
    STRICTEST,
    AgeBand,
    Among,
    Component,
    Denomination,
    Form33Mode,
    KindRule,
    LateRule,
    PartPayment,
    PolicyBook,
    Provenance,
    Reason,
    Retention,
    Version,
)
from kiosk.resources import read_resource, read_text

Value = TypeVar("Value")
Choice = TypeVar("Choice", bound=StrEnum)
Read = Callable[[Marked, str], Value]
_DATING = frozenset({"from", "to", "source", "sample"})


def default_policy() -> PolicyBook:
    """Read the policy shipped with the program."""
    return read_policy(read_resource("policy", "default.yaml"), "policy/default.yaml")


def load_policy(path: Path) -> PolicyBook:
    """Read a policy file. Raises KnownError `file.*`, `yaml.*` or `policy.*`."""
    return read_policy(read_text(path), path.name)


def read_policy(text: str, file: str) -> PolicyBook:
    """Read the text of a policy file; `file` is the name shown in errors.

    Raises KnownError `yaml.*` or `policy.*`, naming file and line.
    """
    root = read_marked(text, file)
    sections = _fields(
        root, "settings", "denominations", "debt_kinds", "age_bands", "difference_reasons", "retention"
    )
    kinds = _items(sections["debt_kinds"], "debt_kinds", _kind)
    if DEFAULT_KIND not in kinds:
        raise _missing(sections["debt_kinds"], DEFAULT_KIND)
    book = PolicyBook(
        name=file,
        settings=_settings(sections["settings"]),
        denominations=_items(sections["denominations"], "denominations", _denomination),
        debt_kinds=kinds,
        age_bands=_items(sections["age_bands"], "age_bands", _band),
        difference_reasons=_items(sections["difference_reasons"], "difference_reasons", _reason),
        retention=_items(sections["retention"], "retention", _retention),
    )
    _check_limits(book, sections["settings"])
    _check_denominations(book, sections["denominations"])
    return book


def _missing(at: Marked, name: str) -> KnownError:
    return KnownError("policy.missing", file=at.file, line=at.line, name=name)


def _wrong(at: Marked, name: str, expected: str) -> NoReturn:
    value = at.text if at.text is not None else "…"
    raise KnownError(
        "policy.wrong_value", file=at.file, line=at.line, name=name, value=value, expected=expected
    )


def _fields(at: Marked, *required: str, optional: frozenset[str] = frozenset()) -> dict[str, Marked]:
    entries = at.map
    if entries is None:
        _wrong(at, "/".join(required), "name: value")
    known = {*required, *optional}
    for name, child in entries.items():
        if name not in known:
            raise KnownError(
                "policy.unexpected",
                file=child.file,
                line=child.line,
                name=name,
                known=", ".join(sorted(known)),
            )
    for name in required:
        if name not in entries:
            raise _missing(at, name)
    return entries


def _rows(at: Marked, name: str) -> list[Marked]:
    if not at.items:
        _wrong(at, name, "- …")
    return at.items


def _text(at: Marked, name: str) -> str:
    if not (at.text or "").strip():
        _wrong(at, name, "abc")
    return str(at.text).strip()


def _amount(at: Marked, name: str) -> int:
    try:
        return parse_money(_text(at, name))
    except KnownError:
        _wrong(at, name, "500.00")


def _whole(at: Marked, name: str) -> int:
    text = _text(at, name)
    if not (text.isascii() and text.isdigit()):
        _wrong(at, name, "24")
    return int(text)


def _journal_days(at: Marked, name: str) -> int:
    """Days, never under 30: what happened last month can always be looked up on the device."""
    days = _whole(at, name)
    if days < LEAST_JOURNAL_DAYS:
        _wrong(at, name, f"{LEAST_JOURNAL_DAYS} …")
    return days


def _scan_limit(at: Marked, name: str) -> int:
    """Kilobytes, no more than the centre takes of one scan."""
    limit = _whole(at, name)
    if not 1 <= limit <= MOST_SCAN_KB:
        _wrong(at, name, f"1 … {MOST_SCAN_KB}")
    return limit


def _flag(at: Marked, name: str) -> bool:
    text = _text(at, name)
    if text not in ("yes", "no"):
        _wrong(at, name, "yes · no")
    return text == "yes"


def _day(at: Marked, name: str) -> date:
    try:
        return date.fromisoformat(_text(at, name))
    except ValueError:
        _wrong(at, name, "2026-07-01")


def _one_of(choices: type[Choice]) -> Read[Choice]:
    def read(at: Marked, name: str) -> Choice:
        try:
            return choices(_text(at, name))
        except ValueError:
            _wrong(at, name, " · ".join(choices))

    return read


def _component_order(at: Marked, name: str) -> tuple[Component, ...]:
    order = tuple(_one_of(Component)(row, name) for row in _rows(at, name))
    if sorted(order) != sorted(Component):
        _wrong(at, name, ", ".join(Component))
    return order


_SETTINGS: Mapping[str, Read[Any]] = {
    "cash_limit": _amount,
    "limit_inclusive": _flag,
    "cash_ceiling": _amount,
    "hours_since_handover": _whole,
    "soft_difference": _amount,
    "hard_difference": _amount,
    "close_without_approver": _flag,
    "blind_count": _flag,
    "cash_rounding_step": _amount,
    "change_left_cap": _amount,
    "form33_mode": _one_of(Form33Mode),
    "among_debts": _one_of(Among),
    "debt_data_max_age_days": _whole,
    "stale_debt_cap": _amount,
    "medium_entries": _whole,
    "medium_minutes": _whole,
    "fee_data_max_age_days": _whole,
    "disk_low_mb": _whole,
    "disk_reserve_mb": _whole,
    "disk_ballast_mb": _whole,
    "answer_tries": _whole,
    "answer_wait_minutes": _whole,
    "staff_offline_days": _whole,
    "print_wait_minutes": _whole,
    "open_request_days": _whole,
    "closed_request_days": _whole,
    "drawer_on_cash": _flag,
    "journal_days": _journal_days,
    "scan_limit_kb": _scan_limit,
}


def _settings(at: Marked) -> dict[str, tuple[Version[Any], ...]]:
    entries = _fields(at, *_SETTINGS)
    read: dict[str, tuple[Version[Any], ...]] = {}
    for name, convert in _SETTINGS.items():
        rows = _rows(entries[name], name)
        read[name] = tuple(_setting(row, name, convert) for row in rows)
        _check_dates(read[name], rows, name)
    return read


def _setting(at: Marked, name: str, convert: Read[Any]) -> Version[Any]:
    fields = _fields(at, "value", "from", "source", optional=_DATING)
    value = fields["value"]
    if value.text != "unknown":
        return Version(convert(value, name), _provenance(fields, unknown=False))
    if name not in STRICTEST:
        raise KnownError("policy.must_be_known", file=value.file, line=value.line, name=name)
    return Version(STRICTEST[name], _provenance(fields, unknown=True))


def _provenance(fields: Mapping[str, Marked], *, unknown: bool) -> Provenance:
    end = _day(fields["to"], "to") if "to" in fields else None
    sample = unknown or ("sample" in fields and _flag(fields["sample"], "sample"))
    return Provenance(
        _text(fields["source"], "source"), sample, _day(fields["from"], "from"), end, unknown=unknown
    )


def _check_dates(versions: tuple[Version[Any], ...], rows: list[Marked], name: str) -> None:
    before: date | None = None
    for version, row in zip(versions, rows, strict=True):
        origin = version.provenance
        backwards = origin.end is not None and origin.end < origin.start
        if backwards or (before is not None and origin.start <= before):
            raise KnownError("policy.dates_overlap", file=row.file, line=row.line, name=name)
        before = origin.end or origin.start


def _items(
    at: Marked, name: str, convert: Callable[[Marked], Value]
) -> dict[str, tuple[Version[Value], ...]]:
    """Read a list of dated things; the same code again is a later version of the same thing."""
    versions: dict[str, list[Version[Value]]] = {}
    marks: dict[str, list[Marked]] = {}
    for row in _rows(at, name):
        value = convert(row)
        fields = row.map or {}
        code = _text(fields["code"], "code")
        marks.setdefault(code, []).append(row)
        versions.setdefault(code, []).append(Version(value, _provenance(fields, unknown=False)))
    for code, found in versions.items():
        _check_dates(tuple(found), marks[code], code)
    return {code: tuple(found) for code, found in versions.items()}


def _thing(at: Marked, *names: str) -> dict[str, Marked]:
    return _fields(at, "code", "ar", "en", *names, "from", "source", optional=_DATING)


def _denomination(at: Marked) -> Denomination:
    fields = _thing(at, "value", "enabled")
    value = _amount(fields["value"], "value")
    if value == 0:
        _wrong(fields["value"], "value", "0.25")
    enabled = _flag(fields["enabled"], "enabled")
    return Denomination(*_words(fields), value=value, enabled=enabled)


def _kind(at: Marked) -> KindRule:
    fields = _thing(
        at, "part_payment", "allows_advance", "needs_mandate", "component_order", "burden_bp", "late_charge"
    )
    return KindRule(
        *_words(fields),
        part_payment=_one_of(PartPayment)(fields["part_payment"], "part_payment"),
        allows_advance=_flag(fields["allows_advance"], "allows_advance"),
        needs_mandate=_flag(fields["needs_mandate"], "needs_mandate"),
        component_order=_component_order(fields["component_order"], "component_order"),
        burden_bp=_whole(fields["burden_bp"], "burden_bp"),
        late=_late(fields["late_charge"]),
    )


def _late(at: Marked) -> LateRule | None:
    if at.text == "none":
        return None
    fields = _fields(at, "rate_bp", "grace_days", "cap_bp")
    cap = fields["cap_bp"]
    return LateRule(
        rate_bp=_whole(fields["rate_bp"], "rate_bp"),
        grace_days=_whole(fields["grace_days"], "grace_days"),
        cap_bp=None if cap.text == "none" else _whole(cap, "cap_bp"),
    )


def _band(at: Marked) -> AgeBand:
    fields = _thing(at, "from_years")
    return AgeBand(*_words(fields), from_years=_whole(fields["from_years"], "from_years"))


def _reason(at: Marked) -> Reason:
    return Reason(*_words(_thing(at)))


def _retention(at: Marked) -> Retention:
    fields = _thing(at, "days")
    days = fields["days"]
    return Retention(*_words(fields), days=None if days.text == "unknown" else _whole(days, "days"))


def _words(fields: Mapping[str, Marked]) -> tuple[str, str, str]:
    return _text(fields["code"], "code"), _text(fields["ar"], "ar"), _text(fields["en"], "en")


def _check_limits(book: PolicyBook, at: Marked) -> None:
    """Refuse limits that contradict each other on any day on which one of them begins."""
    days = {version.provenance.start for versions in book.settings.values() for version in versions}
    for day in sorted(days):
        policy = book.on(day)
        pairs = {
            ("soft_difference", "hard_difference"),
            ("cash_limit", "cash_ceiling"),
            ("disk_reserve_mb", "disk_low_mb"),
        }
        for lower, upper in sorted(pairs):
            if getattr(policy, lower) > getattr(policy, upper):
                raise KnownError(
                    "policy.limits_crossed", file=at.file, line=at.line, lower=lower, upper=upper, day=day
                )


def _check_denominations(book: PolicyBook, at: Marked) -> None:
    """Refuse a file that leaves nothing to count with: a shift could not close."""
    days = {version.provenance.start for versions in book.denominations.values() for version in versions}
    if not all(any(row.enabled for row in book.on(day).denominations) for day in days):
        _wrong(at, "denominations", "enabled: yes")
