"""What is unknown ends by evidence: the terminal's own record, or two persons who have read it."""

from dataclasses import replace

import pytest

from kiosk.core.card_terminal import LastResult, TerminalRecord
from kiosk.core.cards import State
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.card import prepare_card
from kiosk.desk.card_complete import complete_card, resume_cards
from kiosk.desk.card_converse import card_sent
from kiosk.desk.card_resolve import Finding, propose_finding, resolve_by_person, resolve_by_terminal
from kiosk.desk.session import Session
from kiosk.store.queries.cards import Attempt, open_on
from tests.desk.cards import bill, cut_off, found
from tests.desk.conftest import SECRETS, Trial
from tests.desk.till import open_till

TERMINAL = "31000017"
BEFORE = TerminalRecord(
    approved=True, code="00", terminal=TERMINAL, trace=9, receipt_no=9, piastres=120_00, currency=818
)
IDLE = LastResult(idle=True, record=BEFORE)


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


@pytest.fixture
def doubt(till: Session) -> Attempt:
    """An attempt for 120 pounds whose line failed at its terminal; the counter before it was 9."""
    return cut_off(till, sent(till))


def sent(till: Session) -> Attempt:
    attempt = prepare_card(till, bill(till, 120_00), TERMINAL, IDLE, intent="0c" * 16)
    card_sent(till, attempt)
    return attempt


def said(**changes: object) -> LastResult:
    """The next transaction, of the morning on which the trial device stands."""
    record = replace(BEFORE, trace=10, receipt_no=10, last4="1111", dated="11-24T09:01:00")
    return LastResult(idle=True, record=replace(record, **changes))  # type: ignore[arg-type]


def charged(**changes: object) -> Finding:
    finding = Finding(charged=True, approver="SUP-1", trace=10, receipt_no=10, piastres=120_00)
    return replace(finding, **changes)  # type: ignore[arg-type]


NOT_CHARGED = Finding(charged=False, approver="SUP-1", seen="آخر عملية في السجل للعميل السابق")


class TestByTheTerminal:
    def test_ours_is_adopted_and_then_completed_once(self, till: Session, doubt: Attempt) -> None:
        adopted = resolve_by_terminal(till, doubt, said())
        assert (adopted.state, adopted.trace, adopted.last4) == (State.APPROVED, 10, "1111")
        first = complete_card(till, adopted)
        assert complete_card(till, adopted) == first
        assert till.store.journal.state().totals.receipts == 1

    def test_the_previous_customers_equal_amount_is_not_adopted(self, till: Session, doubt: Attempt) -> None:
        assert resolve_by_terminal(till, doubt, IDLE).state is State.NOT_DONE
        assert open_on(till.store.db, TERMINAL) is None

    @pytest.mark.parametrize(
        ("last", "why"),
        [
            (said(piastres=1), "amount"),
            (said(currency=978), "currency"),
            (said(terminal="31000018"), "terminal"),
            (said(trace=11), "counter"),
            (said(trace=8), "counter"),
            (LastResult(idle=True, record=None), "memory_empty"),
        ],
    )
    def test_anything_else_goes_to_a_person_and_stays_locked(
        self, till: Session, doubt: Attempt, last: LastResult, why: str
    ) -> None:
        left = resolve_by_terminal(till, doubt, last)
        assert (left.state, left.why) == (State.PERSON, why)
        assert open_on(till.store.db, TERMINAL) == left

    def test_a_passer_by_who_pays_the_same_after_a_stop_is_not_adopted(self, till: Session) -> None:
        sent(till)
        (lost,) = resume_cards(till)
        left = resolve_by_terminal(till, lost, said())
        assert (left.state, left.why) == (State.PERSON, "not_taken")

    def test_a_passer_by_who_pays_the_same_after_a_cut_is_not_adopted(
        self, till: Session, doubt: Attempt
    ) -> None:
        left = resolve_by_terminal(till, doubt, said(dated="11-24T09:20:00"))
        assert (left.state, left.why) == (State.PERSON, "dated")
        assert found(till, left, charged()).state is State.APPROVED, "a person reads whose it is"

    def test_the_slip_of_the_one_before_is_not_adopted(self, till: Session, doubt: Attempt) -> None:
        left = resolve_by_terminal(till, doubt, said(receipt_no=BEFORE.receipt_no))
        assert (left.state, left.why) == (State.PERSON, "slip")

    def test_a_busy_terminal_decides_nothing_and_writes_nothing(self, till: Session, doubt: Attempt) -> None:
        before = till.store.journal.state().seq
        assert resolve_by_terminal(till, doubt, LastResult(idle=False, record=BEFORE)) == doubt
        assert till.store.journal.state().seq == before

    def test_a_later_word_of_the_terminal_may_still_settle_it(self, till: Session, doubt: Attempt) -> None:
        left = resolve_by_terminal(till, doubt, said(terminal="31000018"))
        assert resolve_by_terminal(till, left, said()).state is State.APPROVED


