"""Two processes never work on one store; a dead one keeps nobody out."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.store.single import StoreHold

HOLDER = """
import sys
from pathlib import Path
from kiosk.store.single import StoreHold
hold = StoreHold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def start_holder(lock: Path) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_process_is_told_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "store.lock"
    with start_holder(lock) as holder:
        with pytest.raises(KnownError) as caught:
            StoreHold(lock)
        assert caught.value.code == "store.in_use"
        holder.kill()
        holder.wait()
        with StoreHold(lock):
            pass


def test_the_same_process_does_not_take_it_twice(tmp_path: Path) -> None:
    lock = tmp_path / "store.lock"
    with StoreHold(lock) as hold:
        with pytest.raises(KnownError):
            StoreHold(lock)
        hold.release()
        hold.release()
        with StoreHold(lock):
            pass


def test_a_lock_file_left_by_a_crash_keeps_nobody_out(tmp_path: Path) -> None:
    lock = tmp_path / "store.lock"
    lock.write_bytes(b"4711")
    with StoreHold(lock):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        StoreHold(tmp_path / "nowhere" / "store.lock")
    assert caught.value.code == "store.disk_error"
