"""Opening a shift takes the drawer as counted and the book; one drawer, one open shift."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.core.entries.operations import BookTaken
from kiosk.core.entries.shift import OpeningVariance, ShiftOpened
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.desk.setup import TRIAL_SERIES
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.store.queries.shift import entries_of
from tests.desk.conftest import Trial
from tests.desk.money import pay, pieces

Unlock = Callable[[str], Session]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def closed_with(session: Session, *, kept: int) -> None:
    open_shift(session, pieces(kept))
    count(session, pieces(kept))
    close(session, Closing(kept=kept))


def test_a_shift_opens_with_the_counted_float_and_the_only_book(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    opened = open_shift(session, {"note-200": 1, "note-50": 4, "coin-0.25": 2})
    assert (opened.total, opened.variance, opened.previous_kept) == (40050, 0, None)
    assert (opened.book.series, opened.book.next) == (TRIAL_SERIES, 1)
    shift = session.own_shift()
    assert (shift.seq, shift.staff, shift.series) == (opened.shift.seq, "TEL-1", TRIAL_SERIES)


def test_the_opening_is_signed_by_the_person_himself(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    opened = open_shift(session, pieces(1000))
    record = next(session.store.journal.records(opened.shift.seq))
    assert [one.by for one in record.sigs] == ["TEL-1"]


def test_the_shift_names_the_one_before_and_what_it_kept(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    closed_with(session, kept=5000)
    first = 0
    for entry, body in entries_of(session.store.db, 1):
        first = entry.seq if isinstance(body, ShiftOpened) else first
    session = unlock("TEL-2")
    opened = open_shift(session, pieces(5000))
    _, body = next(entries_of(session.store.db, opened.shift.seq))
    assert isinstance(body, ShiftOpened)
    assert body.from_shift == session.link(first)
    assert (body.previous_kept, opened.variance) == (5000, 0)


@pytest.mark.parametrize(("counted", "sense"), [(4000, "short"), (5500, "over")])
def test_a_float_that_differs_from_what_was_kept_is_its_own_entry(
    unlock: Unlock, counted: int, sense: str
) -> None:
    closed_with(unlock("TEL-1"), kept=5000)
    session = unlock("TEL-2")
    opened = open_shift(session, pieces(counted))
    entry, body = list(entries_of(session.store.db, opened.shift.seq))[1]
    assert isinstance(body, OpeningVariance)
    assert (body.expected, body.counted, body.difference, body.sense) == (
        5000,
        counted,
        counted - 5000,
        sense,
    )
    assert entry.shift == opened.shift
    assert opened.variance == counted - 5000


def test_the_variance_belongs_to_the_handover_and_not_to_the_shift(unlock: Unlock) -> None:
    """The known mistake: the end of the shift before is used instead of the counted start."""
    closed_with(unlock("TEL-1"), kept=5000)
    session = unlock("TEL-2")
    open_shift(session, pieces(4000))
    counted = count(session, pieces(4000))
    assert (counted.expected, counted.over_short) == (4000, 0)


def test_the_first_shift_of_a_device_has_no_variance(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    opened = open_shift(session, pieces(50000))
    types = [entry.type for entry, _ in entries_of(session.store.db, opened.shift.seq)]
    assert types == ["shift.opened"]


def test_no_shift_opens_beside_an_open_one(unlock: Unlock) -> None:
    open_shift(unlock("TEL-1"), pieces(0))
    assert refused(lambda: open_shift(unlock("TEL-1"), pieces(0))) == "shift.already_open"
    assert refused(lambda: open_shift(unlock("TEL-2"), pieces(0))) == "shift.of_another"


def test_no_shift_opens_while_the_old_one_failed_to_close(unlock: Unlock) -> None:
    """The known mistake: a new shift opened although the old one failed to close."""
    session = unlock("TEL-1")
    open_shift(session, pieces(1000))
    count(session, pieces(9000))
    with pytest.raises(KnownError):
        close(session, Closing(kept=9000))
    assert refused(lambda: open_shift(unlock("TEL-1"), pieces(9000))) == "shift.unfinished_close"
    assert refused(lambda: open_shift(unlock("TEL-2"), pieces(9000))) == "shift.of_another"


def test_several_books_want_a_choice(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    with session.act() as act:
        act.append(BookTaken(series="SECOND-E0", first=7, last=9, grant=None))
    assert refused(lambda: open_shift(session, pieces(0))) == "book.which"
    assert refused(lambda: open_shift(session, pieces(0), "THIRD")) == "book.unknown"
    opened = open_shift(session, pieces(0), "SECOND-E0")
    assert (opened.book.series, opened.book.next, opened.book.last) == ("SECOND-E0", 7, 9)
    assert pay(session, 1000).number == "SECOND-E0-000007"


def test_a_book_that_is_used_up_is_not_taken(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    with session.act() as act:
        act.append(BookTaken(series="SMALL", first=1, last=1, grant=None))
    open_shift(session, pieces(0), "SMALL")
    pay(session, 1000)
    count(session, pieces(1000))
    close(session, Closing(kept=1000))
    assert refused(lambda: open_shift(session, pieces(1000), "SMALL")) == "book.used_up"
    assert open_shift(session, pieces(1000)).book.series == TRIAL_SERIES


def test_a_device_without_a_book_opens_no_shift(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    session.store.db.conn.execute("DELETE FROM book_taken")
    assert refused(lambda: open_shift(session, pieces(0))) == "book.none_left"


def test_an_inspector_opens_no_shift(unlock: Unlock) -> None:
    assert refused(lambda: open_shift(unlock("INS-1"), pieces(0))) == "roles.no_right"


def test_an_expired_person_opens_no_shift(trial: Trial) -> None:
    trial.clocks.pass_time(timedelta(days=36_600))
    assert refused(lambda: open_shift(trial.unlock("TEL-1"), pieces(0))) == "session.expired"


def test_a_refused_opening_writes_nothing(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    before = session.store.journal.state()
    assert refused(lambda: open_shift(session, {})) == "cash.count_empty"
    assert refused(lambda: open_shift(session, {"note-7": 1})) == "cash.unknown_denomination"
    assert session.store.journal.state() == before
