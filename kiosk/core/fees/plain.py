"""The plain form of the fee files: maps, lists and texts that canonical JSON keeps as they are.

Canonical JSON sorts the keys of maps, so bands, whose order counts, become lists of one-entry maps.
"""

from typing import Any

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked


def plain_from_marked(at: Marked) -> Any:
    """Strip the places off a marked value."""
    if at.text is not None:
        return at.text
    if at.items is not None:
        return [_entries(item) if item.map is not None else plain_from_marked(item) for item in at.items]
    if any(key.startswith("<=") for key in at.map or {}):
        return [{key: value} for key, value in _entries(at).items()]
    return _entries(at)


def _entries(at: Marked) -> dict[str, Any]:
    return {key: plain_from_marked(value) for key, value in (at.map or {}).items()}


def marked_from_plain(plain: Any, path: str = "fees") -> Marked:
    """Give plain values a place again: their path instead of a file. Raises KnownError `fees.dataset` for a
    number.
    """
    if isinstance(plain, str):
        return Marked(plain, path, 1)
    if isinstance(plain, list):
        return Marked([marked_from_plain(item, f"{path}/{n}") for n, item in enumerate(plain)], path, 1)
    if isinstance(plain, dict) and all(isinstance(key, str) for key in plain):
        return Marked({key: marked_from_plain(item, f"{path}/{key}") for key, item in plain.items()}, path, 1)
    raise KnownError("fees.dataset", detail=path)
