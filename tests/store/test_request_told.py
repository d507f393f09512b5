"""What the centre told of requests is one version whole, that of its entry, and no file shows any of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.desk.session import Session
from kiosk.store.request_told import Age, held_version, put_told, told_age, told_count, told_of
from kiosk.store.sync_state import keep_confirmed
from kiosk.store.verify import verify
from tests.ui.scenes_follow import ELSEWHERE, TOLD, tell


def test_a_version_takes_the_place_of_the_one_before(session: Session) -> None:
    db = session.store.db
    assert (told_age(db), held_version(db), told_count(db)) == (None, 0, 0)
    other = replace(TOLD, tracking=f"{ELSEWHERE}0")
    tell(TOLD, other)(session)
    assert (told_of(db, ELSEWHERE), told_count(db), held_version(db)) == (TOLD, 2, 1)
    tell(other)(session)
    assert (told_of(db, ELSEWHERE), told_of(db, other.tracking), held_version(db)) == (None, other, 2)
    assert verify(session.store).clean


def test_half_a_version_is_never_seen(session: Session) -> None:
    tell(TOLD)(session)

    def cut() -> None:
        with session.store.transaction():
            put_told(session.store.db, [])
            raise OSError("power")

    with pytest.raises(OSError, match="power"):
        cut()
    assert told_of(session.store.db, ELSEWHERE) == TOLD


def test_it_is_as_old_as_the_last_time_the_centre_had_nothing_newer(session: Session) -> None:
    tell(TOLD)(session)
    age = told_age(session.store.db)
    assert age is not None
    assert age.as_of == age.made
    later = age.made + timedelta(hours=3)
    with session.store.transaction():
        keep_confirmed(session.store.db, later)
    assert told_age(session.store.db) == Age(age.made, later)
    assert Age(age.made, later).as_of == later
    assert Age(later, age.made).as_of == later


def test_no_file_shows_a_number_or_a_text(session: Session) -> None:
    tell(TOLD)(session)
    session.store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = b"".join(path.read_bytes() for path in session.store.folder.root.rglob("*") if path.is_file())
    assert ELSEWHERE.encode() not in files
    assert "العقد".encode() not in files
