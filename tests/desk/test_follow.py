"""Where a request stands is told by any number that a citizen can show, and a wrong one is told as wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.seal import Facts, seal_receipt
from kiosk.desk.follow import Word, follow
from kiosk.desk.pay import Offer
from kiosk.desk.serve import pay_request, take_request
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.store.driver import transaction
from kiosk.store.rebuild import rebuild
from kiosk.store.request_told import told_age, told_count, told_of
from tests.desk.conftest import Trial
from tests.desk.forms import NUMBER, request, without_later
from tests.desk.prepared import at_work, copy_of_trial
from tests.ui.scenes_follow import ELSEWHERE, TOLD, tell


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with copy_of_trial(tmp_path) as made:
        yield made


@pytest.fixture
def counter(trial: Trial) -> Session:
    """A teller at work."""
    session = at_work(trial, "TEL-1")
    open_shift(session, {"note-10": 20})
    return session


def refused(session: Session, typed: str) -> str:
    with pytest.raises(KnownError) as caught:
        follow(session, typed)
    return caught.value.code


def test_a_request_is_found_by_its_number_its_receipts_number_or_code_and_its_owner(counter: Session) -> None:
    first = take_request(counter, request(counter, "CRT-01"))
    paid = pay_request(counter, first.tracking, Offer(cash=first.due))
    second = take_request(counter, without_later(counter, "SHP-01"))
    facts = Facts(7, paid.number, datetime(2026, 11, 24, tzinfo=UTC), "CRT-01", 100, b"", b"abcd")
    code = seal_receipt(facts, host="verify.gov.eg", kid="ab" * 4, sign=lambda _: bytes(64)).url
    arabic = first.tracking.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (first.tracking, f" {first.tracking.lower()} ", arabic, paid.number, code, code.lower()):
        assert [one.tracking for one in follow(counter, typed)] == [first.tracking]
    assert [one.tracking for one in follow(counter, NUMBER)] == [second.tracking, first.tracking]
    own, conditional = follow(counter, first.tracking)[0], follow(counter, second.tracking)[0]
    assert (own.word, own.left, own.papers, own.age) == (Word.TRIAL, 0, (), None)
    assert conditional.left == second.due
    assert (len(conditional.papers), conditional.papers_until) == (len(second.slip.missing), second.until)


def test_a_wrong_number_is_told_apart_from_one_that_the_centre_has_not_told_of(counter: Session) -> None:
    taken = take_request(counter, request(counter, "CRT-01"))
    assert refused(counter, f"{taken.tracking[:-1]}2") == "follow.none_here"
    assert refused(counter, ELSEWHERE) == "follow.never_told"
    tell(TOLD)(counter)
    assert refused(counter, f"{ELSEWHERE[:-1]}9") == "follow.not_told"
    for typed in ("", "12", "D7-2026-1", "منى محمود", "x" * 3000):
        assert refused(counter, typed) == "follow.number"
    assert refused(counter, "D00000007-E1B1-000001") == "follow.no_receipt"
    assert refused(counter, "28506150201477") == "follow.no_request_of"
    assert refused(counter, "99001011234564").startswith("identity.")


def test_what_the_centre_told_is_shown_with_its_age_and_a_day_that_is_past(counter: Session) -> None:
    tell(TOLD)(counter)
    (page,) = follow(counter, ELSEWHERE)
    assert (page.said, page.word, page.here, page.overdue) == (TOLD, Word.SAID, False, False)
    assert page.name == counter.reference.catalogue.service("CRT-01").name
    age = told_age(counter.store.db)
    assert page.age == age
    assert age is not None
    assert age.as_of == datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
    tell(replace(TOLD, until=date(2026, 11, 23)), replace(TOLD, tracking=f"{ELSEWHERE}0", service="NEW-1"))(
        counter
    )
    assert follow(counter, ELSEWHERE)[0].overdue
    assert follow(counter, f"{ELSEWHERE}0")[0].name is None
    tell()(counter)
    assert told_count(counter.store.db) == 0
    assert refused(counter, ELSEWHERE) == "follow.not_told"


def test_papers_and_money_are_asked_for_until_the_centre_has_looked_or_ended_it(counter: Session) -> None:
    taken = take_request(counter, without_later(counter, "SHP-01"))
    assert taken.until is not None
    told = replace(TOLD, tracking=taken.tracking, service="SHP-01", note=None, until=None)
    for state, asked, left in (
        ("received", True, taken.due),
        ("accepted", False, taken.due),
        ("refused", False, 0),
    ):
        note = "x" if state == "refused" else None
        tell(replace(told, state=state, note=note))(counter)
        (page,) = follow(counter, taken.tracking)
        assert (page.here, bool(page.papers), page.left) == (True, asked, left)


def test_the_statuses_outlive_a_rebuilding_of_the_read_models(counter: Session) -> None:
    tell(TOLD)(counter)
    with transaction(counter.store.db):
        rebuild(counter.store.db, counter.store.journal)
    assert told_of(counter.store.db, ELSEWHERE) == TOLD


def test_who_takes_no_requests_follows_none(trial: Trial) -> None:
    unlock: Callable[[str], Session] = partial(at_work, trial)
    assert refused(unlock("COL-1"), ELSEWHERE).startswith("roles.")
