"""Wrong tries are counted outside the database; no restart, clock or crash shortens a wait."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.store.attempts import DELAYS_MS, AttemptLog, since_start_ms, utc_now
from tests.store.people import START


class Clock:
    """The clock since the machine's start, in ms, moved by hand."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def started(tmp_path: Path, clock: Clock) -> Callable[[], AttemptLog]:
    """The log as a process that has just started reads it."""
    return lambda: AttemptLog(tmp_path / "attempts.log", clock=lambda: START, ticks_ms=clock)


def fail(log: AttemptLog, clock: Clock, code: str, times: int) -> None:
    """Try wrongly as soon as it is allowed, again and again."""
    for _ in range(times):
        clock.ms += log.wait_ms(code)
        log.begin(code)


def test_the_wait_grows_with_each_wrong_try_up_to_a_quarter_of_an_hour(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    log = started()
    waits = []
    for _ in range(20):
        fail(log, clock, "C1", 1)
        waits.append(log.wait_ms("C1"))
    assert waits[:3] == [0, 0, 5_000]
    assert waits == sorted(waits)
    assert waits[-1] == DELAYS_MS[-1] == 15 * 60_000


def test_a_try_during_the_wait_is_refused_and_says_how_long(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    log = started()
    fail(log, clock, "C1", 3)
    clock.ms += 600
    with pytest.raises(KnownError) as caught:
        log.begin("C1")
    assert (caught.value.code, caught.value.params["seconds"]) == ("slots.wait", 5)
    assert len(log.failed()) == 3
    clock.ms += 4_400
    log.begin("C1")


def test_other_people_do_not_wait(started: Callable[[], AttemptLog], clock: Clock) -> None:
    log = started()
    fail(log, clock, "C1", 9)
    assert log.wait_ms("C2") == 0


def test_a_restart_neither_shortens_nor_lengthens_the_wait(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    fail(started(), clock, "C1", 5)
    before = started().wait_ms("C1")
    assert before == DELAYS_MS[5]
    clock.ms += 10_000
    assert started().wait_ms("C1") == before - 10_000


def test_after_the_machine_starts_again_the_wait_counts_from_there(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    fail(started(), clock, "C1", 8)
    clock.ms = 20_000
    assert started().wait_ms("C1") == DELAYS_MS[8] - 20_000


def test_a_wait_that_was_told_after_a_start_of_the_machine_does_not_grow_again(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    clock.ms = 10_000
    fail(started(), clock, "C1", 8)
    last_try = clock.ms
    clock.ms = 20_000
    log = started()
    left = log.wait_ms("C1")
    assert clock.ms < last_try < clock.ms + left
    clock.ms = last_try
    assert log.wait_ms("C1") == left - (last_try - 20_000)
    clock.ms = 20_000 + left
    assert log.wait_ms("C1") == 0


def test_twenty_wrong_then_the_right_one_across_restarts(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    for _ in range(20):
        fail(started(), clock, "C1", 1)
    clock.ms += started().wait_ms("C1")
    log = started()
    log.opened(log.begin("C1"))
    again = started()
    assert again.wait_ms("C1") == 0
    assert [attempt.number for attempt in again.failed()] == list(range(1, 21))
    assert {attempt.code for attempt in again.failed()} == {"C1"}


def test_a_try_cut_off_before_its_answer_counts_as_wrong(started: Callable[[], AttemptLog]) -> None:
    for _ in range(3):
        started().begin("C1")
    assert started().wait_ms("C1") == 5_000


def test_a_try_that_was_not_tested_does_not_count(started: Callable[[], AttemptLog], clock: Clock) -> None:
    log = started()
    fail(log, clock, "C1", 2)
    log.void(log.begin("C1"))
    assert started().wait_ms("C1") == 0
    assert len(started().failed()) == 2


def test_the_journal_takes_tries_over_once_and_others_go_on_waiting(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    log = started()
    fail(log, clock, "C1", 4)
    taken = log.failed()
    fail(log, clock, "C2", 1)
    wait = log.wait_ms("C1")
    log.absorbed(taken)
    for now in (log, started()):
        assert [attempt.code for attempt in now.failed()] == ["C2"]
        assert now.wait_ms("C1") == wait > 0
    later = started()
    later.begin("C3")
    assert later.failed()[-1].number == 6


def test_a_crash_before_the_log_is_cleared_offers_the_same_numbers_again(
    started: Callable[[], AttemptLog], clock: Clock
) -> None:
    fail(started(), clock, "C1", 2)
    assert started().failed() == started().failed()


def test_a_torn_last_line_is_passed_over_and_what_follows_is_kept(
    started: Callable[[], AttemptLog], clock: Clock, tmp_path: Path
) -> None:
    fail(started(), clock, "C1", 3)
    path = tmp_path / "attempts.log"
    whole = path.read_bytes()
    for end in range(len(whole) - 1, whole.rindex(b"\n", 0, -1), -1):
        path.write_bytes(whole[:end])
        log = started()
        assert len(log.failed()) in (2, 3)
        number = log.begin("C2")
        assert started().failed()[-1].number == number


def test_a_full_disk_stops_nobody_but_still_counts(
    started: Callable[[], AttemptLog], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = started()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.store.files.os.write", full)
    fail(log, clock, "C1", 3)
    assert log.wait_ms("C1") == 5_000


def test_the_log_holds_codes_and_times_only(
    started: Callable[[], AttemptLog], clock: Clock, tmp_path: Path
) -> None:
    log = started()
    log.opened(log.begin("C1"))
    lines = [json.loads(line) for line in (tmp_path / "attempts.log").read_text().splitlines()]
    assert lines == [
        {"try": 1, "code": "C1", "at": "2026-07-01T08:00:00.123Z", "ticks_ms": 1_000_000},
        {"end": 1, "result": "opened"},
    ]


def test_the_real_clocks_go_forward() -> None:
    assert 0 < since_start_ms() <= since_start_ms()
    assert utc_now().utcoffset() is not None


LINE = st.one_of(
    st.binary(max_size=40),
    st.fixed_dictionaries(
        {
            "try": st.integers(-1, 9),
            "code": st.sampled_from(["C1", ""]),
            "at": st.text(max_size=3),
            "ticks_ms": st.integers(-5, 2**60),
        }
    ).map(lambda line: json.dumps(line).encode()),
    st.fixed_dictionaries({"end": st.integers(0, 9), "result": st.sampled_from(["opened", "void", "x"])}).map(
        lambda line: json.dumps(line).encode()
    ),
    st.fixed_dictionaries(
        {
            "next": st.integers(0, 9),
            "standing": st.dictionaries(
                st.text(max_size=2), st.lists(st.integers(-1, 2**54), max_size=3) | st.none(), max_size=2
            ),
        }
    ).map(lambda line: json.dumps(line).encode()),
)


@settings(max_examples=150)
@given(lines=st.lists(LINE, max_size=8))
def test_a_damaged_log_keeps_nobody_out_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.log"
    path.write_bytes(b"\n".join(lines))
    log = AttemptLog(path, clock=lambda: START, ticks_ms=lambda: 2**60)
    log.opened(log.begin("C1"))
    log.absorbed(log.failed())
    assert AttemptLog(path, clock=lambda: START, ticks_ms=lambda: 2**60).failed() == ()
