"""Reversing on the terminal before a void, and the terminal's day beside ours."""

from collections.abc import Iterator

import pytest

from kiosk.core.card_terminal import BatchTotals
from kiosk.core.cards import State
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.card import Paid
from kiosk.desk.card_reverse import (
    check_day_may_close,
    close_day,
    prepare_reversal,
    propose_reversal,
    reversal_of,
)
from kiosk.desk.pay import take_payment
from kiosk.desk.reports import report_x
from kiosk.desk.session import Session
from kiosk.store.queries.cards import Attempt
from kiosk.store.queries.receipts import find_receipt
from tests.desk.cards import Desk, bill, desk, found, reverse, void
from tests.desk.conftest import SECRETS, Trial
from tests.desk.till import cash, open_till


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


@pytest.fixture
def made() -> Iterator[Desk]:
    with desk() as one:
        yield one


def number(paid: Paid) -> str:
    assert paid.taken is not None
    return paid.taken.number


def refused_reversal(session: Session, made: Desk, receipt: str) -> str:
    with pytest.raises(KnownError) as caught:
        propose_reversal(session, receipt, made.zvt.last(), intent="0e" * 16, approver="SUP-1")
    return caught.value.code


class TestReversal:
    def test_it_is_reversed_there_first_and_then_voided_here(self, till: Session, made: Desk) -> None:
        paid = made.pay(till)
        with pytest.raises(KnownError, match=r"card\.reverse_first"):
            void(till, number(paid))
        back = reverse(till, made, number(paid))
        assert (back.state, back.piastres, back.receipt_no) == (State.APPROVED, 120_00, 1)
        assert paid.taken is not None
        assert reversal_of(till, paid.taken.payment.seq) == back
        done = void(till, number(paid))
        assert (done.cash_returned, made.charged()) == (0, {})
        assert reversal_of(till, paid.taken.payment.seq) is None, "it has become the void"
        totals = till.store.journal.state().totals
        assert (totals.card, totals.card_voided, totals.voids) == (120_00, 120_00, 1)
        figures = report_x(till).figures
        assert (figures.tenders[-1].taken, figures.tenders[-1].reversed) == (120_00, 120_00)
        assert figures.breaches == ()

    def test_an_unknown_reversal_is_adopted_like_a_payment(self, till: Session, made: Desk) -> None:
        paid = made.pay(till)
        made.behave("silent-after-charge")
        back = reverse(till, made, number(paid))
        assert (back.state, back.why) == (State.APPROVED, "last_result")
        void(till, number(paid))

    def test_a_refused_reversal_leaves_the_receipt_as_it_is(self, till: Session, made: Desk) -> None:
        paid = made.pay(till)
        made.behave("declines")
        assert reverse(till, made, number(paid)).state is State.DECLINED
        with pytest.raises(KnownError, match=r"card\.reverse_first"):
            void(till, number(paid))
        made.well()
        assert reverse(till, made, number(paid)).state is State.APPROVED

    def test_it_is_reversed_once(self, till: Session, made: Desk) -> None:
        paid = made.pay(till)
        reverse(till, made, number(paid))
        assert refused_reversal(till, made, number(paid)) == "card.reversed_before"
        void(till, number(paid))
        assert refused_reversal(till, made, number(paid)) == "shifts.already_void"

    def test_two_persons_reverse(self, till: Session, made: Desk) -> None:
        paid = made.pay(till)
        last = made.zvt.last()
        proposal = propose_reversal(till, number(paid), last, intent="0e" * 16, approver="SUP-1")
        with (
            till.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE) as approval,
            pytest.raises(KnownError, match=r"approval\.changed"),
        ):
            prepare_reversal(till, number(paid), last, intent="0f" * 16, approver="SUP-1", approval=approval)

    def test_a_receipt_of_cash_has_nothing_to_reverse(self, till: Session, made: Desk) -> None:
        taken = take_payment(till, bill(till, 50_00), cash(50_00))
        assert refused_reversal(till, made, taken.number) == "card.not_by_card"
        assert refused_reversal(till, made, "NO-SUCH-000001") == "receipt.unknown"

    def test_two_persons_settle_a_reversal_that_the_terminal_does_not(
        self, till: Session, made: Desk
    ) -> None:
        from kiosk.desk.card_resolve import Finding

        paid = made.pay(till)
        made.behave("takes-back")
        back: Attempt = reverse(till, made, number(paid))
        assert back.state is State.PERSON
        finding = Finding(charged=True, approver="SUP-1", trace=2, receipt_no=2, piastres=120_00)
        assert found(till, back, finding).state is State.APPROVED
        void(till, number(paid))
        record = find_receipt(till.store.db, number(paid))
        assert record is not None
        assert record.row.voided


class TestDay:
    def test_a_day_that_agrees_has_no_difference(self, till: Session, made: Desk) -> None:
        made.pay(till, 100_00)
        paid = made.pay(till, 50_00)
        reverse(till, made, number(paid))
        void(till, number(paid))
        day = close_day(till, made.zvt.end_of_day())
        assert (day.difference, day.entry.our_taken, day.entry.our_reversed) == (0, 150_00, 50_00)
        again = close_day(till, made.zvt.end_of_day())
        assert (again.difference, again.entry.our_taken) == (0, 0)

    def test_a_difference_is_shown_and_kept_and_adjusts_nothing(self, till: Session, made: Desk) -> None:
        made.pay(till, 100_00)
        before = till.store.journal.state().totals
        day = close_day(till, BatchTotals("31000017", 2, 175_00, 0, 0))
        assert (day.difference, day.entry.in_doubt) == (75_00, 0)
        assert till.store.journal.state().totals == before

    def test_nothing_is_reversed_after_the_day_was_closed(self, till: Session, made: Desk) -> None:
        paid = made.pay(till)
        close_day(till, made.zvt.end_of_day())
        assert refused_reversal(till, made, number(paid)) == "card.day_closed"

    def test_a_day_is_not_closed_over_an_attempt_in_doubt(self, till: Session, made: Desk) -> None:
        check_day_may_close(till, made.zvt.terminal_id)
        made.behave("takes-back")
        made.pay(till)
        with pytest.raises(KnownError, match=r"card\.terminal_locked"):
            check_day_may_close(till, made.zvt.terminal_id)
