"""Twenty wrong secrets, then the right one, with program or machine started again between the tries."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.desk.unlock import lock, unlock
from kiosk.store.attempts import DELAYS_MS, AttemptLog
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import HARDWARE_PIN, choose_secret
from kiosk.store.slots import NewStaff
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.desk.conftest import CHEAP, SECRETS, Trial, trial_data
from tests.store.emulated_tpm import EmulatedTpm

RIGHT = SECRETS["TEL-1"][0]
WRONG = "99988877766655"


class Machine:
    """The machine's own clock, which only the tries look at; `restart` takes it back to its first seconds."""

    CLOCK_BOOTTIME = 7

    def __init__(self) -> None:
        self.ms = 3_600_000

    def clock_gettime_ns(self, _clock: int) -> int:
        return self.ms * 1_000_000

    def restart(self) -> None:
        self.ms = 15_000


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr("kiosk.store.attempts.time", made)
    return made


def journalled(session: Session) -> list[tuple[str, int]]:
    """The wrong tries in the journal: whose slot, how many."""
    rows = session.store.db.execute("SELECT bytes FROM journal_1 ORDER BY seq").fetchall()
    entries = [json.loads(row[0]) for row in rows]
    tries = [one["body"] for one in entries if one["type"] == "unlock.failed_tries"]
    return [(one["slot"], one["count"]) for one in tries]


def opened(trial: Trial, typed: str) -> Session:
    """One try by a program that has just started."""
    return unlock(trial.root, "TEL-1", typed, opening=CHEAP)


def refusal(trial: Trial, typed: str) -> KnownError:
    with pytest.raises(KnownError) as caught:
        opened(trial, typed)
    return caught.value


def waited(trial: Trial, machine: Machine, number: int, *, restart: bool) -> int:
    """Meet the wait after so many wrong tries with the right secret, wait it out to the last millisecond."""
    delay = DELAYS_MS[min(number, len(DELAYS_MS) - 1)]
    if not delay:
        return 0
    if restart:
        machine.restart()
    left = delay - machine.ms if restart else delay
    if left <= 0:
        return delay
    refused = refusal(trial, RIGHT)
    assert (refused.code, refused.params["seconds"]) == ("slots.wait", -(-left // 1000))
    machine.ms += left - 1
    assert refusal(trial, RIGHT).code == "slots.wait", "a millisecond too early"
    machine.ms += 1
    return delay


def test_twenty_wrong_secrets_then_the_right_one_across_restarts(trial: Trial, machine: Machine) -> None:
    waits = []
    for number in range(20):
        waits.append(waited(trial, machine, number, restart=number % 4 == 3))
        machine.ms += 3_600_000
        assert refusal(trial, WRONG).code == "slots.wrong_secret"
    waits.append(waited(trial, machine, 20, restart=True))
    assert waits == sorted(waits)
    assert waits[-1] == 15 * 60_000
    session = opened(trial, RIGHT)
    assert journalled(session) == [(session.store.unlocked.slot_id, 20)]
    lock(session)
    lock(opened(trial, RIGHT))


def test_a_chip_that_takes_no_tries_says_for_how_long_and_that_is_no_wrong_try(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", chip.place)
    expires = datetime.now(UTC) + timedelta(days=1)
    staff = [NewStaff("SUP-1", ("supervisor",), choose_secret("739104", HARDWARE_PIN), expires)]
    plan = TrialPlan(unit="U-7", vehicle=None, staff=staff, data=trial_data(), device_secret="tpm")
    set_up_trial(tmp_path / "device", plan, DeviceClock(read_zone(shipped_zone_text())), CHEAP)
    codes = []
    for typed in ("482915", "482916", "482917", "739104"):
        with pytest.raises(KnownError) as caught:
            unlock(tmp_path / "device", "SUP-1", typed, opening=CHEAP)
        codes.append(caught.value.code)
        machine.ms += 5_000
    chip.throw_away()
    assert codes == ["slots.wrong_secret"] * 3 + ["device_secret.tpm_locked"]
    assert "17" in caught.value.sentence("ar")
    assert len(AttemptLog(tmp_path / "device" / "attempts.log").failed()) == 3
