"""The screen lock: the work is hidden, the store stays open, and five wrong tries close it."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from kiosk.core.bidi import strip_marks
from kiosk.core.entries.staff import UnlockDone, UnlockFailedTries
from kiosk.desk.session import Session
from kiosk.paperwork.reading import entry_of
from tests.ui.sample_screen import WITH_SAMPLE
from tests.ui.scenes import held, short_number
from tests.ui.stage import FakeCentre, Stage
from tests.ui.test_commit_once import HeldTasks

NUMBER, NAME = "4827", "ليلى محمود"


@pytest.fixture
def sample(make_stage: Callable[..., Stage]) -> Stage:
    stage = make_stage(screens=WITH_SAMPLE, size=(1024, 900), sync=FakeCentre())
    stage.unlock()
    stage.go("sample")
    stage.screen.name.setText(NAME)
    return stage


def hold(stage: Stage) -> None:
    stage.key(Qt.Key.Key_F12)
    for _ in range(2):
        stage.type(NUMBER)
        stage.tap(stage.screen.primary)


def try_number(stage: Stage, number: str) -> None:
    stage.type(number)
    stage.tap(stage.screen.open_button)


def in_sight(stage: Stage) -> str:
    shown: list[Any] = [*stage.shell.findChildren(QLabel), *stage.shell.findChildren(QLineEdit)]
    return strip_marks(" ".join(one.text() for one in shown if one.isVisible()))


def last(session: Session, back: int = 0) -> int:
    return session.store.journal.state().seq - back


def test_a_held_screen_shows_who_holds_it_and_nothing_of_the_work(sample: Stage) -> None:
    hold(sample)
    assert sample.shell.held
    assert sample.shell.locked
    assert "TEL-1" in in_sight(sample)
    assert NAME not in in_sight(sample)
    assert not sample.shell.header.isVisible()


def test_the_store_stays_open_and_the_screen_tells_how_sync_goes_on(sample: Stage) -> None:
    hold(sample)
    assert sample.do(lambda session: session.store.journal.state().seq) > 0
    assert "غير متصل" in sample.screen.sync.text()
    assert isinstance(sample.desk.sync, FakeCentre)
    sample.desk.sync.reachable = True
    sample.shell._connection.timeout.emit()
    assert "متصل بالمركز" in sample.screen.sync.text()


def test_the_short_number_leads_back_to_the_work_and_is_journalled(sample: Stage) -> None:
    hold(sample)
    try_number(sample, NUMBER)
    assert sample.shell.name_shown == "sample"
    assert sample.screen.name.text() == NAME
    done = sample.do(lambda session: entry_of(session.store.db, last(session), UnlockDone)[1])
    assert done.method == "screen"
    sample.key(Qt.Key.Key_F12)
    assert sample.shell.held, "chosen once"


def test_wrong_tries_are_counted_said_and_journalled_when_the_person_is_back(sample: Stage) -> None:
    hold(sample)
    try_number(sample, "7263")
    try_number(sample, "726358")
    assert "باقي 3 محاولات" in in_sight(sample)
    assert sample.screen.secret.edit.digits == ""
    assert sample.shell.held
    try_number(sample, NUMBER)
    tries = sample.do(lambda session: entry_of(session.store.db, last(session, 1), UnlockFailedTries)[1])
    assert tries.count == 2


def test_the_fifth_wrong_try_locks_fully_and_is_journalled(sample: Stage) -> None:
    hold(sample)
    for _ in range(5):
        try_number(sample, "7263")
    assert sample.shell.name_shown == "unlock"
    assert sample.desk.on_duty is None
    assert not sample.desk.can_hold
    sample.unlock("TEL-1")
    assert sample.shell.name_shown == "sample"
    assert sample.screen.name.text() == NAME
    tries = sample.do(lambda session: entry_of(session.store.db, last(session, 1), UnlockFailedTries)[1])
    assert tries.count == 5


def test_the_right_number_does_not_help_after_the_fifth_wrong_one(sample: Stage) -> None:
    hold(sample)
    short = sample.desk._short
    assert short is not None
    at = sample.do(lambda session: session.moment().at)
    assert [short.test("7263", at) for _ in range(5)] == [False] * 5
    assert not short.test(NUMBER, at)


@pytest.mark.parametrize("number", ["1234", "1111", "2580"])
def test_a_number_that_is_easy_to_guess_is_refused_beside_its_field(sample: Stage, number: str) -> None:
    sample.key(Qt.Key.Key_F12)
    for _ in range(2):
        sample.type(number)
        sample.tap(sample.screen.primary)
    assert "سهل التخمين" in sample.screen.fields["number"].text
    assert sample.screen.fields["number"].text in sample.screen.summary.texts
    assert not sample.shell.locked
    assert not sample.desk.can_hold


def test_two_different_numbers_are_refused(sample: Stage) -> None:
    sample.key(Qt.Key.Key_F12)
    for number in (NUMBER, "4828"):
        sample.type(number)
        sample.tap(sample.screen.primary)
    assert "مختلفان" in sample.screen.fields["number"].text
    assert not sample.desk.can_hold


def test_three_digits_are_too_few(sample: Stage) -> None:
    sample.key(Qt.Key.Key_F12)
    sample.type(NUMBER[:3])
    assert not sample.screen.primary.isEnabled()


def test_the_full_lock_is_one_touch_away_from_both_screens(sample: Stage) -> None:
    sample.key(Qt.Key.Key_F12)
    sample.tap(sample.screen.full_button)
    assert sample.shell.name_shown == "unlock"
    sample.unlock("TEL-1")
    sample.shell.home()
    hold(sample)
    sample.tap(sample.screen.full_button)
    assert sample.shell.name_shown == "unlock"
    assert sample.desk.on_duty is None
    assert not sample.desk.can_hold


def test_a_kiosk_left_alone_is_held_where_it_can_be_opened_again(sample: Stage) -> None:
    hold(sample)
    try_number(sample, NUMBER)
    sample.shell._idle.timeout.emit()
    assert sample.shell.held
    sample.shell._forsaken.timeout.emit()
    assert sample.shell.name_shown == "unlock"
    assert sample.desk.on_duty is None


def test_esc_and_function_keys_do_not_open_a_held_screen(sample: Stage) -> None:
    hold(sample)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F2, Qt.Key.Key_F12, Qt.Key.Key_F6):
        sample.key(key)
    assert sample.shell.held


def test_a_held_screen_stays_held_in_another_look(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    held(stage)
    stage.shell.change_display(stage.shell.settings)
    stage.settle()
    assert stage.shell.held
    try_number(stage, NUMBER)
    assert stage.shell.name_shown == "home"


@pytest.mark.parametrize("cold", [True, False])
def test_an_act_that_ends_behind_the_lock_shows_nothing_until_its_owner_is_back(
    make_stage: Callable[..., Stage], cold: bool
) -> None:
    tasks = HeldTasks()
    stage = make_stage(tasks=tasks)
    short_number(stage)
    stage.tap(stage.screen.primary)
    stage.type(NUMBER)
    stage.tap(stage.screen.primary)
    try_number(stage, NUMBER)
    tasks.holding = True
    stage.desk.ask(lambda _: None, lambda _: stage.shell.go("queue"), lambda _: None)
    if cold:
        stage.shell.lock()
    else:
        stage.shell.hold()
    tasks.release()
    assert stage.shell.locked
    assert stage.shell.name_shown == ("unlock" if cold else "held")
    if cold:
        stage.unlock()
    else:
        try_number(stage, NUMBER)
    assert stage.shell.name_shown == "queue"
