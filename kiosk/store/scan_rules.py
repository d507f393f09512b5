"""When scans may travel: paused by a person, not on this network, so many bytes a day. Not about entries."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from kiosk.store.sync_state import keep_setting, setting

_RULES, _DAY = "scan_rules", "scan_day"


@dataclass(frozen=True)
class ScanRules:
    """`paused`: on any network. `not_on`: networks on which scans wait, as `kiosk.link.network` names them.
    `day_bytes`: most bytes a day (claimed UTC), None for as many as wait.
    """

    paused: bool = False
    not_on: tuple[str, ...] = ()
    day_bytes: int | None = None

    def hold_back(self, network: Callable[[], str]) -> bool:
        """Whether scans wait on the network in use, which is asked for only where a rule names one."""
        return self.paused or (bool(self.not_on) and network() in self.not_on)


def scan_rules(db: Database) -> ScanRules:
    """The rules in force; without any, scans travel."""
    plain = setting(db, _RULES)
    return ScanRules(**{**plain, "not_on": tuple(plain["not_on"])}) if plain else ScanRules()


def keep_scan_rules(db: Database, rules: ScanRules) -> None:
    """Put rules in place of those before."""
    keep_setting(db, _RULES, asdict(rules))


def sent_on(db: Database, day: str) -> int:
    """Bytes of scans that were sent on a day."""
    plain = setting(db, _DAY)
    return int(plain["bytes"]) if plain and plain["day"] == day else 0


def note_sent(db: Database, day: str, count: int) -> None:
    """So many bytes more were sent on a day."""
    keep_setting(db, _DAY, {"day": day, "bytes": sent_on(db, day) + count})
