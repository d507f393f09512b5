"""`kiosk devices`: the list, the printer's status and test page, and the printer of software as a process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.commands import devices as module
from kiosk.commands.devices import SIMULATED_FAULTS
from kiosk.devices.identity import DeviceKey, FoundDevice
from kiosk.devices.simulators.control import WORDS
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.pty_line import PtyPrinter
from tests.conftest import CommandLine
from tests.quality.tree import ROOT


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyPrinter]:
    with PtyPrinter() as made:
        yield made


def test_devices_are_listed_with_the_address_they_keep(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = DeviceKey(0x0519, 3, "J1234", None)
    monkeypatch.setattr(
        module,
        "present",
        lambda: [FoundDevice("/dev/ttyACM0", key, "Star"), FoundDevice("/dev/ttyS0", None, None)],
    )
    said = command_line("devices", "list", "--json")
    assert said.json["devices"] == [
        {"port": "/dev/ttyACM0", "address": "usb:0519:0003:J1234", "product": "Star"},
        {"port": "/dev/ttyS0", "address": "/dev/ttyS0", "product": None},
    ]
    assert "usb:0519:0003:J1234" in command_line("devices", "list").out
    monkeypatch.setattr(module, "present", list)
    assert "لا يوجد جهاز موصل" in command_line("devices", "list").out


def test_a_printer_says_how_it_is(command_line: CommandLine, line: PtyPrinter) -> None:
    said = command_line("devices", "printer", "status", "--port", line.path, "--json")
    assert said.code == 0
    assert said.json["known"]
    with line.change() as printer:
        printer.paper_low = True
    assert (
        "paper is low" in command_line("devices", "printer", "status", "--port", line.path, "--english").out
    )


def test_trouble_and_silence_end_with_an_error(command_line: CommandLine, line: PtyPrinter) -> None:
    with line.change() as printer:
        printer.set_cover(is_open=True)
    said = command_line("devices", "printer", "status", "--port", line.path, "--json")
    assert (said.code, said.json["error"]["code"]) == (4, "printer.cover_open")
    line.misbehave(Faults(silent=True))
    said = command_line("devices", "printer", "status", "--port", line.path)
    assert said.code == 4
    assert "غير معروفة" in said.out
    said = command_line("devices", "printer", "status", "--port", "usb:1:2", "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "device.bad_address")


def test_a_test_page_is_printed_and_confirmed(command_line: CommandLine, line: PtyPrinter) -> None:
    said = command_line("devices", "printer", "test", "--port", line.path, "--json")
    assert said.code == 0
    assert said.json["confirmed"]
    assert said.json["baud"] == 115200
    assert len(line.printer.sheets) == 1
    assert line.printer.violations == []


def test_a_test_page_without_paper_is_not_begun(command_line: CommandLine, line: PtyPrinter) -> None:
    with line.change() as printer:
        printer.end_paper()
    said = command_line("devices", "printer", "test", "--port", line.path, "--json")
    assert (said.code, said.json["error"]["code"]) == (4, "printer.paper_out")


def test_the_words_of_the_command_are_those_of_the_simulator() -> None:
    assert list(SIMULATED_FAULTS) == list(WORDS)


def test_the_simulator_runs_as_a_process_and_saves_each_sheet(
    command_line: CommandLine, tmp_path: Path
) -> None:
    out, link = tmp_path / "paper", tmp_path / "printer"
    command = [sys.executable, "-m", "kiosk", "devices", "simulate-printer", "--json"]
    process = subprocess.Popen(
        [*command, "--out", str(out), "--link", str(link), "--width", "384", "--fault", "cover-open"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = "".join(iter(process.stdout.readline, "}\n")) + "}"
        assert json.loads(said) == {"port": str(link), "out": str(out)}
        printer = ("devices", "printer", "test", "--port", str(link), "--profile", "generic-58", "--json")
        assert command_line(*printer).json["error"]["code"] == "printer.cover_open"
        process.stdin.write("cover-close\nunplug\nplug-in\n")
        process.stdin.close()
        saved = ""
        for _ in range(200):
            if command_line(*printer).code == 0:
                saved = process.stdout.readline().strip()
                break
        assert saved == str(out / "sheet-001.png")
        assert os.path.exists(saved)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 130
    assert not link.is_symlink()
