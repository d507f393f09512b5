"""Whoever follows changes sees each of them, whatever order transactions commit in."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from central.changes import Cursor, Page, changes_after, cursor_now, drop_changes, note_changes
from central.schema import change_log
from central.storage import Storage, put_setting
from kiosk.core.errors import KnownError


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    where = tmp_path / "c.db" if request.param == "sqlite" else request.getfixturevalue("new_database")()
    made = Storage(where)
    yield made
    made.close()


def note(storage: Storage, *keys: str, topic: str = "debts") -> None:
    with storage.write_rows() as db:
        note_changes(db, topic, keys)


def now(storage: Storage) -> Cursor:
    with storage.read() as db:
        return cursor_now(db)


def after(storage: Storage, cursor: Cursor, limit: int = 100) -> Page:
    with storage.read() as db:
        page = changes_after(db, "debts", cursor, limit)
    assert page is not None
    return page


def test_a_change_that_commits_after_a_later_one_is_not_lost(storage: Storage) -> None:
    start = now(storage)
    seen: list[str] = []
    with ExitStack() as early:
        if storage.is_postgres:
            slow = early.enter_context(storage.write_rows())
            note_changes(slow, "debts", ["slow"])
        note(storage, "quick")
        page = after(storage, start)
        seen += page.keys
        if not storage.is_postgres:
            note(storage, "slow")
    seen += after(storage, page.cursor).keys
    assert sorted(seen) == ["quick", "slow"]


def test_a_number_alone_would_pass_over_it(new_database: object) -> None:
    """The trap itself: the row that is visible later has the lower number."""
    storage = Storage(new_database())  # type: ignore[operator]
    with storage.write_rows() as slow:
        note_changes(slow, "debts", ["slow"])
        note(storage, "quick")
        with storage.read() as db:
            seen = db.execute(select(change_log.c.n, change_log.c.key)).all()
    with storage.read() as db:
        later = db.execute(select(change_log.c.n).where(change_log.c.key == "slow")).scalar_one()
    storage.close()
    assert [key for _, key in seen] == ["quick"]
    assert later < seen[0].n


def test_pages_follow_each_other_to_the_end(storage: Storage) -> None:
    start = now(storage)
    note(storage, *(f"L-{n}" for n in range(5)))
    note(storage, "L-1")
    first = after(storage, start, 3)
    assert (first.keys, first.more) == (("L-0", "L-1", "L-2"), True)
    second = after(storage, first.cursor, 3)
    assert (second.keys, second.more) == (("L-3", "L-4", "L-1"), False)
    assert after(storage, second.cursor) == Page((), second.cursor, more=False)


def test_what_a_snapshot_shows_lies_before_its_cursor(storage: Storage) -> None:
    note(storage, "before")
    end = now(storage)
    note(storage, "later")
    assert after(storage, end).keys == ("later",)


def test_topics_do_not_mix(storage: Storage) -> None:
    start = now(storage)
    note(storage, "R-1", topic="requests")
    note(storage, "L-1", "L-1")
    assert after(storage, start).keys == ("L-1",)


def test_a_change_that_was_rolled_back_never_comes(storage: Storage) -> None:
    start = now(storage)
    with pytest.raises(ZeroDivisionError), storage.write_rows() as db:
        note_changes(db, "debts", (f"L-{1 // n}" for n in (1, 0)))
    note(storage, "L-2")
    assert after(storage, start).keys == ("L-2",)


def test_a_cursor_before_what_was_dropped_leads_nowhere(storage: Storage) -> None:
    start = now(storage)
    note(storage, "L-1", "L-2")
    middle = after(storage, start, 1).cursor
    with storage.write() as db:
        drop_changes(db, "debts", middle)
    with storage.read() as db:
        assert changes_after(db, "debts", start, 9) is None
    assert after(storage, middle).keys == ("L-2",)


def test_a_cursor_of_another_life_of_the_database_leads_nowhere(storage: Storage) -> None:
    start = now(storage)
    note(storage, "L-1")
    with storage.write() as db:
        put_setting(db, "epoch", "2")
    with storage.read() as db:
        assert changes_after(db, "debts", start, 9) is None
    again = now(storage)
    note(storage, "L-2")
    assert after(storage, again).keys == ("L-2",)


def test_the_text_of_a_cursor_reads_back() -> None:
    assert Cursor.parse(str(Cursor(1, 742, 9))) == Cursor(1, 742, 9)


@pytest.mark.parametrize("text", ["", "1.2", "1.2.x", "1.2.-3", "1.2.3.4", "1.2." + "9" * 30, "1.2.٣"])
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(KnownError):
        Cursor.parse(text)
