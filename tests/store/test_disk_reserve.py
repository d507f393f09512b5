"""Free space is looked at now and then; a ballast really takes its space, and gives it back at once."""

import stat
from pathlib import Path

import pytest

from kiosk.store.disk_reserve import (
    LOOK_AGAIN_NS,
    MB,
    DiskLimits,
    DiskWatch,
    drop_ballast,
    free_bytes,
    has_ballast,
    keep_ballast,
)
from kiosk.store.layout import StoreFolder

LIMITS = DiskLimits(low_mb=1000, reserve_mb=200)


@pytest.mark.parametrize(
    ("free", "state"),
    [(1000, "enough"), (999, "low"), (200, "low"), (199, "below_reserve"), (0, "below_reserve")],
)
def test_free_space_stands_to_the_limits(tmp_path: Path, free: int, state: str) -> None:
    assert DiskWatch(tmp_path, free=lambda _folder: free * MB).state(LIMITS) == state


def test_it_is_asked_for_now_and_then_only(tmp_path: Path) -> None:
    now, free = [0], [500 * MB]
    watch = DiskWatch(tmp_path, free=lambda _folder: free[0], clock_ns=lambda: now[0])
    assert watch.free_mb() == 500
    free[0] = 100 * MB
    now[0] = LOOK_AGAIN_NS - 1
    assert watch.free_mb() == 500
    now[0] = LOOK_AGAIN_NS
    assert watch.free_mb() == 100
    free[0] = 300 * MB
    watch.look_again()
    assert watch.free_mb() == 300


def test_this_disk_has_some_space(tmp_path: Path) -> None:
    assert DiskWatch(tmp_path).free_mb() == pytest.approx(free_bytes(tmp_path) // MB, abs=500)


def test_a_ballast_takes_its_space_and_is_private(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    assert keep_ballast(folder, 2, leave_mb=0)
    found = folder.ballast.stat()
    assert found.st_size == 2 * MB
    assert found.st_blocks * 512 >= 2 * MB, "a sparse file keeps nothing"
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert not folder.ballast.with_name("ballast.new").exists()


def test_one_that_is_there_is_kept_and_a_torn_one_made_anew(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    keep_ballast(folder, 2, leave_mb=0)
    first = folder.ballast.stat().st_ino
    assert keep_ballast(folder, 2, leave_mb=0)
    assert folder.ballast.stat().st_ino == first
    folder.ballast.write_bytes(b"torn")
    assert keep_ballast(folder, 2, leave_mb=0)
    assert folder.ballast.stat().st_size == 2 * MB


def test_where_there_is_no_room_for_it_none_is_laid(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    assert not keep_ballast(folder, 2, leave_mb=free_bytes(tmp_path) // MB + 1000)
    assert list(tmp_path.iterdir()) == []


def test_it_is_given_up_once(tmp_path: Path) -> None:
    folder = StoreFolder(tmp_path)
    keep_ballast(folder, 1, leave_mb=0)
    assert has_ballast(folder)
    assert drop_ballast(folder)
    assert not drop_ballast(folder)
    assert list(tmp_path.iterdir()) == []
