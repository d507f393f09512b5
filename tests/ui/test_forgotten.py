"""Who forgot his secret number gets a new one before the lock: one code, limited tries, nothing left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import Qt

from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import HARDWARE_PIN, choose_secret
from kiosk.store.slots import NewStaff
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.desk.conftest import CHEAP, trial_data
from tests.store.emulated_tpm import EmulatedTpm
from tests.ui.scenes_forgotten import (
    CODE,
    escrowed,
    forgotten,
    forgotten_differs,
    forgotten_done,
    forgotten_shown,
    forgotten_wrong,
)
from tests.ui.stage import Stage

NEW = "90817263544536"


def key_of(stage: Stage, staff: str = "TEL-1") -> str:
    known = stage.do(
        lambda session: session.store.db.execute(
            "SELECT public_key FROM staff_known WHERE staff = ?", (staff,)
        ).fetchone()
    )
    return str(known[0])


def test_the_code_leads_to_a_new_number_with_a_new_key_that_unlocks(stage: Stage) -> None:
    stage.unlock("SUP-1")
    before = key_of(stage)
    stage.shell.lock()
    stage.settle()
    forgotten_done(stage)
    assert stage.shell.name_shown == "unlock"
    assert "تغيّر الرقم السري" in stage.screen.notice.label.text()
    assert stage.screen.presenter.state.chosen == "TEL-1"
    stage.type(NEW)
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.desk.on_duty is not None
    assert stage.desk.on_duty.code == "TEL-1"
    assert key_of(stage) != before


def test_only_who_has_a_code_at_the_centre_is_offered_the_way(stage: Stage) -> None:
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    assert not stage.screen.forgot.isVisible()
    escrowed(stage)
    assert stage.screen.forgot.isVisible()
    stage.tap(stage.screen.tiles.tiles["TEL-2"])
    assert not stage.screen.forgot.isVisible()


def test_a_mistyped_code_is_told_and_is_no_try(stage: Stage) -> None:
    forgotten(stage)
    stage.type(CODE[:-1] + ("0" if CODE[-1] != "0" else "1"))
    stage.tap(stage.screen.primary)
    assert "مكتوب خطأ" in stage.screen.fields["code"].error.text()
    stage.key(Qt.Key.Key_Escape)
    assert [one.tries for one in stage.screen.presenter.state.people if one.code == "TEL-1"] == [""]


def test_wrong_codes_are_counted_and_after_three_there_is_a_wait(stage: Stage) -> None:
    forgotten_wrong(stage)
    assert "لا يفتح" in stage.screen.fields["code"].error.text()
    for _ in range(2):
        stage.tap(stage.screen.primary)
    stage.tap(stage.screen.primary)
    assert "انتظر" in stage.screen.notice.label.text()
    stage.tap(stage.screen.leave)
    assert stage.screen.presenter.state.wait_s > 0


def test_the_kiosk_stays_locked_and_escape_leaves_with_nothing_changed(stage: Stage) -> None:
    forgotten_shown(stage)
    assert stage.shell.locked
    assert stage.shell.header.isHidden()
    stage.key(Qt.Key.Key_Escape)
    assert stage.shell.name_shown == "unlock"
    stage.tap(stage.screen.forgot)
    assert stage.screen.code.value() == ""
    stage.type(CODE)
    stage.tap(stage.screen.primary)
    assert stage.screen.presenter.state.step == "shown"


def test_what_is_typed_back_wrong_changes_nothing_and_is_asked_again(stage: Stage) -> None:
    forgotten_differs(stage)
    assert stage.screen.fields["number"].error.text()
    assert stage.screen.presenter.state.number
    stage.type(NEW)
    stage.tap(stage.screen.primary)
    assert stage.shell.name_shown == "unlock"


def test_a_number_that_is_shown_does_not_stay_when_everybody_goes(stage: Stage) -> None:
    forgotten_shown(stage)
    stage.screen._alone.timeout.emit()
    assert stage.shell.name_shown == "unlock"


def test_the_code_opens_once(stage: Stage) -> None:
    forgotten_done(stage)
    assert not stage.screen.forgot.isVisible()


def test_where_a_chip_counts_tries_he_chooses_his_own_number(
    qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", chip.place)
    expires = datetime.now(UTC) + timedelta(days=1)
    chosen = {"SUP-1": "739104", "TEL-1": "582047"}
    staff = [
        NewStaff(
            code,
            ("supervisor" if code == "SUP-1" else "teller",),
            choose_secret(number, HARDWARE_PIN),
            expires,
        )
        for code, number in chosen.items()
    ]
    plan = TrialPlan(unit="U-7", vehicle=None, staff=staff, data=trial_data(), device_secret="tpm")
    set_up_trial(tmp_path / "device", plan, DeviceClock(read_zone(shipped_zone_text())), CHEAP)
    stage = Stage(tmp_path / "device")
    stage.tap(stage.screen.tiles.tiles["SUP-1"])
    stage.type("739104")
    stage.key(Qt.Key.Key_Return, "\r")
    monkeypatch.setattr("tests.ui.stage.Stage.unlock", lambda *_args: None)
    forgotten(stage)
    stage.type(CODE)
    stage.tap(stage.screen.primary)
    for number in ("111111", "111111"):
        stage.type(number)
        stage.tap(stage.screen.primary)
    assert stage.screen.presenter.state.step == "choose"
    assert stage.screen.fields["number"].error.text()
    for number in ("640281", "640281"):
        stage.type(number)
        stage.tap(stage.screen.primary)
    assert stage.shell.name_shown == "unlock"
    stage.type("640281")
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.shell.name_shown == "home"
    stage.close()
    chip.throw_away()
