"""The driver opens only what its key fits, changes nothing otherwise, and keeps an act whole."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.db import TransactionError

from kiosk.core.errors import BugError, KnownError
from kiosk.store.driver import check_pages, open_database, settle_so_far, transaction
from kiosk.store.sqlite import IntegrityError, OperationalError

KEY = bytes(range(32))
SALT = bytes(range(100, 116))
OTHER_KEY = bytes(reversed(range(32)))
LEFT_BY_A_KILL = """
import os, signal, sys
from pathlib import Path
from kiosk.store.driver import open_database, transaction
db = open_database(Path(sys.argv[1]), bytes(range(32)), bytes(range(100, 116)))
with transaction(db):
    db.table("payment").insert({"id": 2, "piastres": 7500})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    database = open_database(path, KEY, SALT, create=True)
    with transaction(database):
        database.table("payment").insert({"id": 1, "piastres": 2500}, pk="id")
    yield database
    database.close()


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def test_what_was_written_is_there_after_opening_again(path: Path, db: Database) -> None:
    db.close()
    again = open_database(path, KEY, SALT)
    assert list(again.table("payment").rows) == [{"id": 1, "piastres": 2500}]
    again.close()


def test_every_connection_is_durable_strict_and_keeps_its_temporary_data_in_memory(
    path: Path, db: Database
) -> None:
    again = open_database(path, KEY, SALT)
    for database in (db, again):
        found = {
            name: database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store", "busy_timeout")
        }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "temp_store": 2,
            "busy_timeout": 5000,
        }
        assert database.execute("PRAGMA cipher_memory_security").fetchone()[0] == "0"
        assert database.execute("PRAGMA cipher_version").fetchone()[0].startswith("4.")
        assert database.execute("PRAGMA cipher_hmac_algorithm").fetchone()[0] == "HMAC_SHA256"
    again.close()


def test_no_file_of_the_folder_begins_as_plain_sqlite_or_shows_what_it_holds(
    tmp_path: Path, db: Database
) -> None:
    with transaction(db):
        db.table("debtor").insert_all({"name": f"فاطمة محمود {number}"} for number in range(500))
    files = bytes_of(tmp_path)
    assert set(files) == {"kiosk.db", "kiosk.db-wal"}
    for data in files.values():
        assert not data.startswith(b"SQLite format 3")
        assert "فاطمة".encode() not in data
        assert b"CREATE TABLE" not in data


def test_the_file_is_for_its_user_only(path: Path, db: Database) -> None:
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_wrong_key_changes_no_byte_even_of_a_log_that_a_crash_left(
    tmp_path: Path, path: Path, db: Database
) -> None:
    db.close()
    child = subprocess.run([sys.executable, "-c", LEFT_BY_A_KILL, str(path)], check=False)
    assert child.returncode == -signal.SIGKILL
    (tmp_path / "kiosk.db-shm").unlink()
    before = bytes_of(tmp_path)
    assert len(before["kiosk.db-wal"]) > 4096
    for key, salt in ((OTHER_KEY, SALT), (KEY, SALT[::-1])):
        assert code_of(partial(open_database, path, key, salt)) == "store.wrong_key"
        assert bytes_of(tmp_path) == before
    right = open_database(path, KEY, SALT)
    assert right.table("payment").count == 2
    right.close()


def test_a_missing_file_is_not_made(path: Path) -> None:
    assert code_of(lambda: open_database(path, KEY, SALT)) == "store.missing"
    assert code_of(lambda: open_database(path, KEY, SALT, readonly=True)) == "store.missing"
    assert not path.exists()


def test_creating_never_writes_over_a_file(path: Path) -> None:
    for data in (b"", b"something else"):
        path.write_bytes(data)
        assert code_of(lambda: open_database(path, KEY, SALT, create=True)) == "store.exists"
        assert path.read_bytes() == data
    path.unlink()
    path.with_name("kiosk.db-wal").write_bytes(b"left over")
    assert code_of(lambda: open_database(path, KEY, SALT, create=True)) == "store.exists"
    assert not path.exists()


