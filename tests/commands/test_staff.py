"""Staff by commands: list, add, remove, a new secret."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import HARDWARE_PIN, NewSecret, choose_secret
from kiosk.store.slots import NewStaff
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS, trial_data
from tests.store.emulated_tpm import EmulatedTpm


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


@pytest.fixture
def with_chip(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Device]:
    """A device whose chip counts tries; its supervisor's number is 739104."""
    chip = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", chip.place)
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    expires = datetime.now(UTC) + timedelta(days=1)
    staff = [NewStaff("SUP-1", ("supervisor",), choose_secret("739104", HARDWARE_PIN), expires)]
    plan = TrialPlan(unit="U-7", vehicle=None, staff=staff, data=trial_data(), device_secret="tpm")
    set_up_trial(tmp_path / "chip", plan, DeviceClock(read_zone(shipped_zone_text())), CHEAP)
    yield Device(tmp_path / "chip", command_line, monkeypatch)
    chip.throw_away()


def test_where_a_chip_counts_tries_a_new_person_chooses_his_own_number_and_nobody_sees_it(
    with_chip: Device,
) -> None:
    add = ("staff", "add", "TEL-9", "--role", "teller")
    by = {"secret": "739104"}
    with_chip.monkeypatch.setenv("KIOSK_NEW_SECRET", "111111")
    assert with_chip.refused("SUP-1", *add, **by) == "secret.weak"
    with_chip.monkeypatch.setenv("KIOSK_NEW_SECRET", "582047")
    said = with_chip("SUP-1", *add, **by)
    assert (said.code, "582047" in said.out + said.err) == (0, False)
    assert with_chip.json("TEL-9", "shift", "status", secret="582047") == {"open": False}
    with_chip.monkeypatch.setenv("KIOSK_NEW_SECRET", "640281")
    renewed = with_chip.json("SUP-1", "staff", "secret", "TEL-9", **by)
    assert (renewed["secret"], renewed["chosen"]) == (None, True)
    assert with_chip.json("TEL-9", "shift", "status", secret="640281") == {"open": False}


def test_a_number_that_was_typed_twice_in_two_ways_adds_nobody(with_chip: Device) -> None:
    answers = iter(["582047", "582048"])
    with_chip.monkeypatch.setattr("click.prompt", lambda *_args, **_options: next(answers))
    add = ("staff", "add", "TEL-9", "--role", "teller")
    assert with_chip.refused("SUP-1", *add, secret="739104") == "staff.typed_back_differs"
    assert [one["code"] for one in with_chip.json("SUP-1", "staff", "list", secret="739104")["staff"]] == [
        "SUP-1"
    ]
