"""Small files are private and whole; what the system refuses is said in a sentence."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.store import files
from kiosk.store.files import (
    append_durably,
    disk_errors,
    make_private_folder,
    synced_meanwhile,
    write_durably,
)


def test_a_folder_is_for_its_user_only_even_if_it_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "kiosk"
    for _ in range(2):
        make_private_folder(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
        folder.chmod(0o755)


def test_writing_replaces_a_file_whole_and_makes_it_private(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"
    path.write_bytes(b"old")
    path.chmod(0o666)
    (tmp_path / "slots.json.new").write_bytes(b"left by a power cut")
    write_durably(path, b"new\n")
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_appending_makes_the_file_and_then_adds_to_it(tmp_path: Path) -> None:
    path = tmp_path / "attempts.log"
    append_durably(path, b"one\n")
    append_durably(path, b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "store.disk_full"),
        (errno.EROFS, "store.read_only"),
        (errno.EACCES, "store.read_only"),
        (errno.EIO, "store.disk_error"),
    ],
)
def test_what_the_system_refuses_has_a_sentence(number: int, code: str) -> None:
    with pytest.raises(KnownError) as caught, disk_errors():
        raise OSError(number, "no")
    assert caught.value.code == code


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "slots.json"
    write_durably(path, b"old")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kiosk.store.files.os.write", full)
    with pytest.raises(KnownError) as caught:
        write_durably(path, b"new")
    assert caught.value.code == "store.disk_full"
    assert path.read_bytes() == b"old"


def test_a_file_reaches_the_disk_while_another_library_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, path = threading.Event(), tmp_path / "copy.db"
    path.touch()
    monkeypatch.setattr(files, "sync_file", lambda one: synced.set() if one == path else None)
    with synced_meanwhile(path):
        assert synced.wait(10)
    assert "sync meanwhile" not in {thread.name for thread in threading.enumerate()}


def test_a_fault_of_the_disk_that_was_told_meanwhile_is_raised(tmp_path: Path) -> None:
    def write() -> None:
        with synced_meanwhile(tmp_path / "gone" / "copy.db"):
            next(one for one in threading.enumerate() if one.name == "sync meanwhile").join(10)

    assert code_of(write) == "store.disk_error"


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code