def test_a_plain_or_empty_file_is_refused(path: Path) -> None:
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE payment(id)")
    plain.close()
    before = path.read_bytes()
    assert code_of(lambda: open_database(path, KEY, SALT)) == "store.not_encrypted"
    assert path.read_bytes() == before
    path.write_bytes(b"")
    assert code_of(lambda: open_database(path, KEY, SALT)) == "store.not_encrypted"
    assert path.read_bytes() == b""


def test_a_page_that_a_cut_tore_while_the_log_holds_it_whole_is_no_damage(path: Path, db: Database) -> None:
    """As a power cut leaves it in the middle of moving the log into the database."""
    with transaction(db):
        db.table("payment").insert({"id": 2, "piastres": 7500})
    cut = path.parent / "cut"
    cut.mkdir()
    for file in (path, path.with_name("kiosk.db-wal")):
        shutil.copy(file, cut)
    torn = bytearray((cut / "kiosk.db").read_bytes())
    torn[512:1024] = bytes(512)
    (cut / "kiosk.db").write_bytes(torn)
    again = open_database(cut / "kiosk.db", KEY, SALT)
    check_pages(again)
    assert again["payment"].count == 2
    again.close()


def half_written(path: Path, db: Database) -> Path:
    """A copy as a power cut leaves it in the middle of a write without the log: with a rollback journal."""
    cut = path.parent / "cut"
    with transaction(db):
        db.table("payment").insert_all({"id": n, "piastres": n} for n in range(2, 2000))
    db.conn.execute("PRAGMA journal_mode = DELETE")
    db.conn.execute("PRAGMA cache_size = 1")
    db.conn.execute("BEGIN IMMEDIATE")
    db.conn.execute("UPDATE payment SET piastres = 0")
    shutil.copytree(path.parent, cut)
    db.conn.execute("ROLLBACK")
    return cut / "kiosk.db"


def test_what_a_cut_left_half_written_is_undone_by_who_has_the_key(path: Path, db: Database) -> None:
    cut = half_written(path, db)
    assert cut.with_name("kiosk.db-journal").stat().st_size
    before = bytes_of(cut.parent)
    other_salt = bytes(reversed(SALT))
    assert code_of(lambda: open_database(cut, KEY, other_salt)) in ("store.wrong_key", "store.read_only")
    assert bytes_of(cut.parent) == before
    again = open_database(cut, KEY, SALT)
    assert again.execute("SELECT sum(piastres) FROM payment").fetchone() == (2500 + sum(range(2, 2000)),)
    check_pages(again)
    again.close()


def test_a_damaged_page_is_named_as_damage(path: Path, db: Database) -> None:
    with transaction(db):
        db.table("debtor").insert_all({"name": "x" * 500} for _ in range(100))
    check_pages(db)
    db.close()
    data = bytearray(path.read_bytes())
    data[4096 * 5 + 77] ^= 1
    path.write_bytes(data)
    again = open_database(path, KEY, SALT)
    assert code_of(lambda: check_pages(again)) == "store.damaged"

    def read_in_an_act() -> None:
        with transaction(again):
            list(again.table("debtor").rows)

    assert code_of(read_in_an_act) == "store.damaged"
    again.close()


