"""`kiosk run`: what it takes, the light way to the first picture, the program with its worker."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from kiosk.app import Kiosk
from kiosk.commands.run import window_size
from kiosk.core.errors import KnownError
from kiosk.ui.display_settings import FILE, read_settings
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS

HEAVY = (
    *(
        "requests",
        "reportlab",
        "asyncio",
        "sqlite_utils",
        "sqlcipher3",
        "serial",
        "yaml",
        "stdnum",
        "cryptography",
    ),
    *("secrets", "ssl", "concurrent.futures", "kiosk.store.slots", "kiosk.desk.session"),
)

STARTS = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from kiosk.app import Kiosk

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest and not loaded:
            QTimer.singleShot(0, look)
        return False

loaded = []
def look():
    loaded.extend(name for name in json.loads(sys.argv[2]) if name in sys.modules)
    loaded.append(kiosk.shell.name_shown)
    print(json.dumps(loaded))
    kiosk.shell.close()

kiosk = Kiosk(Path(sys.argv[1]))
filter = Painted()
kiosk.shell.installEventFilter(filter)
sys.exit(kiosk.run((1024, 768)))
"""


@pytest.fixture
def device(template: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "device"
    shutil.copytree(template, folder)
    return folder


@pytest.fixture
def kiosk(qapp: Any, device: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = Kiosk(device, opening=CHEAP)
    made.shell.resize(1024, 768)
    made.shell.show()
    assert QTest.qWaitForWindowActive(made.shell)
    made.tasks.start()
    yield made
    made.shell.close()
    made.close()
    made.shell.deleteLater()


def unlocked(kiosk: Kiosk, qtbot: Any, code: str = "TEL-1") -> None:
    screen: Any = kiosk.shell.screen_shown
    qtbot.waitUntil(lambda: code in screen.tiles.tiles)
    screen.tiles.tiles[code].click()
    for digit in SECRETS[code][0]:
        screen.secret.pad.keys[digit].click()
    screen.open_button.click()
    qtbot.waitUntil(lambda: kiosk.shell.name_shown == "home")


def test_nothing_heavy_is_loaded_before_the_unlock_screen_is_painted(device: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [sys.executable, "-c", STARTS, str(device), json.dumps(HEAVY)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[0]) == ["unlock"]


def test_a_person_works_while_the_store_is_in_its_own_thread(kiosk: Kiosk, qtbot: Any) -> None:
    unlocked(kiosk, qtbot)
    qtbot.waitUntil(lambda: "ينتظر" in kiosk.shell.header.chip.accessibleName())
    kiosk.shell.lock()
    assert kiosk.shell.locked
    unlocked(kiosk, qtbot)


def test_a_setting_is_on_the_disk_soon_after_it_was_chosen(kiosk: Kiosk, device: Path, qtbot: Any) -> None:
    screen: Any = kiosk.shell.screen_shown
    screen._language()
    qtbot.waitUntil((device / FILE).is_file)
    assert read_settings(device).language == "en"


def test_locking_says_on_the_disk_that_something_waits(kiosk: Kiosk, device: Path, qtbot: Any) -> None:
    unlocked(kiosk, qtbot)
    kiosk.shell.lock()
    qtbot.waitUntil(lambda: (device / FILE).is_file() and read_settings(device).waits)


def test_a_damaged_settings_file_is_said_and_does_not_stop_the_kiosk(
    qapp: Any, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    (device / FILE).write_text("{", encoding="utf-8")
    kiosk = Kiosk(device, opening=CHEAP)
    assert "ملف إعدادات العرض تالف" in kiosk.shell.screen_shown.notice.label.text()
    kiosk.close()


def test_a_fault_is_said_on_the_screen_and_work_goes_on(
    kiosk: Kiosk, qtbot: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    unlocked(kiosk, qtbot)
    failures: list[KnownError] = []
    sys_hook = sys.excepthook
    with qtbot.capture_exceptions() as raised:
        kiosk.desk.ask(lambda _session: 1 // 0, lambda _: None, failures.append)
        qtbot.waitUntil(lambda: bool(raised))
    sys_hook(*raised[0])
    assert failures[0].code == "ui.fault"
    assert "خلل في البرنامج" in kiosk.shell.screen_shown.notice.label.text()
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert kiosk.shell.name_shown == "home"


def test_what_the_command_line_chose_holds_for_this_run_only(
    qapp: Any, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    kiosk = Kiosk(device, opening=CHEAP, language="en", theme="dark", scale=150)
    assert kiosk.shell.look.language == "en"
    assert kiosk.shell.look.scale == 150
    kiosk.close()
    assert not (device / FILE).exists()


def test_a_size_is_width_by_height() -> None:
    assert window_size("1366x768") == (1366, 768)
    assert window_size("800×1280") == (800, 1280)


@pytest.mark.parametrize("text", ["", "1024", "axb", "640x480", "1024x600", "99999999x9999", "-1024x768"])
def test_a_size_that_no_screen_fits_is_refused(command_line: CommandLine, tmp_path: Path, text: str) -> None:
    refused = command_line("run", "--store", str(tmp_path), f"--size={text}", "--json")
    assert refused.code == 2
    assert refused.json["error"]["code"] == "ui.window_size"


def test_a_store_must_be_named(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_STORE", raising=False)
    assert command_line("run").code != 0


def test_the_log_tells_that_somebody_works_and_a_fault_leaves_a_report_about_nobody(
    kiosk: Kiosk, qtbot: Any, device: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kiosk.reporting.open_log()
    unlocked(kiosk, qtbot)
    kiosk.shell.lock()
    fault = ValueError("منى محمود السيد 29001011234564")
    sys.excepthook(ValueError, fault, None)
    file = device / "reports" / "kiosk.log"
    qtbot.waitUntil(lambda: " locked" in file.read_text())
    log = file.read_text()
    assert [line.rpartition(" ")[2] for line in log.splitlines()] == ["unlocked", "locked"]
    (report,) = (device / "reports").glob("crash-*.txt")
    assert "builtins.ValueError" in report.read_text()
    said = report.read_text() + log + capsys.readouterr().err
    assert "منى" not in said
    assert "2900" not in said
    assert "TEL-1" not in said
