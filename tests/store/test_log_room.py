"""The log has its length before work begins; what is beyond its frames is never taken for one of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.core.errors import BugError
from kiosk.store.driver import check_pages, open_database, transaction
from kiosk.store.log_room import FRAME_BYTES, lay_log
from tests.desk.conftest import Trial

KEY, SALT = bytes(range(32)), bytes(range(16))
SMALL = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    database = open_database(path, KEY, SALT, create=True)
    database.execute(f"PRAGMA wal_autocheckpoint = {SMALL}")
    database.execute("CREATE TABLE payment (id INTEGER PRIMARY KEY, piastres INTEGER)")
    yield database
    database.close()


def log_of(path: Path) -> Path:
    return path.with_name("kiosk.db-wal")


def pay(db: Database, payments: int) -> None:
    for _ in range(payments):
        with transaction(db):
            db.execute("INSERT INTO payment (piastres) VALUES (2500)")


def left_by_a_cut(path: Path, cut_to: int | None = None) -> list[int]:
    """What a copy of the files says that was made while the database was open, the log cut to a length."""
    copy = path.parent / "cut" / path.name
    copy.parent.mkdir()
    shutil.copyfile(path, copy)
    shutil.copyfile(log_of(path), log_of(copy))
    if cut_to is not None:
        with log_of(copy).open("r+b") as file:
            file.truncate(cut_to)
    opened = open_database(copy, KEY, SALT)
    check_pages(opened)
    found = [row[0] for row in opened.execute("SELECT id FROM payment ORDER BY id")]
    opened.close()
    shutil.rmtree(copy.parent)
    return found


def test_commits_do_not_make_a_laid_log_longer(path: Path, db: Database) -> None:
    assert lay_log(db, path, leave_mb=0)
    laid = log_of(path).stat().st_size
    assert laid > SMALL * FRAME_BYTES
    assert log_of(path).stat().st_blocks * 512 >= laid, "really on the disk, not a hole"
    pay(db, 3 * SMALL)
    assert log_of(path).stat().st_size == laid


def test_it_is_laid_once_and_again_after_the_log_was_cut(path: Path, db: Database) -> None:
    assert lay_log(db, path, leave_mb=0)
    laid = log_of(path).stat()
    assert lay_log(db, path, leave_mb=0)
    assert log_of(path).stat().st_mtime_ns == laid.st_mtime_ns
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert lay_log(db, path, leave_mb=0)
    assert log_of(path).stat().st_size == laid.st_size


@pytest.mark.parametrize("payments", [1, SMALL - 5, SMALL + 5, 2 * SMALL])
def test_after_a_power_cut_every_payment_is_there_and_nothing_else(
    path: Path, db: Database, payments: int
) -> None:
    lay_log(db, path, leave_mb=0)
    pay(db, payments)
    assert left_by_a_cut(path) == list(range(1, payments + 1))


def test_a_log_of_zeros_alone_and_one_half_laid_hold_nothing(path: Path, db: Database) -> None:
    pay(db, 2)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    lay_log(db, path, leave_mb=0)
    for size in (None, 1, 31, 32, 33, FRAME_BYTES + 31, 5 * FRAME_BYTES):
        assert left_by_a_cut(path, size) == [1, 2]


def test_frames_that_are_there_stay(path: Path, db: Database) -> None:
    pay(db, 3)
    frames = log_of(path).read_bytes()
    lay_log(db, path, leave_mb=0)
    assert log_of(path).read_bytes().startswith(frames)
    assert left_by_a_cut(path) == [1, 2, 3]


def test_nothing_is_laid_on_a_disk_that_lacks_the_room_or_where_the_log_is_not_moved_by_itself(
    path: Path, db: Database
) -> None:
    before = log_of(path).stat().st_size
    assert not lay_log(db, path, leave_mb=10**9)
    db.execute("PRAGMA wal_autocheckpoint = 0")
    assert not lay_log(db, path, leave_mb=0)
    assert log_of(path).stat().st_size == before


def test_it_is_never_laid_within_an_act(path: Path, db: Database) -> None:
    """Its frames might be where the zeros go."""
    with pytest.raises(BugError, match="an act inside an act"), transaction(db):
        lay_log(db, path, leave_mb=0)


def test_whoever_unlocks_the_kiosk_lays_it(trial: Trial) -> None:
    from kiosk.app_disk import DiskReserve

    session = trial.unlock("TEL-1")
    DiskReserve().begin(session)
    assert log_of(session.store.folder.database).stat().st_size > 1000 * FRAME_BYTES
