"""Scenes of collecting: the search, a list of namesakes, debts with a choice, and what hinders."""

from datetime import timedelta

from kiosk.core.policy import Component
from kiosk.desk.session import Session
from tests.desk.conftest import START
from tests.desk.debts import ELSEWHERE, charge, debt, debtor, load_debts
from tests.desk.forms import NUMBER
from tests.ui.scenes import with_shift
from tests.ui.stage import Stage

OTHER_NUMBER = "28506150201477"
LAND = debt(
    "L-2041/17",
    charge("rent25", 300),
    charge("costs", 20, part=Component.COSTS),
    charge("late", 30, part=Component.LATE),
)
STALL = debt("S-88", charge("oct", 50, "2026-10-01"), charge("dec", 50, "2026-12-01"), kind="market_stall")
WATER = debt("W-3007", charge("bill", 80), kind="water")
OTHERS = debt("X-1", charge("rent", 100), lease=ELSEWHERE)
DEBTORS = (
    debtor("D1", LAND, STALL, WATER, OTHERS, national=NUMBER),
    debtor("D2", debt("L-2", charge("rent", 900)), name="حسن علي ابراهيم", national=OTHER_NUMBER),
    debtor("D3", debt("L-3", charge("rent", 120)), name="حسن علي إبراهيم السيد"),
)


def prepared(stage: Stage, age_days: int = 2) -> None:
    """A shift, debts of some days ago, and the screen."""
    with_shift(stage)

    def load(session: Session) -> None:
        load_debts(session, DEBTORS, as_of=START - timedelta(days=age_days))

    stage.do(load)
    stage.go("collect")


def collect_find(stage: Stage) -> None:
    """Nothing typed yet."""
    prepared(stage)


def collect_nobody(stage: Stage) -> None:
    """Nobody of that name."""
    prepared(stage)
    stage.type("زكريا")
    stage.tap(stage.screen.go_button)


def collect_names(stage: Stage) -> None:
    """Three of the same name."""
    prepared(stage)
    stage.type("حسن علي")
    stage.tap(stage.screen.go_button)


def collect_debts(stage: Stage) -> None:
    """Found by number; nothing chosen."""
    prepared(stage)
    stage.scan(NUMBER)


def collect_chosen(stage: Stage) -> None:
    """Two debts chosen in order, the amount typed."""
    collect_debts(stage)
    stage.screen.presenter.touch("S-88")
    stage.screen.presenter.touch("L-2041/17")
    stage.screen.amount.clear()
    stage.type("200")


def collect_other_payer(stage: Stage) -> None:
    """Somebody else pays."""
    collect_debts(stage)
    stage.tap(stage.screen.none_button)
    stage.tap(stage.screen.other_button)


def collect_by_name(stage: Stage) -> None:
    """Found by name only, by data that is old."""
    prepared(stage, age_days=20)
    stage.type("حسن علي")
    stage.tap(stage.screen.go_button)
    stage.tap(stage.screen.rows.rows[0])
    stage.screen.presenter.touch("L-2041/17")


def collect_wrong(stage: Stage) -> None:
    """An amount that cannot be read, and no choice."""
    collect_debts(stage)
    stage.screen.amount.clear()
    stage.type("1,5")
    stage.tap(stage.screen.go_button)


SCENES = {
    "collect": collect_find,
    "collect-nobody": collect_nobody,
    "collect-names": collect_names,
    "collect-debts": collect_debts,
    "collect-chosen": collect_chosen,
    "collect-other-payer": collect_other_payer,
    "collect-by-name": collect_by_name,
    "collect-wrong": collect_wrong,
}
SCROLLS = {"collect-other-payer", "collect-wrong"}
"""With a message on top, more fields than usual, or keys docked below."""
