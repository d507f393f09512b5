"""Canonical JSON (RFC 8785) with the limits of our formats: NFC text, safe integers, no floats.

The same value has one byte form only, so bytes can be hashed, signed and compared by anyone.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast

import orjson
import rfc8785

from kiosk.core.errors import BugError, KnownError

MAX_INT = 2**53 - 1
"""Largest integer, in either direction, that every JSON reader keeps exactly (RFC 8785 §3.2.2.3)."""
MAX_DEPTH = 32
"""Deepest nesting of lists and maps."""
MAX_BYTES = 1 << 20
"""Largest object read unless the caller says otherwise."""

_LAST_PLAIN = "\ud7ff"
"""Keys up to here sort alike by code point and by UTF-16 unit, so orjson gives the bytes of RFC 8785."""


class _FaultError(ValueError):
    """Why a value cannot be canonical: the code of a situation and its parameters."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Checked(dict[str, Any]):
    """A map that a coder wrote (`kiosk.core.wire.codec`): all in it was judged then, and is not again."""


def canonical(obj: object) -> bytes:
    """Return the one byte form of a value made of dict, list, tuple, str, int, bool and None.

    Raises BugError for anything else: floats, integers beyond ±(2^53 − 1), text that is not NFC or not
    Unicode, keys that are not text, nesting deeper than `MAX_DEPTH`.
    """
    try:
        return _encode(obj)
    except _FaultError as fault:
        raise BugError(f"not canonical: {fault.code} {fault.params}") from fault


def check_plain(obj: object) -> None:
    """Refuse what has no canonical form, or keys that are not plain. Raises ValueError that says what."""
    if not _check(obj, MAX_DEPTH):
        raise ValueError("a key beyond the plain ones")


def nfc(obj: object) -> Any:
    """Return the value with every text and key in Unicode form NFC; other values are kept."""
    if isinstance(obj, str):
        return obj if obj.isascii() else unicodedata.normalize("NFC", obj)
    if isinstance(obj, Mapping):
        return {nfc(key): nfc(value) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        return [nfc(value) for value in obj]
    return obj


def parse_canonical(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Read bytes that must be exactly canonical; return dict, list, str, int, bool or None.

    Raises KnownError `wire.too_large`, `wire.not_json`, `wire.too_deep`, `wire.duplicate_key`,
    `wire.bad_number`, `wire.not_nfc`, `wire.bad_text` or `wire.not_canonical`; nothing else.
    """
    if len(data) > max_bytes:
        raise KnownError("wire.too_large", size=len(data), limit=max_bytes)
    try:
        obj, again = _read(data)
    except _FaultError as fault:
        raise KnownError(fault.code, **fault.params) from fault
    except RecursionError as error:
        raise KnownError("wire.too_deep", limit=MAX_DEPTH) from error
    except ValueError as error:
        raise KnownError("wire.not_json", detail=str(error)[:80]) from error
    if again != data:
        raise KnownError("wire.not_canonical")
    return obj


def _read(data: bytes) -> tuple[object, bytes]:
    """The value and its canonical bytes. What is not canonical is read again, slowly, to name the fault."""
    try:
        obj = orjson.loads(data)
    except orjson.JSONDecodeError:
        obj = _DECODER.decode(data.decode("utf-8"))
    else:
        again = _encode(obj)
        if again == data:
            return obj, again
        obj = _DECODER.decode(data.decode("utf-8"))
    return obj, _encode(obj)


def _encode(obj: object) -> bytes:
    plain = _check(obj, MAX_DEPTH)
    try:
        if not plain:
            return rfc8785.dumps(cast(Any, obj))
        return orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise _FaultError("wire.bad_text") from error


def _check(obj: object, depth: int) -> bool:
    """Refuse what has no place in our formats; say whether all keys are plain."""
    kind = type(obj)
    if kind is str:
        _check_text(obj)  # type: ignore[arg-type]
    elif kind is int:
        if not -MAX_INT <= obj <= MAX_INT:  # type: ignore[operator]
            raise _FaultError("wire.bad_number", number=str(obj)[:40])
    elif kind is dict or kind is list or kind is tuple:
        if depth == 0:
            raise _FaultError("wire.too_deep", limit=MAX_DEPTH)
        if kind is dict:
            return _check_map(obj, depth)  # type: ignore[arg-type]
        return _check_list(obj, depth)  # type: ignore[arg-type]
    elif obj is not None and kind is not bool and kind is not Checked:
        raise _FaultError("wire.bad_number" if kind is float else "wire.bad_text", number=str(obj)[:40])
    return True


def _check_list(obj: Sequence[object], depth: int) -> bool:
    plain = True
    for value in obj:
        plain = _check(value, depth - 1) and plain
    return plain


def _check_map(obj: dict[object, object], depth: int) -> bool:
    plain = True
    for key, value in obj.items():
        if type(key) is not str:
            raise _FaultError("wire.bad_text")
        if not key.isascii():
            _check_text(key)
            plain = plain and max(key) <= _LAST_PLAIN
        # Most values are small numbers and ASCII text: nothing is to be looked at in them.
        if type(value) is int and -MAX_INT <= value <= MAX_INT:
            continue
        if type(value) is not str or not value.isascii():
            plain = _check(value, depth - 1) and plain
    return plain


def _check_text(text: str) -> None:
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise _FaultError("wire.not_nfc", text=text[:40])


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    obj = dict(pairs)
    if len(obj) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _FaultError("wire.duplicate_key", key=next(key for key in keys if keys.count(key) > 1)[:40])
    return obj


def _refuse_number(text: str) -> NoReturn:
    raise _FaultError("wire.bad_number", number=text[:40])


def _read_int(text: str) -> int:
    if len(text) > len(str(-MAX_INT)):
        _refuse_number(text)
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_refuse_number, parse_int=_read_int, parse_constant=_refuse_number
)
