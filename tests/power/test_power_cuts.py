"""Wherever the power is cut, what was told is there, nothing is doubled, and who could unlock still can.

The product's own store and desk work under strace; every write and sync is replayed up to every point, with
nothing, all, the first part, or any sectors of what was not synced (`tests.power.disk`), and each state is
opened again by the product (`tests.power.judge`). The same is done without the syncs, and must then fail.
"""

from pathlib import Path

import pytest

from kiosk.desk.session import Session
from kiosk.store.debts.read import set_in_use
from kiosk.store.verify import verify
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.power.debt_judge import DebtJudge
from tests.power.debt_loads import owing_trial
from tests.power.disk import states
from tests.power.judge import Judge, judged
from tests.power.record import OF_DEBTS, Recording, record

LEAST = {
    "morning": 700,
    "prints": 300,
    "people": 200,
    "debts": 150,
    "loading": 200,
    "changing": 200,
    "rekey": 350,
}
"""So many different states at the least. The power is cut in more random ways until there are."""
MANY = 10
"""Times as many in `make test-long`."""
OF_PEOPLE = ("people", "rekey")
WRITES = 8
"""The power is cut after every so many of the hundreds of writes of a load, and after each sync."""


def judge_of(folder: Path, recording: Recording, scenario: str) -> Judge:
    judge = folder / "judge"
    judge.mkdir()
    if scenario in OF_DEBTS:
        return DebtJudge(judge, recording.told, changes=scenario == "changing", going_on=15)
    people = scenario in OF_PEOPLE
    opener = "SUP-2" if people else "TEL-1"
    if scenario == "debts":
        return Judge(judge, recording.told, going_on=10, then=next_debts)
    return Judge(judge, recording.told, opener=opener, everyone=people)


def next_debts(session: Session) -> None:
    """A later version of the debts comes into use, whatever the cut left of the one before."""
    load_debts(session, [debtor("DBT-8", debt("L-2", charge("rent", 500)))], version=2)
    assert session.store.db.conn.execute("SELECT version FROM debts_in_use").fetchone() == (2,)
    assert verify(session.store).clean


def cut_everywhere(folder: Path, scenario: str, least: int) -> None:
    """Cut the power at each point in the fixed ways and in one at random, then in more until it is enough."""
    recording = record(scenario, folder)
    judge = judge_of(folder, recording, scenario)
    every = WRITES if scenario in OF_DEBTS else 1
    assert judged(judge, states(recording.disk(), recording.ops, extra=1, every=every)) == []
    for seed in range(1, 20):
        if judge.states >= least:
            break
        more = states(recording.disk(), recording.ops, seed=seed, extra=4 * seed)
        assert judged(judge, more, enough=least) == []
    assert judge.states >= least
    assert judge.journals > 1
    if isinstance(judge, DebtJudge):
        old, *_, new = sorted(judge.versions)
        assert (old, new) == (1, judge.last), "cut before the switch and after it"
        assert judge.resumed, "loads that were cut went on"
        assert scenario != "loading" or any(one.held for one in judge.resumed), "behind what had come"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scenario", LEAST)
def test_a_power_cut_at_any_point_loses_nothing_that_was_told(memory: Path, scenario: str) -> None:
    cut_everywhere(memory, scenario, LEAST[scenario])


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scenario", LEAST)
def test_a_power_cut_in_very_many_ways_loses_nothing_that_was_told(memory: Path, scenario: str) -> None:
    cut_everywhere(memory, scenario, LEAST[scenario] * MANY)


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
    wrong = judged(judge, states(recording.disk(), recording.ops), stop=1)
    assert any("lost: entry" in one for one in wrong), wrong


@pytest.mark.parametrize(
    ("control", "told", "says"), [("normal", 1, "lost: entry"), ("loose", 3, "lost: version 2")]
)
def test_without_a_sync_at_payment_or_switch_a_load_loses_what_was_told(
    memory: Path, control: str, told: int, says: str
) -> None:
    """Payments that sync nothing, between pieces that sync nothing; a switch that syncs as its pieces do."""
    recording = record("loading", memory, control)
    judge = judge_of(memory, recording, "loading")
    cuts = states(recording.disk(), recording.ops, from_told=told, every=WRITES)
    wrong = judged(judge, cuts, stop=1)
    assert any(says in one for one in wrong), wrong


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE debtor_{s} SET phone = '1' WHERE id = 3", "half of the debts: debt_data.altered"),
        ("DELETE FROM debtor_{s} WHERE id = 3", "half of the debts: debt_data.altered"),
        ("DELETE FROM debtor_loose_{s} WHERE id = 3", "what they are found by, is not whole"),
        ("UPDATE debts_in_use SET version = 2", "the journal does not name version 2"),
    ],
)
def test_half_of_the_debts_would_be_noticed(memory: Path, change: str, says: str) -> None:
    trial = owing_trial(memory / "device")
    db = trial.unlock("TEL-1").store.db
    db.execute(change.format(s=set_in_use(db)))
    trial.close()
    folder = memory / "judge"
    folder.mkdir()
    judge = DebtJudge(folder, [], changes=False, going_on=15)
    found = judge.look({path.name: path.read_bytes() for path in trial.root.iterdir()})
    assert any(says in one for one in found.faults), found.faults


@pytest.mark.parametrize(("control", "says"), [("folder", "secrets open"), ("file", "does not open")])
def test_without_the_syncs_of_the_slot_file_people_are_locked_out(
    memory: Path, control: str, says: str
) -> None:
    recording = record("people", memory, control)
    judge = judge_of(memory, recording, "people")
    wrong = judged(judge, states(recording.disk(), recording.ops), stop=1)
    assert any(says in one for one in wrong), wrong
