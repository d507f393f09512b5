"""The print queue by commands: what waits and why, an old print after all, and one that is wanted no more."""

from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.devices.chosen_printer import ChosenPrinter, keep_printer
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import hold_print, next_print, queue_print
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import Trial


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    made.json("TEL-1", "shift", "open", "--count", "100=3")
    return made


def test_what_waits_for_a_person_is_printed_after_all_or_given_up(device: Device) -> None:
    trial = Trial(device.root)
    store = trial.unlock("TEL-1").store
    with store.transaction() as db:
        for _ in range(2):
            hold_print(db, queue_print(db, "x", 3, "first"))
    assert next_print(store.db) is None
    trial.close()
    listed = device.json("TEL-1", "devices", "printer", "jobs")["jobs"]
    assert [(one["state"], one["fault"]) for one in listed] == [("queued", "print.too_old")] * 2
    assert "لن تُطبع وحدها" in strip_marks(device("TEL-1", "devices", "printer", "jobs").out)
    second, first = (one["job"] for one in listed)
    assert device.json("TEL-1", "devices", "printer", "print-now", first[:8])["released"]
    assert not device.json("TEL-1", "devices", "printer", "print-now", first)["released"]
    assert device.json("TEL-1", "devices", "printer", "give-up", second)["given_up"]
    assert not device.json("TEL-1", "devices", "printer", "give-up", second)["given_up"]
    states = [one["state"] for one in device.json("TEL-1", "devices", "printer", "jobs")["jobs"]]
    assert states == ["failed", "queued"]
    assert device.refused("TEL-1", "devices", "printer", "give-up", "zz") == "print_job.unknown"


def test_the_drawer_opens_at_the_printer_once_it_is_recorded(device: Device, tmp_path: Path) -> None:
    said = device.json("TEL-1", "cash", "drawer", "change")
    assert (said["opened"], said["fault"]) == (False, None), "no printer was chosen"
    with PtyPrinter(link=tmp_path / "printer") as line:
        keep_printer(device.root, ChosenPrinter(str(tmp_path / "printer")))
        assert device.json("TEL-1", "cash", "drawer", "count")["opened"]
        assert line.wait_for(lambda printer: printer.drawer == [0])
        with line.change() as printer:
            printer.end_paper()
        said = device.json("TEL-1", "cash", "drawer", "test")
        assert (said["opened"], said["fault"]) == (False, "printer.paper_out")
        assert line.printer.drawer == [0]
