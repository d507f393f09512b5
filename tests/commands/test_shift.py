"""A shift by commands: open, look, count, close, read again; Arabic first, JSON for scripts."""

from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def opened(device: Device) -> None:
    device.json("TEL-1", "shift", "open", "--count", "200=1", "--count", "coin-1=12")


def test_a_shift_opens_with_the_counted_float(device: Device) -> None:
    said = device.json(
        "TEL-1", "shift", "open", "--count", "200=1", "--count", "٥٠=٤", "--count", "coin-1=12"
    )
    assert (said["staff"], said["counted"], said["variance"], said["previous_kept"]) == (
        "TEL-1",
        41200,
        0,
        None,
    )
    assert (said["next_serial"], said["receipts_left"]) == (1, 10_000)


def test_the_answer_is_arabic_unless_english_is_asked_for(device: Device) -> None:
    said = device("TEL-1", "shift", "open", "--count", "200=1")
    assert "\nفُتحت الوردية " in strip_marks(said.out)
    assert "\nShift " in device("TEL-1", "shift", "status", "--english").out


def test_the_status_tells_what_comes_next(device: Device) -> None:
    assert device.json("TEL-1", "shift", "status") == {"open": False}
    opened(device)
    said = device.json("TEL-2", "shift", "status")
    assert (said["staff"], said["state"], said["next"], said["handover_due"]) == (
        "TEL-1",
        "open",
        "count",
        False,
    )
    device.json("TEL-1", "shift", "count", "--count", "200=9")
    assert device.json("TEL-1", "shift", "status")["next"] == "recount"
    assert "عد النقدية مرة أخرى" in device("TEL-1", "shift", "status").out


def test_the_count_is_blind_until_it_is_final(device: Device) -> None:
    opened(device)
    first = device.json("TEL-1", "shift", "count", "--count", "200=9")
    assert (first["next"], first["expected"], first["over_short"]) == ("recount", None, None)
    second = device.json("TEL-1", "shift", "count", "--count", "200=1", "--count", "10=1")
    assert (second["next"], second["expected"], second["over_short"]) == ("final", 21200, -200)


def test_no_output_names_the_expected_cash_before_the_count_is_final(device: Device) -> None:
    opened(device)
    texts = [device("TEL-1", "shift", word).out for word in ("status", "x")]
    texts.append(device("TEL-1", "shift", "x", "--json").out)
    texts.append(device("TEL-1", "shift", "count", "--count", "200=9", "--json").out)
    assert not any("21200" in text or "212.00" in text for text in texts)
    assert "أرقام النقدية محجوبة" in texts[1]


def test_a_shift_closes_once_and_its_z_is_read_again(device: Device) -> None:
    opened(device)
    device.json("TEL-1", "shift", "count", "--count", "200=1", "--count", "coin-1=12")
    z = device.json("TEL-1", "shift", "close", "--keep", "200", "--seal", "7")
    assert (z["kind"], z["number"], z["expected"], z["hidden"]) == ("z", 1, 21200, False)
    assert (z["close"]["kept"], z["close"]["handed"], z["close"]["seal"]) == (20000, 1200, "7")
    assert z["counts"] == [{"pieces": {"note-200": 1, "coin-1": 12}, "piastres": 21200}]
    assert device.json("TEL-1", "shift", "close", "--keep", "1") == z
    assert device.json("SUP-1", "shift", "z") == device.json("SUP-1", "shift", "z", "1") == z
    assert device.refused("TEL-1", "shift", "z", "2") == "z.unknown"


def test_the_z_reads_as_a_sheet_in_both_languages(device: Device) -> None:
    opened(device)
    device.json("TEL-1", "shift", "count", "--count", "200=1", "--count", "coin-1=10")
    words = ("shift", "close", "--keep", "200", "--reason", "no_change", "--remark", "فكة")
    arabic = strip_marks(device("TEL-1", *words).out)
    assert "تقرير Z 1  (تجريبي)" in arabic
    assert "عجز 2.00" in arabic
    assert "no_change فكة" in arabic
    english = device("TEL-1", "shift", "z", "--english").out
    for label in ("Expected in the drawer", "Kept in the drawer", "Entries not sent", "Head of the journal"):
        assert label in english


def test_a_large_difference_takes_another_supervisor(device: Device) -> None:
    opened(device)
    for _ in range(2):
        device.json("TEL-1", "shift", "count", "--count", "10=1")
    words = ("shift", "close", "--keep", "0", "--reason", "unknown")
    assert device.refused("TEL-1", *words) == "shifts.supervisor_needed"
    device.approver("SUP-1")
    assert device.refused("TEL-1", *words, "--approver", "TEL-1") == "entry.same_person"
    z = device.json("TEL-1", *words, "--approver", "SUP-1")
    assert (z["close"]["limit"], z["close"]["approver"], z["close"]["over_short"]) == (
        "hard",
        "SUP-1",
        -20200,
    )
    assert device.json("TEL-1", *words, "--approver", "SUP-1") == z


def test_without_another_supervisor_the_z_says_that_nobody_signed(device: Device) -> None:
    opened(device)
    for _ in range(2):
        device.json("TEL-1", "shift", "count", "--count", "10=1")
    words = ("shift", "close", "--keep", "0", "--reason", "unknown", "--no-approver")
    assert device.json("TEL-1", *words)["close"]["unapproved"] == "no_approver"
    assert "بلا اعتماد" in device("SUP-1", "shift", "z").out
    assert "not approved" in device("SUP-1", "shift", "z", "--english").out


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("200", "cash.count_form"),
        ("200=x", "cash.count_form"),
        ("200=-1", "cash.count_form"),
        ("1=3", "cash.which_denomination"),
        ("7=3", "cash.unknown_denomination"),
        ("note-7=3", "cash.unknown_denomination"),
        ("note-200=1", "cash.count_form"),
    ],
)
def test_a_count_that_reads_two_ways_is_not_guessed(device: Device, typed: str, code: str) -> None:
    assert device.refused("TEL-1", "shift", "open", "--count", "200=1", "--count", typed) == code


def test_without_a_count_nothing_opens(device: Device) -> None:
    assert device.refused("TEL-1", "shift", "open") == "cash.count_empty"


def test_store_and_person_must_be_named(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_STORE", raising=False)
    monkeypatch.delenv("KIOSK_STAFF", raising=False)
    said = device.command_line("shift", "status", "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "session.no_store")
    said = device.command_line("shift", "status", "--store", str(device.root), "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "session.no_staff")


def test_a_secret_that_is_not_in_the_environment_is_asked_for(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append((text, hide_input))
        return "33344455566677"

    monkeypatch.delenv("KIOSK_SECRET", raising=False)
    monkeypatch.setattr("click.prompt", prompt)
    said = device.command_line("shift", "status", "--store", str(device.root), "--staff", "TEL-1", "--json")
    assert said.json == {"open": False}
    assert asked == [("الرقم السري للموظف TEL-1", True)]


def test_a_wrong_secret_is_refused_and_journalled(device: Device) -> None:
    said = device("TEL-1", "shift", "status", "--json", secret="11111111111111")
    assert (said.code, said.json["error"]["code"]) == (3, "slots.wrong_secret")
    assert device.json("TEL-1", "shift", "status") == {"open": False}
