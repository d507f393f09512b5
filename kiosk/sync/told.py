"""Up to when the centre has told what it knows of this device: what a stick says from before is old."""

from datetime import datetime

from sqlite_utils import Database

from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.store.sync_state import keep_setting, setting

_TOLD = "centre_told"


def told_at(db: Database) -> datetime | None:
    """The centre's own time when it last told, by net or by stick, or None."""
    text = setting(db, _TOLD)
    return parse_utc(text) if text else None


def keep_told(db: Database, at: datetime) -> None:
    """The centre told at this time of its own; an earlier time changes nothing. In the open transaction."""
    before = told_at(db)
    if before is None or at > before:
        keep_setting(db, _TOLD, utc_text(at))
