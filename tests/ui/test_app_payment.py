"""The window and its card terminal: it waits beside the screens; a lock leaves doubt, an unlock ends it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from kiosk.app import Kiosk
from kiosk.core.card_terminal import LastResult, Step
from kiosk.core.errors import KnownError
from kiosk.desk.card import Paid, prepare_card
from kiosk.desk.card_complete import open_cards
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, Behaviour, PtyZvtTerminal
from kiosk.store.queries.cards import Attempt
from tests.acts import debt_bill
from tests.desk.conftest import CHEAP
from tests.devices.quick_terminal import SLOW_S, TERMINAL, terminal_at
from tests.ui.test_run import unlocked
from tools.demo.pulse import Pulse

MOST_BUSY_MS = 100


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyZvtTerminal]:
    made = PtyZvtTerminal(records=tmp_path / "record", link=tmp_path / "terminal", seconds=SLOW_S)
    with made:
        yield made


@pytest.fixture
def kiosk(
    qapp: Any, template: Path, line: PtyZvtTerminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Kiosk]:
    device = tmp_path / "device"
    shutil.copytree(template, device)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = Kiosk(device, opening=CHEAP)
    made.payments._connect = lambda _root: terminal_at(str(line.path))
    made.shell.show()
    assert QTest.qWaitForWindowActive(made.shell)
    made.tasks.start()
    yield made
    made.shell.close()
    made.close()
    made.shell.deleteLater()


@dataclass
class Told:
    """What the screens' thread was told."""

    steps: list[Step] = field(default_factory=list)
    ends: list[Paid] = field(default_factory=list)
    errors: list[KnownError] = field(default_factory=list)


def begin_with(intent: str) -> Callable[[Session, str, LastResult], Attempt]:
    def start(session: Session, terminal: str, last: LastResult) -> Attempt:
        if session.shift() is None:
            open_shift(session, {"note-10": 20})
        return prepare_card(session, debt_bill(session), terminal, last, intent=intent)

    return start


def asked(kiosk: Kiosk, intent: str = "ab" * 16) -> Told:
    told = Told()
    kiosk.payments.run(begin_with(intent), told.steps.append, told.ends.append, told.errors.append)
    return told


def opened(kiosk: Kiosk, qtbot: Any) -> list[str]:
    found: list[list[str]] = []
    kiosk.desk.ask(lambda session: [one.state.value for one in open_cards(session)], found.append, print)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


@pytest.mark.parametrize("fault", ["well", "silent-after-charge", "silent"])
def test_the_screens_go_on_while_the_terminal_works_or_is_silent(
    kiosk: Kiosk, line: PtyZvtTerminal, qtbot: Any, fault: str
) -> None:
    unlocked(kiosk, qtbot)
    assert kiosk.payments.terminal() == TERMINAL
    with line.change() as machine:
        machine.behaviour = BEHAVIOURS.get(fault, Behaviour())
        machine.faults = Faults(silent=fault == "silent")
    pulse = Pulse()
    pulse.wait(300)
    pulse.forget()
    told = asked(kiosk)
    for _ in range(200):
        pulse.wait(50)
        if told.ends or told.errors:
            break
    assert pulse.busiest_ms <= MOST_BUSY_MS, pulse.while_
    if fault == "silent":
        assert [error.code for error in told.errors] == ["terminal.silent"]
    else:
        assert [paid.attempt.state.value for paid in told.ends] == ["completed"]
        assert told.steps[0] is Step.CONNECTING
        assert told.ends[0].taken is not None


def test_a_lock_in_the_middle_leaves_doubt_that_the_next_unlock_settles(
    kiosk: Kiosk, line: PtyZvtTerminal, qtbot: Any
) -> None:
    unlocked(kiosk, qtbot)
    with line.change() as machine:
        machine.behaviour = Behaviour(late=0.6)
    told = asked(kiosk)
    qtbot.waitUntil(lambda: Step.PRESENT_CARD in told.steps, timeout=5_000)
    kiosk.shell.lock()
    qtbot.waitUntil(lambda: line.machine.records.trace == 1, timeout=5_000)
    with line.change() as machine:
        machine.behaviour = Behaviour()
    unlocked(kiosk, qtbot)
    qtbot.waitUntil(lambda: opened(kiosk, qtbot) == [], timeout=5_000)
    paid: list[int] = []
    query = "SELECT count(*) FROM payment"
    kiosk.desk.ask(lambda session: session.store.db.execute(query).fetchone()[0], paid.append, print)
    qtbot.waitUntil(lambda: paid == [1])


def test_without_a_linked_terminal_nothing_is_offered(qapp: Any, tmp_path: Path) -> None:
    from kiosk.app_payment import linked_terminal

    assert linked_terminal(tmp_path) is None
