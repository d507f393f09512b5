"""`kiosk outage`: recorded by ticket or memo, shown, closed."""

from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine

OPEN = ("outage", "open", "--cause", "no_network")


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def test_an_outage_is_opened_shown_and_closed(device: Device) -> None:
    assert device.json("TEL-1", "outage", "status") == {"open": False}
    opened = device.json("TEL-1", *OPEN, "--ticket", "TKT-7", "--started-at", "2020-01-05T09:30")
    assert (opened["kind"], opened["number"], opened["approver"]) == ("ticket", "TKT-7", None)
    assert opened["started_at"] == "2020-01-05T07:30:00.000Z", "two hours ahead of UTC in winter"
    said = device("COL-1", "outage", "status")
    assert strip_marks(said.out).endswith(
        "\nعطل مفتوح برقم TKT-7 منذ 2020-01-05T07:30:00.000Z: لا توجد شبكة.\n"
    )
    assert device.refused("COL-1", *OPEN, "--ticket", "TKT-8") == "outage.already_open"
    closed = device.json("COL-1", "outage", "close")
    assert (closed["number"], closed["started_at"]) == ("TKT-7", "2020-01-05T07:30:00.000Z")
    assert device.refused("COL-1", "outage", "close") == "outage.none_open"


def test_a_memo_needs_who_approved_it_and_one_number_is_given(device: Device) -> None:
    both, half = ("--ticket", "1", "--memo", "2"), ("--ticket", "1", "--approved-by", "O")
    for words in ((), ("--memo", "1"), both, half):
        assert device.refused("TEL-1", *OPEN, *words) == "outage.ticket_or_memo"
    memo = ("--memo", "م/44", "--approved-by", "OFFICE-1", "--remark", "من الصباح")
    opened = device.json("TEL-1", *OPEN, *memo)
    assert (opened["kind"], opened["approver"]) == ("memo", "OFFICE-1")
    ended = device("TEL-1", "outage", "close", "--english")
    assert ended.out.endswith(
        "\nOutage م/44 is closed. Anything above the limit is electronic from now on.\n"
    )


@pytest.mark.parametrize("typed", ["morning", "25:00", "2026-13-01T10:00", "09:00+02:00"])
def test_a_time_out_of_form_is_named(device: Device, typed: str) -> None:
    assert device.refused("TEL-1", *OPEN, "--ticket", "1", "--started-at", typed) == "outage.time"


def test_a_cause_is_one_of_the_list(device: Device) -> None:
    said = device("TEL-1", "outage", "open", "--cause", "rain", "--ticket", "1")
    assert said.code == 2
    assert "no_network" in said.err
