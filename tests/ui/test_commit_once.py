"""Two touches before anything is answered make one entry, on every screen that commits something."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.ui.tasks import Failed, SynchronousTasks
from tests.desk.conftest import SECRETS
from tests.ui.scenes_cash import (
    drawer,
    give_signed,
    give_to,
    outage_form,
    outage_open,
    receive_from,
    receive_stated,
    void_signed,
)
from tests.ui.scenes_pay import debt_chosen, pay, pay_slip
from tests.ui.scenes_serve import fill, serve_fee
from tests.ui.scenes_shift import (
    close_counting,
    close_far_off,
    close_parting,
    shift_open_counting,
    type_count,
)
from tests.ui.stage import Stage

T = TypeVar("T")


class HeldTasks(SynchronousTasks):
    """Work is done at once until it is held: then it waits as behind a slow disk, until `release`."""

    def __init__(self) -> None:
        self.holding = False
        self._held: list[Callable[[], None]] = []

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        if self.holding:
            self._held.append(lambda: SynchronousTasks.run(self, work, done, failed))
        else:
            super().run(work, done, failed)

    @property
    def waiting(self) -> int:
        """How many pieces of work are held."""
        return len(self._held)

    def release(self) -> None:
        """Do what waited, and what comes of it."""
        self.holding = False
        while self._held:
            self._held.pop(0)()


def outage_ready(stage: Stage) -> None:
    """A memo with its approver."""
    outage_form(stage)
    stage.screen.approver.setFocus()
    stage.type("SUP-1")


def slip_ready(stage: Stage) -> None:
    """A card on the terminal, with its slip."""
    pay_slip(stage)
    fill(stage, slip_number="004417", slip_terminal="20113345", slip_approval="A71Q09")


def drawer_ready(stage: Stage) -> None:
    """Why the drawer is opened."""
    drawer(stage)
    stage.tap(next(iter(stage.screen.cause.buttons.values())))


def received(stage: Stage) -> None:
    """A bag, counted."""
    receive_from(stage)
    stage.tap(next(iter(stage.screen.which.buttons.values())))
    stage.tap(stage.screen.primary)
    type_count(stage, 40_000)


def stated(stage: Stage) -> None:
    """Cash of another device, with what its giver states."""
    receive_stated(stage)
    stage.screen.stated.setFocus()
    stage.type("300")


def given_elsewhere(stage: Stage) -> None:
    """Cash for somebody who signs on his own device."""
    give_to(stage)
    stage.screen.device.setFocus()
    stage.type("D00000456")


def signing(scene: Callable[[Stage], None]) -> Callable[[Stage], None]:
    """A supervisor's number, typed."""

    def led(stage: Stage) -> None:
        scene(stage)
        stage.tap(stage.screen.tiles.tiles["SUP-1"])
        stage.screen.secret.edit.setFocus()
        stage.type(SECRETS["SUP-1"][0])

    led.__name__ = f"signing_{scene.__name__}"
    return led


def far_off_asked(stage: Stage) -> None:
    """A close that a supervisor signs."""
    close_far_off(stage)
    stage.tap(stage.screen.primary)


COMMITS: dict[Callable[[Stage], None], str] = {
    pay: "payment.taken",
    slip_ready: "payment.taken",
    debt_chosen: "payment.taken",
    serve_fee: "request.taken",
    shift_open_counting: "shift.opened",
    close_counting: "shift.counted",
    close_parting: "shift.closed",
    given_elsewhere: "handover.given",
    received: "handover.received",
    stated: "handover.received",
    outage_ready: "outage.opened",
    outage_open: "outage.closed",
    drawer_ready: "drawer.opened",
    signing(give_signed): "handover.given",
    signing(void_signed): "receipt.voided",
    signing(far_off_asked): "shift.closed",
}
"""Each act of each screen, a touch away, with the entry that it makes."""


def types(session: Session) -> Counter[str]:
    """How many entries of each type the journal has."""
    return Counter(parse_entry(one.data).type for one in session.store.journal.records())


@pytest.mark.parametrize("scene", COMMITS, ids=lambda scene: scene.__name__)
def test_two_fast_taps_on_any_act_make_one_entry(
    make_stage: Callable[..., Stage], scene: Callable[[Stage], None]
) -> None:
    tasks = HeldTasks()
    stage = make_stage(tasks=tasks)
    stage.shell.setUpdatesEnabled(False)
    scene(stage)
    before = stage.do(types)
    tasks.holding = True
    button = stage.screen.primary
    for _ in range(2):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert tasks.waiting == 1, "the second touch asked for nothing"
    tasks.release()
    stage.settle()
    made = stage.do(types) - before
    assert made[COMMITS[scene]] == 1
    assert set(made.values()) == {1}
