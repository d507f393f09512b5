"""A device with a security chip: a disk that was put back is seen at the next unlock, by the device alone."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.desk.unlock import lock, unlock
from kiosk.store.incidents import standing_incidents
from kiosk.store.moments import DeviceClock
from kiosk.store.rollback_counter import kept_counter
from kiosk.store.secret_digits import HARDWARE_PIN, choose_secret
from kiosk.store.slots import NewStaff
from kiosk.store.store import Store
from kiosk.store.tpm.chip import Tpm
from kiosk.store.tpm_counter import TpmCounter
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.acts import begin, finish, tally
from tests.desk.conftest import CHEAP, trial_data
from tests.store.emulated_tpm import EmulatedTpm

PIN = "739104"


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedTpm]:
    made = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", made.place)
    yield made
    made.throw_away()


@pytest.fixture
def root(tmp_path: Path, chip: EmulatedTpm) -> Path:
    expires = datetime.now(UTC) + timedelta(days=1)
    staff = [NewStaff("SUP-1", ("supervisor",), choose_secret(PIN, HARDWARE_PIN), expires)]
    plan = TrialPlan(unit="U-7", vehicle=None, staff=staff, data=trial_data(), device_secret="tpm")
    set_up_trial(tmp_path / "device", plan, DeviceClock(read_zone(shipped_zone_text())), CHEAP)
    return tmp_path / "device"


def found(root: Path) -> list[tuple[str, str]]:
    """Unlock, look what stands, lock."""
    session = unlock(root, "SUP-1", PIN, opening=CHEAP)
    standing = [(one.kind, one.detail) for one in standing_incidents(session.store.db)]
    lock(session)
    return standing


def test_a_device_in_use_has_no_incident_also_after_power_cuts(root: Path, chip: EmulatedTpm) -> None:
    assert [found(root) for _ in range(3)] == [[], [], []]
    chip.stop()
    chip.start()
    assert found(root) == []


def test_a_disk_put_back_is_an_incident_each_time(root: Path, tmp_path: Path) -> None:
    found(root)
    shutil.copytree(root, tmp_path / "image")
    found(root)
    for _ in range(2):
        shutil.rmtree(root)
        shutil.copytree(tmp_path / "image", root)
        assert found(root) == [("rollback", "counter.ahead")]
        assert found(root) == [("rollback", "counter.ahead")]


def test_a_counter_that_is_gone_is_an_incident(root: Path) -> None:
    with Store.open(root, "SUP-1", PIN, opening=CHEAP) as store:
        record = kept_counter(store.db)
    assert record is not None
    Tpm().remove_counter(int(str(record["index"])))
    assert found(root) == [("rollback", "counter.lost")]


def test_each_close_of_a_shift_counts_too(root: Path) -> None:
    session = unlock(root, "SUP-1", PIN, opening=CHEAP)
    record = kept_counter(session.store.db)
    assert record is not None
    counter = TpmCounter.kept(Tpm(), record)
    before = counter.read()
    begin(session, 0)
    assert counter.read() == before
    tally(session)
    finish(session)
    assert counter.read() == before + 1
    lock(session)
    assert found(root) == []


def test_a_chip_that_does_not_answer_at_a_close_stops_no_close(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = unlock(root, "SUP-1", PIN, opening=CHEAP)
    begin(session, 0)
    monkeypatch.setenv("KIOSK_TPM", "/dev/no-such-tpm")
    tally(session)
    finish(session)
    assert session.shift() is None
    lock(session)
