"""`kiosk privacy`: the register, what is due, and erasing by a decision."""

from pathlib import Path

import pytest

from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.forms import NUMBER


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def test_the_register_says_kinds_and_counts_and_nobody(device: Device) -> None:
    made = device.json("SUP-1", "privacy", "register")
    assert [one["kind"] for one in made["holdings"]][:3] == ["request_person", "payer", "draft"]
    assert {one["count"] for one in made["holdings"]} <= {0, 3}
    assert made["erased"] == 0
    said = device("SUP-1", "privacy", "register")
    assert "بيانات طالب الخدمة: " in said.out.replace("\u2066", "").replace("\u2069", "")


def test_nothing_is_due_on_a_new_device(device: Device) -> None:
    assert device.json("INS-1", "privacy", "due") == {"records": {}, "waiting_for_centre": {}, "drafts": 0}
    assert device.refused("SUP-1", "privacy", "erase", "--due") == "privacy.nothing_due"


def test_a_number_of_nobody_is_refused(device: Device) -> None:
    device.approver("SUP-2")
    words = ("privacy", "erase", "--case", "12/2026", "--approver", "SUP-2")
    assert device.refused("SUP-1", *words, typed=f"{NUMBER}\n") == "privacy.nobody"


@pytest.mark.parametrize("words", [(), ("--case", "1"), ("--due", "--case", "1", "--approver", "SUP-2")])
def test_one_way_of_erasing_at_a_time(device: Device, words: tuple[str, ...]) -> None:
    assert device("SUP-1", "privacy", "erase", *words).code == 2