class TestByPersons:
    def test_found_charged_it_becomes_a_payment(self, till: Session, doubt: Attempt) -> None:
        left = found(till, doubt, charged())
        assert (left.state, left.trace, left.receipt_no) == (State.APPROVED, 10, 10)
        assert complete_card(till, left).total == 120_00

    def test_found_not_charged_it_is_not_done_and_the_terminal_is_free(
        self, till: Session, doubt: Attempt
    ) -> None:
        assert found(till, doubt, NOT_CHARGED).state is State.NOT_DONE
        assert open_on(till.store.db, TERMINAL) is None

    @pytest.mark.parametrize(
        ("finding", "code"),
        [
            (charged(trace=None), "card.finding_incomplete"),
            (charged(receipt_no=None), "card.finding_incomplete"),
            (charged(piastres=None), "card.finding_incomplete"),
            (charged(receipt_no=4111111111111111), "card.finding_incomplete"),
            (charged(trace=4111111111111111), "card.finding_incomplete"),
            (charged(piastres=119_00), "card.finding_differs"),
            (charged(trace=9), "card.finding_older"),
            (charged(trace=3), "card.finding_older"),
            (charged(approval="4111 1111 1111 1111"), "slip.card_number"),
            (replace(NOT_CHARGED, seen="4111-1111-1111-1111"), "slip.card_number"),
        ],
    )
    def test_a_finding_that_does_not_hold_changes_nothing(
        self, till: Session, doubt: Attempt, finding: Finding, code: str
    ) -> None:
        before = till.store.journal.state().seq
        with pytest.raises(KnownError) as caught:
            propose_finding(till, doubt, finding)
        assert caught.value.code == code
        assert till.store.journal.state().seq == before

    def test_nobody_finds_alone(self, till: Session, doubt: Attempt) -> None:
        finding = replace(charged(), approver="TEL-1")
        proposal = propose_finding(till, doubt, charged())
        with pytest.raises(KnownError, match=r"entry\.same_person"):
            till.approver(proposal, "TEL-1", SECRETS["TEL-1"][0], Right.VOID_APPROVE)
        with (
            till.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE) as approval,
            pytest.raises(KnownError, match=r"approval\.changed"),
        ):
            resolve_by_person(till, doubt, finding, approval)

    def test_a_second_teller_may_not_sign(self, till: Session, doubt: Attempt) -> None:
        proposal = propose_finding(till, doubt, charged())
        with pytest.raises(KnownError, match=r"roles\."):
            till.approver(proposal, "TEL-2", SECRETS["TEL-2"][0], Right.VOID_APPROVE)

    def test_what_has_ended_is_not_found_again(self, till: Session, doubt: Attempt) -> None:
        done = resolve_by_terminal(till, doubt, IDLE)
        with pytest.raises(KnownError, match=r"card\.not_in_doubt"):
            propose_finding(till, done, charged())
