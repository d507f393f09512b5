"""`kiosk devices trace`: switched on for hours, off at once, and shown without what was printed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.profiles import shipped_profile
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.devices.trace import Recorder
from tests.conftest import CommandLine


def ask_a_printer(root: Path) -> None:
    troubles: list[Exception] = []
    tape = Recorder(root, "PRINTER-1", "escpos", on_trouble=troubles.append)
    with PtyPrinter() as line:
        connection = Connection(opener(line.path, PortSettings(), "p", tape), name="p")
        assert EscPosPrinter(connection, shipped_profile("generic-80")).status().known
        connection.drop()
    assert troubles == []


def test_it_records_between_on_and_off(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_STORE", str(tmp_path))
    shown = command_line("devices", "trace", "show", "--json").json
    assert shown == shown | {"recording": False, "until": None, "files": [], "last": {}}
    ask_a_printer(tmp_path)
    said = command_line("devices", "trace", "on", "--hours", "2", "--json")
    until = datetime.fromisoformat(said.json["until"])
    assert 7000 < (until - datetime.now(UTC)).total_seconds() <= 7200
    ask_a_printer(tmp_path)
    shown = command_line("devices", "trace", "show", "--lines", "2", "--json").json
    assert shown["recording"]
    assert [file["name"] for file in shown["files"]] == ["PRINTER-1.txt"]
    assert [line.split(" ", 1)[1] for line in shown["last"]["PRINTER-1"]] == ["< 12", "! closed"]
    assert command_line("devices", "trace", "off", "--json").json["recording"] is False
    size = shown["files"][0]["bytes"]
    ask_a_printer(tmp_path)
    shown = command_line("devices", "trace", "show", "--lines", "0", "--json").json
    assert not shown["recording"]
    assert shown["files"][0]["bytes"] == size
    assert shown["last"] == {"PRINTER-1": []}


def test_it_is_told_in_words(command_line: CommandLine, tmp_path: Path) -> None:
    store = ("--store", str(tmp_path))
    assert "متوقف" in command_line("devices", "trace", "show", *store).out
    assert "التسجيل يعمل حتى" in command_line("devices", "trace", "on", *store).out
    ask_a_printer(tmp_path)
    assert "-- PRINTER-1" in command_line("devices", "trace", "show", *store, "--english").out
    assert command_line("devices", "trace", "on", "--hours", "73", *store).code != 0
