"""The clocks of the devices: real time, moved for one device or another; one device works at a time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import pytest

from kiosk.core.clock import ClockReading
from kiosk.desk import reference
from kiosk.policy_files import read_policy
from kiosk.store import moments
from kiosk.sync import place

_real_reading, _real_now = moments.read_clocks, place.now


class Clocks:
    """How far the clock of the device at work is off, in ms."""

    off_ms = 0

    def read(self) -> ClockReading:
        real = _real_reading()
        return ClockReading(real.utc_ms + self.off_ms, real.boot, real.mono_ms)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(milliseconds=self.off_ms)


CLOCKS = Clocks()


@contextmanager
def movable() -> Iterator[Clocks]:
    """Let every part of the device that reads a clock read this one."""
    CLOCKS.off_ms = 0
    # The same text gives the same policy: a tenth of the time of a history would go into reading it again.
    once = lru_cache(read_policy)
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("kiosk."):
                if vars(module).get("read_clocks") is _real_reading:
                    patch.setattr(module, "read_clocks", CLOCKS.read)
                if vars(module).get("now") is _real_now:
                    patch.setattr(module, "now", CLOCKS.now)
        patch.setattr(reference, "read_policy", once)
        yield CLOCKS
