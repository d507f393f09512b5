"""What is wrong with disk, files or keys is said in a sentence; nothing changes, and work goes on after."""

import atexit
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from kiosk.core.errors import KnownError
from kiosk.store.verify import verify
from tests.acts import ask, begin, new_trial, pay_for
from tests.crash.conftest import Asked
from tests.crash.full_disk import WAYS
from tests.desk.conftest import SECRETS, Trial
from tests.quality.tree import ROOT
from tests.store.test_journal import everything

WITHOUT_POWERS = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
for power in range(64):
    libc.prctl(24, power, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Gives up every power of the administrator (PR_CAPBSET_DROP), so that file permissions hold for him too."""


@cache
def kiosks() -> Asked:
    """The process whose forks are commands; it ends with this one."""
    process = Asked("tests.crash.cheap_kiosk")
    atexit.register(process.close)
    return process


def run(root: Path, *words: str, powers: bool = True) -> tuple[int, dict[str, object]]:
    """Run the command line in a process of its own; exit code and the JSON that it said."""
    own = {"KIOSK_STORE": str(root), "KIOSK_STAFF": "SUP-1", "KIOSK_SECRET": SECRETS["SUP-1"][0]}
    if powers or os.geteuid() != 0:
        with TemporaryDirectory() as folder:
            code: int = kiosks()(folder=folder, environment=own, words=[*words, "--json"])
            said, failed = (Path(folder, name).read_text(encoding="utf-8") for name in ("said", "failed"))
        return code, json.loads(said or failed)
    command = [sys.executable, "-m", "tests.crash.cheap_kiosk", *words, "--json"]
    command = [sys.executable, "-c", WITHOUT_POWERS, *command]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout or done.stderr)


def refused(root: Path, *words: str, powers: bool = True) -> tuple[int, str]:
    """Exit code and situation of a command that must not succeed; both sentences are there."""
    code, said = run(root, *words, powers=powers)
    error = said["error"]
    assert isinstance(error, dict)
    assert error["sentence_ar"]
    assert error["remedy_ar"]
    return code, error["code"]


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir()}


@pytest.fixture
def device(tmp_path: Path) -> Path:
    trial = new_trial(tmp_path / "device")
    begin(trial.unlock("TEL-1"))
    trial.close()
    return trial.root


COMMANDS = [("queue",), ("verify", "--rebuild")]


class TestFiles:
    def test_a_database_of_another_device_does_not_open(self, device: Path, tmp_path: Path) -> None:
        other = new_trial(tmp_path / "other")
        _rekeyed(other)
        shutil.copy(other.root / "kiosk.db", device / "kiosk.db")
        before = (device / "kiosk.db").read_bytes()
        for words in COMMANDS:
            assert refused(device, *words) == (5, "slots.other_database")
        assert (device / "kiosk.db").read_bytes() == before

    def test_without_a_database_none_is_made(self, device: Path) -> None:
        (device / "kiosk.db").unlink()
        assert refused(device, "queue") == (4, "store.missing")
        assert not (device / "kiosk.db").exists()

    def test_without_any_slot_file_nobody_gets_in_and_nothing_changes(self, device: Path) -> None:
        for name in ("slots-a.json", "slots-b.json"):
            device.joinpath(name).unlink()
        before = contents(device)
        assert refused(device, "queue") == (4, "slots.missing")
        assert contents(device) == before

    @pytest.mark.parametrize("which", ["a", "b"])
    def test_one_copy_of_each_is_enough(self, device: Path, which: str) -> None:
        (device / f"slots-{which}.json").unlink()
        (device / f"device-secret-{which}").unlink()
        assert run(device, "queue")[0] == 0

    def test_without_the_device_secret_no_number_opens(self, device: Path) -> None:
        for name in ("device-secret-a", "device-secret-b"):
            device.joinpath(name).unlink()
        before = contents(device)
        assert refused(device, "queue") == (4, "device_secret.missing")
        assert contents(device)["kiosk.db"] == before["kiosk.db"]

    def test_a_second_process_is_told_and_the_first_goes_on(self, device: Path) -> None:
        trial = Trial(device)
        session = trial.unlock("TEL-1")
        before = everything(session.store.db)
        assert refused(device, "verify", "--rebuild") == (3, "store.in_use")
        assert everything(session.store.db) == before
        assert pay_for(session, ask(session)).number.endswith("000001")
        trial.close()
        assert run(device, "queue")[0] == 0

    def test_a_folder_that_cannot_be_written_is_said(self, device: Path) -> None:
        before = contents(device)
        modes = {path: path.stat().st_mode for path in (device, *device.iterdir())}
        for path in modes:
            path.chmod(0o500 if path.is_dir() else 0o400)
        for words in COMMANDS:
            assert refused(device, *words, powers=False) == (4, "store.read_only")
        assert contents(device) == before
        for path, mode in modes.items():
            path.chmod(mode)
        assert run(device, "verify", powers=False)[0] == 0


def _rekeyed(trial: Trial) -> None:
    """Give a copy of the template another key: every copy of it has the same."""
    session = trial.unlock("SUP-1")
    session.store.db.conn.execute("PRAGMA rekey = \"x'" + "5a" * 48 + "'\"")
    trial.close()


def _may_mount(folder: Path) -> bool:
    done = subprocess.run([*_mounted(folder), sys.executable, "-c", ""], capture_output=True, check=False)
    return done.returncode == 0


def _mounted(folder: Path) -> list[str]:
    """How to run a command with a small file system at a folder that nobody else sees."""
    apart = (
        ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    )
    mount = f'mount -t tmpfs -o size=8m,mode=700 none "{folder}" && exec "$@"'
    return [*apart, "sh", "-c", mount, "sh"]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What happened on full disks each way, by `tests.crash.full_disk`: one process does all.

    By a limit on files, which any user may set; and on a disk truly full, where one can be made.
    """
    folder = tmp_path_factory.mktemp("disk")
    wrapper, ways = ([], ["limit"]) if not _may_mount(folder) else (_mounted(folder), [*WAYS])
    command = [*wrapper, sys.executable, "-m", "tests.crash.full_disk", str(folder), *ways]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, dict[str, object]] = json.loads(done.stdout)
    return told


