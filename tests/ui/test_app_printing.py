"""The window and its printer: what is asked for is printed, and a lock lets the print in hand end."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from kiosk.app import Kiosk
from kiosk.desk.reports import report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.devices.chosen_printer import ChosenPrinter, keep_printer
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import PrintState, prints_of
from kiosk.ui.screens.paper_prints import print_document
from tests.desk.conftest import CHEAP
from tests.ui.test_run import unlocked


@pytest.fixture
def kiosk(qapp: Any, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kiosk]:
    device = tmp_path / "device"
    shutil.copytree(template, device)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with PtyPrinter(link=tmp_path / "printer"):
        keep_printer(device, ChosenPrinter(str(tmp_path / "printer")))
        made = Kiosk(device, opening=CHEAP)
        made.shell.show()
        assert QTest.qWaitForWindowActive(made.shell)
        made.tasks.start()
        yield made
        made.shell.close()
        made.close()
        made.shell.deleteLater()


def ask_for_an_x(session: Session) -> int:
    open_shift(session, {"note-10": 20})
    entry = report_x(session).entry
    print_document(session, "x", entry)
    return entry


def state_of(kiosk: Kiosk, qtbot: Any, entry: int) -> PrintState:
    found: list[PrintState] = []
    kiosk.desk.ask(lambda session: prints_of(session.store.db, entry)[0].state, found.append, print)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def asked(kiosk: Kiosk, qtbot: Any) -> int:
    entries: list[int] = []
    kiosk.desk.act(ask_for_an_x, entries.append, print)
    qtbot.waitUntil(lambda: bool(entries))
    return entries[0]


def test_a_print_that_was_asked_for_is_confirmed(kiosk: Kiosk, qtbot: Any) -> None:
    unlocked(kiosk, qtbot)
    entry = asked(kiosk, qtbot)
    qtbot.waitUntil(lambda: state_of(kiosk, qtbot, entry) is PrintState.CONFIRMED, timeout=10_000)


def test_a_lock_makes_no_print_uncertain(kiosk: Kiosk, qtbot: Any) -> None:
    unlocked(kiosk, qtbot)
    entry = asked(kiosk, qtbot)
    qtbot.waitUntil(lambda: state_of(kiosk, qtbot, entry) is not PrintState.QUEUED, timeout=10_000)
    kiosk.shell.lock()
    unlocked(kiosk, qtbot)
    assert state_of(kiosk, qtbot, entry) is PrintState.CONFIRMED
