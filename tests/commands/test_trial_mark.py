"""Whatever a command tells of a trial store begins by saying that it is one."""

from pathlib import Path

import pytest

from kiosk.commands.base import TRIAL_MARK
from kiosk.core.bidi import strip_marks
from tests.commands.device import Device, make_device
from tests.commands.test_request import slip, whole
from tests.conftest import CommandLine


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def marked(device: Device, staff: str, *words: str, typed: str = "") -> None:
    for language, mark in zip(((), ("--english",)), TRIAL_MARK, strict=True):
        said = device(staff, *words, *language, typed=typed)
        assert said.code == 0, said.err
        assert strip_marks(said.out).startswith(f"{mark}\n")


def test_receipts_shifts_and_reports_of_a_trial_say_so_first(device: Device) -> None:
    device.json("TEL-1", "shift", "open", "--count", "10=20")
    marked(device, "TEL-1", "shift", "status")
    marked(device, "TEL-1", "receipt", "list")
    words, typed = whole(device, "CRT-01")
    due = device.json("TEL-1", *words, "--pay-later", typed=typed)
    paid = device.json("TEL-1", "request", "pay", due["tracking"], "--slip", slip(due["due"]))
    number = paid["payment"]["receipt"]
    marked(device, "TEL-1", "receipt", "show", number)
    marked(device, "TEL-1", "receipt", "list")
    marked(device, "TEL-1", "request", "show", due["tracking"])
    marked(device, "TEL-1", "shift", "x")
    counted = device.json("TEL-1", "shift", "count", "--count", "10=20")
    assert counted["next"] == "final"
    device.json("TEL-1", "shift", "close", "--keep", "0")
    marked(device, "TEL-1", "shift", "z")


def test_the_json_of_an_answer_is_the_same_for_all_devices(device: Device) -> None:
    assert device.json("TEL-1", "shift", "status") == {"open": False}


def test_without_a_trial_store_nothing_is_marked(command_line: CommandLine) -> None:
    for words in (("fee", "BLD-06"), ("fee", "BLD-06", "--english")):
        assert not any(mark in command_line(*words).out for mark in TRIAL_MARK)
