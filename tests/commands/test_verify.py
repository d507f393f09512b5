"""`kiosk verify`: sound or damaged, by its exit code; damage is named even where nothing can be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.store.store import Store
from tests.acts import begin, new_trial, pay_debt
from tests.commands.device import Device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS
from tests.store.damage import forge


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    """A device with an open shift and one receipt."""
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    trial = new_trial(tmp_path / "device")
    session = trial.unlock("TEL-1")
    begin(session)
    pay_debt(session)
    trial.close()
    return Device(trial.root, command_line, monkeypatch)


@contextmanager
def opened(device: Device) -> Iterator[Store]:
    with Store.open(device.root, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP) as store:
        yield store


def codes(device: Device, *more: str, code: int) -> list[str]:
    said = device("SUP-1", "verify", "--json", *more)
    assert said.code == code, said.err
    return [found["code"] for found in said.json["findings"]]


def test_a_sound_device_says_so(device: Device) -> None:
    said = device("SUP-1", "verify", "--english")
    assert said.code == 0
    assert "Everything is sound." in said.out
    assert device("SUP-1", "verify").out.endswith("كل شيء سليم.\n")


def test_the_payload_is_as_documented(device: Device) -> None:
    said = device.json("SUP-1", "verify")
    with opened(device) as store:
        state = store.journal.state()
    assert said == {
        "clean": True,
        "scope": "all",
        "entries": state.seq,
        "head": state.head.hex(),
        "tables_compared": True,
        "mended": [],
        "scans": 0,
        "findings": [],
    }


def test_who_unlocked_to_verify_is_in_the_journal(device: Device) -> None:
    before = device.json("SUP-1", "verify")["entries"]
    assert device.json("INS-1", "verify")["entries"] == before + 1


def test_a_teller_does_not_verify(device: Device) -> None:
    assert device.refused("TEL-1", "verify") == "roles.no_right"


def test_damage_ends_with_5_and_a_remedy(device: Device) -> None:
    with opened(device) as store:
        forge(store, "UPDATE journal_1 SET bytes = x'00' WHERE type = 'book.taken'")
    assert codes(device, code=5) == ["chain.altered", "chain.unreadable"]
    said = device("SUP-1", "verify")
    assert said.code == 5
    assert "القيد" in said.out
    assert "وأبلغ المركز" in said.out
    assert said.out.endswith("وُجد خلل.\n")


def test_a_wrong_secret_is_no_damage(device: Device) -> None:
    assert device("SUP-1", "verify", secret="99999999999999").code == 3


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM journal_1 WHERE seq = (SELECT max(seq) FROM journal_1)",
        "UPDATE stream SET seq = seq - 1",
        "DELETE FROM stream",
        "DELETE FROM staff_known",
        "DELETE FROM snapshot_applied",
    ],
)
def test_damage_that_keeps_people_out_is_named_all_the_same(device: Device, damage: str) -> None:
    with opened(device) as store:
        forge(store, damage)
        before = store.db.conn.execute("SELECT count(*) FROM journal_1").fetchone()
    assert codes(device, code=5)
    with opened(device) as store:
        assert store.db.conn.execute("SELECT count(*) FROM journal_1").fetchone() == before


def test_a_rebuild_mends_tables_and_the_work_goes_on(device: Device) -> None:
    with opened(device) as store:
        forge(store, "UPDATE stream SET seq = 3", "UPDATE payment SET total = 1")
    assert codes(device, code=5) == ["verify.table_differs"] * 2
    said = device.json("SUP-1", "verify", "--rebuild")
    assert said["mended"] == ["stream", "payment"]
    assert said["findings"] == []
    assert device.json("SUP-1", "verify")["clean"]


def test_a_rebuild_of_a_damaged_journal_changes_nothing_and_says_so(device: Device) -> None:
    with opened(device) as store:
        forge(
            store,
            "UPDATE journal_1 SET hash = zeroblob(32) WHERE seq = 4",
            "UPDATE payment SET total = 1",
        )
    said = device("SUP-1", "verify", "--rebuild", "--json")
    assert said.code == 5
    assert (said.json["tables_compared"], said.json["mended"]) == (False, [])
    with opened(device) as store:
        assert store.db.conn.execute("SELECT total FROM receipt").fetchall() == [(1,)]
    assert "The journal itself is damaged" in device("SUP-1", "verify", "--rebuild", "--english").out


def test_a_rebuild_of_a_sound_device_has_nothing_to_do(device: Device) -> None:
    assert device.json("SUP-1", "verify", "--rebuild")["mended"] == []


def test_a_quick_verification_judges_the_journal_and_says_that_it_did_no_more(device: Device) -> None:
    said = device.json("SUP-1", "verify", "--quick")
    assert (said["clean"], said["scope"], said["tables_compared"]) == (True, "journal", False)
    assert "Only the journal was checked." in device("SUP-1", "verify", "--quick", "--english").out
    with opened(device) as store:
        forge(store, "UPDATE payment SET total = 1")
    assert device.json("SUP-1", "verify", "--quick")["clean"]
    with opened(device) as store:
        forge(store, "UPDATE journal_1 SET hash = zeroblob(32) WHERE seq = 4")
    assert "chain.altered" in codes(device, "--quick", code=5)
    assert device("SUP-1", "verify", "--quick").out.endswith("وُجد خلل.\n")


def test_a_quick_verification_mends_nothing(device: Device) -> None:
    assert device("SUP-1", "verify", "--quick", "--rebuild").code == 2


def test_how_far_it_is_is_said_to_people_alone(device: Device) -> None:
    for more in ((), ("--quick",), ("--rebuild",)):
        assert device("SUP-1", "verify", *more).err.endswith("100%\n")
        assert device("SUP-1", "verify", *more, "--json").err == ""
