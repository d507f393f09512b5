"""Every fault of a payment terminal, before the real screens: the right state, in time, in words."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.card_terminal import EGP
from kiosk.desk.session import Session
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.zvt_records import Done
from kiosk.devices.simulators.zvt_terminal import Behaviour, PtyZvtTerminal, Script
from tests.devices.quick_terminal import BEHAVIOURS, LINES, SLOW_S, terminal_at
from tests.ui.card_terminal import Direct, office_time
from tests.ui.scenes_pay import pay
from tests.ui.stage import Stage
from tests.ui.test_card_screens import words

LONGEST_S = 15.0
"""Seconds that any fault may take with the short time-outs used here, on a busy machine."""
RECEIPT = ("completed", "receipt", "الإيصال")
REFUSED = ("declined", "card_pay", "الماكينة رفضت. لم يُخصم شيء")
NOT_DONE = ("not_done", "card_pay", "لم يُخصم شيء من البطاقة")
IN_DOUBT = ("unknown", "card_doubt", "لا نعرف هل خُصم المبلغ")
PERSON = ("person", "card_doubt", "يقرأ شخصان سجل الماكينة")


WELL = Behaviour()


@dataclass(frozen=True)
class Case:
    """A fault from the order on, and how it must end: state, screen, words."""

    end: tuple[str, str, str]
    how: Behaviour = WELL
    line: Faults | None = None


CASES = {
    "well": Case(RECEIPT),
    "declines": Case(REFUSED, BEHAVIOURS["declines"]),
    "gives-up": Case(NOT_DONE, BEHAVIOURS["gives-up"]),
    "forgets": Case(NOT_DONE, BEHAVIOURS["forgets"]),
    "silent-after-charge": Case(RECEIPT, BEHAVIOURS["silent-after-charge"]),
    "silent-after-result": Case(RECEIPT, BEHAVIOURS["silent-after-result"]),
    "late-result": Case(RECEIPT, BEHAVIOURS["late-result"]),
    "stale-result": Case(NOT_DONE, BEHAVIOURS["stale-result"]),
    "wrong-amount": Case(RECEIPT, BEHAVIOURS["wrong-amount"]),
    "wrong-currency": Case(RECEIPT, BEHAVIOURS["wrong-currency"]),
    "wrong-terminal": Case(RECEIPT, BEHAVIOURS["wrong-terminal"]),
    "result-twice": Case(RECEIPT, BEHAVIOURS["result-twice"]),
    "power-loss": Case(RECEIPT, BEHAVIOURS["power-loss"]),
    "takes-back": Case(PERSON, BEHAVIOURS["takes-back"]),
    "uncounted-refusal": Case(NOT_DONE, BEHAVIOURS["uncounted-refusal"]),
    "leaks": Case(RECEIPT, BEHAVIOURS["leaks"]),
    "silent": Case(IN_DOUBT, line=LINES["silent"]),
    "previous": Case(RECEIPT, line=LINES["previous"]),
    "noise": Case(RECEIPT, line=LINES["noise"]),
    "drip": Case(RECEIPT, line=LINES["drip"]),
    "storm": Case(IN_DOUBT, line=LINES["storm"]),
    "cut": Case(IN_DOUBT, line=LINES["cut"]),
}
"""An echo that differs is doubt; the terminal's own memory, asked at once, is right, and is adopted."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyZvtTerminal]:
    """A terminal that has just served another customer, for the same amount."""
    made = PtyZvtTerminal(records=tmp_path / "record", link=tmp_path / "terminal", seconds=SLOW_S)
    with made:
        with made.change() as machine:
            machine.records.keep(Done("payment", 1, 1, 27_00, EGP, last4="0002"))
        yield made


def misbehave(line: PtyZvtTerminal, case: Case) -> None:
    """From the order on; before it all is well."""
    with line.change() as machine:
        machine.behaviour = case.how
        pays = machine._payment

        def payment(data: bytes) -> Script:
            if case.line is not None:
                machine.faults = case.line
            return pays(data)

        machine.__dict__["_payment"] = payment


def attempts(session: Session) -> list[tuple[str, int | None]]:
    rows: list[tuple[str, int | None]] = list(
        session.store.db.execute("SELECT state, trace FROM card_attempt").fetchall()
    )
    return rows


@pytest.mark.parametrize("fault", CASES)
def test_a_fault_ends_in_the_right_state_in_time_and_in_words(
    stage: Stage, line: PtyZvtTerminal, fault: str
) -> None:
    case = CASES[fault]
    state, screen, sentence = case.end
    misbehave(line, case)
    stage.desk.cards = Direct(stage, terminal_at(str(line.path)))
    pay(stage)
    now = stage.do(office_time)
    with line.change() as machine:
        machine.now = lambda: now
    stage.tap(stage.screen.tenders.buttons["card"])
    begun = time.monotonic()
    stage.tap(stage.screen.pay_button)
    assert time.monotonic() - begun < LONGEST_S
    ((found, trace),) = stage.do(attempts)
    said = words(stage)
    assert (found, stage.shell.name_shown) == (state, screen), said
    assert sentence in said or screen == "receipt"
    charged = line.machine.records.charged()
    assert charged.pop(1) == 27_00
    if state == "completed":
        assert charged == {trace: 27_00}
    elif state in ("declined", "not_done"):
        assert charged == {}
    else:
        assert "لا تحصّل المبلغ مرة أخرى" in strip_marks(said)
