"""`kiosk doctor`: names what is wrong with a device and what to do, as far as it can without a key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.report_files import Reporting
from tests.central.server import TestServer
from tests.commands.device import make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.store.emulated_tpm import EmulatedTpm
from tests.sync.conftest import cheap_numbers, server
from tests.sync.enrolled import make_enrolled

__all__ = ["cheap_numbers", "server"]
Says = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def doctor(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs the command and returns exit code and checks by name."""
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)

    def run(root: Path, *words: str, secret: str = "") -> tuple[int, dict[str, dict[str, Any]]]:
        monkeypatch.setenv("KIOSK_SECRET", secret)
        said = command_line("doctor", "--store", str(root), *words, "--json")
        return said.code, {one["name"]: one for one in said.json["checks"]}

    return run


def test_a_healthy_device_has_nothing_bad(server: TestServer, tmp_path: Path, doctor: Says) -> None:
    made = make_enrolled(tmp_path / "device", server)
    code, checks = doctor(made.root, "--staff", "SUP-1", secret=made.secrets["SUP-1"])
    bad = [one for one in checks.values() if one["state"] == "bad"]
    assert (code, bad) == (0, [])
    assert "renews by itself" in checks["certificate"]["en"]
    well = ("store", "connection", "clock", "certificate", "debts", "queue", "attention", "book")
    assert {name: checks[name]["state"] for name in well} == dict.fromkeys(well, "ok")


def test_offline_is_a_warning_that_work_goes_on(server: TestServer, tmp_path: Path, doctor: Says) -> None:
    made = make_enrolled(tmp_path / "device", server)
    code, checks = doctor(
        made.root, "--staff", "SUP-1", "--server", "https://127.0.0.1:1", secret=made.secrets["SUP-1"]
    )
    assert (code, checks["connection"]["state"]) == (0, "warn")


def test_it_looks_at_what_needs_no_key(
    tmp_path: Path, doctor: Says, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = make_device(tmp_path / "trial", command_line, monkeypatch)
    code, checks = doctor(trial.root)
    assert (code, set(checks)) == (0, {"store", "secret", "disk", "devices"})
    assert "14" in checks["secret"]["ar"]
    assert "Give --staff" in command_line("doctor", "--store", str(trial.root), "--english").out


def test_it_says_which_secret_numbers_hold_and_misses_the_chip_that_holds_them(
    tmp_path: Path, doctor: Says, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", chip.place)
    root = tmp_path / "trial"
    assert command_line("setup", "--trial", str(root), "--device-secret", "tpm", "--json").code == 0
    code, checks = doctor(root)
    assert (code, checks["secret"]["state"]) == (0, "ok")
    assert "6 to 12 digits" in checks["secret"]["en"]
    chip.throw_away()
    code, checks = doctor(root)
    assert (code, checks["secret"]["state"]) == (4, "bad")
    assert "TPM" in checks["secret"]["remedy_ar"]


def test_a_store_that_is_not_there_is_bad(tmp_path: Path, doctor: Says) -> None:
    code, checks = doctor(tmp_path / "nothing", "--staff", "SUP-1")
    assert (code, checks["store"]["state"]) == (4, "bad")
    assert checks["store"]["remedy_ar"]


def test_a_wrong_secret_is_a_finding_and_no_crash(
    tmp_path: Path, doctor: Says, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = make_device(tmp_path / "trial", command_line, monkeypatch)
    code, checks = doctor(trial.root, "--staff", "SUP-1", secret="00000000000000")
    assert (code, checks["unlock"]["state"]) == (4, "bad")


def test_a_full_disk_is_said(tmp_path: Path, doctor: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    from shutil import _ntuple_diskusage

    monkeypatch.setattr("shutil.disk_usage", lambda _: _ntuple_diskusage(100, 100, 0))
    assert doctor(tmp_path)[1]["disk"]["state"] == "bad"


def test_a_report_carries_checks_log_and_crashes_and_nobody(
    tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, doctor: Says
) -> None:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    reporting = Reporting(made.root)
    reporting.open_log()
    reporting.note("unlocked", "منى محمود السيد")
    reporting.crashed(ValueError("29001011234564"))
    reporting.stop()
    doctor(made.root, "--report", str(tmp_path / "report.json"))
    text = (tmp_path / "report.json").read_text()
    report = json.loads(text)
    assert {one["name"] for one in report["checks"]} >= {"store", "disk"}
    assert report["log"][0].endswith("unlocked …")
    ((_, crash),) = report["crashes"].items()
    assert "builtins.ValueError" in crash
    assert "منى" not in text
    assert "29001011234564" not in text
