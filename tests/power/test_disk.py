"""The model of the disk forgets exactly what was not synced, and the reader of strace misses nothing."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.power.disk import SECTOR, Disk, Files, states
from tests.power.record import record_process
from tests.power.stream import (
    Cut,
    FolderSynced,
    Named,
    Op,
    Reader,
    Removed,
    Renamed,
    Synced,
    Told,
    Written,
)

OLD = {"a": b"old"}


def left(ops: list[Op], before: Files = OLD, extra: int = 200) -> list[Files]:
    """Every folder that a cut after all of these operations may leave."""
    disk = Disk.holding({name: n for n, name in enumerate(before)}, before)
    for op in ops:
        disk.take(op)
    found = [disk.left(atoms) for _, atoms in disk.after_a_cut(Random(0), extra)]
    return [files for place, files in enumerate(found) if files not in found[:place]]


def test_what_was_synced_is_there_and_nothing_else_for_sure() -> None:
    found = left([Written(0, 0, b"new"), Synced(0), Written(0, 3, b"more")])
    assert found == [{"a": b"new"}, {"a": b"newmore"}]


def test_sectors_of_a_write_reach_the_disk_in_any_order() -> None:
    both = b"1" * SECTOR + b"2" * SECTOR
    found = [one["a"] for one in left([Written(0, 0, both)], {"a": bytes(2 * SECTOR)})]
    second_only = bytes(SECTOR) + b"2" * SECTOR
    assert {both, second_only, b"1" * SECTOR + bytes(SECTOR)} <= set(found)


def test_a_file_that_grew_may_have_a_hole() -> None:
    found = left([Written(0, SECTOR, b"x" * SECTOR), Written(0, 2 * SECTOR, b"y")])
    assert {"a": b"old" + bytes(2 * SECTOR - 3) + b"y"} in found


def test_a_rename_that_the_folder_was_not_synced_after_may_be_lost_or_come_first() -> None:
    replaced: list[Op] = [Named("b", 9), Written(9, 0, b"new"), Synced(9), Renamed("b", "a", 9)]
    assert {"a": b"old"} in left(replaced)
    assert {"a": b"new"} in left(replaced)
    assert left([*replaced, FolderSynced()]) == [{"a": b"new"}]
    torn: list[Op] = [Named("b", 9), Written(9, 0, b"new"), Renamed("b", "a", 9), FolderSynced()]
    assert {"a": b""} in left(torn), "a name without its bytes"


def test_a_removed_file_may_come_back() -> None:
    assert {"a": b"old"} in left([Removed("a")])
    assert left([Removed("a"), FolderSynced()]) == [{}]


def test_a_size_may_change_before_or_after() -> None:
    assert sorted(one["a"] for one in left([Cut(0, 1)])) == [b"o", b"old"]


def test_the_index_of_the_log_is_never_found_again() -> None:
    assert left([Named("db-shm", 9), Written(9, 0, b"x"), Synced(9), FolderSynced()], {}) == [{}]


def test_a_state_is_judged_again_when_more_was_told() -> None:
    disk = Disk.holding({"a": 0}, OLD)
    found = list(states(disk, [Synced(0), Told("{}"), Told("{}")]))
    assert [(one.told, one.files) for one in found] == [(0, OLD), (1, OLD), (2, OLD)]


SCRIPT = """
import os, sys
root, told = sys.argv[1:]
one = os.open(root + "/one.new", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
os.write(one, b"ab")
os.write(one, bytes(range(256)))
os.fsync(one)
os.close(one)
os.replace(root + "/one.new", root + "/one")
folder = os.open(root, os.O_RDONLY)
os.fsync(folder)
log = os.open(root + "/log", os.O_WRONLY | os.O_APPEND)
os.write(log, b"more")
os.ftruncate(log, 5)
os.pwrite(one := os.open(root + "/one", os.O_RDWR), b"X", 1)
os.unlink(root + "/log")
os.write(os.open(told, os.O_WRONLY | os.O_CREAT), b"{}")
"""


def test_everything_that_a_process_does_to_a_folder_is_read(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "log").write_bytes(b"begun")
    told, seen = tmp_path / "told", tmp_path / "seen"
    found = record_process([sys.executable, "-c", SCRIPT, str(root), str(told)], root, told, seen)
    assert found.ops == [
        Named("one.new", 1),
        Written(1, 0, b"ab"),
        Written(1, 2, bytes(range(256))),
        Synced(1),
        Renamed("one.new", "one", 1),
        FolderSynced(),
        Written(0, 5, b"more"),
        Cut(0, 5),
        Written(1, 1, b"X"),
        Removed("log"),
        Told("{}"),
    ]
    disk = found.disk()
    for op in found.ops:
        disk.take(op)
    assert disk.left(disk.pending) == {path.name: path.read_bytes() for path in root.iterdir()}


@pytest.mark.parametrize(
    "unseen",
    [
        "import mmap; f = open(root + '/one', 'r+b'); mmap.mmap(f.fileno(), 0)",
        "os.mkdir(root + '/below')",
        "os.symlink('one', root + '/two')",
    ],
)
def test_what_the_model_does_not_know_is_an_error(tmp_path: Path, unseen: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "one").write_bytes(b"x")
    command = [sys.executable, "-c", f"import os, sys; root = sys.argv[1]; {unseen}", str(root)]
    with pytest.raises(ValueError, match=r"."):
        record_process(command, root, tmp_path / "told", tmp_path / "seen")


def test_the_reader_begins_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "b").touch()
    (tmp_path / "a").touch()
    assert Reader(tmp_path, tmp_path.parent / "told").names == {"a": 0, "b": 1}


def hexed(path: Path) -> str:
    """A path as `strace -xx` prints it."""
    return "".join(f"\\x{byte:02x}" for byte in bytes(path))


def test_a_call_told_in_two_parts_is_one(tmp_path: Path) -> None:
    folder = f"AT_FDCWD<{hexed(Path('/'))}>"
    lines = [
        f'7  openat({folder}, "{hexed(tmp_path / "a")}", O_WRONLY|O_CREAT, 0600 <unfinished ...>',
        "6  close(4)  = 0",
        f"7  <... openat resumed>) = 3<{hexed(tmp_path / 'a')}>",
        f'7  write(3<{hexed(tmp_path / "a")}>, "\\x31", 1) = 1',
    ]
    done = list(Reader(tmp_path, tmp_path.parent / "told").read("\n".join(lines)))
    assert done == [Named("a", 0), Written(0, 0, b"1")]
    unended = "\n".join(lines[:2])
    with pytest.raises(ValueError, match="cannot be read"):
        list(Reader(tmp_path, tmp_path.parent / "told").read(unended))
    lines[1] = f'6  unlink("{hexed(tmp_path / "b")}") = 0'
    with pytest.raises(ValueError, match="without an order"):
        list(Reader(tmp_path, tmp_path.parent / "told").read("\n".join(lines)))


def test_strace_can_be_used_here() -> None:
    """`make setup` installs it; a container must let a process trace its own children."""
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
