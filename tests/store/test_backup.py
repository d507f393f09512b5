"""A backup is encrypted, whole, checked, and never costs the one before it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.store.backup import back_up
from kiosk.store.driver import open_database, transaction

KEY = bytes(range(32))
SALT = bytes(range(100, 116))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "kiosk.db", KEY, SALT, create=True)
    with transaction(database):
        database.table("debtor").insert_all({"name": f"فاطمة {number}"} for number in range(300))
    yield database
    database.close()


def count_in(copy: Path) -> int:
    opened = open_database(copy, KEY, SALT, readonly=True)
    try:
        return int(opened.table("debtor").count)
    finally:
        opened.close()


def test_the_copy_opens_with_the_same_key_and_shows_nothing_without_it(tmp_path: Path, db: Database) -> None:
    target = tmp_path / "close.backup"
    back_up(db, target, KEY, SALT)
    assert count_in(target) == 300
    data = target.read_bytes()
    assert not data.startswith(b"SQLite format 3")
    assert "فاطمة".encode() not in data
    assert target.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.glob("close*")) == ["close.backup"]


def test_a_later_copy_takes_the_place_of_the_earlier_one(tmp_path: Path, db: Database) -> None:
    target = tmp_path / "close.backup"
    back_up(db, target, KEY, SALT)
    with transaction(db):
        db.table("debtor").insert({"name": "new"})
    back_up(db, target, KEY, SALT)
    assert count_in(target) == 301


def test_a_restored_copy_can_be_worked_with(tmp_path: Path, db: Database) -> None:
    target = tmp_path / "close.backup"
    back_up(db, target, KEY, SALT)
    restored = open_database(target, KEY, SALT)
    with transaction(restored):
        restored.table("debtor").insert({"name": "new"})
    assert restored.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    restored.close()


def test_others_may_write_meanwhile_and_the_copy_is_of_one_moment(tmp_path: Path, db: Database) -> None:
    other = open_database(tmp_path / "kiosk.db", KEY, SALT)
    with transaction(other):
        other.table("debtor").insert({"name": "not committed yet"})
        back_up(db, tmp_path / "close.backup", KEY, SALT)
    other.close()
    assert count_in(tmp_path / "close.backup") == 300


def test_an_unsound_copy_is_thrown_away_and_the_earlier_one_stays(
    tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "close.backup"
    back_up(db, target, KEY, SALT)
    before = target.read_bytes()

    def flip_a_byte(copy: Path) -> None:
        data = bytearray(copy.read_bytes())
        data[4096 * 2 + 50] ^= 1
        copy.write_bytes(data)

    monkeypatch.setattr("kiosk.store.backup.sync_file", flip_a_byte)
    with pytest.raises(KnownError) as caught:
        back_up(db, target, KEY, SALT)
    assert caught.value.code == "backup.unsound"
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("close*")) == ["close.backup"]


def test_a_plain_copy_would_be_refused(tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def make_plain(copy: Path) -> None:
        copy.unlink()
        plain = sqlite3.connect(copy)
        plain.execute("CREATE TABLE debtor(name)")
        plain.close()

    monkeypatch.setattr("kiosk.store.backup.sync_file", make_plain)
    with pytest.raises(KnownError) as caught:
        back_up(db, tmp_path / "close.backup", KEY, SALT)
    assert caught.value.code == "backup.unsound"
    assert not (tmp_path / "close.backup").exists()


def test_a_backup_over_the_database_itself_is_refused(tmp_path: Path, db: Database) -> None:
    with pytest.raises(KnownError) as caught:
        back_up(db, tmp_path / "kiosk.db", KEY, SALT)
    assert caught.value.code == "backup.into_store"
    assert db.table("debtor").count == 300


def test_a_backup_inside_an_act_is_a_bug(tmp_path: Path, db: Database) -> None:
    with pytest.raises(BugError), transaction(db):
        back_up(db, tmp_path / "close.backup", KEY, SALT)


def test_a_medium_that_is_not_there_is_named(tmp_path: Path, db: Database) -> None:
    with pytest.raises(KnownError) as caught:
        back_up(db, tmp_path / "nowhere" / "close.backup", KEY, SALT)
    assert caught.value.code == "store.disk_error"
