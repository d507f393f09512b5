"""What every screen does: mistakes, the primary button, keys, scans."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import Qt

from kiosk.core.bidi import strip_marks
from kiosk.ui.widgets.notice import ErrorLine
from tests.ui.audit import ALL, Audit, audit
from tests.ui.sample_screen import WITH_SAMPLE
from tests.ui.stage import Stage

SCAN = "29001011234567"


@pytest.fixture
def sample(make_stage: Callable[..., Stage]) -> Stage:
    stage = make_stage(screens=WITH_SAMPLE, size=(1024, 1000))
    stage.unlock()
    stage.go("sample", debt="D-1")
    return stage


def test_mistakes_are_said_on_top_and_beside_the_field_in_the_same_words(sample: Stage) -> None:
    screen = sample.screen
    screen.name.setText("ليلى")
    screen.phone.setText("0101")
    screen.amount.setText("1,5")
    sample.tap(screen.take)
    assert screen.summary.isVisible()
    assert screen.summary.texts == [screen.fields["phone"].text, screen.fields["amount"].text]
    assert "1.50" in screen.fields["amount"].text
    assert sample.has_focus(screen.phone)
    assert (screen.name.text(), screen.phone.text(), screen.amount.text()) == ("ليلى", "0101", "1,5")
    assert screen.taken == []
    assert audit(sample, (*ALL, Audit.unreached)) == []


def test_a_line_of_the_summary_leads_to_its_field(sample: Stage) -> None:
    screen = sample.screen
    sample.tap(screen.take)
    lines = screen.summary.findChildren(ErrorLine)
    sample.tap(lines[-1])
    assert sample.has_focus(screen.amount)


def test_mistakes_go_when_they_are_mended(sample: Stage) -> None:
    screen = sample.screen
    sample.tap(screen.take)
    screen.phone.setText("01012345678")
    screen.amount.setText("500")
    sample.tap(screen.take)
    assert not screen.summary.isVisible()
    assert screen.fields["amount"].text == ""
    assert [amount for _, amount in screen.taken] == [50_000]


def test_two_fast_taps_make_one_act(sample: Stage) -> None:
    screen = sample.screen
    screen.phone.setText("01012345678")
    screen.amount.setText("500")
    sample.tap(screen.take)
    assert not screen.take.isEnabled()
    sample.tap(screen.take)
    screen.amount.setFocus()
    sample.key(Qt.Key.Key_Return, "\r")
    assert len(screen.taken) == 1


def test_an_act_tried_again_keeps_its_number_and_a_new_act_gets_another(sample: Stage) -> None:
    once = sample.screen.once
    first = once.begin()
    assert once.begin() is None
    once.failed()
    assert once.begin() == first
    once.finished()
    assert once.begin() not in (None, first)


def test_a_button_that_is_not_allowed_stays_off_when_an_answer_comes(sample: Stage) -> None:
    take = sample.screen.take
    take.allow(allowed=False)
    take.ready()
    assert not take.isEnabled()
    take.allow(allowed=True)
    assert take.isEnabled()


def test_enter_in_a_field_presses_the_primary_button(sample: Stage) -> None:
    screen = sample.screen
    screen.phone.setText("01012345678")
    screen.amount.setText("20")
    screen.amount.setFocus()
    sample.key(Qt.Key.Key_Return, "\r")
    assert [amount for _, amount in screen.taken] == [2_000]


def test_enter_on_another_button_presses_that_one(sample: Stage) -> None:
    screen = sample.screen
    screen.help.setFocus()
    sample.key(Qt.Key.Key_Return, "\r")
    assert (screen.helped, screen.taken) == (1, [])


def test_a_function_key_presses_the_button_it_is_printed_on_from_anywhere(sample: Stage) -> None:
    sample.screen.amount.setFocus()
    sample.key(Qt.Key.Key_F9)
    assert sample.screen.helped == 1
    sample.screen.help.setEnabled(False)
    sample.key(Qt.Key.Key_F9)
    assert sample.screen.helped == 1


def test_esc_goes_back_a_step_first_and_then_to_the_screen_before(sample: Stage) -> None:
    sample.screen.inner_step = True
    sample.key(Qt.Key.Key_Escape, "\x1b")
    assert sample.shell.name_shown == "sample"
    assert sample.screen.stepped_back == 1
    sample.key(Qt.Key.Key_Escape, "\x1b")
    assert sample.shell.name_shown == "home"
    sample.key(Qt.Key.Key_Escape, "\x1b")
    assert sample.shell.name_shown == "home"


def test_a_screen_gets_the_arguments_it_was_called_with(sample: Stage) -> None:
    assert sample.screen.arrivals == [{"debt": "D-1"}]


@pytest.mark.parametrize("focus", ["name", "amount", "phone", "take", "help"])
def test_a_scan_reaches_the_screen_whatever_has_the_focus(sample: Stage, focus: str) -> None:
    screen = sample.screen
    screen.amount.setText("12.5")
    getattr(screen, focus).setFocus()
    sample.scan(SCAN)
    assert screen.scans == [SCAN]
    assert (screen.amount.text(), screen.phone.text(), screen.name.text()) == ("12.5", "", "")
    assert screen.taken == []


def test_a_person_who_types_fast_is_no_scanner(sample: Stage) -> None:
    screen = sample.screen
    screen.amount.setFocus()
    sample.type("12", after_ms=20)
    sample.type("5")
    assert screen.amount.text() == "125"
    assert screen.scans == []


def test_quick_characters_arrive_when_nothing_follows(sample: Stage, qtbot: "object") -> None:
    screen = sample.screen
    screen.amount.setFocus()
    sample.type("12", after_ms=20)
    qtbot.waitUntil(lambda: screen.amount.text() == "12")  # type: ignore[attr-defined]
    assert screen.scans == []


def test_a_banner_says_what_happened_without_waiting_for_an_answer(sample: Stage) -> None:
    sample.screen.say("warning", "حان تسليم النقدية")
    sample.settle()
    assert sample.screen.notice.isVisible()
    assert sample.screen.notice.accessibleName() == "حان تسليم النقدية"
    assert audit(sample) == []
    sample.screen.notice.clear()
    assert not sample.screen.notice.isVisible()


def test_labels_and_mistakes_are_told_to_screen_readers(sample: Stage) -> None:
    screen = sample.screen
    sample.tap(screen.take)
    assert screen.amount.accessibleName() == "المبلغ"
    assert strip_marks(screen.fields["amount"].text) in strip_marks(screen.amount.accessibleDescription())
