"""The window and its printer: what is asked for is printed, and a lock lets the print in hand end."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from kiosk.app import Kiosk
from kiosk.core.card_terminal import LastResult, TerminalRecord
from kiosk.core.cards import State
from kiosk.desk.card import prepare_card
from kiosk.desk.card_converse import card_sent, keep_answer
from kiosk.desk.drawer import open_drawer
from kiosk.desk.pay import Offer
from kiosk.desk.reports import report_x
from kiosk.desk.serve import request_bill
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.devices.chosen_printer import ChosenPrinter, keep_printer
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.print_jobs import PrintState, latest_prints, prints_of, queue_print
from kiosk.ui.screens.paper_prints import print_document
from tests.acts import ask
from tests.desk.conftest import CHEAP
from tests.ui.test_run import unlocked
from tests.ui.watchdog import LIMIT_MS, stands_still_ms


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyPrinter]:
    with PtyPrinter(link=tmp_path / "printer") as made:
        yield made


@pytest.fixture
def kiosk(
    qapp: Any, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: PtyPrinter
) -> Iterator[Kiosk]:
    device = tmp_path / "device"
    shutil.copytree(template, device)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    assert line.plugged
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


def approved_and_stopped(session: Session) -> int:
    """The terminal has the money, and the program ends before the receipt; the attempt's entry."""
    open_shift(session, {"note-10": 20})
    last = LastResult(idle=True, record=None)
    attempt = prepare_card(
        session, request_bill(session, ask(session), Offer()), "31000017", last, intent="0c" * 16
    )
    card_sent(session, attempt)
    said = TerminalRecord(
        approved=True,
        code="00",
        terminal="31000017",
        trace=1,
        receipt_no=1,
        piastres=attempt.piastres,
        currency=818,
    )
    assert keep_answer(session, attempt, said).state is State.APPROVED
    return attempt.seq


def test_a_receipt_of_a_card_that_a_stop_left_is_printed_by_itself(
    kiosk: Kiosk, line: PtyPrinter, qtbot: Any
) -> None:
    unlocked(kiosk, qtbot)
    stopped: list[int] = []
    kiosk.desk.ask(approved_and_stopped, stopped.append, print)
    qtbot.waitUntil(lambda: bool(stopped))
    kiosk.shell.lock()
    unlocked(kiosk, qtbot)
    assert line.wait_for(lambda printer: len(printer.sheets) == 1)


def test_a_lock_makes_no_print_uncertain(kiosk: Kiosk, qtbot: Any) -> None:
    unlocked(kiosk, qtbot)
    entry = asked(kiosk, qtbot)
    qtbot.waitUntil(lambda: state_of(kiosk, qtbot, entry) is not PrintState.QUEUED, timeout=10_000)
    kiosk.shell.lock()
    unlocked(kiosk, qtbot)
    assert state_of(kiosk, qtbot, entry) is PrintState.CONFIRMED


def test_the_commit_wakes_the_printer_while_the_screens_stand_still(
    kiosk: Kiosk, line: PtyPrinter, qtbot: Any
) -> None:
    """No event of the screens is worked on from here on: neither a poll nor a screen starts the job."""
    unlocked(kiosk, qtbot)
    kiosk.desk.act(ask_for_an_x, lambda _entry: None, print)
    assert line.wait_for(lambda printer: len(printer.sheets) == 1)


def open_for_change(session: Session) -> None:
    open_shift(session, {"note-10": 20})
    open_drawer(session, "change")


def test_the_drawer_opens_by_its_act_and_tells_when_it_cannot(
    kiosk: Kiosk, line: PtyPrinter, qtbot: Any
) -> None:
    unlocked(kiosk, qtbot)
    kiosk.desk.act(open_for_change, lambda _done: None, print)
    assert line.wait_for(lambda printer: printer.drawer == [0])
    faults: list[str] = []
    kiosk.printing._worker._drawer._told = lambda said: faults.append(said.code)  # type: ignore[union-attr]
    with line.change() as printer:
        printer.end_paper()
    kiosk.desk.act(lambda session: open_drawer(session, "change"), lambda _done: None, print)
    qtbot.waitUntil(lambda: faults == ["drawer.not_opened"])
    with line.change() as printer:
        printer.load_paper()
        assert printer.drawer == [0]


def ask_again(session: Session) -> None:
    with session.store.transaction() as db:
        queue_print(db, "x", latest_prints(db, 1)[0].entry, "file_copy")


@pytest.mark.parametrize("fault", ["deaf", "silent", "gone"])
def test_a_printer_in_trouble_never_holds_the_screens(
    kiosk: Kiosk, line: PtyPrinter, qtbot: Any, fault: str
) -> None:
    unlocked(kiosk, qtbot)
    entry = asked(kiosk, qtbot)
    qtbot.waitUntil(lambda: state_of(kiosk, qtbot, entry) is PrintState.CONFIRMED, timeout=10_000)

    def trouble() -> None:
        if fault == "gone":
            line.unplug()
        else:
            line.misbehave(Faults(silent=True) if fault == "silent" else Faults(deaf_at=0))
        found: list[bool] = []
        kiosk.desk.act(ask_again, lambda _done: None, print)

        def told() -> bool:
            kiosk.desk.ask(
                lambda session: bool(latest_prints(session.store.db, 1)[0].fault), found.append, print
            )
            return any(found)

        qtbot.waitUntil(told, timeout=15_000)
        line.misbehave(Faults())

    assert stands_still_ms(trouble) <= LIMIT_MS


def test_paper_near_its_end_is_said_on_the_screen_while_printing_goes_on(
    kiosk: Kiosk, line: PtyPrinter, qtbot: Any
) -> None:
    with line.change() as printer:
        printer.paper_low = True
    unlocked(kiosk, qtbot)
    entry = asked(kiosk, qtbot)
    qtbot.waitUntil(lambda: state_of(kiosk, qtbot, entry) is PrintState.CONFIRMED, timeout=10_000)
    qtbot.waitUntil(lambda: "الورق قارب على الانتهاء" in kiosk.shell.screen_shown.notice.label.text())


def test_a_device_without_a_printer_says_that_its_drawer_stays_shut(
    kiosk: Kiosk, qtbot: Any, tmp_path: Path
) -> None:
    (tmp_path / "device" / "printer.json").unlink()
    unlocked(kiosk, qtbot)
    said: list[object] = []
    kiosk.desk.drawer.listen(said.append)
    kiosk.desk.act(open_for_change, lambda _done: None, print)
    qtbot.waitUntil(lambda: [getattr(one, "code", one) for one in said] == ["drawer.no_printer"])
