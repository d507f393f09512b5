"""`kiosk provision` and `kiosk first-supervisor`: from the slip to people at work, no question asked."""

from pathlib import Path

import pytest

from tests.central.server import TestServer
from tests.commands.device import Device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.sync.conftest import cheap_numbers, server

__all__ = ["cheap_numbers", "server"]


@pytest.fixture
def new(
    server: TestServer, tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> Device:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    monkeypatch.setenv("KIOSK_STORE", str(tmp_path / "device"))
    return Device(tmp_path / "device", command_line, monkeypatch)


def test_a_device_is_enrolled_and_its_people_come_in(server: TestServer, new: Device) -> None:
    new.monkeypatch.setenv("KIOSK_SLIP", server.prepare().text)
    new.monkeypatch.setenv("KIOSK_ACTIVATION", server.activations["SUP-1"])
    said = new.command_line("provision", "--supervisor", "SUP-1", "--json").json
    assert said["technician"] is None
    assert said["faults"] == []
    assert said["books"][0]["series"].startswith(said["device"])
    secret = said["supervisor"]["secret"]
    new.monkeypatch.setenv("KIOSK_ACTIVATION", server.activations["TEL-1"])
    teller = new.json("SUP-1", "staff", "add", "TEL-1", "--role", "teller", secret=secret)
    assert new.json("TEL-1", "shift", "open", "--count", "200=1", secret=teller["secret"])
    synced = new.json("TEL-1", "sync", secret=teller["secret"])
    assert (synced["outcome"], synced["waiting"]) == ("delivered", 0)
    assert not (new.root.parent / "device.enrolling").exists()
    waits = new.json("TEL-1", "queue", secret=teller["secret"])
    assert (waits["waiting"], waits["acknowledged"]) == (1, waits["entries"] - 1)


def test_the_technician_may_let_the_supervisor_in_later(server: TestServer, new: Device) -> None:
    slip = server.prepare()
    said = new.command_line(
        "provision", "--server", slip.address, "--ca-code", slip.code, "--number", slip.number, "--json"
    ).json
    assert said["supervisor"] is None
    technician = said["technician"]["secret"]
    new.monkeypatch.setenv("KIOSK_ACTIVATION", server.activations["TEL-1"])
    assert new.refused("TECH-1", "first-supervisor", "TEL-1", secret=technician) == "access.not_a_supervisor"
    assert new.refused("TECH-1", "shift", "open", "--count", "200=1", secret=technician) == "roles.no_right"
    new.monkeypatch.setenv("KIOSK_ACTIVATION", server.activations["SUP-1"])
    person = new.json("TECH-1", "first-supervisor", "SUP-1", secret=technician)
    assert new.json("SUP-1", "staff", "list", secret=person["secret"])["staff"][0]["code"] == "SUP-1"
    assert new.refused("TECH-1", "staff", "list", secret=technician) == "slots.wrong_secret"


def test_a_folder_with_something_in_it_is_never_written_over(server: TestServer, new: Device) -> None:
    new.root.mkdir()
    (new.root / "kiosk.db").write_bytes(b"x")
    new.monkeypatch.setenv("KIOSK_SLIP", server.prepare().text)
    assert new.command_line("provision", "--json").json["error"]["code"] == "store.exists"
    assert [one.name for one in new.root.iterdir()] == ["kiosk.db"]


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["--server", "https://a:1", "--ca-code", "1" * 32, "--number", "1" * 16], "number.check", 2),
        (["--slip", "hello"], "enrol.not_a_slip", 2),
        (["--server", "https://a:1"], "provision.missing", 2),
    ],
)
def test_what_is_wrong_with_a_slip_is_said(new: Device, words: list[str], code: str, exit_code: int) -> None:
    said = new.command_line("provision", *words, "--json")
    assert (said.json["error"]["code"], said.code) == (code, exit_code)
    assert not new.root.exists()


def test_a_wrong_activation_leaves_nothing_and_the_number_is_good_again(
    server: TestServer, new: Device
) -> None:
    new.monkeypatch.setenv("KIOSK_SLIP", server.prepare().text)
    new.monkeypatch.setenv("KIOSK_ACTIVATION", server.activations["TEL-1"])
    said = new.command_line("provision", "--supervisor", "SUP-1", "--json")
    assert said.json["error"]["code"] == "access.wrong_activation"
    assert not new.root.exists()
    new.monkeypatch.setenv("KIOSK_ACTIVATION", server.activations["SUP-1"])
    assert new.command_line("provision", "--supervisor", "SUP-1", "--json").code == 0
