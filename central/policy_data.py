"""Reads single settings of the newest policy that the centre published, as they are in force on a day."""

import gzip
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection

from central.centre import Centre
from central.publish import latest
from central.trust import authority_of
from kiosk.core.marked import Marked, read_marked
from kiosk.core.wire.reference import open_reference

POLICY = "policy"


def whole_setting(centre: Centre, db: Connection, name: str, today: date) -> int | None:
    """A whole number of the policy on this day; None where no policy was loaded, or it does not say.

    A day before the first version takes the first, as on devices. Raises KnownError `signed.*`, `yaml.*`.
    """
    row = latest(db, POLICY, "")
    if row is None:
        return None
    path = centre.folder.files / str(row.file)
    if (read := _READ.get(path)) is None:
        data = gzip.decompress(path.read_bytes())
        content = open_reference(POLICY, data, authority_of(centre), now=centre.now()).content
        _READ.clear()
        read = _READ[path] = content.decode("utf-8")
    begun = [text for start, text in _versions(read, name) if start <= today.isoformat()]
    texts = begun[-1:] or [text for _, text in _versions(read, name)[:1]]
    return int(texts[0]) if texts and texts[0].isascii() and texts[0].isdigit() else None


_READ: dict[Path, str] = {}
"""The text of the policy that was read last, by its file, which is named by its hash."""


@lru_cache(maxsize=8)
def _versions(text: str, name: str) -> list[tuple[str, str]]:
    """First day and value of each version of a setting, in order."""
    top = read_marked(text, POLICY).map or {}
    settings = (top["settings"].map or {}) if "settings" in top else {}
    rows = (settings[name].items or []) if name in settings else []
    return sorted((_text(row, "from"), _text(row, "value")) for row in rows)


def _text(row: Marked, name: str) -> str:
    fields = row.map or {}
    return (fields[name].text or "") if name in fields else ""
