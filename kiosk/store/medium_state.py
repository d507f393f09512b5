"""What a device remembers of its second medium: which one, where, how far it goes, and since when it fails.

Operational: the journal says the same in its entries, and the medium itself in its signed manifest.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.store.sync_state import keep_setting, setting

_NAME = "second_medium"


@dataclass(frozen=True)
class MediumState:
    """The registered medium: its id, the folder where it is mounted, and the last entry known to be on it.

    `fault`: why it takes nothing since `since`; None while it works. Times are claimed UTC. `scans`: how many
    are on it that are not safe at the centre, `scans_left`: for how many there was no room, `scans_due`:
    whether some were not tried yet.
    """

    medium: str
    path: str
    through: int = 0
    written_at: datetime | None = None
    fault: str | None = None
    since: datetime | None = None
    scans: int = 0
    scans_left: int = 0
    scans_due: bool = False


def medium_of(db: Database) -> MediumState | None:
    """The registered medium, or None."""
    plain = setting(db, _NAME)
    if plain is None:
        return None
    moments = {name: parse_utc(plain[name]) if plain[name] else None for name in ("written_at", "since")}
    return MediumState(**{**plain, **moments})


def keep_medium(db: Database, state: MediumState) -> None:
    """Keep it, inside the open transaction or as one of its own."""
    plain: dict[str, Any] = dict(vars(state))
    for name in ("written_at", "since"):
        plain[name] = utc_text(plain[name]) if plain[name] else None
    keep_setting(db, _NAME, plain)
