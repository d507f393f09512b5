"""Every fault of a payment terminal, before the real screens: the right state, in time, in words."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.card_terminal import EGP
from kiosk.desk.session import Session
from kiosk.devices.simulators.faults import NAK, Faults
from kiosk.devices.simulators.zvt_records import Done
from kiosk.devices.simulators.zvt_terminal import Behaviour, PtyZvtTerminal, Script
from tests.e2e.card_kiosk import terminal_at
from tests.ui.card_terminal import Direct
from tests.ui.scenes_pay import pay
from tests.ui.stage import Stage
from tests.ui.test_card_screens import words

LONGEST_S = 15.0
"""Seconds that any fault may take with the short time-outs used here, on a busy machine."""
PAID = ("completed", "receipt", "الإيصال")
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
    "well": Case(PAID),
    "declines": Case(REFUSED, Behaviour(decline=0x05)),
    "gives-up": Case(NOT_DONE, Behaviour(gives_up=True)),
    "forgets": Case(NOT_DONE, Behaviour(forgets=True)),
    "silent-after-charge": Case(PAID, Behaviour(silent_after="charge")),
    "silent-after-result": Case(PAID, Behaviour(silent_after="result")),
    "late-result": Case(PAID, Behaviour(late=0.1)),
    "stale-result": Case(NOT_DONE, Behaviour(stale=True)),
    "wrong-amount": Case(PAID, Behaviour(amount=101)),
    "wrong-currency": Case(PAID, Behaviour(currency=978)),
    "wrong-terminal": Case(PAID, Behaviour(terminal="99999999")),
    "result-twice": Case(PAID, Behaviour(twice=True)),
    "power-loss": Case(PAID, Behaviour(power=0.05)),
    "takes-back": Case(PERSON, Behaviour(takes_back=True)),
    "uncounted-refusal": Case(NOT_DONE, Behaviour(decline=0x05, uncounted=True)),
    "leaks": Case(PAID, Behaviour(leaks=True)),
    "silent": Case(IN_DOUBT, line=Faults(silent=True)),
    "previous": Case(PAID, line=Faults(previous=True)),
    "noise": Case(PAID, line=Faults(noise=b"\xffa\x80\x95")),
    "drip": Case(PAID, line=Faults(drip=0.002)),
    "storm": Case(IN_DOUBT, line=Faults(storm=NAK)),
    "cut": Case(IN_DOUBT, line=Faults(cut_at=2)),
}
"""An echo that differs is doubt; the terminal's own memory, asked at once, is right, and is adopted."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyZvtTerminal]:
    """A terminal that has just served another customer, for the same amount."""
    made = PtyZvtTerminal(records=tmp_path / "record", link=tmp_path / "terminal", seconds=0.2)
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
