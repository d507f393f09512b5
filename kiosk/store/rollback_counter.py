"""A counter outside the disk that only goes up: a disk that was put back to an earlier state lags behind it.

The store keeps the value that it last saw. Before each step it notes that one is under way, so that a power
cut between chip and disk is not taken for a disk put back.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlite_utils import Database

from kiosk.store.driver import transaction
from kiosk.store.sync_state import keep_setting, setting

_SETTING = "rollback_counter"


class RollbackCounter(Protocol):
    """Hardware that counts up and never down, whoever has the disk."""

    def record(self) -> dict[str, object]:
        """What the encrypted store must keep to find the counter again (JSON)."""

    def read(self) -> int:
        """The value now. Raises KnownError `device_secret.*`."""

    def increment(self) -> int:
        """Count one up and return the new value. Raises KnownError `device_secret.*`."""


class Verdict(StrEnum):
    """What the counter says of the disk."""

    SAME = "same"
    """The disk is as it was left."""
    PUT_BACK = "put_back"
    """The counter went on without this disk: an older state of it was put back."""
    OTHER = "other"
    """The counter is behind the disk: another chip, or one that was cleared."""


@dataclass(frozen=True)
class Expected:
    """What the store knows: the value after the last step, and whether a further one was begun."""

    value: int
    moving: bool

    def judge(self, found: int) -> Verdict:
        """Compare with what the counter says."""
        if found == self.value or (self.moving and found == self.value + 1):
            return Verdict.SAME
        return Verdict.PUT_BACK if found > self.value else Verdict.OTHER


def keep_counter(db: Database, counter: RollbackCounter) -> None:
    """Let the store expect this counter from now on, inside the open transaction or as one of its own."""
    keep_setting(db, _SETTING, {"counter": counter.record(), "value": counter.read(), "moving": False})


def kept_counter(db: Database) -> dict[str, object] | None:
    """What `keep_counter` was given to find the counter again, or None for a device without one."""
    kept = setting(db, _SETTING)
    return dict(kept["counter"]) if kept else None


def step(db: Database, counter: RollbackCounter) -> Verdict:
    """Count one up and say how the disk stood before it; from now on the new value is expected.

    Not inside a transaction: what is under way must be on the disk before the counter moves.
    Raises KnownError `device_secret.*`, `store.*`; then the next step tolerates one more.
    """
    kept = setting(db, _SETTING)
    expected = Expected(int(kept["value"]), bool(kept["moving"]))
    with transaction(db):
        keep_setting(db, _SETTING, {**kept, "moving": True})
    after = counter.increment()
    with transaction(db):
        keep_setting(db, _SETTING, {**kept, "value": after, "moving": False})
    return expected.judge(after - 1)
