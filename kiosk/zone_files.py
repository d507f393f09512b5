"""Reads the dated offsets of the time zone (`resources/reference/zone.yaml`); mistakes have their line."""

from itertools import pairwise

from kiosk.core.clock import Zone
from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.core.wire.times import parse_utc, utc_ms
from kiosk.resources import read_resource

_FURTHEST = 14 * 60


def shipped_zone_text() -> str:
    """The text of the zone file shipped with the program."""
    return read_resource("reference", "zone.yaml")


def read_zone(text: str, file: str = "zone.yaml") -> Zone:
    """Read zone data. Raises KnownError `zone.bad` with file and line, and the `yaml.*` errors."""
    whole = read_marked(text, file)
    changes = (whole.map or {}).get("changes")
    rows = changes.items if changes else None
    if not rows:
        raise KnownError("zone.bad", file=file, line=whole.line, what="changes")
    read = tuple(_change(row, file) for row in rows)
    for (before, after), row in zip(pairwise(read), rows[1:], strict=True):
        if after[0] <= before[0]:
            raise KnownError("zone.bad", file=file, line=row.line, what="from")
    return Zone(read)


def _change(row: Marked, file: str) -> tuple[int, int]:
    fields = row.map or {}
    start, minutes = fields.get("from"), fields.get("minutes")
    if start is None or start.text is None:
        raise KnownError("zone.bad", file=file, line=row.line, what="from")
    if minutes is None or minutes.text is None or not minutes.text.lstrip("-").isdigit():
        raise KnownError("zone.bad", file=file, line=row.line, what="minutes")
    if abs(int(minutes.text)) > _FURTHEST:
        raise KnownError("zone.bad", file=file, line=row.line, what="minutes")
    try:
        return utc_ms(parse_utc(start.text)), int(minutes.text)
    except KnownError as error:
        raise KnownError("zone.bad", file=file, line=row.line, what="from") from error
