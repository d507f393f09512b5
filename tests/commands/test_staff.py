"""Staff by commands: list, add, remove, a new secret."""

from pathlib import Path

import pytest

from kiosk.store.secret_digits import NewSecret
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import SECRETS


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def codes(device: Device) -> list[str]:
    listed = device.json("TEL-1", "staff", "list")["staff"]
    return [one["code"] for one in listed if not one["removed"]]


def test_the_list_shows_codes_and_roles(device: Device) -> None:
    assert codes(device) == sorted(SECRETS)
    assert "مشرف" in device("TEL-1", "staff", "list").out
    assert "SUP-1  supervisor" in device("TEL-1", "staff", "list", "--english").out


def test_a_supervisor_adds_a_person_who_works_with_the_secret_shown(device: Device) -> None:
    said = device.json("SUP-1", "staff", "add", "TEL-9", "--role", "teller", "--role", "collector")
    assert (said["code"], said["roles"]) == ("TEL-9", ["collector", "teller"])
    assert device.json("TEL-9", "shift", "status", secret=said["secret"]) == {"open": False}
    assert device.refused("TEL-1", "staff", "add", "TEL-8", "--role", "teller") == "roles.supervisor_only"
    assert device.refused("SUP-1", "staff", "add", "TEL-8", "--role", "king") == "command.choice"


def test_a_supervisor_removes_a_person(device: Device) -> None:
    assert device.json("SUP-1", "staff", "remove", "TEL-2", "--reason", "left")["removed"]
    assert device.refused("TEL-2", "shift", "status") == "slots.wrong_secret"
    assert "TEL-2" not in codes(device)
    assert "(محذوف)" in device("TEL-1", "staff", "list").out


def test_who_forgot_his_secret_gets_a_new_one(device: Device) -> None:
    said = device.json("SUP-1", "staff", "secret", "TEL-1")
    assert device.refused("TEL-1", "shift", "status") == "slots.wrong_secret"
    assert device.json("TEL-1", "shift", "status", secret=said["secret"]) == {"open": False}


def test_a_new_secret_of_ones_own_is_typed_back_before_it_holds(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = "90817263544536"
    monkeypatch.setattr("kiosk.commands.staff.generate_secret", lambda: NewSecret(digits))
    said = device("TEL-1", "staff", "secret", typed="90817263544535\n")
    assert said.code == 2
    assert "كُتب مختلفًا عما عُرض" in said.err
    said = device("TEL-1", "staff", "secret", typed="9081-72635-44536\n")
    assert said.code == 0
    assert "9081-72635-44536" in said.err
    assert digits not in said.out
    assert device.refused("TEL-1", "shift", "status") == "slots.wrong_secret"
    assert device.json("TEL-1", "shift", "status", secret=digits) == {"open": False}
