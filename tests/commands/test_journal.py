"""`kiosk journal periods|turn|drop`: the periods as staff see them."""

from pathlib import Path

import pytest

from tests.commands.device import Device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.store.turning import copy_of, droppable_device


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    """A device whose first period may go, as soon as the policy lets it."""
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    return Device(copy_of(droppable_device(), tmp_path / "device").root, command_line, monkeypatch)


def days(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr("kiosk.desk.journal_periods._days", lambda _session: number)


def test_a_period_is_listed_turned_and_dropped(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = device.json("SUP-1", "journal", "periods")["periods"]
    assert (first["period"], first["first"], first["current"]) == (1, 1, False)
    assert (second["first"], second["current"], second["stays"]) == (first["last"] + 1, True, None)
    assert first["stays"]["code"] == "journal.too_young", "180 days by the policy"
    assert device.refused("SUP-1", "journal", "drop") == "journal.too_young"
    made = device.json("SUP-1", "journal", "turn")
    assert (made["period"], made["parts"]) == (3, 1)
    assert made["carried"] > 5
    days(monkeypatch, 30)
    listed = device.json("INS-1", "journal", "periods")["periods"]
    assert [one["stays"] and one["stays"]["code"] for one in listed] == [None, "journal.not_oldest", None]
    gone = device.json("SUP-1", "journal", "drop")
    assert (gone["period"], gone["first"], gone["last"]) == (1, 1, first["last"])
    assert [one["period"] for one in device.json("SUP-1", "journal", "periods")["periods"]] == [2, 3]
    assert device.json("SUP-1", "verify")["clean"]
    assert device.refused("SUP-1", "journal", "drop") == "journal.not_safe"


def test_tellers_neither_turn_nor_drop(device: Device) -> None:
    assert device.refused("TEL-1", "journal", "turn") == "roles.no_right"
    assert device.refused("TEL-1", "journal", "drop") == "roles.no_right"
    assert device.refused("TEL-1", "journal", "periods") == "roles.no_right"


def test_a_store_with_damage_drops_nothing(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    days(monkeypatch, 30)
    monkeypatch.setattr("kiosk.desk.journal_periods.verify", lambda _store: _Damaged())
    said = device("SUP-1", "journal", "drop", "--json")
    assert (said.code, said.json["error"]["code"]) == (5, "journal.unsound")
    assert len(device.json("SUP-1", "journal", "periods")["periods"]) == 2


class _Damaged:
    database_clean = False


def test_the_sentences_name_entries_and_reasons(device: Device) -> None:
    said = device("SUP-1", "journal", "periods")
    assert "الفترة" in said.out
    assert "تبقى على الجهاز حتى" in said.out
    assert "بدأت الفترة" in device("SUP-1", "journal", "turn").out
