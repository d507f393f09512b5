"""Somebody with the disk and no key changes bytes, pages and files: it does not open, or it is named."""

import shutil
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.desk.staff import remove_person
from kiosk.desk.verifying import mend_tables
from kiosk.store.driver import check_pages, open_database
from kiosk.store.layout import StoreFolder
from kiosk.store.verify import verify
from tests.acts import ask, pay_for
from tests.desk.conftest import Trial
from tests.store.test_journal import everything
from tests.tamper.attacks import PAGE, flip, named, page

SALT = 16
"""Bytes at the start of the file that tell under which key it is; the key itself comes with its salt."""


def key_of(root: Path) -> tuple[bytes, bytes]:
    trial = Trial(root)
    unlocked = trial.unlock("SUP-1").store.unlocked
    key = bytes(unlocked.dek), bytes(unlocked.salt)
    trial.close()
    return key


def pages_say(database: Path, key: tuple[bytes, bytes]) -> str:
    """The code of what opening and the check of pages say."""
    try:
        db = open_database(database, *key, readonly=True)
    except KnownError as error:
        return error.code
    try:
        check_pages(db)
    except KnownError as error:
        return error.code
    finally:
        db.close()
    return ""


def flip_pages(root: Path, stride: int) -> int:
    """Flip one byte after another of the closed database, in every page at the least; how many."""
    key, database = key_of(root), root / "kiosk.db"
    places = range(SALT, database.stat().st_size, stride)
    for at in places:
        flip(database, at)
        assert pages_say(database, key) in ("store.damaged", "store.wrong_key"), at
        flip(database, at)
    assert pages_say(database, key) == ""
    return len(places)


def test_a_flipped_byte_of_any_page_is_named(root: Path) -> None:
    pages = (root / "kiosk.db").stat().st_size // PAGE
    assert flip_pages(root, stride=PAGE + 29) >= pages - 2


def test_a_changed_salt_keeps_nobody_out(root: Path) -> None:
    for at in range(SALT):
        flip(root / "kiosk.db", at)
        assert named(root) == set()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_flipped_bytes_all_over_the_pages_are_named(root: Path) -> None:
    assert flip_pages(root, stride=251) > 2000


