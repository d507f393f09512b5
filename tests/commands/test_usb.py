"""`kiosk-central usb export` and `kiosk usb take`: a stick from the centre to one device, by commands."""

import json
from pathlib import Path

import pytest

from central.__main__ import central
from central.commands.base import run
from central.schema import device as device_table
from tests.central.server import TestServer
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.sync.conftest import cheap_numbers, server
from tests.sync.enrolled import make_enrolled

__all__ = ["cheap_numbers", "server"]


def test_a_stick_is_written_at_the_centre_and_taken_on_the_device(
    server: TestServer,
    tmp_path: Path,
    command_line: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    made = make_enrolled(tmp_path / "device", server)
    secret = made.secrets["SUP-1"]
    code = made.unlock("SUP-1").store.device_signer.by
    made.close()
    device, stick = Device(made.root, command_line, monkeypatch), tmp_path / "stick"
    stick.mkdir()
    export = ["usb", "export", code, "--out", str(stick), "--folder", str(server.centre.folder.root)]

    assert run(central, [*export, "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert (written["device"], written["withheld"], written["orders"]) == (code, None, 0)
    assert {"policy", "fees", "books", "debts"} <= {one["name"] for one in written["datasets"]}
    assert len(list(Path(written["path"]).iterdir())) == written["files"]

    said = device.json("SUP-1", "usb", "take", str(stick), secret=secret)
    assert (said["faults"], said["older"]) == ([], False)
    up = device("SUP-1", "export", str(stick), "--english", secret=secret)
    assert (up.code, "written up to" in up.err) == (0, True)
    again = device("SUP-1", "usb", "take", str(stick), secret=secret)
    assert (again.code, "لا جديد على الفلاشة." in again.out) == (0, True)
    assert (
        "Nothing on the stick is new."
        in device("SUP-1", "usb", "take", str(stick), "--english", secret=secret).out
    )

    with monkeypatch.context() as patch:
        patch.setattr("central.manifests.must_reconcile", lambda _db, _code: True)
        assert run(central, [*export, "--json"]) == 3
    withheld = json.loads(capsys.readouterr().out)
    assert (withheld["withheld"]["code"], withheld["datasets"]) == ("central.reconcile_first", [])
    said = device.json("SUP-1", "usb", "take", str(stick), secret=secret)
    assert (said["made"], said["applied"], said["faults"]) == (None, [], [])

    (next(iter(Path(written["path"]).glob("letter*")))).write_bytes(b"torn")
    torn = device("SUP-1", "usb", "take", str(stick), "--json", secret=secret)
    assert (torn.code, torn.json["error"]["code"]) == (5, "stick.altered")

    with server.centre.storage.write() as db:
        db.execute(device_table.update().where(device_table.c.code == code).values(state="retired"))
    assert run(central, [*export, "--json"]) == 3
    assert json.loads(capsys.readouterr().err)["error"]["code"] == "central.retired"


def test_a_trial_has_no_centre_to_take_from(
    tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = make_device(tmp_path / "trial", command_line, monkeypatch)
    assert trial.refused("SUP-1", "usb", "take", str(tmp_path)) == "sync.not_enrolled"
