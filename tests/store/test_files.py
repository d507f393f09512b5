"""Small files are private and whole; what the system refuses is said in a sentence."""

import errno
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.store.files import append_durably, disk_errors, make_private_folder, write_durably


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