class TestFullDisk:
    def test_a_payment_is_refused_at_every_page_and_taken_when_there_is_room(self, full: Any) -> None:
        codes = {"limit": "store.disk_error", "small": "store.disk_full"}
        assert "limit" in full
        for way in full.keys() & codes:
            told = full[way]
            assert told["tries"][-1] == "done"
            assert set(told["tries"][:-1]) == {codes[way]}
            assert len(told["tries"]) > 7, "refused at each page of it"
            assert told["serials"] == [1, 2]
            assert told["number"].endswith("000002")
            assert told["clean"]

    def test_a_ballast_lets_the_work_in_hand_be_finished_and_people_in(self, full: Any) -> None:
        """On a disk truly full, where one can be made: else the ballast's own tests are all there is."""
        if "ballast" not in full:
            return
        assert full["ballast"] == {
            "kept": True, "tries": ["store.disk_full", "done"], "left": False, "told": [False],
            "clean": True,
        }  # fmt: skip
        assert full["unlock"] == {"kept": True, "left": False, "clean": True}

    def test_a_database_that_may_not_grow_says_the_disk_is_full(self, tmp_path: Path) -> None:
        trial = new_trial(tmp_path / "device")
        session = trial.unlock("TEL-1")
        begin(session)
        tracking = ask(session)
        db = session.store.db.conn
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        stopped = ""
        for _ in range(50):
            before = everything(session.store.db)
            try:
                ask(session)
            except KnownError as error:
                stopped = error.code
                break
        assert stopped == "store.disk_full"
        assert everything(session.store.db) == before
        db.execute("PRAGMA max_page_count = 1000000")
        assert pay_for(session, tracking).number.endswith("000001")
        assert verify(session.store).clean
        trial.close()
