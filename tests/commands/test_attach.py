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
