"""Unlocking by touch and by keys: wrong tries, waiting, digits that are never shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import Qt

from kiosk.core.bidi import strip_marks
from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import HARDWARE_PIN, choose_secret
from kiosk.store.slots import NewStaff
from kiosk.ui.display_settings import DisplaySettings
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.desk.conftest import CHEAP, SECRETS, trial_data
from tests.store.emulated_tpm import EmulatedTpm
from tests.ui.stage import Stage

WRONG = "99988877766655"


def test_a_person_unlocks_by_touch_alone(stage: Stage) -> None:
    stage.unlock("SUP-1")
    assert stage.desk.on_duty is not None
    assert stage.desk.on_duty.code == "SUP-1"
    assert stage.shell.name_shown == "home"


def test_a_person_unlocks_by_keys_alone(stage: Stage) -> None:
    for _ in range(40):
        focus = stage.focus
        if focus is stage.screen.tiles.tiles["TEL-1"]:
            break
        stage.key(Qt.Key.Key_Tab, "\t")
    stage.key(Qt.Key.Key_Space, " ")
    stage.type(SECRETS["TEL-1"][0])
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.shell.name_shown == "home"


def test_arabic_digits_unlock_too(stage: Stage) -> None:
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    stage.type(SECRETS["TEL-1"][0].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.shell.name_shown == "home"


def test_digits_are_shown_as_dots_in_three_groups(stage: Stage) -> None:
    edit = stage.screen.secret.edit
    stage.type("111222")
    assert edit.text() == "•••• ••––– –––––"
    stage.key(Qt.Key.Key_Backspace, "\b")
    assert edit.text() == "•••• •–––– –––––"
    stage.tap(stage.screen.secret.pad.keys["\b"])
    assert edit.digits == "1112"


def test_the_button_waits_for_the_whole_number(stage: Stage) -> None:
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    stage.type(WRONG[:-1])
    assert not stage.screen.open_button.isEnabled()
    stage.type("5")
    assert stage.screen.open_button.isEnabled()
    stage.type("5")
    assert len(stage.screen.secret.edit.digits) == 14


def test_a_wrong_number_is_said_counted_and_forgotten(stage: Stage) -> None:
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    stage.type(WRONG)
    stage.tap(stage.screen.open_button)
    screen = stage.screen
    assert stage.shell.locked
    assert "غير صحيح" in screen.notice.label.text()
    assert screen.secret.edit.digits == ""
    assert stage.has_focus(screen.secret.edit)
    assert screen.presenter.state.people[2].code == "TEL-1"
    assert screen.presenter.state.people[2].tries == "محاولة خطأ واحدة"
    assert screen.presenter.state.chosen == "TEL-1"


def test_after_some_wrong_tries_the_wait_is_counted_down(stage: Stage) -> None:
    screen = stage.screen
    stage.tap(screen.tiles.tiles["TEL-1"])
    for _ in range(3):
        stage.type(WRONG)
        stage.tap(screen.open_button)
    wait = screen.presenter.state.wait_s
    assert 0 < wait <= 5
    assert str(wait) in strip_marks(screen.wait.text()) or wait <= 2
    stage.type(WRONG)
    assert not screen.open_button.isEnabled()
    for _ in range(wait):
        screen.presenter.second_passed()
    assert not screen.wait.isVisible()
    assert screen.open_button.isEnabled()


def test_the_wait_of_one_does_not_hold_another_up(stage: Stage) -> None:
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    for _ in range(3):
        stage.type(WRONG)
        stage.tap(stage.screen.open_button)
    stage.unlock("TEL-2")
    assert stage.shell.name_shown == "home"


def test_nobody_chosen_is_said_before_a_number_is_tried(stage: Stage) -> None:
    stage.type(WRONG)
    stage.tap(stage.screen.open_button)
    assert "لم تختر كود الموظف" in stage.screen.notice.label.text()


def test_a_scan_does_not_type_a_secret(stage: Stage) -> None:
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    stage.type("12")
    stage.scan(WRONG)
    assert stage.screen.secret.edit.digits in ("12", "129")
    assert stage.shell.locked


def test_the_language_is_changed_before_unlocking(stage: Stage) -> None:
    stage.press("English")
    assert stage.kept[-1].language == "en"
    assert stage.screen.title() == "Unlock the kiosk"
    stage.press("عربي")
    assert stage.kept[-1] == DisplaySettings()


def test_a_device_without_a_store_says_so(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    (stage.desk.root / "kiosk.db").unlink()
    stage.screen.arrive()
    assert "قاعدة بيانات الكشك غير موجودة" in stage.screen.notice.label.text()


def test_where_a_chip_counts_tries_six_digits_open_and_the_screens_say_why(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", chip.place)
    expires = datetime.now(UTC) + timedelta(days=1)
    staff = [NewStaff("SUP-1", ("supervisor",), choose_secret("739104", HARDWARE_PIN), expires)]
    plan = TrialPlan(unit="U-7", vehicle=None, staff=staff, data=trial_data(), device_secret="tpm")
    set_up_trial(tmp_path / "device", plan, DeviceClock(read_zone(shipped_zone_text())), CHEAP)
    stage = Stage(tmp_path / "device")
    stage.type("73910")
    assert not stage.screen.open_button.isEnabled()
    stage.type("4")
    assert "6" in stage.screen.secret.hint.text()
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.shell.name_shown == "home"
    stage.go("settings")
    assert "شريحة أمان" in stage.screen.secrets.text()
    stage.close()
    chip.throw_away()
