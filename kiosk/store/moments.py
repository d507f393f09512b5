"""The device's clocks: what an entry says of the time at which it was made.

Wall time is a claim; the time since boot, counted through sleep, and the id of the boot show when it was
changed (`kiosk.core.clock`). On Windows the boot id is the counter of starts that the system keeps.
"""

import hashlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from kiosk.core.clock import ClockReading, ClockState, Judgement, TrustedTime, Zone, judge
from kiosk.core.wire.entry import Anchor, Clock, Local
from kiosk.core.wire.times import from_ms, utc_ms

_NS_PER_MS = 1_000_000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Moment:
    """When an entry is made: claimed UTC, offset and date of the zone, and what the device knows of time."""

    at: datetime
    zone: Zone
    clock: Clock

    def local(self, *, money: bool) -> Local:
        """The local part of an entry; money entries carry the business date."""
        now = utc_ms(self.at)
        return Local(offset=self.zone.offset(now), business_date=self.zone.local_date(now) if money else None)


def read_clocks() -> ClockReading:
    """Read wall clock, boot id and time since boot of this machine."""
    return ClockReading(utc_ms=time.time_ns() // _NS_PER_MS, boot=_boot_id(), mono_ms=_since_boot_ms())


def _since_boot_ms() -> int:
    if sys.platform == "win32":
        import ctypes

        ticks: int = ctypes.windll.kernel32.GetTickCount64()
        return ticks
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(clock) // _NS_PER_MS


@cache
def _boot_id() -> str:
    """The id of this boot: it cannot change under a running process, so it is read once."""
    if sys.platform == "win32":
        import winreg

        path = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            starts, _ = winreg.QueryValueEx(key, "BootId")
        return hashlib.sha256(f"boot {starts}".encode()).hexdigest()[:32]
    return _BOOT_ID.read_text(encoding="ascii").strip().replace("-", "")


@dataclass(frozen=True)
class ClockStepSeen:
    """A step of the clock that the journal does not tell yet: the time claimed when it was seen."""

    at: datetime
    judgement: Judgement


class DeviceClock:
    """Gives the moment of each entry and watches for steps of the clock.

    `read` is the machine's clocks; tests pass readings of their own.
    """

    def __init__(
        self,
        zone: Zone,
        *,
        last: ClockState | None = None,
        anchor: TrustedTime | None = None,
        read: Callable[[], ClockReading] = read_clocks,
    ) -> None:
        self._zone = zone
        self._state = last
        self._anchor = anchor
        self._read = read
        self._steps: tuple[ClockStepSeen, ...] = ()

    @property
    def state(self) -> ClockState | None:
        """What to keep for the next start."""
        return self._state

    @property
    def steps(self) -> tuple[ClockStepSeen, ...]:
        """Steps seen at any look and not recorded yet: the next act writes them, whoever looked."""
        return self._steps

    def recorded(self, steps: tuple[ClockStepSeen, ...]) -> None:
        """Forget the first steps, which an act has written and committed."""
        self._steps = self._steps[len(steps) :]

    def trust(self, anchor: TrustedTime | None) -> None:
        """Judge by this time of the centre from now on: sync may bring a newer one while somebody works."""
        self._anchor = anchor or self._anchor

    def look(self) -> tuple[Moment, Judgement]:
        """Read the clocks, judge them against the last look, and return the moment and the judgement."""
        reading = self._read()
        judgement, self._state = judge(self._state, reading, self._anchor)
        if judgement.stepped:
            self._steps += (ClockStepSeen(from_ms(reading.utc_ms), judgement),)
        anchor = None
        if self._anchor is not None and self._anchor.boot == reading.boot:
            age = max(0, reading.mono_ms - self._anchor.mono_ms)
            anchor = Anchor(time=from_ms(self._anchor.utc_ms), age_ms=age)
        clock = Clock(boot=reading.boot, mono_ms=reading.mono_ms, anchor=anchor, suspect=judgement.suspect)
        return Moment(from_ms(reading.utc_ms), self._zone, clock), judgement
