"""Scenes of outages, cash from hand to hand, the drawer and voids."""

from collections.abc import Callable

from kiosk.desk.outage import OutageTyped, report_outage
from tests.desk.conftest import SECRETS
from tests.desk.money import pay
from tests.ui.scenes_shift import at_work, closed_before, type_count
from tests.ui.stage import Stage


def outage_form(stage: Stage) -> None:
    """A memo with who approved it."""
    stage.unlock()
    stage.go("outage")
    stage.tap(stage.screen.cause.buttons["no_network"])
    stage.tap(stage.screen.kind.buttons["memo"])
    stage.screen.number.setFocus()
    stage.type("M-12")


def outage_wrong(stage: Stage) -> None:
    """Nothing is filled in."""
    stage.unlock()
    stage.go("outage")
    stage.screen.started.setFocus()
    stage.type("26:10")
    stage.tap(stage.screen.primary)


def outage_open(stage: Stage) -> None:
    """An outage goes on."""
    at_work(stage)
    stage.do(lambda session: report_outage(session, OutageTyped("no_network", "INC-2026-118")))
    stage.go("outage")


def home_outage(stage: Stage) -> None:
    """The first screen says that an outage is open."""
    outage_open(stage)
    stage.shell.home()
    stage.settle()


def give_count(stage: Stage) -> None:
    """Counting what is handed over."""
    at_work(stage)
    stage.go("cash", mode="give")
    type_count(stage, 40_000)


def give_to(stage: Stage) -> None:
    """To whom, signing on a device elsewhere."""
    give_count(stage)
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.signs.buttons["elsewhere"])
    stage.screen.counterpart.setFocus()
    stage.type("SUP-1")


def give_wrong(stage: Stage) -> None:
    """Nothing is filled in."""
    give_count(stage)
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.primary)


def give_theirs(stage: Stage) -> None:
    """The receiver counts before any figure is shown."""
    give_count(stage)
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.signs.buttons["here"])
    stage.screen.counterpart.setFocus()
    stage.type("SUP-1")
    stage.tap(stage.screen.primary)


def give_signed(stage: Stage) -> None:
    """The receiver reads what he signs."""
    give_theirs(stage)
    for row in stage.screen.theirs.rows[:1]:
        row.edit.setFocus()
        stage.type("2")
    stage.tap(stage.screen.primary)


def give_done(stage: Stage) -> None:
    """Given on paper."""
    give_count(stage)
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.signs.buttons["paper"])
    stage.screen.counterpart.setFocus()
    stage.type("TEL-2")
    stage.tap(stage.screen.primary)


def give_bag(stage: Stage) -> None:
    """The bag of a closed shift."""
    closed_before(stage, kept=20_000)
    stage.go("cash", mode="bag")


def receive_from(stage: Stage) -> None:
    """A bag that waits for this person, and his seal."""
    give_done(stage)
    stage.shell.lock()
    stage.unlock("TEL-2")
    stage.go("receive", mode="new")


def receive_other(stage: Stage) -> None:
    """Cash from another device."""
    stage.unlock()
    stage.go("receive", mode="new")


def receive_stated(stage: Stage) -> None:
    """Counted; now what the giver states."""
    receive_other(stage)
    stage.screen.transfer.setFocus()
    stage.type("ab" * 16)
    stage.screen.giver.setFocus()
    stage.type("TEL-2")
    stage.tap(stage.screen.primary)
    type_count(stage, 30_000)
    stage.tap(stage.screen.primary)


def receive_done(stage: Stage) -> None:
    """Less than was stated."""
    receive_from(stage)
    stage.tap(next(iter(stage.screen.which.buttons.values())))
    stage.tap(stage.screen.primary)
    type_count(stage, 39_500)
    stage.tap(stage.screen.primary)


def drawer(stage: Stage) -> None:
    """Why the drawer is opened."""
    at_work(stage)
    stage.go("drawer")


def void_list(stage: Stage) -> None:
    """The receipts of the shift."""
    at_work(stage)
    stage.do(lambda session: [pay(session, amount) for amount in (10_000, 20_000, 30_000)])
    stage.go("void")


def void_why(stage: Stage) -> None:
    """Why, and which prints are back."""
    void_list(stage)
    stage.tap(stage.screen.rows.rows[0])


def void_wrong(stage: Stage) -> None:
    """Neither reason nor prints."""
    void_why(stage)
    stage.tap(stage.screen.primary)


def void_signed(stage: Stage) -> None:
    """A supervisor reads what he signs."""
    void_why(stage)
    stage.tap(stage.screen.reason.buttons["taken_twice"])
    stage.screen.recovered.setFocus()
    stage.type("1")
    stage.tap(stage.screen.primary)
    stage.tap(stage.screen.tiles.tiles["SUP-1"])


def void_done(stage: Stage) -> None:
    """The cash to give back."""
    void_signed(stage)
    stage.screen.secret.edit.setFocus()
    stage.type(SECRETS["SUP-1"][0])
    stage.tap(stage.screen.primary)


SCENES: dict[str, Callable[[Stage], None]] = {
    "outage": outage_form,
    "outage-wrong": outage_wrong,
    "outage-open": outage_open,
    "home-outage": home_outage,
    "give-count": give_count,
    "give-to": give_to,
    "give-wrong": give_wrong,
    "give-theirs": give_theirs,
    "give-signed": give_signed,
    "give-done": give_done,
    "give-bag": give_bag,
    "receive-from": receive_from,
    "receive-other": receive_other,
    "receive-stated": receive_stated,
    "receive-done": receive_done,
    "drawer": drawer,
    "void-list": void_list,
    "void-why": void_why,
    "void-wrong": void_wrong,
    "void-signed": void_signed,
    "void-done": void_done,
}
SCROLLS = {"outage-wrong", "give-wrong", "void-wrong"}
"""With a message on top, which may push the page beyond the window."""
