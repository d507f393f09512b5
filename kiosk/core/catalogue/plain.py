"""The compiled catalogue: plain maps, lists, texts and whole numbers, ready for canonical JSON and signing.

Values that equal their default are left out; fields that services share are written once, in `fields`.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from kiosk.core.catalogue.condition import Condition, ConditionError, read_condition
from kiosk.core.catalogue.model import Catalogue, Field, Service
from kiosk.core.errors import BugError, KnownError

FORMAT: Final = 1
"""Number of this compiled form; a reader refuses a higher one."""

Made = TypeVar("Made")

_HINTS: dict[type, dict[str, Any]] = {}


def to_plain(catalogue: Catalogue) -> dict[str, Any]:
    """Write a catalogue as plain data; the same catalogue always gives the same data."""
    shared: dict[Field, int] = {}
    services: dict[str, Any] = {}
    for code, service in sorted(catalogue.services.items()):
        plain = _encode(service)
        plain["fields"] = [shared.setdefault(one, len(shared)) for one in service.fields]
        services[code] = plain
    return {
        "format": FORMAT,
        "version": _encode(catalogue.version),
        "families": _encode(catalogue.families),
        "entities": _encode(catalogue.entities),
        "papers": _encode(catalogue.papers),
        "modes": _encode(catalogue.modes),
        "fields": [_encode(one) for one in shared],
        "services": services,
    }


def from_plain(plain: Mapping[str, Any]) -> Catalogue:
    """Read compiled data back.

    Raises KnownError `catalogue.newer_format` for data of a later program and `catalogue.damaged` for
    anything that this form does not allow.
    """
    try:
        if plain["format"] != FORMAT:
            raise KnownError("catalogue.newer_format", found=str(plain["format"])[:20], known=FORMAT)
        shared = [_decode(Field, one) for one in plain["fields"]]
        services: dict[str, Service] = {}
        for code, entry in plain["services"].items():
            own = tuple(shared[number] for number in entry.get("fields", ()))
            services[code] = _dataclass(Service, entry, {"fields": own})
        tables = {name: plain[name] for name in ("version", "families", "entities", "papers", "modes")}
        return _dataclass(Catalogue, tables, {"services": services})
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ConditionError) as error:
        raise KnownError("catalogue.damaged", detail=f"{type(error).__name__} {error}"[:80]) from error


def _encode(value: object) -> Any:
    if isinstance(value, Condition):
        return value.text
    if isinstance(value, StrEnum):
        return str(value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in sorted(value.items())}
    if isinstance(value, Sequence):
        return [_encode(item) for item in value]
    if is_dataclass(value):
        return {
            one.name: _encode(getattr(value, one.name))
            for one in fields(value)
            if one.default is MISSING or getattr(value, one.name) != one.default
        }
    raise BugError(f"no plain form for {type(value).__name__}")


def _dataclass(kind: type[Made], plain: Mapping[str, Any], ready: Mapping[str, Any]) -> Made:
    """Make a dataclass from a map; `ready` holds values already made. Keys that are not known are left."""
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    hints = _HINTS[kind]
    read = {
        name: _decode(hint, plain[name])
        for name, hint in hints.items()
        if name in plain and name not in ready
    }
    return kind(**read, **ready)


def _decode(hint: Any, plain: Any) -> Any:
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if plain is None else _decode(inside[0], plain)
    if origin is tuple:
        if not isinstance(plain, list | tuple):
            raise TypeError("not a list")
        return tuple(_decode(inside[0], item) for item in plain)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _decode(inside[1], item) for key, item in plain.items()}
    if hint is Condition:
        return read_condition(plain)
    if issubclass(hint, StrEnum):
        return hint(plain)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint, plain, {})
    if type(plain) is not hint:
        raise TypeError(f"not {hint.__name__}")
    return plain
