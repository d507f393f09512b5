"""Turns frozen dataclasses into plain JSON values and back, strictly: exact keys, exact types, own checks.
Text is brought to NFC when it is written.

A field's type says its form: `Annotated[str, Text(...)]`, `Annotated[int, Whole(...)]`, bool, Literal,
date, datetime (UTC), another dataclass, a union of dataclasses told apart by their `kind`, `T | None`,
`tuple[T, ...]`, or `Annotated[Mapping[str, Any], Free(...)]`. A dataclass may have `check()`, which raises
FieldError when its fields contradict each other.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import (
    Annotated,
    Any,
    Literal,
    NoReturn,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import MAX_INT, Checked, check_plain, nfc
from kiosk.core.wire.times import parse_utc, utc_text


class FieldError(ValueError):
    """A value that does not fit its field: `path` such as `tenders[0].applied`, and what is wrong there."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def below(self, outer: str) -> "FieldError":
        """The same, seen from the field above."""
        between = "." if self.path and not self.path.startswith("[") else ""
        return FieldError(f"{outer}{between}{self.path}"[:80], self.problem)


@dataclass(frozen=True)
class Text:
    """Text that matches a pattern whole; `guard`, if given, raises for text that must not be kept."""

    pattern: re.Pattern[str]
    guard: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, both allowed."""

    low: int
    high: int = MAX_INT


@dataclass(frozen=True)
class Free:
    """A map that one function judges by raising FieldError; without one it is passed on untouched."""

    guard: Callable[[Mapping[str, Any]], None] | None = None


@dataclass(frozen=True)
class Coder:
    """How one type is written and read. Both raise FieldError with a path that starts at the value.

    `plain`: an expression over the value `x` and a name `known`, true of values that are written as they are:
    the common case, told without a call. What it is not true of goes to `dump`. `read`: the same of plain
    JSON that is read as it is; what it is not true of goes to `load`.
    """

    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]
    plain: str | None = None
    known: Any = None
    read: str | None = None


T = TypeVar("T")


def dump(value: object) -> dict[str, Any]:
    """Return a dataclass as plain JSON values; every rule of its fields is checked. Raises FieldError."""
    kind: Any = type(value)
    plain: dict[str, Any] = _coder(kind).dump(value)
    return plain


def dump_checked(value: object) -> Checked:
    """As `dump`, for a dataclass without maps that nobody judges: `canonical` need not look at it again."""
    return Checked(dump(value))


def load(cls: type[T], plain: object) -> T:
    """Build a dataclass from plain JSON values; every rule of its fields is checked. Raises FieldError."""
    return cast(T, coder(cls).load(plain))


def fail(path: str, problem: str) -> NoReturn:
    """Raise FieldError; an empty path is the value itself."""
    raise FieldError(path, problem)


def coder(kind: Any) -> Coder:
    """The coder of one type, built once."""
    return _coder(kind)


@cache
def _coder(kind: Any) -> Coder:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(arguments[1])
    if origin is Literal:
        return _same(
            lambda value: any(type(value) is type(one) and value == one for one in arguments),
            "value",
            "x in known" if all(type(one) is str for one in arguments) else None,
            arguments,
        )
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _many(coder(arguments[0]))
    if is_dataclass(kind):
        return _record(cast(type[Any], kind))
    simple = {
        bool: _same(lambda value: type(value) is bool, "yes or no", "type(x) is known", bool),
        datetime: Coder(_dump_moment, _load_moment),
        date: Coder(_dump_date, _load_date),
    }
    return simple[kind]


def _same(fits: Callable[[Any], bool], what: str, plain: str | None = None, known: Any = None) -> Coder:
    def pass_on(value: Any) -> Any:
        return value if fits(value) else fail("", f"not a known {what}: {str(value)[:40]!r}")

    return Coder(pass_on, pass_on, plain, known, plain)


def _annotated(rule: Text | Whole | Free) -> Coder:
    if isinstance(rule, Whole):
        return _whole(rule.low, rule.high)
    return _text(rule) if isinstance(rule, Text) else _map(rule)


def _whole(low: int, high: int) -> Coder:
    def pass_on(value: Any) -> Any:
        if type(value) is int and low <= value <= high:
            return value
        return fail("", f"not a known number from {low} to {high}: {str(value)[:40]!r}")

    test = f"type(x) is int and {low} <= x <= {high}"
    return Coder(pass_on, pass_on, test, read=test)


def _text(rule: Text) -> Coder:
    matches, guard = rule.pattern.fullmatch, rule.guard

    def load_text(value: Any) -> Any:
        if type(value) is not str or not matches(value):
            fail("", f"not of its form: {str(value)[:40]!r}")
        if guard:
            guard(value)
        return value

    def dump_text(value: Any) -> Any:
        return load_text(nfc(value))

    if guard:
        return Coder(dump_text, load_text)
    written, read = "type(x) is str and x.isascii() and known(x)", "type(x) is str and known(x)"
    return Coder(dump_text, load_text, written, matches, read)


def _map(rule: Free) -> Coder:
    def load_map(value: Any) -> Any:
        if not isinstance(value, Mapping):
            fail("", "not a map")
        if rule.guard:
            rule.guard(value)
        return dict(value)

    def dump_map(value: Any) -> Any:
        if rule.guard is None:
            return value if type(value) is Checked else load_map(value)
        kept = load_map(nfc(value))
        try:
            check_plain(kept)
        except ValueError as error:
            raise FieldError("", str(error)[:80]) from error
        return kept

    return Coder(dump_map, load_map)


def _many(item: Coder) -> Coder:
    def each(values: Any, code: Callable[[Any], Any]) -> list[Any]:
        done: list[Any] = []
        try:
            for value in values:
                done.append(code(value))  # noqa: PERF401  the place of the fault is the length so far
        except FieldError as error:
            raise error.below(f"[{len(done)}]") from error
        return done

    def dump_all(values: Any) -> Any:
        return each(values, item.dump) if type(values) is tuple else fail("", "not a tuple")

    def load_all(values: Any) -> Any:
        if type(values) is not list:
            fail("", "not a list")
        try:
            return tuple(map(item.load, values))
        except FieldError:
            return tuple(each(values, item.load))  # to name the place of the fault

    return Coder(dump_all, load_all)


def _union(arguments: tuple[Any, ...]) -> Coder:
    some = tuple(one for one in arguments if one is not type(None))
    if len(some) < len(arguments):
        return _optional(_union(some) if len(some) > 1 else coder(some[0]))
    kinds = {get_args(get_type_hints(one)["kind"])[0]: coder(one) for one in some}
    dumps = {one: coder(one).dump for one in some}

    def dump_one(value: Any) -> Any:
        chosen = dumps.get(type(value))
        return chosen(value) if chosen else fail("", "not one of these")

    def load_one(value: Any) -> Any:
        kind = value.get("kind") if isinstance(value, dict) else None
        chosen = kinds.get(kind) if isinstance(kind, str) else None
        return chosen.load(value) if chosen else fail("kind", f"not a known kind: {str(kind)[:40]!r}")

    return Coder(dump_one, load_one)


def _optional(some: Coder) -> Coder:
    return Coder(
        lambda value: None if value is None else some.dump(value),
        lambda value: None if value is None else some.load(value),
        f"x is None or ({some.plain})" if some.plain else "x is None",
        some.known,
        f"x is None or ({some.read})" if some.read else "x is None",
    )


def _record(cls: type[Any]) -> Coder:
    hints = get_type_hints(cls, include_extras=True)
    parts = [(field.name, coder(hints[field.name])) for field in fields(cls)]
    check = getattr(cls, "check", None)
    return Coder(_writer(cls, parts, check), _reader(cls, parts, check))


def _writer(
    cls: type[Any], parts: list[tuple[str, Coder]], check: Callable[[Any], None] | None
) -> Callable[[Any], dict[str, Any]]:
    """A function that writes a record, all its fields in one expression (as dataclasses make theirs).

    A payment waits for it: it takes a third of the time of a loop that calls a coder for each field.
    """
    names: dict[str, Any] = {
        "FieldError": FieldError,
        "cls": cls,
        "wrong": lambda: fail("", f"not a {cls.__name__}"),
        "name_fault": lambda value: _name_fault(parts, value),
        "check": check,
    }
    items = []
    for n, (name, part) in enumerate(parts):
        names |= {f"known_{n}": part.known, f"dump_{n}": part.dump}
        item = f"dump_{n}(value.{name})"
        if part.plain:
            test = re.sub(r"\bx\b", f"(x := value.{name})", part.plain, count=1)
            item = f"x if {test.replace('known', f'known_{n}')} else dump_{n}(x)"
        items.append(f"{name!r}: {item}")
    text = f"""