@contextmanager
def as_someone_without_rights() -> Iterator[None]:
    """The tests may run as root, whom no mode stops."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_written_is_named_and_left_alone(path: Path, db: Database) -> None:
    db.close()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(path, folder / "kiosk.db")
        (folder / "kiosk.db").chmod(0o644)
        folder.chmod(0o555)
        with as_someone_without_rights():
            assert code_of(lambda: open_database(folder / "kiosk.db", KEY, SALT)) == "store.read_only"
            assert code_of(lambda: open_database(folder / "new.db", KEY, SALT, create=True)) == (
                "store.read_only"
            )
        folder.chmod(0o755)
        assert [file.name for file in folder.iterdir()] == ["kiosk.db"]


def test_reading_only_refuses_to_write_and_sees_the_log(path: Path, db: Database) -> None:
    reader = open_database(path, KEY, SALT, readonly=True)
    assert reader.table("payment").count == 1

    def write() -> None:
        with transaction(reader):
            reader.table("payment").insert({"id": 9, "piastres": 1})

    assert code_of(write) == "store.read_only"
    reader.close()


def test_a_full_disk_undoes_the_act_and_says_so(db: Database) -> None:
    db.execute("PRAGMA max_page_count = 8").fetchall()

    def fill() -> None:
        with transaction(db):
            db.table("payment").insert({"id": 2, "piastres": 7500})
            db.table("note").insert_all({"text": "x" * 2000} for _ in range(100))

    assert code_of(fill) == "store.disk_full"
    assert db.table("payment").count == 1


def test_a_writer_that_waits_in_vain_says_so(path: Path, db: Database) -> None:
    other = open_database(path, KEY, SALT)
    other.execute("PRAGMA busy_timeout = 0")
    with transaction(db):
        assert code_of(lambda: transaction(other).__enter__()) == "store.busy"
    other.close()


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_cipher(connection: object) -> None:
        raise BugError("no cipher")

    monkeypatch.setattr("kiosk.store.driver._check_cipher", no_cipher)
    with pytest.raises(BugError):
        open_database(tmp_path / "kiosk.db", KEY, SALT, create=True)
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_in_no_error_and_no_frame_of_ours(path: Path, db: Database) -> None:
    with pytest.raises(KnownError) as caught:
        open_database(path, OTHER_KEY, SALT)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in told.stack if frame.filename.endswith("driver.py")]
    shown = [value for frame in ours for value in (frame.locals or {}).values()]
    assert "<key>" in shown
    assert not any(secret in text for text in shown for secret in (OTHER_KEY.hex(), repr(OTHER_KEY)))
    assert OTHER_KEY.hex() not in "".join(told.format())


def test_a_connection_stays_in_its_thread(db: Database) -> None:
    caught: list[BaseException] = []

    def use_elsewhere() -> None:
        try:
            db.execute("SELECT 1")
        except db.conn.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=use_elsewhere)
    thread.start()
    thread.join()
    assert "thread" in str(caught[0])


def test_wrong_sizes_are_bugs(path: Path) -> None:
    for key, salt in ((KEY[:-1], SALT), (KEY, SALT + b"x")):
        with pytest.raises(BugError):
            open_database(path, key, salt, create=True)
    assert not path.exists()


class TestAnAct:
    def test_is_seen_by_others_only_when_it_ends(self, path: Path, db: Database) -> None:
        other = open_database(path, KEY, SALT)
        with transaction(db):
            db.table("payment").insert({"id": 2, "piastres": 7500})
            db.table("payment").upsert({"id": 3, "piastres": 1, "note": "x"}, pk="id", alter=True)
            links = [("payment", "payment", "id")]
            db.table("receipt").insert({"id": 1, "payment": 2}, pk="id", foreign_keys=links)
            db.table("receipt").insert_all([{"id": 2, "payment": 3}], replace=True)
            db.table("payment").update(3, {"piastres": 2})
            db.table("receipt").create_index(["payment"])
            db.table("receipt").add_column("serial", str)
            db.table("receipt").transform(rename={"serial": "number"})
            list(db.query("INSERT INTO payment(id, piastres) VALUES (4, 1) RETURNING id"))
            with db.atomic():
                db.table("payment").delete(4)
            db.executescript("CREATE TABLE a(x); CREATE TABLE b(x);")
            assert other.table_names() == ["payment"]
            assert other.table("payment").count == 1
        assert other.table("payment").count == 3
        assert other.table("receipt").count == 2
        other.close()

    def test_leaves_nothing_when_it_fails(self, db: Database) -> None:
        def fail() -> None:
            with transaction(db):
                db.table("payment").insert({"id": 2, "piastres": 7500})
                db.table("shift").insert({"id": 1})
                raise ValueError("printer on fire")

        with pytest.raises(ValueError, match="printer on fire"):
            fail()
        assert db.table_names() == ["payment"]
        assert db.table("payment").count == 1

    def test_that_settles_so_far_is_whole_all_the_same(self, db: Database) -> None:
        def act(*numbers: int) -> None:
            with transaction(db):
                for number in numbers:
                    db.table("payment").insert({"id": number, "piastres": 100})
                    settle_so_far(db)

        with pytest.raises(IntegrityError):
            act(2, 3, 1)
        assert db.table("payment").count == 1
        act(2, 3)
        assert db.table("payment").count == 3

    def test_cannot_settle_so_far_after_something_inside_ended_it(self, db: Database) -> None:
        def act() -> None:
            with transaction(db):
                db.conn.execute("COMMIT")
                settle_so_far(db)

        with pytest.raises(BugError, match="split"):
            act()

    def test_passes_a_broken_constraint_on(self, db: Database) -> None:
        with pytest.raises(IntegrityError), transaction(db):
            db.table("payment").insert({"id": 1, "piastres": 1})
        assert not db.conn.in_transaction

    @pytest.mark.parametrize("begin_again", [False, True])
    def test_that_something_inside_commits_is_a_bug(self, db: Database, *, begin_again: bool) -> None:
        def split() -> None:
            with transaction(db):
                db.table("payment").insert({"id": 2, "piastres": 1})
                db.commit()
                if begin_again:
                    db.begin()
                    db.table("payment").insert({"id": 3, "piastres": 1})

        with pytest.raises(BugError, match="split"):
            split()
        assert db.table("payment").count == 2
        assert not db.conn.in_transaction

    def test_refuses_what_would_have_to_commit(self, db: Database) -> None:
        with pytest.raises(TransactionError), transaction(db):
            db.disable_wal()
        with pytest.raises(OperationalError), transaction(db):
            db.vacuum()

    def test_inside_an_act_is_a_bug(self, db: Database) -> None:
        with pytest.raises(BugError, match="inside"), transaction(db), transaction(db):
            pass
        assert not db.conn.in_transaction


class TestSqliteUtilsOverTheCipher:
    """The six that break while sqlite-utils catches the errors of another database module."""

    def test_insert_adds_missing_columns(self, db: Database) -> None:
        db.table("payment").insert({"id": 2, "piastres": 1, "note": "new"}, alter=True)
        assert db.table("payment").get(2)["note"] == "new"

    def test_upsert_adds_missing_columns(self, db: Database) -> None:
        db.table("payment").upsert({"id": 1, "note": "new"}, pk="id", alter=True)
        assert db.table("payment").get(1) == {"id": 1, "piastres": 2500, "note": "new"}

    def test_update_adds_missing_columns(self, db: Database) -> None:
        db.table("payment").update(1, {"note": "new"}, alter=True)
        assert db.table("payment").get(1)["note"] == "new"

    def test_a_free_name_is_found_for_an_index(self, db: Database) -> None:
        for _ in range(2):
            db.table("payment").create_index(["piastres"], find_unique_name=True)
        assert len(db.table("payment").indexes) == 2

    def test_dropping_what_is_not_there_can_be_ignored(self, db: Database) -> None:
        db.table("nothing").drop(ignore=True)
        with pytest.raises(OperationalError):
            db.table("nothing").drop()

    def test_a_row_comes_back_from_its_insert(self, db: Database) -> None:
        sql = "INSERT INTO payment(id, piastres) VALUES (2, 9) RETURNING piastres"
        assert list(db.query(sql)) == [{"piastres": 9}]
        assert db.table("payment").count == 2
