"""The queue screen over a real store: a person pauses sync and lets it go on, with one button."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.app_sync import Syncing
from kiosk.core.bidi import strip_marks
from kiosk.link.network import network
from kiosk.store.sync_pause import pause_of
from kiosk.ui.screens.queue_screen import QueueScreen
from kiosk.ui.sync_state import Paused
from tests.ui.audit import audit
from tests.ui.stage import FakeCentre, Stage


@pytest.mark.parametrize("size", [(1024, 700), (800, 1280)])
def test_the_button_sets_a_pause_in_the_persons_name_and_lifts_it(
    make_stage: Callable[..., Stage], size: tuple[int, int]
) -> None:
    stage = make_stage()
    stage.resize(*size)
    centre = FakeCentre()
    stage.desk.sync = centre
    stage.unlock()
    stage.go("queue")
    screen = stage.screen
    assert isinstance(screen, QueueScreen)
    assert strip_marks(screen.again.text()) == "أرسل الآن"
    stage.tap(screen.pause)
    session = stage.desk._session
    assert session is not None
    set_ = pause_of(session.store.db)
    assert set_ is not None
    assert (set_.by, set_.until, set_.network) == (session.staff, None, None)
    centre.since = set_.since
    centre.paused = Paused(set_.by, set_.since)
    stage.tap(screen.again)
    assert "/" not in stage.desk.sync_state.since
    centre.since = set_.since - timedelta(days=2)
    centre.paused = Paused(set_.by, centre.since)
    stage.tap(screen.again)
    assert "/" in stage.desk.sync_state.since, "after days the chip says the day"
    assert screen.pause.text() == "شغّل الإرسال"
    assert f"أوقف {session.staff} الإرسال" in strip_marks(screen._headline.text())
    assert audit(stage) == []
    tried = centre.tried
    stage.tap(screen.pause)
    assert pause_of(session.store.db) is None
    assert centre.tried == tried + 1


def _with_networks(patch: pytest.MonkeyPatch, folder: Path, listed: str) -> None:
    """A system whose NetworkManager tells these networks; '' for one without any."""
    program = folder / "bin" / "nmcli"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nprintf '%s' '{listed}'\n")
    program.chmod(0o755)
    patch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_a_second_button_pauses_on_the_network_in_use_alone(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_networks(monkeypatch, tmp_path, "Village WiFi:802-11-wireless\n")
    assert Syncing(lambda: None, lambda bug: pytest.fail(str(bug))).network() == network()
    centre = FakeCentre()
    stage.desk.sync = centre
    stage.unlock()
    stage.go("queue")
    screen = stage.screen
    stage.tap(screen.here)
    session = stage.desk._session
    assert session is not None
    set_ = pause_of(session.store.db)
    assert set_ is not None
    assert (set_.by, set_.until, set_.network) == (session.staff, None, "Village WiFi")
    centre.paused = Paused(set_.by, set_.since, None, set_.network)
    stage.tap(screen.again)
    assert "Village WiFi" in screen._explanation.text()
    assert screen.here.isHidden(), "a pause is lifted by the other button"
    assert audit(stage) == []


def test_a_system_that_tells_no_network_pauses_nothing_and_says_what_to_do(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_networks(monkeypatch, tmp_path, "")
    stage.desk.sync = FakeCentre()
    stage.unlock()
    stage.go("queue")
    stage.tap(stage.screen.here)
    session = stage.desk._session
    assert session is not None
    assert pause_of(session.store.db) is None
    assert "لا يذكر اسم الشبكة" in strip_marks(stage.screen.notice.label.text())
