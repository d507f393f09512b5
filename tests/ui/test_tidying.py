"""Memory is looked through when nobody waits for the screen, and never in the middle of work."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.ui.tidying import HOUR_NS, Tidying


class Ring:
    """Names itself, so that only a look through the memory finds that nobody else does."""

    def __init__(self) -> None:
        self.me = self


class Desk:
    """What the tidying looks at: whether the screen is locked, and the time."""

    locked, now = True, 0


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tidying(qapp: Any, desk: Desk) -> Iterator[Tidying]:
    made = Tidying(lambda: desk.locked, lambda: desk.now)
    made.start()
    made.look()
    yield made
    made.stop()


def old_ring() -> "weakref.ref[Ring]":
    """A ring that nobody names, old enough that young garbage is not looked for around it."""
    ring = Ring()
    gc.collect(0)
    gc.collect(1)
    found = weakref.ref(ring)
    del ring
    gc.collect(1)
    assert found() is not None
    return found


def test_memory_is_looked_through_once_the_screen_is_locked(desk: Desk, tidying: Tidying) -> None:
    desk.locked = False
    tidying.look()
    ring = old_ring()
    tidying.look()
    assert ring() is not None
    desk.locked = True
    tidying.look()
    assert ring() is None
    again = old_ring()
    tidying.look()
    assert again() is not None, "once is enough for one lock"


def test_after_an_hour_without_a_lock_it_is_looked_through_all_the_same(desk: Desk, tidying: Tidying) -> None:
    desk.locked = False
    ring = old_ring()
    desk.now = HOUR_NS - 1
    tidying.look()
    assert ring() is not None
    desk.now = HOUR_NS
    tidying.look()
    assert ring() is None


def test_python_does_not_look_through_everything_by_itself_meanwhile(qapp: Any) -> None:
    before = gc.get_threshold()
    tidying = Tidying(lambda: False)
    tidying.start()
    runs = gc.get_stats()[2]["collections"]
    kept = [Ring() for _ in range(600_000)]
    assert len(kept) == 600_000
    assert gc.get_stats()[2]["collections"] == runs
    tidying.stop()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