def dump_record(value):
    if type(value) is not cls:
        wrong()
    try:
        plain = {{{", ".join(items)}}}
    except FieldError:
        name_fault(value)
        raise
    {"check(value)" if check else ""}
    return plain
"""
    exec(text, names)  # noqa: S102 - our own field names only
    return cast(Callable[[Any], dict[str, Any]], names["dump_record"])


def _reader(
    cls: type[Any], parts: list[tuple[str, Coder]], check: Callable[[Any], None] | None
) -> Callable[[Any], Any]:
    """A function that reads a record, made of one statement for each field (as dataclasses make theirs).

    It takes a third of the time of a loop that calls a coder for each field, and a verification of the
    journal, a rebuild and the centre wait for it. The fields are given to the object at once: a frozen
    class would set one after the other.
    """
    if hasattr(cls, "__post_init__") or "__dict__" not in dir(cls):
        raise BugError(f"{cls.__name__} cannot be read: it has a constructor of its own, or slots")
    names: dict[str, Any] = {
        "FieldError": FieldError,
        "keys": frozenset(name for name, _ in parts),
        "wrong_keys": _name_key,
        "blank": partial(object.__new__, cls),
        "fill": object.__setattr__,
        "check": check,
    }
    lines = []
    for n, (name, part) in enumerate(parts):
        names |= {f"known_{n}": part.known, f"load_{n}": part.load}
        value = f"load_{n}(x)"
        if part.read:
            value = f"x if {part.read.replace('known', f'known_{n}')} else load_{n}(x)"
        lines.append(f"        at = {name!r}; x = plain[at]; f{n} = {value}")
    given = ", ".join(f"{name!r}: f{n}" for n, (name, _) in enumerate(parts))
    statements = "\n".join(lines) or "        pass"
    text = f"""
