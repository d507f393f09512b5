"""Scenes of the shift: its hub, opening, reports, the steps of a close, and a supervisor's signature."""

from collections.abc import Callable

from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from tests.desk.money import pay, pieces
from tests.ui.stage import Stage

FLOAT = 100_000
"""Piastres in the drawer when a scene begins."""


def type_count(stage: Stage, piastres: int) -> None:
    """Type a count into the grid on the screen."""
    counted = pieces(piastres)
    for row in stage.screen.count.rows:
        row.edit.setFocus()
        row.edit.selectAll()
        if counted.get(row.piece.code):
            stage.type(str(counted[row.piece.code]))


def at_work(stage: Stage, *, taken: int = 0, staff: str = "TEL-1") -> None:
    """Unlock, with a shift that was opened and cash that was taken (piastres)."""
    stage.unlock(staff)

    def work(session: Session) -> None:
        open_shift(session, pieces(FLOAT))
        if taken:
            pay(session, taken)

    stage.do(work)


def closed_before(stage: Stage, *, kept: int) -> None:
    """Unlock after a shift that kept an amount in the drawer."""
    at_work(stage)

    def work(session: Session) -> None:
        count(session, pieces(FLOAT))
        close(session, Closing(kept=kept, seal="S-100"))

    stage.do(work)


def shift_none(stage: Stage) -> None:
    """Nothing is open yet."""
    stage.unlock()
    stage.go("shift")


def shift_mine(stage: Stage) -> None:
    """An open shift, and the bag of the one before."""
    closed_before(stage, kept=20_000)
    stage.do(lambda session: open_shift(session, pieces(20_000)))
    stage.go("shift")


def shift_of_another(stage: Stage) -> None:
    """A supervisor before another person's shift."""
    at_work(stage)
    stage.shell.lock()
    stage.unlock("SUP-1")
    stage.go("shift")


def shift_open_counting(stage: Stage) -> None:
    """A count half typed."""
    stage.unlock()
    stage.go("shift_open")
    type_count(stage, 123_475)


def shift_open_wrong(stage: Stage) -> None:
    """Nothing was counted."""
    stage.unlock()
    stage.go("shift_open")
    stage.tap(stage.screen.primary)


def shift_opened(stage: Stage) -> None:
    """Open, and the drawer holds less than was kept."""
    closed_before(stage, kept=20_000)
    stage.go("shift_open")
    type_count(stage, 19_500)
    stage.tap(stage.screen.primary)


def report_x(stage: Stage) -> None:
    """An X while the count is blind."""
    at_work(stage, taken=50_000)
    stage.go("shift")
    stage.tap(stage.screen.tiles["x"])


def report_z(stage: Stage) -> None:
    """A Z that was just written."""
    at_work(stage, taken=50_000)
    stage.do(lambda session: count(session, pieces(FLOAT + 50_000)))
    stage.go("shift_close")
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.nothing)
    stage.tap(stage.screen.primary)


def close_counting(stage: Stage) -> None:
    """The first count."""
    at_work(stage)
    stage.go("shift_close")
    type_count(stage, 99_000)


def close_recount(stage: Stage) -> None:
    """The first count was off: once more, without saying by how much."""
    close_counting(stage)
    stage.tap(stage.screen.primary)


def close_result(stage: Stage) -> None:
    """Short after the recount: a reason is asked for."""
    close_recount(stage)
    type_count(stage, 99_000)
    stage.tap(stage.screen.primary)


def close_no_reason(stage: Stage) -> None:
    """Gone on without a reason."""
    close_result(stage)
    stage.tap(stage.screen.primary)


def close_parting(stage: Stage) -> None:
    """What stays and what goes into the bag."""
    close_result(stage)
    stage.tap(stage.screen.reason.buttons["wrong_change"])
    stage.tap(stage.screen.primary)
    stage.type("200")


def close_far_off(stage: Stage, total: int = 80_000) -> None:
    """Beyond the hard limit, at the parting."""
    at_work(stage)
    stage.go("shift_close")
    for _ in range(2):
        type_count(stage, total)
        stage.tap(stage.screen.primary)
    stage.tap(stage.screen.reason.buttons["wrong_change"])
    stage.tap(stage.screen.primary)
    stage.type("200")


def close_alone(stage: Stage) -> None:
    """No other supervisor: what closing unapproved means, before it is done."""
    close_far_off(stage)
    stage.tap(stage.screen.alone)


def approval_asked(stage: Stage) -> None:
    """A supervisor reads what he signs."""
    close_far_off(stage)
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.tiles.tiles["SUP-1"])
    stage.type("1112223")


def approval_refused(stage: Stage) -> None:
    """A wrong secret number."""
    close_far_off(stage)
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.tiles.tiles["SUP-1"])
    stage.type("99988877766655")
    stage.tap(stage.screen.primary)


SCENES: dict[str, Callable[[Stage], None]] = {
    "shift-none": shift_none,
    "shift-mine": shift_mine,
    "shift-of-another": shift_of_another,
    "shift-open": shift_open_counting,
    "shift-open-wrong": shift_open_wrong,
    "shift-opened": shift_opened,
    "report-x": report_x,
    "report-z": report_z,
    "close-count": close_counting,
    "close-recount": close_recount,
    "close-result": close_result,
    "close-no-reason": close_no_reason,
    "close-parting": close_parting,
    "close-alone": close_alone,
    "approval": approval_asked,
    "approval-refused": approval_refused,
}
SCROLLS = {"shift-open-wrong", "close-no-reason", "close-alone", "approval-refused"}
"""With a message on top, which may push the page beyond the window."""
