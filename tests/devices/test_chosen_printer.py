"""Which printer a device has is kept beside its database, and a damaged file is said."""

from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.chosen_printer import FILE, ChosenPrinter, keep_printer, read_printer
from tests.conftest import CommandLine


def test_a_choice_is_read_back(tmp_path: Path) -> None:
    chosen = ChosenPrinter("usb:0519:0003:J1", "generic-58", 19200, "rtscts")
    keep_printer(tmp_path, chosen)
    assert read_printer(tmp_path) == chosen
    assert (chosen.kind().width_dots, chosen.kind().baud) == (384, 19200)


def test_a_device_without_a_choice_has_no_printer(tmp_path: Path) -> None:
    assert read_printer(tmp_path) is None


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"port": "COM3"}', '{"port":1,"profile":"generic-80","baud":null,"flow":"none"}']
)
def test_a_damaged_choice_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(KnownError) as said:
        read_printer(tmp_path)
    assert said.value.code == "printer.choice_damaged"


def test_the_command_keeps_the_choice(command_line: CommandLine, tmp_path: Path) -> None:
    done = command_line("devices", "printer", "use", "--store", str(tmp_path), "--port", "COM3", "--json")
    assert {key: done.json[key] for key in ("port", "profile", "baud", "flow")} == {
        "port": "COM3", "profile": "generic-80", "baud": 115200, "flow": "none",
    }  # fmt: skip
    assert (done.json["tenths_per_receipt"], done.json["compact"]) == (30, False)
    assert read_printer(tmp_path) == ChosenPrinter("COM3")