def load_record(plain):
    if type(plain) is not dict or plain.keys() != keys:
        wrong_keys(plain, keys)
    try:
{statements}
    except FieldError as error:
        raise error.below(at) from error
    value = blank()
    fill(value, "__dict__", {{{given}}})
    {"check(value)" if check else ""}
    return value
"""
    exec(text, names)  # noqa: S102 - our own field names only
    return cast(Callable[[Any], Any], names["load_record"])


def _name_key(plain: Any, names: frozenset[str]) -> NoReturn:
    """Raise the FieldError of what is no map, or of a key that is missing or unknown."""
    if type(plain) is not dict:
        fail("", "not a map")
    odd = min(names.symmetric_difference(plain))
    fail(odd[:40], "missing" if odd in names else "unknown")


def _name_fault(parts: list[tuple[str, Coder]], value: Any) -> None:
    """Write the fields one by one, to raise the FieldError of the first that does not fit, with its path."""
    for name, part in parts:
        try:
            part.dump(getattr(value, name))
        except FieldError as error:
            raise error.below(name) from error


def _dump_moment(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        fail("", "not a time with a zone")
    return utc_text(value)


def _load_moment(value: Any) -> datetime:
    try:
        return parse_utc(value)
    except KnownError as error:
        raise FieldError("", f"not a time: {str(value)[:40]!r}") from error


def _dump_date(value: Any) -> str:
    return value.isoformat() if type(value) is date else fail("", "not a date")


def _load_date(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise FieldError("", f"not a date: {str(value)[:40]!r}") from error
    return day if day.isoformat() == value else fail("", f"not a date: {value[:40]!r}")
