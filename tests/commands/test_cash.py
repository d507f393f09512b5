"""Cash by commands: in, out, given, bagged, received after a count."""

from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    made.json("TEL-1", "shift", "open", "--count", "100=3")
    return made


def closed(device: Device) -> None:
    device.json("TEL-1", "shift", "count", "--count", "100=3")
    device.json("TEL-1", "shift", "close", "--keep", "100")


def test_cash_goes_in_and_comes_out_with_a_supervisors_signature(device: Device) -> None:
    said = device.json("TEL-1", "cash", "in", "50", "--reason", "fund", "--remark", "فكة")
    assert (said["direction"], said["piastres"]) == ("in", 5000)
    assert device.refused("TEL-1", "cash", "out", "20", "--reason", "expense") == "cash.out_needs_approver"
    device.approver("SUP-1")
    words = ("cash", "out", "20", "--reason", "expense", "--approver", "SUP-1")
    assert strip_marks(device("TEL-1", *words).out).endswith("\nصُرف من الدرج 20.00.\n")
    counted = device.json("TEL-1", "shift", "count", "--count", "100=3", "--count", "10=3")
    assert counted["over_short"] == 0


def test_cash_is_handed_over_with_a_number_for_the_receiver(device: Device) -> None:
    words = ("cash", "hand-over", "--counterpart", "TRS-1", "--count", "100=2", "--seal", "12")
    said = device.json("TEL-1", *words)
    assert (said["piastres"], len(said["transfer"]), len(said["hash"])) == (20000, 32, 64)
    assert device.refused("TEL-1", *words) == "custody.more_than_drawer"
    assert device.json("TEL-1", "shift", "count", "--count", "100=1")["over_short"] == 0


def test_a_receiver_who_is_present_counts_first_and_signs(device: Device) -> None:
    words = ("cash", "hand-over", "--counterpart", "SUP-1", "--signs", "here", "--count", "100=2")
    device.approver("SUP-1")
    assert device.refused("TEL-1", *words, "--received", "100=1") == "custody.counts_differ"
    said = device.json("TEL-1", *words, "--received", "50=4")
    assert said["piastres"] == 20000


def test_a_bag_is_given_and_received_with_its_difference(device: Device) -> None:
    closed(device)
    given = device.json("TEL-1", "cash", "bag", "1", "--counterpart", "SUP-1", "--count", "100=2")
    words = ("cash", "receive", given["transfer"], "--counterpart", "TEL-1", "--count", "100=1")
    said = device.json("SUP-1", *words)
    assert (said["piastres"], said["stated"], said["difference"]) == (10000, 20000, -10000)
    assert device.refused("SUP-1", *words) == "custody.received_already"
    again = ("cash", "bag", "1", "--counterpart", "SUP-1", "--count", "100=2")
    assert device.refused("TEL-1", *again) == "custody.bag_given"


def test_what_another_device_states_is_asked_for_after_the_count(device: Device) -> None:
    words = (
        *("cash", "receive", "ab" * 16, "--counterpart", "COL-9", "--into", "drawer"),
        *("--signs", "elsewhere", "--device", "D00000009", "--count", "50=1"),
        *("--seal", "7", "--seal-intact"),
    )
    said = device("TEL-1", *words, typed="50.50\n")
    assert said.code == 0
    assert "المبلغ الذي ذكره المسلِّم" in said.err
    assert strip_marks(said.out).endswith("\nاستُلم 50.00. الفرق عما ذكره المسلِّم: عجز 0.50.\n")
    assert device.json("TEL-1", "shift", "count", "--count", "100=3", "--count", "50=1")["over_short"] == 0


def test_a_giver_who_is_present_signs_what_was_counted(device: Device) -> None:
    device.approver("SUP-1")
    words = ("cash", "receive", "cd" * 16, "--counterpart", "SUP-1", "--signs", "here", "--count", "50=1")
    assert device.json("TEL-1", *words, typed="50\n")["difference"] == 0


def test_an_opening_of_the_drawer_is_recorded(device: Device) -> None:
    assert device.json("TEL-1", "cash", "drawer", "other", "--reason", "stuck")["entry"] > 0
    assert device.refused("TEL-1", "cash", "drawer", "other") == "custody.reason_needed"
    assert device.json("TEL-1", "shift", "x")["drawer_openings"] == 1
