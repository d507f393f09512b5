"""A terminal that cannot be asked for its last transaction: what is not known goes to two persons."""

import secrets
from dataclasses import dataclass, field

import pytest

from kiosk.app_payment import CardWork
from kiosk.core.card_terminal import (
    EGP,
    BatchTotals,
    Capabilities,
    End,
    Keep,
    LastResult,
    Order,
    Outcome,
    PaymentTerminal,
    Progress,
    TerminalRecord,
    no_progress,
)
from kiosk.core.cards import State
from kiosk.core.errors import KnownError
from kiosk.desk.card import Paid, pay_by_card, prepare_card
from kiosk.desk.card_complete import open_cards, resume_cards
from kiosk.desk.card_converse import at_once
from kiosk.desk.card_resolve import Finding
from kiosk.desk.session import Session
from kiosk.store.queries.cards import Attempt
from tests.desk.cards import bill, found
from tests.desk.conftest import Trial
from tests.desk.till import open_till

TERMINAL = "T-700"


@dataclass
class Plain:
    """A small driver: pay, no more. `cut`: the line fails in the middle; `echoes`: the answer before."""

    cut: bool = False
    echoes: bool = False
    trace: int = 40
    terminal_id: str = TERMINAL
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(last_result=False, reversal=False, end_of_day=False)
    )

    def is_usable(self) -> bool:
        return True

    def last(self) -> LastResult:
        raise KnownError("terminal.no_last_result", terminal=TERMINAL)

    def pay(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        if self.cut:
            return Outcome(End.UNKNOWN, "device.lost")
        self.trace += not self.echoes
        said = TerminalRecord(
            approved=True,
            code="A",
            terminal=TERMINAL,
            trace=self.trace,
            receipt_no=self.trace,
            piastres=order.piastres,
            currency=EGP,
        )
        keep(said)
        return Outcome(End.APPROVED, "answered", said)

    def reverse(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        return Outcome(End.NOT_SENT, "terminal.no_reversal")

    def end_of_day(self) -> BatchTotals:
        raise KnownError("terminal.refused", terminal=TERMINAL, number="-")

    def abort(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


def pay(till: Session, terminal: PaymentTerminal) -> Paid:
    """As the screens do."""

    def start(session: Session, terminal_id: str, last: LastResult) -> Attempt:
        return prepare_card(session, bill(session, 120_00), terminal_id, last, intent=secrets.token_hex(16))

    return CardWork(till, terminal, at_once).run(start, no_progress)


def charged(trace: int) -> Finding:
    return Finding(charged=True, approver="SUP-1", trace=trace, receipt_no=trace, piastres=120_00)


def test_its_approval_counts_as_it_comes(till: Session) -> None:
    paid = pay(till, Plain())
    assert (paid.attempt.state, paid.attempt.counter, paid.attempt.trace) == (State.COMPLETED, None, 41)
    again = pay_by_card(till, Plain(trace=41), bill(till, 50_00), intent=secrets.token_hex(16))
    assert again.attempt.state is State.COMPLETED


def test_an_interruption_goes_to_two_persons_who_read_its_own_record(till: Session) -> None:
    terminal = Plain(cut=True)
    left = pay(till, terminal).attempt
    assert (left.state, left.why) == (State.PERSON, "device.lost")
    with pytest.raises(KnownError, match=r"terminal\.no_last_result"):
        CardWork(till, terminal, at_once).ask(left.seq)
    with pytest.raises(KnownError, match=r"card\.terminal_locked"):
        pay(till, terminal)
    assert found(till, left, charged(41)).state is State.APPROVED
    assert resume_cards(till) == ()
    assert till.store.journal.state().totals.card == 120_00


def test_a_stop_in_the_middle_goes_to_two_persons_as_well(till: Session) -> None:
    class Stopped(Plain):
        def pay(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pay(till, Stopped())
    (left,) = resume_cards(till)
    assert left.state is State.PERSON
    CardWork(till, Plain(), at_once).settle()
    assert open_cards(till) == (left,), "after a stop it is not asked what it cannot answer"
    not_charged = Finding(charged=False, approver="SUP-1", seen="لا توجد عملية بهذا المبلغ")
    assert found(till, left, not_charged).state is State.NOT_DONE


def test_the_answer_before_is_not_taken_for_this_one(till: Session) -> None:
    pay(till, Plain())
    left = pay(till, Plain(trace=41, echoes=True)).attempt
    assert (left.state, left.why) == (State.PERSON, "record_used")
    with pytest.raises(KnownError, match=r"card\.finding_used"):
        found(till, left, charged(41))
    assert found(till, left, charged(42)).trace == 42
