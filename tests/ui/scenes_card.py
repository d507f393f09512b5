"""Scenes of card payments: the terminal at work, its answers, doubt and how it ends, the terminal's day."""

from kiosk.core.card_terminal import Step
from tests.ui.card_terminal import Direct, Scripted
from tests.ui.scenes_pay import pay
from tests.ui.stage import Stage


def linked(stage: Stage, does: str = "approve", *, held: Step | None = None, more: int = 0) -> Scripted:
    """A terminal is linked to this device."""
    terminal = Scripted(does, more=more)
    stage.desk.cards = Direct(stage, terminal, held=held)
    return terminal


def pay_card(stage: Stage, does: str = "approve", held: Step | None = None) -> Scripted:
    """The card is chosen, the terminal not yet asked."""
    terminal = linked(stage, does, held=held)
    pay(stage)
    stage.tap(stage.screen.tenders.buttons["card"])
    return terminal


def by_card(stage: Stage, does: str = "approve", held: Step | None = None) -> Scripted:
    """The terminal was asked."""
    terminal = pay_card(stage, does, held)
    stage.tap(stage.screen.pay_button)
    return terminal


def chosen(stage: Stage) -> None:
    """Card on the terminal."""
    pay_card(stage)


def working(stage: Stage) -> None:
    """The citizen is to present the card."""
    by_card(stage, held=Step.PRESENT_CARD)


def declined(stage: Stage) -> None:
    """The bank refused."""
    by_card(stage, "decline")


def doubt(stage: Stage) -> None:
    """The terminal went silent."""
    by_card(stage, "silent")


def found(stage: Stage) -> None:
    """Two persons read the terminal's record."""
    doubt(stage)
    stage.tap(stage.screen.read_button)
    stage.tap(stage.screen.found.buttons["yes"])


def person(stage: Stage) -> Scripted:
    """The terminal's last transaction is another customer's: a person must read its record."""
    terminal = by_card(stage, "lost")
    terminal.usable = True
    terminal.another_customer()
    stage.tap(stage.screen.primary)
    return terminal


def person_needed(stage: Stage) -> None:
    """Asked, and not settled."""
    person(stage)


def opened(stage: Stage) -> None:
    """The list of those that are open."""
    doubt(stage)
    stage.go("card_open")


def day(stage: Stage) -> None:
    """The terminal's day differs from ours."""
    terminal = by_card(stage)
    terminal.more = 50_00
    stage.shell.home()
    stage.go("card_open")
    stage.tap(stage.screen.day_button)
    stage.tap(stage.screen.day_button)


def at_home(stage: Stage) -> None:
    """The first screen leads to it."""
    doubt(stage)
    stage.shell.home()
    stage.settle()


def cash_warned(stage: Stage) -> None:
    """Cash for the same bill: the card may have been charged."""
    doubt(stage)
    tracking = stage.screen.presenter._known.reference
    stage.shell.home()
    stage.go("pay", tracking=tracking)


def void_of_card(stage: Stage) -> None:
    """A receipt that the terminal must reverse first."""
    by_card(stage)
    stage.shell.home()
    stage.go("void")
    stage.tap(stage.screen.rows.rows[0])


SCENES = {
    "pay-card": chosen,
    "card-pay": working,
    "card-pay-declined": declined,
    "card-doubt": doubt,
    "card-doubt-find": found,
    "card-doubt-person": person_needed,
    "card-open": opened,
    "card-open-day": day,
    "home-card": at_home,
    "pay-doubt": cash_warned,
    "void-card": void_of_card,
}
SCROLLS = {"card-doubt-person", "pay-doubt", "void-card"}
"""With a message on top, or one fact more."""
