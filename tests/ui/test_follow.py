"""A citizen asks for his request: typed or scanned, answered in words, with the age of what is known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.catalogue.model import Text
from kiosk.core.errors import Language
from kiosk.desk.follow import Followed, Word
from kiosk.desk.pay import Offer
from kiosk.desk.serve import pay_request, take_request
from kiosk.store.request_told import Age
from kiosk.ui.screens.follow_presenter import FollowPresenter, Found
from kiosk.ui.texts import Texts
from tests.desk.forms import request
from tests.ui.scenes_follow import ELSEWHERE, TOLD, asked, follow_several, follow_silent, tell
from tests.ui.scenes_shift import at_work
from tests.ui.stage import Stage

AGE = Age(datetime(2026, 11, 24, 5, 30, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
PAGE = Followed(
    tracking=ELSEWHERE,
    service="CRT-01",
    name=Text("إفادة", "A statement"),
    day=date(2026, 11, 18),
    here=True,
    word=Word.SAID,
    said=TOLD,
    overdue=False,
    papers=(),
    papers_until=None,
    left=0,
    age=AGE,
)


class View:
    """Keeps what it was shown."""

    def show_state(self, state: object) -> None:
        self.state = state

    def show_errors(self, errors: object) -> None:
        self.errors = errors

    say_error = show_errors


class Words:
    """A context with nothing but words."""

    def __init__(self, language: Language) -> None:
        self.texts = Texts(language)


def answer(page: Followed, language: Language = "ar") -> Any:
    context: Any = Words(language)
    presenter = FollowPresenter(context, View())
    presenter._told(Found((page,), 120))
    return presenter.state.answer


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("word", [Word.ARRIVED, Word.WAITS, Word.TRIAL])
def test_a_silence_of_the_centre_is_said_as_one(word: Word, language: Language) -> None:
    silent = answer(replace(PAGE, word=word, said=None), language)
    assert silent.head
    assert silent.notice
    assert silent.notice != silent.head
    labels = [one.label for one in silent.facts]
    assert Texts(language)("follow.said_at") not in labels


def test_the_centres_word_is_told_with_its_day_its_text_and_how_old_it_is() -> None:
    told = answer(PAGE)
    assert told.head.endswith("استكماله")
    assert [text for _, text in told.texts] == [TOLD.note]
    values = [strip_marks(one.value) for one in told.facts]
    assert values == ["18/11/2026", "22/11/2026 11:40", "06/12/2026"]
    assert "24/11/2026 10:00" in strip_marks(told.age), "the centre confirmed it later than it made it"
    assert (told.notice, told.kind) == ("", "info")
    late = answer(replace(PAGE, overdue=True))
    assert (late.kind, "المهلة" in late.notice) == ("warning", True)
    assert "آخر" in answer(replace(PAGE, here=False)).notice
    never = answer(replace(PAGE, said=None, word=Word.WAITS, age=None))
    assert never.age == Texts("ar")("follow.no_data")
    sent_on = replace(TOLD, state="forwarded", note=None, until=None, office="الإدارة الهندسية")
    assert answer(replace(PAGE, said=sent_on)).texts[0][1] == "الإدارة الهندسية"


def test_a_request_is_found_by_its_number_and_its_fee_taken_from_there(stage: Stage) -> None:
    follow_silent(stage)
    tracking = stage.screen.presenter.state.answer.tracking
    stage.tap(stage.screen.pay)
    assert stage.shell.name_shown == "pay"
    stage.shell.back()
    stage.settle()
    assert stage.shell.name_shown == "follow"
    asked(stage, tracking.lower())
    assert tracking in strip_marks(stage.screen.tracking.text())


def test_a_receipt_scanned_at_home_opens_its_request(stage: Stage) -> None:
    at_work(stage)
    taken = stage.do(lambda session: take_request(session, request(session, "CRT-01")))
    paid = stage.do(lambda session: pay_request(session, taken.tracking, Offer(cash=taken.due)))
    stage.do(tell(replace(TOLD, tracking=taken.tracking, state="ready", note=None, until=None)))
    stage.shell.home()
    stage.scan(paid.number)
    assert stage.shell.name_shown == "follow"
    assert stage.screen.head.text().endswith("جاهز للاستلام")
    assert not stage.screen.pay.isVisible()


def test_one_of_several_requests_of_a_person_is_shown_and_left_again(stage: Stage) -> None:
    follow_several(stage)
    screen = stage.screen
    assert len(screen.rows.rows) == 2
    stage.tap(screen.rows.rows[1])
    assert screen.head.text().endswith("تمت الموافقة")
    assert screen.go_back()
    assert screen.presenter.state.step == "several"
    stage.tap(screen.primary)
    assert (screen.presenter.state.step, screen.number.value()) == ("ask", "")
