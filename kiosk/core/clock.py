"""Judges the clock from readings that are passed in: steps, rollbacks, jumps, and the time that limits go by.

Money never waits for the clock: an entry is recorded with the wall time and marked suspect. Limits (leases,
validity of staff and data) go by `ClockState.floor_ms`, which only rises, so that no step relaxes them.
All times are whole milliseconds; UTC ones since 1970-01-01.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from kiosk.core.errors import BugError

TOLERANCE_MS = 2_000
"""Wall and boot clock may differ by this much between two readings: corrections by the network's time."""
DRIFT_PPM = 200
"""And by this much of the time between them: cheap quartz crystals stay within it."""
JUMP_MS = 24 * 3_600_000
"""A wall clock that runs ahead by more than this, with no anchor, is not believed."""

_MINUTE_MS = 60_000
_DAY_MS = 24 * 3_600_000
_EPOCH = date(1970, 1, 1).toordinal()

Cause = Literal["first", "steady", "anchored", "step", "rollback", "jump", "off_anchor"]


@dataclass(frozen=True)
class ClockReading:
    """One look at the clocks: wall time, id of this boot, ms since boot including sleep."""

    utc_ms: int
    boot: str
    mono_ms: int


@dataclass(frozen=True)
class TrustedTime:
    """A time from the centre, tied to the moment when it was received: `boot` and `mono_ms` of then."""

    utc_ms: int
    boot: str
    mono_ms: int


@dataclass(frozen=True)
class ClockState:
    """What is kept between readings: the last one, the time believed to be reached, and the doubt."""

    reading: ClockReading
    floor_ms: int
    suspect: bool


@dataclass(frozen=True)
class Judgement:
    """How a reading stands to the last one. `off_by_ms`: wall time less the time that was due.

    `suspect` stays until an anchor confirms the wall clock. `adopted` is False for a jump that was not
    believed. `stepped` asks for an entry `technical.clock_step`.
    """

    cause: Cause
    suspect: bool
    adopted: bool
    off_by_ms: int

    @property
    def stepped(self) -> bool:
        """Whether the clock did something that the journal must tell."""
        return self.cause in ("step", "rollback", "jump", "off_anchor")


def judge(
    last: ClockState | None, reading: ClockReading, anchor: TrustedTime | None = None
) -> tuple[Judgement, ClockState]:
    """Judge a reading against the last state and the newest anchor; return it and the state to keep.

    An anchor of this boot decides alone: the wall clock is right or off. One of an earlier boot is a lower
    limit. Without a last state (a new stream) the reading is taken as it is.
    """
    judgement = _anchored(last, reading, anchor) or _compared(last, reading, anchor)
    floor = _floor(last, reading, anchor)
    if judgement.cause == "anchored" or (judgement.adopted and not judgement.suspect):
        floor = max(floor, reading.utc_ms)
    return judgement, ClockState(reading, floor, judgement.suspect)


def _allowed(elapsed_ms: int) -> int:
    return TOLERANCE_MS + abs(elapsed_ms) * DRIFT_PPM // 1_000_000


def _anchored(last: ClockState | None, reading: ClockReading, anchor: TrustedTime | None) -> Judgement | None:
    """Judge by an anchor of this boot; None when there is none."""
    if anchor is None or anchor.boot != reading.boot or reading.mono_ms < anchor.mono_ms:
        return None
    elapsed = reading.mono_ms - anchor.mono_ms
    off = reading.utc_ms - (anchor.utc_ms + elapsed)
    if abs(off) <= _allowed(elapsed):
        return Judgement("anchored", suspect=False, adopted=True, off_by_ms=off)
    moved = last is None or last.reading.boot != reading.boot or _drifted(last.reading, reading)
    cause: Cause = "off_anchor" if moved or not (last and last.suspect) else "steady"
    return Judgement(cause, suspect=True, adopted=False, off_by_ms=off)


def _compared(last: ClockState | None, reading: ClockReading, anchor: TrustedTime | None) -> Judgement:
    """Judge against the last reading, and an anchor of an earlier boot as a lower limit."""
    if last is None:
        return Judgement("first", suspect=False, adopted=True, off_by_ms=0)
    before = last.reading
    if before.boot == reading.boot:
        off = reading.utc_ms - before.utc_ms - (reading.mono_ms - before.mono_ms)
        if not _drifted(before, reading):
            return Judgement("steady", last.suspect, adopted=not last.suspect, off_by_ms=off)
        return Judgement("jump" if off > JUMP_MS else "step", suspect=True, adopted=False, off_by_ms=off)
    reached = max(before.utc_ms, anchor.utc_ms if anchor else before.utc_ms)
    off = reading.utc_ms - reached
    if off < 0:
        return Judgement("rollback", suspect=True, adopted=False, off_by_ms=off)
    if off > JUMP_MS:
        return Judgement("jump", suspect=True, adopted=False, off_by_ms=off)
    return Judgement("steady", last.suspect, adopted=not last.suspect, off_by_ms=off)


def _drifted(before: ClockReading, reading: ClockReading) -> bool:
    """Whether wall and boot clock of one boot went apart; a boot clock never goes back."""
    elapsed = reading.mono_ms - before.mono_ms
    return elapsed < 0 or abs(reading.utc_ms - before.utc_ms - elapsed) > _allowed(elapsed)


def _floor(last: ClockState | None, reading: ClockReading, anchor: TrustedTime | None) -> int:
    """The time that has surely been reached: it goes on with the boot clock, whatever the wall clock says."""
    floor = 0
    if last is not None:
        elapsed = reading.mono_ms - last.reading.mono_ms if last.reading.boot == reading.boot else 0
        floor = max(floor, last.floor_ms + max(0, elapsed))
    if anchor is not None:
        elapsed = reading.mono_ms - anchor.mono_ms if anchor.boot == reading.boot else 0
        floor = max(floor, anchor.utc_ms + max(0, elapsed))
    return floor


@dataclass(frozen=True)
class Zone:
    """Offsets from UTC as dated reference data: (UTC ms from which it holds, minutes), ascending."""

    changes: Sequence[tuple[int, int]]

    def __post_init__(self) -> None:
        starts = list(self._starts)
        if not starts or starts != sorted(set(starts)):
            raise BugError("zone: changes must be ascending, at least one")

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self.changes)

    def offset(self, utc_ms: int) -> int:
        """Offset in minutes at a time; before the first change the first one holds."""
        later = bisect_right(self._starts, utc_ms)
        return self.changes[max(later - 1, 0)][1]

    def local_date(self, utc_ms: int) -> date:
        """The date that the offices write at this time: the business date of money entries."""
        return date.fromordinal(_EPOCH + (utc_ms + self.offset(utc_ms) * _MINUTE_MS) // _DAY_MS)
