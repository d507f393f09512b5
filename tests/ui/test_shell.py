"""The window: the lock that hides and keeps, the chip, navigation, another look."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError
from kiosk.ui.display_settings import DisplaySettings
from tests.ui.sample_screen import WITH_SAMPLE
from tests.ui.stage import FakeCentre, Stage

NAME = "ليلى محمود"


@pytest.fixture
def sample(make_stage: Callable[..., Stage]) -> Stage:
    stage = make_stage(screens=WITH_SAMPLE, size=(1024, 900))
    stage.unlock()
    stage.go("sample")
    stage.screen.name.setText(NAME)
    return stage


def in_sight(stage: Stage) -> str:
    """Every text that is shown now."""
    shown = [one for one in stage.shell.findChildren(QLabel) if one.isVisible()]
    edits = [one for name in ("name", "amount") if (one := getattr(stage.screen, name, None)) is not None]
    return strip_marks(" ".join(one.text() for one in (*shown, *edits)))


def test_the_lock_closes_the_store_and_hides_what_was_typed(sample: Stage) -> None:
    sample.shell.lock()
    sample.settle()
    assert sample.shell.locked
    assert sample.desk.on_duty is None
    assert NAME not in in_sight(sample)
    assert not sample.shell.header.isVisible()
    assert "TEL-1" in in_sight(sample)


def test_its_owner_finds_his_work_again(sample: Stage) -> None:
    sample.shell.lock()
    sample.settle()
    sample.unlock("TEL-1")
    assert sample.shell.name_shown == "sample"
    assert sample.screen.name.text() == NAME
    sample.key(Qt.Key.Key_Escape, "\x1b")
    assert sample.shell.name_shown == "home"


def test_another_person_begins_anew_and_finds_nothing_of_it(sample: Stage) -> None:
    sample.shell.lock()
    sample.settle()
    sample.unlock("TEL-2")
    assert sample.shell.name_shown == "home"
    sample.go("sample")
    assert sample.screen.name.text() == ""
    assert strip_marks(sample.shell.header.who.text()) == "TEL-2"


def test_a_kiosk_left_alone_locks_itself(sample: Stage, qtbot: Any) -> None:
    idle = sample.shell._idle
    assert idle.isActive()
    assert idle.interval() == 3 * 60_000
    idle.setInterval(1)
    qtbot.waitUntil(lambda: sample.shell.locked)


def test_a_touch_puts_the_lock_off(sample: Stage) -> None:
    idle = sample.shell._idle
    idle.setInterval(50_000)
    sample.key(Qt.Key.Key_Tab, "\t")
    assert idle.interval() == 3 * 60_000


def test_the_unlock_screen_says_only_whether_something_waits(sample: Stage) -> None:
    sample.shell.lock()
    assert sample.waits == [True]
    assert sample.shell.settings.waits
    assert "13" not in in_sight(sample)


def test_a_second_lock_and_keys_on_the_unlock_screen_do_nothing(sample: Stage) -> None:
    sample.shell.lock()
    sample.shell.lock()
    sample.key(Qt.Key.Key_Escape, "\x1b")
    sample.key(Qt.Key.Key_F12)
    assert sample.shell.locked


def test_the_chip_follows_the_connection(make_stage: Callable[..., Stage]) -> None:
    centre = FakeCentre(reachable=True)
    stage = make_stage(sync=centre)
    stage.unlock()
    chip = stage.shell.header.chip
    assert "متصل بالمركز" in chip.accessibleName()
    assert chip.property("state") == "connected"
    centre.reachable = False
    stage.shell._connection.timeout.emit()
    assert strip_marks(chip.accessibleName()).startswith("غير متصل منذ 09:12")
    assert chip.property("state") == "offline"
    assert stage.shell._connection.interval() < 5_000


def test_the_chip_opens_what_waits(sample: Stage) -> None:
    sample.tap(sample.shell.header.chip)
    assert sample.shell.name_shown == "queue"


def test_another_look_keeps_the_screen_and_is_kept(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.unlock()
    stage.go("settings")
    stage.press("English")
    assert stage.shell.name_shown == "settings"
    assert stage.shell.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert stage.kept[-1] == DisplaySettings(language="en")
    stage.press("Dark")
    stage.press("Very large")
    stage.press("10 minutes")
    assert stage.kept[-1] == DisplaySettings("en", "dark", 150, 10)
    assert stage.shell._idle.isActive()
    stage.press("Done")
    assert stage.shell.name_shown == "home"


def test_screens_are_built_at_their_first_visit(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    assert list(stage.shell._built) == ["unlock"]


def test_a_screen_that_is_not_in_the_table_is_a_bug(sample: Stage) -> None:
    with pytest.raises(BugError, match="no screen"):
        sample.shell.go("nowhere")


def test_going_to_a_screen_on_the_way_goes_back_to_it(sample: Stage) -> None:
    sample.go("queue")
    sample.go("sample")
    sample.key(Qt.Key.Key_Escape, "\x1b")
    assert sample.shell.name_shown == "home"


def test_slow_work_is_said_to_be_under_way(sample: Stage, qtbot: Any) -> None:
    working = sample.shell.header.working
    sample.shell._slow.setInterval(1)
    sample.shell.busy(1)
    qtbot.waitUntil(working.isVisible)
    sample.shell.busy(0)
    assert not working.isVisible()


def test_closing_the_window_locks(sample: Stage) -> None:
    sample.shell.close()
    assert sample.desk.on_duty is None
