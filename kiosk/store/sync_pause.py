"""A pause of sync that a person set: on one network or on any, until a time or until it is lifted.

It holds back what would leave by itself. Nothing is refused meanwhile, and a person may send all the same.
That it was set and how it ended are entries, so that the centre can see why a device was silent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.core.entries.technical import NetworkKind, SyncPaused, SyncResumed
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import keep_setting, setting

LONG = timedelta(days=1)
"""After so long with money waiting a pause needs somebody's attention."""
_PAUSE = "sync_pause"
_BACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Pause:
    """Who paused sync, since when (claimed UTC), until when (None: until it is lifted).

    `network`: the only one on which it holds, None: on any.
    """

    by: str
    since: datetime
    until: datetime | None = None
    network: str | None = None

    def in_time(self, now: datetime) -> bool:
        """Whether it has not run out. A clock that went back before its beginning ends it: money goes on."""
        return self.since - _BACK <= now and (self.until is None or now < self.until)

    def ended(self, now: datetime) -> SyncResumed | None:
        """The entry that says how it ended by itself; None while it has not."""
        if self.in_time(now):
            return None
        return SyncResumed(what="everything", how="clock_back" if now < self.since else "ran_out")

    def begun(self, kind: NetworkKind | None) -> SyncPaused:
        """The entry that says that it was set; `kind`: of its network, which is not named."""
        return SyncPaused(what="everything", until=self.until, only_on=kind if self.network else None)

    def is_long(self, now: datetime) -> bool:
        """Whether it has lasted for a day."""
        return now - self.since >= LONG


def pause_of(db: Database) -> Pause | None:
    """The pause that was set, also one that has run out; or None."""
    plain = setting(db, _PAUSE)
    if plain is None:
        return None
    until = parse_utc(plain["until"]) if plain["until"] else None
    return Pause(plain["by"], parse_utc(plain["since"]), until, plain["network"])


def keep_pause(db: Database, pause: Pause | None) -> None:
    """Set a pause in place of the one before, or lift it with None; with its entry, in one transaction."""
    plain = None if pause is None else {
        "by": pause.by,
        "since": utc_text(pause.since),
        "until": utc_text(pause.until) if pause.until else None,
        "network": pause.network,
    }  # fmt: skip
    keep_setting(db, _PAUSE, plain)


def money_waits(db: Database) -> int:
    """How many payments the centre has not acknowledged."""
    query = "SELECT count(*) FROM payment WHERE seq > ?"
    return int(db.conn.execute(query, (acknowledged_through(db),)).fetchone()[0])
