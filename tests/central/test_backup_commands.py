"""Backing up, restoring and ordering from the command line; and what a cut in the middle leaves."""

from pathlib import Path

import pytest

from central import backup_keys
from central.centre import utc_now
from central.commands.backup import BACKUP_VARIABLE
from central.folder import Folder
from central.restore import restore
from central.storage import Storage, epoch_of
from tests.central.test_commands import Command, command, folder

__all__ = ["command", "folder"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(backup_keys.COST, "n", 2)


def test_a_centre_that_burned_down_stands_again_from_back_up_and_passphrase(
    command: Command, folder: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = command("status", "--folder", folder, "--json").json
    assert before["backup"] == {"last": None, "old": True}
    assert "back-up" in command("status", "--folder", folder, "--english").out
    said = command("backup", "--out", archive, "--with-keys", "--folder", folder, "--json")
    assert said.json["error"]["code"] == "backup.passphrase_needed"
    monkeypatch.setenv(BACKUP_VARIABLE, "eight words of two people")
    told = command(
        "backup", "--out", archive, "--with-keys", "--off-machine", "--folder", folder, "--json"
    ).json
    assert (told["counts"], told["keys"], told["epoch"]) == (True, True, 1)
    assert command("status", "--folder", folder, "--json").json["backup"]["old"] is False
    checked = command("backup", "check", told["folder"], "--folder", folder, "--json").json
    assert checked["tables"]["unit"] == 1
    assert (checked["scans"], told["scans"], told["scans_copied"], told["scans_lost"]) == (0, 0, 0, [])
    assert command("backup", "tidy", archive, "--folder", folder, "--json").json == {"removed": 0}
    new = tmp_path / "new"
    back = command("restore", told["folder"], "--with-keys", "--folder", new, "--json")
    assert (back.code, back.json["epoch"], back.json["aside"]) == (0, 2, [])
    after = command("status", "--folder", new, "--json").json
    assert (after["epoch"], after["readmitted"]) == (2, [])
    assert command("staff", "list", "--folder", new, "--json").json["staff"][0]["staff"] == "SUP-1"
    assert command("epoch", "raise", "--folder", new, "--json").json == {"epoch": 3}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("restore", "nowhere"), "backup.missing"),
        (("backup", "check", "nowhere"), "backup.missing"),
        (("backup", "tidy", "nowhere"), "backup.missing"),
        (("backup", "--out", "inside"), "backup.inside"),
        (("order", "freeze", "D99999999"), "central.unknown_device"),
        (("order", "list", "D99999999"), "central.unknown_device"),
        (("order", "read-log", "D99999999", "--out", "log"), "central.unknown_device"),
        (("device", "readmit", "D99999999"), "central.unknown_device"),
    ],
)
def test_what_is_wrong_is_said(command: Command, folder: Path, arguments: tuple[str, ...], code: str) -> None:
    named = [str(folder / one) if one in ("nowhere", "inside", "log") else one for one in arguments]
    assert command(*named, "--folder", folder, "--json").json["error"]["code"] == code


def test_a_back_up_that_does_not_count_says_so_in_both_languages(
    command: Command, folder: Path, archive: Path
) -> None:
    assert "--off-machine" in command("backup", "--out", archive, "--folder", folder).out
    assert "--off-machine" in command("backup", "--out", archive, "--folder", folder, "--english").out
    assert command("status", "--folder", folder, "--json").json["backup"]["old"] is True


@pytest.mark.parametrize("where", ["_put_aside", "_begin", "_copy_files"])
def test_a_restore_that_is_cut_leaves_what_was_there(
    command: Command, folder: Path, archive: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    made = Path(command("backup", "--out", archive, "--folder", folder, "--json").json["folder"])
    now, here = utc_now(), Folder(folder)

    def cut(*_: object) -> None:
        raise RuntimeError("power")

    with monkeypatch.context() as patch:
        patch.setattr(f"central.restore.{where}", cut)
        with pytest.raises(RuntimeError):
            restore(here, made, now=now, replace=True)
    assert epoch_in(folder) == 1
    done = restore(here, made, now=now, replace=True)
    assert epoch_in(folder) == done.epoch > 1


def epoch_in(folder: Path) -> int:
    storage = Storage(folder / "central.db")
    with storage.read() as db:
        found = epoch_of(db)
    storage.close()
    return found
