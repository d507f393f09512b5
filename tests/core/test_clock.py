"""The clock is judged, never obeyed: steps are seen, and no step makes a time limit longer."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.clock import (
    JUMP_MS,
    ClockReading,
    ClockState,
    Judgement,
    TrustedTime,
    Zone,
    judge,
)
from kiosk.core.errors import BugError

NOON = 1_783_000_000_000
HOUR = 3_600_000
FIRST = ClockReading(NOON, "boot-1", HOUR)


def started(*, suspect: bool = False) -> ClockState:
    return ClockState(FIRST, NOON, suspect)


def after(wall: int, mono: int, boot: str = "boot-1") -> ClockReading:
    """A reading so many ms later by each clock."""
    return ClockReading(NOON + wall, boot, HOUR + mono)


def test_a_new_stream_takes_its_first_reading_as_it_is() -> None:
    judgement, state = judge(None, FIRST)
    assert judgement == Judgement("first", suspect=False, adopted=True, off_by_ms=0)
    assert state == started()
    assert not judgement.stepped


@pytest.mark.parametrize("off", [0, 1_999, 2_000, -2_000])
def test_small_corrections_are_no_step(off: int) -> None:
    judgement, state = judge(started(), after(60_000 + off, 60_000))
    assert (judgement.cause, judgement.suspect) == ("steady", False)
    assert state.floor_ms == NOON + 60_000 + max(0, off)


def test_the_tolerance_grows_with_the_drift_of_a_cheap_crystal() -> None:
    ten_hours = 10 * HOUR
    allowed = 2_000 + ten_hours * 200 // 1_000_000
    assert judge(started(), after(ten_hours + allowed, ten_hours))[0].cause == "steady"
    assert judge(started(), after(ten_hours + allowed + 1, ten_hours))[0].cause == "step"


@pytest.mark.parametrize(
    ("wall", "cause"),
    [(62_013, "step"), (60_000 - 2_013, "step"), (-HOUR, "step"), (60_000 + JUMP_MS + 1, "jump")],
)
def test_a_step_within_one_boot_is_seen_marked_and_not_adopted(wall: int, cause: str) -> None:
    judgement, state = judge(started(), after(wall, 60_000))
    assert (judgement.cause, judgement.suspect, judgement.adopted) == (cause, True, False)
    assert judgement.off_by_ms == wall - 60_000
    assert judgement.stepped
    assert state.floor_ms == NOON + 60_000


def test_the_boot_clock_never_goes_back() -> None:
    assert judge(started(), after(0, -1))[0].cause == "step"


def test_a_start_with_an_earlier_wall_clock_is_a_rollback() -> None:
    dead_battery = ClockReading(0, "boot-2", 5_000)
    judgement, state = judge(started(), dead_battery)
    assert (judgement.cause, judgement.suspect, judgement.adopted) == ("rollback", True, False)
    assert state.floor_ms == NOON


def test_a_night_switched_off_is_believed_and_a_jump_of_more_than_a_day_is_not() -> None:
    night = judge(started(), after(16 * HOUR, -HOUR, "boot-2"))
    assert (night[0].cause, night[1].floor_ms) == ("steady", NOON + 16 * HOUR)
    assert judge(started(), after(JUMP_MS, 0, "boot-2"))[0].cause == "steady"
    judgement, state = judge(started(), after(JUMP_MS + 1, 0, "boot-2"))
    assert (judgement.cause, judgement.adopted, state.floor_ms) == ("jump", False, NOON)


def test_doubt_stays_until_an_anchor_confirms_the_wall_clock() -> None:
    judgement, state = judge(started(suspect=True), after(60_000, 60_000))
    assert (judgement.cause, judgement.suspect, judgement.adopted) == ("steady", True, False)
    anchor = TrustedTime(NOON + 120_000, "boot-1", HOUR + 120_000)
    judgement, state = judge(state, after(180_000, 180_000), anchor)
    assert (judgement.cause, judgement.suspect) == ("anchored", False)
    assert state.floor_ms == NOON + 180_000


def test_a_step_to_the_right_time_is_right_when_an_anchor_says_so() -> None:
    anchor = TrustedTime(NOON + 48 * HOUR, "boot-1", HOUR + 1_000)
    judgement, state = judge(started(), after(48 * HOUR + 1_000, 2_000), anchor)
    assert (judgement.cause, judgement.adopted) == ("anchored", True)
    assert state.floor_ms == NOON + 48 * HOUR + 1_000


def test_a_wall_clock_off_its_anchor_is_told_once_and_limits_go_by_the_anchor() -> None:
    anchor = TrustedTime(NOON + 5 * HOUR, "boot-1", HOUR)
    judgement, state = judge(started(), after(1_000, 1_000), anchor)
    assert (judgement.cause, judgement.suspect, judgement.stepped) == ("off_anchor", True, True)
    assert state.floor_ms == NOON + 5 * HOUR + 1_000
    again, state = judge(state, after(2_000, 2_000), anchor)
    assert (again.cause, again.suspect, again.stepped) == ("steady", True, False)


def test_an_anchor_of_an_earlier_boot_is_a_lower_limit() -> None:
    anchor = TrustedTime(NOON + 5 * HOUR, "boot-1", HOUR)
    judgement, state = judge(started(), after(4 * HOUR, 0, "boot-2"), anchor)
    assert (judgement.cause, state.floor_ms) == ("rollback", NOON + 5 * HOUR)
    assert judge(started(), after(28 * HOUR, 0, "boot-2"), anchor)[0].cause == "steady"


readings = st.lists(
    st.tuples(
        st.sampled_from(["boot-1", "boot-2", "boot-3"]), st.integers(-(10**12), 10**12), st.integers(0, 10**9)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150)
@given(readings)
def test_whatever_the_clocks_do_the_time_of_limits_never_goes_back(steps: list[tuple[str, int, int]]) -> None:
    state = started()
    for boot, wall, mono in steps:
        before = state
        judgement, state = judge(state, ClockReading(NOON + wall, boot, mono))
        assert state.floor_ms >= before.floor_ms
        believed = judgement.adopted and not judgement.suspect
        most = max(0, mono - before.reading.mono_ms)
        assert believed or state.floor_ms <= before.floor_ms + most


SUMMER, WINTER = 1_777_000_000_000, 1_793_000_000_000
CAIRO = Zone(((0, 120), (SUMMER, 180), (WINTER, 120)))


def test_the_zone_is_data_and_gives_the_business_date() -> None:
    assert [CAIRO.offset(at) for at in (-5, SUMMER - 1, SUMMER, WINTER - 1, WINTER)] == [
        120,
        120,
        180,
        180,
        120,
    ]
    midnight = 1_783_026_000_000
    assert CAIRO.local_date(midnight - 1) == date(2026, 7, 2)
    assert CAIRO.local_date(midnight) == date(2026, 7, 3)


@pytest.mark.parametrize("changes", [(), ((5, 120), (0, 180)), ((5, 120), (5, 180))])
def test_a_zone_out_of_order_is_our_bug(changes: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(BugError):
        Zone(changes)
