"""`kiosk queue`: the queue is the journal, and says how much of it waits and since when."""

from pathlib import Path

import pytest

from kiosk.store.store import Store
from tests.acts import new_trial
from tests.commands.device import Device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    trial = new_trial(tmp_path / "device")
    trial.close()
    monkeypatch.setattr("kiosk.desk.session.read_clocks", trial.clocks.read)
    return Device(trial.root, command_line, monkeypatch)


def test_everything_waits_while_there_is_no_centre(device: Device) -> None:
    said = device.json("TEL-1", "queue")
    assert said["acknowledged"] == 0
    with Store.open(device.root, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP) as store:
        sizes = [len(record.data) for record in store.journal.records()]
    assert said["waiting"] == said["entries"] == len(sizes)
    assert said["bytes"] == sum(sizes)
    assert said["oldest"].startswith("2026-11-24T07:00:")


def test_what_is_done_waits_as_its_entries(device: Device) -> None:
    before = device.json("TEL-1", "queue")["waiting"]
    device.json("TEL-1", "shift", "open", "--count", "200=1")
    unlocked, opened, unlocked_again = 1, 1, 1
    assert device.json("TEL-1", "queue")["waiting"] == before + unlocked + opened + unlocked_again


def test_it_says_so_in_both_languages(device: Device) -> None:
    said = device("TEL-1", "queue", "--english").out
    waiting = device.json("TEL-1", "queue")["waiting"] - 1
    assert f"waiting: {waiting}, the oldest from 2026-11-24T07:00:" in said
    assert "ينتظر" in device("TEL-1", "queue").out
