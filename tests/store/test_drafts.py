"""A form that was begun is offered again until its act commits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.store.drafts import MAX_BYTES, discard_draft, draft_kinds, drop_draft, read_draft, save_draft
from kiosk.store.driver import open_database, transaction
from tests.store.snapshots import AS_OF, KEY, SALT, device

FORM = {"service": "S-01", "answers": {"name": "فاطمة حسن", "floors": 3, "corner": True, "note": None}}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with device(tmp_path) as here:
        yield here.db


def test_a_draft_comes_back_as_it_was_after_a_power_cut(tmp_path: Path, db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)
    other = open_database(tmp_path / "kiosk.db", KEY, SALT)
    draft = read_draft(other, "TEL-1", "request")
    other.close()
    assert draft is not None
    assert (draft.kind, draft.saved_at, draft.content) == ("request", AS_OF, FORM)
    assert "فاطمة" not in repr(draft)


def test_a_draft_is_replaced_as_a_whole(db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)
    save_draft(db, "TEL-1", "request", {"service": "S-02"}, AS_OF + timedelta(minutes=1))
    draft = read_draft(db, "TEL-1", "request")
    assert draft is not None
    assert draft.content == {"service": "S-02"}
    assert draft.saved_at == AS_OF + timedelta(minutes=1)


def test_each_person_has_his_own_drafts_one_of_a_kind(db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)
    save_draft(db, "TEL-1", "collect", {"debtor": "DB-1"}, AS_OF + timedelta(seconds=1))
    save_draft(db, "TEL-2", "request", {"service": "S-09"}, AS_OF)
    assert draft_kinds(db, "TEL-1") == ("collect", "request")
    assert draft_kinds(db, "TEL-3") == ()
    assert read_draft(db, "TEL-2", "collect") is None


def test_a_draft_goes_with_the_act_that_it_led_to_or_stays(db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)

    def failing_act() -> None:
        with transaction(db):
            drop_draft(db, "TEL-1", "request")
            raise KnownError("shift.none_open")

    with pytest.raises(KnownError):
        failing_act()
    assert read_draft(db, "TEL-1", "request") is not None
    with transaction(db):
        drop_draft(db, "TEL-1", "request")
    assert read_draft(db, "TEL-1", "request") is None


def test_dropping_outside_an_act_is_a_bug(db: Database) -> None:
    with pytest.raises(BugError):
        drop_draft(db, "TEL-1", "request")


def test_a_person_may_throw_his_draft_away(db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)
    save_draft(db, "TEL-2", "request", FORM, AS_OF)
    discard_draft(db, "TEL-1", "request")
    assert (draft_kinds(db, "TEL-1"), draft_kinds(db, "TEL-2")) == ((), ("request",))


def test_a_draft_beyond_the_limit_is_refused_and_the_one_before_it_stays(db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)
    with pytest.raises(KnownError) as caught:
        save_draft(db, "TEL-1", "request", {"note": "ن" * (MAX_BYTES // 2)}, AS_OF)
    assert caught.value.code == "draft.too_large"
    draft = read_draft(db, "TEL-1", "request")
    assert draft is not None
    assert draft.content == FORM


def test_typed_text_is_kept_composed_and_floats_are_refused(db: Database) -> None:
    save_draft(db, "TEL-1", "request", {"name": "\u0627\u0653\u0645\u0627\u0644"}, AS_OF)
    draft = read_draft(db, "TEL-1", "request")
    assert draft is not None
    assert draft.content == {"name": "آمال"}
    with pytest.raises(BugError):
        save_draft(db, "TEL-1", "request", {"amount": object()}, AS_OF)


def test_no_file_of_the_folder_shows_what_was_typed(tmp_path: Path, db: Database) -> None:
    save_draft(db, "TEL-1", "request", FORM, AS_OF)
    for file in tmp_path.iterdir():
        assert "فاطمة".encode() not in file.read_bytes()
