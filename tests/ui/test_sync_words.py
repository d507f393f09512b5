"""Chip and queue screen say truly how the connection stands, after every way in which a round can end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.roles import Role
from kiosk.sync.outcomes import _BY_CODE, Outcome, RoundResult, outcome_of
from kiosk.ui.desk_access import DeskAccess, OnDuty
from kiosk.ui.screens.queue_presenter import QueueFacts, QueuePresenter
from kiosk.ui.sync_state import Connection, NoCentre, Paused
from kiosk.ui.texts import Texts
from tests.ui.test_presenters import FakeDesk, FakeView, context

SINCE = datetime(2026, 11, 24, 7, 12, tzinfo=UTC)
PARAMS = {"status": 500, "reason": "x", "at": 7, "seq": 9}
FAILED = {
    Outcome.OFFLINE: ("sync.offline", "لا يوجد اتصال بخادم المركز."),
    Outcome.CAPTIVE_PORTAL: ("sync.captive_portal", "الشبكة ردّت بصفحة أخرى"),
    Outcome.BUSY: ("sync.busy", "مشغول"),
    Outcome.TIMEOUT: ("sync.timeout", "لم يرد في الوقت"),
    Outcome.TLS: ("sync.tls", "ساعة الجهاز"),
    Outcome.CERTIFICATE: ("sync.certificate_expired", "مدة شهادة هذا الجهاز"),
    Outcome.NOT_ENROLLED: ("sync.unknown_device", "لا يعرف هذا الجهاز"),
    Outcome.TOO_OLD: ("sync.too_old", "إصدارين"),
    Outcome.REFUSED: ("sync.fork", "قيد آخر بنفس رقم القيد"),
    Outcome.SERVER_ERROR: ("sync.server_error", "بخطأ عنده"),
    Outcome.STOPPED: ("sync.stopped", "أُوقف الإرسال"),
}
GOOD = (Outcome.DELIVERED, Outcome.REPEAT, Outcome.NOTHING_TO_SEND)


class Port(NoCentre):
    """Answers with one connection."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.stands = connection
        self.asked: list[str] = []

    def connection(self) -> Connection:
        return self.stands

    def try_now(self) -> None:
        self.asked.append("now")

    def pause_changed(self) -> None:
        self.asked.append("pause")


def shown(tmp_path: Path, connection: Connection) -> tuple[str, str, str]:
    """Chip, headline and explanation."""
    desk = FakeDesk(tmp_path, QueueFacts(3, 40, "2026/11/24 09:05", 2_100, (), offset=120))
    desk.sync = Port(connection)
    desk._counts, desk._offset = (3, 0), 120
    desk.sync_state = DeskAccess._state(desk, connection)
    view = FakeView()
    QueuePresenter(context(desk), view).refresh()
    chip = desk.sync_state.words(Texts("ar"))
    return strip_marks(chip), strip_marks(view.last.headline), strip_marks(view.last.explanation)


def test_every_outcome_is_here() -> None:
    assert {*FAILED, *GOOD} == set(Outcome)
    assert set(_BY_CODE.values()) <= set(FAILED)


@pytest.mark.parametrize("outcome", FAILED)
def test_a_round_that_failed_says_why_and_that_nothing_is_lost(tmp_path: Path, outcome: Outcome) -> None:
    code, words = FAILED[outcome]
    error = KnownError(code, **PARAMS)
    assert outcome_of(error) is outcome
    assert words in strip_marks(RoundResult(outcome, error).sentence("ar"))
    chip, headline, explanation = shown(tmp_path, Connection(outcome.reached, SINCE, None, None, error))
    assert words in explanation
    assert strip_marks(error.remedy("ar")) in explanation
    assert "3 قيود تنتظر" in chip
    connected = ("متصل بالمركز", "الجهاز متصل بالمركز")
    gone = ("غير متصل منذ 09:12", "الجهاز غير متصل منذ 09:12")
    assert (chip.split(" · ")[0], headline) == (connected if outcome.reached else gone)


@pytest.mark.parametrize("outcome", GOOD)
def test_a_round_that_went_well_says_so(tmp_path: Path, outcome: Outcome) -> None:
    result = RoundResult(outcome)
    assert result.sentence("ar")
    assert result.sentence("en")
    assert result.remedy("ar") == ""
    chip, headline, explanation = shown(tmp_path, Connection(outcome.reached, SINCE))
    assert chip.startswith("متصل بالمركز")
    assert headline == "الجهاز متصل بالمركز"
    assert explanation == "يُرسل ما ينتظر تلقائيًا."


def test_a_pause_says_who_set_it_since_when_and_how_many_wait(tmp_path: Path) -> None:
    paused = Paused("SUP-1", SINCE, SINCE + timedelta(hours=2), "Village WiFi")
    chip, headline, explanation = shown(tmp_path, Connection(False, SINCE, None, paused))  # noqa: FBT003
    assert chip == "أوقف SUP-1 الإرسال منذ 09:12 · 3 قيود تنتظر"
    assert headline == "أوقف SUP-1 الإرسال منذ 2026/11/24 09:12"
    assert "يعود الإرسال وحده في 2026/11/24 11:12." in explanation
    assert "على شبكة Village WiFi فقط" in explanation
    endless = shown(tmp_path, Connection(False, SINCE, None, Paused("SUP-1", SINCE)))  # noqa: FBT003
    assert "يعود" not in endless[2]
    assert shown(tmp_path, Connection(True, SINCE, None, paused))[0].startswith("متصل"), "somebody asked"  # noqa: FBT003


@pytest.mark.parametrize(("paused", "asked"), [(None, ["pause"]), (Paused("SUP-1", SINCE), ["now"])])
def test_the_button_pauses_and_resumes(tmp_path: Path, paused: Paused | None, asked: list[str]) -> None:
    desk = FakeDesk(tmp_path, QueueFacts(3, 40, "", 0, ()), (Role.TELLER,))
    desk.on_duty = OnDuty("TEL-1", (Role.TELLER,))
    port = Port(Connection(reachable=False, since=SINCE, paused=paused))
    desk.sync, view = port, FakeView()
    QueuePresenter(context(desk), view).toggle_pause()
    assert port.asked == asked
    assert view.last.paused is (paused is not None)