def test_pages_that_changed_places_and_a_database_cut_short_are_named(root: Path) -> None:
    key, database = key_of(root), root / "kiosk.db"
    data = database.read_bytes()
    for number in range(1, len(data) // PAGE - 1, 7):
        moved = bytearray(data)
        moved[number * PAGE : (number + 2) * PAGE] = page(data, number + 1) + page(data, number)
        database.write_bytes(moved)
        assert pages_say(database, key) == "store.damaged"
    database.write_bytes(data[: -3 * PAGE])
    assert named(root) == {"store.damaged"}


def test_an_old_page_put_back_is_named_or_says_the_same(root: Path) -> None:
    """Its MAC is right: what it holds must contradict something, or be what is there anyway."""
    database = root / "kiosk.db"
    old = database.read_bytes()
    trial = Trial(root)
    session = trial.unlock("TEL-1")
    pay_for(session, ask(session))
    trial.close()
    new = database.read_bytes()
    rows = _rows(root)
    now = {path.name: path.read_bytes() for path in root.iterdir()}
    changed = [n for n in range(len(old) // PAGE) if page(old, n) != page(new, n)]
    assert len(changed) > 10
    silent: list[int] = []
    for number in changed:
        for name, data in now.items():
            root.joinpath(name).write_bytes(data)
        mixed = bytearray(new)
        mixed[number * PAGE : (number + 1) * PAGE] = page(old, number)
        database.write_bytes(mixed)
        if not named(root):
            silent.append(number)
            assert _operational_aside(_rows(root), rows), number
    assert len(silent) <= 2, "pages of settings, in which no fact lives"


def test_an_old_page_of_an_index_is_named_and_made_anew_from_its_table(root: Path) -> None:
    """Else a receipt would be in its table, and not be found by its number."""
    database = root / "kiosk.db"
    old = database.read_bytes()
    trial = Trial(root)
    session = trial.unlock("TEL-1")
    pay_for(session, ask(session))
    (place,) = session.store.db.conn.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'receipt_number'"
    ).fetchone()
    trial.close()
    new = bytearray(database.read_bytes())
    new[(place - 1) * PAGE : place * PAGE] = page(old, place - 1)
    database.write_bytes(new)
    assert named(root) == {"verify.index_differs"}
    session = trial.unlock("SUP-1")
    report = verify(session.store)
    assert report.indexes == ("payment",)
    assert mend_tables(session.store, report).clean
    trial.close()
    assert named(root) == set()


def _rows(root: Path) -> dict[str, list[tuple[object, ...]]]:
    trial = Trial(root)
    rows = everything(trial.unlock("SUP-1").store.db)
    trial.close()
    return rows


def _operational_aside(
    now: dict[str, list[tuple[object, ...]]], before: dict[str, list[tuple[object, ...]]]
) -> bool:
    """Every entry and payment of before is there; `named` unlocked, which added entries of its own."""
    return set(before["journal_1"]) <= set(now["journal_1"]) and before["payment"] == now["payment"]


class TestTheLog:
    def left(self, root: Path) -> Path:
        """A copy of the folder as it is while somebody works: with a write-ahead log."""
        trial = Trial(root)
        session = trial.unlock("TEL-1")
        pay_for(session, ask(session))
        copy = shutil.copytree(root, root.with_name("left"))
        trial.close()
        return copy

    def test_an_altered_log_ends_there_and_the_stop_is_noted(self, root: Path) -> None:
        """The log ends where it is not whole: an older state, like a disk put back. The card shows it."""
        left = self.left(root)
        log = left / "kiosk.db-wal"
        flip(log, 32 + 24 + 77)
        before = len(_rows(root)["journal_1"])
        assert named(left) == set()
        rows = _rows(left)["journal_1"]
        assert [one[1] for one in sorted(rows)][-2:] == ["technical.unclean_stop", "unlock.done"]
        assert len(rows) < before + 2

    def test_a_log_of_another_device_is_not_taken_up(self, root: Path, tmp_path: Path) -> None:
        left = self.left(root)
        data = (left / "kiosk.db-wal").read_bytes()
        before = _rows(root)["payment"]
        (root / "kiosk.db-wal").write_bytes(data)
        assert _rows(root)["payment"] == before


class TestSmallFiles:
    @pytest.mark.parametrize("both", [False, True])
    def test_a_slot_file_with_a_flipped_byte_lets_nobody_in_who_should_not(
        self, root: Path, *, both: bool
    ) -> None:
        copies = StoreFolder(root).slots if both else StoreFolder(root).slots[:1]
        whole = copies[0].read_bytes()
        for at in range(0, len(whole), 397):
            for path in copies:
                path.write_bytes(whole)
                flip(path, at)
            assert named(root) == ({"slots.lost"} if both else set())

    def test_an_older_slot_file_does_not_bring_back_who_was_removed(self, root: Path) -> None:
        old = {path: path.read_bytes() for path in StoreFolder(root).slots}
        trial = Trial(root)
        remove_person(trial.unlock("SUP-1"), "INS-1", "left")
        trial.close()
        for path, data in old.items():
            path.write_bytes(data)
        assert named(root, "INS-1") == {"slots.put_back"}
        assert named(root, "SUP-1") == set()
        trial = Trial(root)
        kinds = [row[1] for row in everything(trial.unlock("SUP-1").store.db)["journal_1"]]
        trial.close()
        assert "keys.put_back" in kinds
        assert named(root, "INS-1") == {"slots.wrong_secret"}

    def test_a_whole_older_folder_opens_as_it_was(self, root: Path) -> None:
        """What no check of the disk alone can see: the chip's counter, the card or the centre name it."""
        older = shutil.copytree(root, root.with_name("older"))
        trial = Trial(root)
        session = trial.unlock("TEL-1")
        pay_for(session, ask(session))
        trial.close()
        assert named(older) == set()
