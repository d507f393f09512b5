"""`kiosk attach` adds a scan to a request, and `kiosk queue` says that it waits."""

from pathlib import Path

import pytest

from kiosk.desk.unlock import lock, unlock
from tests.acts import ask, begin
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS
from tests.desk.scans import scan


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def test_a_scan_is_added_and_waits(device: Device, tmp_path: Path) -> None:
    session = unlock(device.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    begin(session)
    tracking, kind = ask(session), next(iter(session.reference.catalogue.papers))
    lock(session)
    file = tmp_path / "card.jpg"
    file.write_bytes(scan(40_000))
    said = device.json("TEL-1", "attach", tracking, str(file), "--kind", kind)
    assert (said["state"], said["bytes"], said["media"]) == ("waiting", 40_000, "image/jpeg")
    waits = device.json("TEL-1", "queue")["scans"]
    assert [one["attachment"] for one in waits] == [said["attachment"]]
    assert "Scans that wait: 1, kilobytes: 40." in device("TEL-1", "queue", "--english").out
    missing = tmp_path / "none.pdf"
    assert device("TEL-1", "attach", tracking, str(missing), "--kind", kind).code == 4
    assert device.refused("INS-1", "attach", tracking, str(file), "--kind", kind) == "roles.no_right"


def test_rules_of_scans_are_set_and_lifted(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.scans.network_in_use", lambda: "mobile")
    assert device.json("TEL-1", "scans", "status") == {
        "waiting": 0,
        "paused": False,
        "not_on": [],
        "day_bytes": None,
    }
    assert device.json("TEL-1", "scans", "pause", "--this-network")["not_on"] == ["mobile"]
    assert device.json("TEL-1", "scans", "budget", "5")["day_bytes"] == 5_000_000
    assert device.json("TEL-1", "scans", "pause")["paused"]
    assert "held back" in device("TEL-1", "scans", "status", "--english").out
    lifted = device.json("TEL-1", "scans", "resume")
    assert (lifted["paused"], lifted["not_on"], lifted["day_bytes"]) == (False, [], 5_000_000)
    assert device.json("TEL-1", "scans", "budget")["day_bytes"] is None
    monkeypatch.setattr("kiosk.commands.scans.network_in_use", str)
    assert device("TEL-1", "scans", "pause", "--this-network").code != 0
