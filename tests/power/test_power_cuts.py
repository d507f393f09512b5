"""Wherever the power is cut, what was told is there, nothing is doubled, and who could unlock still can.

The product's own store and desk work under strace; every write and sync is replayed up to every point, with
nothing, all, the first part, or any sectors of what was not synced (`tests.power.disk`), and each state is
opened again by the product (`tests.power.judge`). The same is done without the syncs, and must then fail.
"""

from pathlib import Path

import pytest

from tests.power.disk import states
from tests.power.judge import Judge, judged
from tests.power.record import Recording, record

EXTRA = {"morning": 4, "prints": 2, "people": 5, "debts": 2}
"""How many random ways beside the fixed ones the power is cut at each point."""
LEAST = {"morning": 1200, "prints": 400, "people": 250, "debts": 200}
"""So many different states at the least."""
MANY = 10
"""Times as many random ways in `make test-long`, and as many states."""
OF_PEOPLE = "people"


def judge_of(folder: Path, recording: Recording, scenario: str) -> Judge:
    judge = folder / "judge"
    judge.mkdir()
    people = scenario == OF_PEOPLE
    opener = "SUP-2" if people else "TEL-1"
    return Judge(judge, recording.told, opener=opener, everyone=people)


@pytest.mark.parametrize("scenario", EXTRA)
def test_a_power_cut_at_any_point_loses_nothing_that_was_told(memory: Path, scenario: str) -> None:
    recording = record(scenario, memory)
    judge = judge_of(memory, recording, scenario)
    assert judged(judge, states(recording.disk(), recording.ops, extra=EXTRA[scenario])) == []
    assert judge.states >= LEAST[scenario]
    assert judge.journals > 1


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scenario", EXTRA)
def test_a_power_cut_in_very_many_ways_loses_nothing_that_was_told(memory: Path, scenario: str) -> None:
    recording = record(scenario, memory)
    judge = judge_of(memory, recording, scenario)
    extra = EXTRA[scenario] * MANY
    assert judged(judge, states(recording.disk(), recording.ops, seed=1, extra=extra)) == []
    assert judge.states >= LEAST[scenario] * MANY


def test_there_are_thousands_of_states() -> None:
    assert sum(LEAST.values()) >= 2_000
    assert sum(LEAST.values()) * MANY >= 20_000


def test_a_device_that_was_set_up_is_there_after_a_power_cut(memory: Path) -> None:
    recording = record("setup", memory)
    judge = judge_of(memory, recording, "setup")
    assert judged(judge, states(recording.disk(), recording.ops, from_told=1)) == []
    assert judge.states > 0


@pytest.mark.parametrize("control", ["normal", "off"])
def test_without_a_sync_at_each_commit_entries_that_were_told_are_lost(memory: Path, control: str) -> None:
    recording = record("morning", memory, control)
    judge = judge_of(memory, recording, "morning")
    wrong = judged(judge, states(recording.disk(), recording.ops))
    assert any("lost: entry" in one for one in wrong), wrong


@pytest.mark.parametrize(("control", "says"), [("folder", "secrets open"), ("file", "does not open")])
def test_without_the_syncs_of_the_slot_file_people_are_locked_out(
    memory: Path, control: str, says: str
) -> None:
    recording = record(OF_PEOPLE, memory, control)
    judge = judge_of(memory, recording, OF_PEOPLE)
    wrong = judged(judge, states(recording.disk(), recording.ops))
    assert any(says in one for one in wrong), wrong
