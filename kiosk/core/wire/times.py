"""Times on the wire: UTC, RFC 3339 with milliseconds, as in `2026-07-01T08:00:00.000Z`."""

import re
from datetime import UTC, datetime, timedelta

from kiosk.core.errors import BugError, KnownError

_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZERO_OFFSET = "+00:00"
_MS = timedelta(milliseconds=1)


def utc_text(moment: datetime) -> str:
    """Write an aware time as UTC text; parts below a millisecond are cut. BugError for a naive time."""
    if moment.tzinfo is None:
        raise BugError("a time without a zone")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix(_ZERO_OFFSET) + "Z"


def parse_utc(text: object) -> datetime:
    """Read UTC text in exactly our form. Raises KnownError `wire.bad_time`."""
    if isinstance(text, str) and _TEXT.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise KnownError("wire.bad_time", text=text) from error
    raise KnownError("wire.bad_time", text=str(text)[:40])


def utc_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC, cut, of an aware time. Raises BugError for a naive time."""
    if moment.tzinfo is None:
        raise BugError("a time without a zone")
    return (moment - _EPOCH) // _MS


def from_ms(milliseconds: int) -> datetime:
    """The UTC time so many milliseconds after 1970-01-01. Raises BugError outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise BugError(f"no such time: {milliseconds} ms") from error
