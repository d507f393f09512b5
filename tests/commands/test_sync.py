"""`kiosk sync`: what a round did, in words and as JSON, with an exit code that says how it went."""

from pathlib import Path

import pytest

from kiosk.link.network import Network
from tests.central.server import TestServer
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.sync.conftest import cheap_numbers, server
from tests.sync.enrolled import make_enrolled

__all__ = ["cheap_numbers", "server"]


@pytest.fixture
def device(
    server: TestServer, tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> Device:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    made = make_enrolled(tmp_path / "device", server)
    monkeypatch.setitem(SECRETS_OF, "SUP-1", made.secrets["SUP-1"])
    return Device(made.root, command_line, monkeypatch)


SECRETS_OF: dict[str, str] = {}


def test_a_round_is_told(device: Device) -> None:
    secret = SECRETS_OF["SUP-1"]
    said = device.json("SUP-1", "sync", secret=secret)
    assert (said["outcome"], said["error"], said["waiting"], said["faults"]) == ("delivered", None, 0, [])
    assert said["acknowledged"] == said["entries"]
    words = device("SUP-1", "sync", "--english", secret=secret)
    assert "Every entry is at the centre" in words.out
    assert "waiting: 0" in words.out
    assert "are there" in words.err


def test_without_a_line_it_says_that_work_goes_on(device: Device) -> None:
    said = device("SUP-1", "sync", "--server", "https://127.0.0.1:1", "--json", secret=SECRETS_OF["SUP-1"])
    assert said.code == 4
    assert said.json["outcome"] == "offline"
    assert said.json["waiting"] > 0
    assert "كمّل شغلك" in said.json["error"]["remedy_ar"]


def test_a_trial_has_no_centre(
    tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = make_device(tmp_path / "trial", command_line, monkeypatch)
    assert trial.refused("SUP-1", "sync") == "sync.not_enrolled"


def test_a_pause_is_set_told_and_lifted_and_does_not_stop_who_asks(device: Device) -> None:
    secret = SECRETS_OF["SUP-1"]
    set_ = device.json("SUP-1", "sync", "pause", "--hours", "3", secret=secret)
    assert (set_["pause"]["by"], set_["pause"]["network"]) == ("SUP-1", None)
    assert set_["waiting"] > 0
    assert device.json("SUP-1", "queue", secret=secret)["pause"] == set_["pause"]
    assert "paused by SUP-1" in device("SUP-1", "queue", "--english", secret=secret).out
    assert device.json("SUP-1", "sync", secret=secret)["outcome"] == "delivered"
    assert device.json("SUP-1", "sync", "resume", secret=secret)["was"] == set_["pause"]
    assert device.json("SUP-1", "sync", "resume", secret=secret)["was"] is None
    assert device.json("SUP-1", "queue", secret=secret)["pause"] is None


def test_a_pause_of_one_network_needs_its_name(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = SECRETS_OF["SUP-1"]
    monkeypatch.setattr("kiosk.commands.sync.network", lambda: None)
    said = device("SUP-1", "sync", "pause", "--this-network", "--json", secret=secret)
    assert (said.code, said.json["error"]["code"]) == (4, "sync.network_unknown")
    monkeypatch.setattr("kiosk.commands.sync.network", lambda: Network("Village", "wireless"))
    assert (
        device.json("SUP-1", "sync", "pause", "--this-network", secret=secret)["pause"]["network"]
        == "Village"
    )
    assert device.refused("SUP-1", "sync", "stop", secret=secret) == "command.unknown"
