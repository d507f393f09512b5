"""The states of a card payment, and what a terminal's word proves: newer, equal in everything, or nothing."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.card_terminal import UNCOUNTED, LastResult, TerminalRecord
from kiosk.core.cards import (
    COUNTER_LIMIT,
    IN_DOUBT,
    OPEN,
    Arrow,
    Asked,
    Proof,
    State,
    after,
    is_newer,
    judge,
    may_follow,
    next_counter,
    weigh,
)
from kiosk.core.errors import BugError

SENT = datetime.fromisoformat("2026-12-31T23:58:10")
HEARD = datetime.fromisoformat("2026-12-31T23:58:50")
ASKED = Asked(
    terminal="31000017",
    piastres=132_485,
    currency=818,
    counter=41,
    slip_before=6,
    sent=SENT,
    heard=HEARD,
)
OURS = TerminalRecord(
    approved=True,
    code="00",
    terminal="31000017",
    trace=42,
    receipt_no=7,
    piastres=132_485,
    currency=818,
    dated="12-31T23:58:40",
)
PREVIOUS = replace(OURS, trace=41, receipt_no=6)
REFUSED = replace(OURS, approved=False, code="05")

ENDS = {State.COMPLETED, State.DECLINED, State.NOT_DONE}


class TestStates:
    def test_every_way_ends_and_no_end_has_a_way_out(self) -> None:
        assert set(State) - OPEN == ENDS
        assert not [(state, arrow) for state in ENDS for arrow in Arrow if may_follow(state, arrow)]
        assert IN_DOUBT <= OPEN

    def test_the_way_of_a_payment_that_goes_well(self) -> None:
        state = State.PREPARED
        for arrow in (Arrow.SENT, Arrow.APPROVED, Arrow.COMPLETED):
            state = after(state, arrow)
        assert state is State.COMPLETED

    def test_nothing_is_sent_a_second_time(self) -> None:
        assert [state for state in State if may_follow(state, Arrow.SENT)] == [State.PREPARED]

    def test_a_receipt_comes_of_an_approval_only(self) -> None:
        assert [state for state in State if may_follow(state, Arrow.COMPLETED)] == [State.APPROVED]

    def test_what_is_unknown_is_left_by_evidence_only(self) -> None:
        leaves = {arrow for arrow in Arrow if may_follow(State.UNKNOWN, arrow)}
        assert leaves == {Arrow.NEEDS_PERSON, Arrow.FOUND_DONE, Arrow.FOUND_NOT_DONE}
        with pytest.raises(BugError):
            after(State.UNKNOWN, Arrow.APPROVED)

    def test_an_approval_is_never_turned_into_nothing(self) -> None:
        assert not may_follow(State.APPROVED, Arrow.FOUND_NOT_DONE)
        assert not may_follow(State.APPROVED, Arrow.DECLINED)


class TestAnswers:
    def test_what_names_everything_as_asked_is_approved(self) -> None:
        assert judge(ASKED, OURS).proof is Proof.DONE

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            (replace(OURS, piastres=132_486), "amount"),
            (replace(OURS, piastres=None), "amount"),
            (replace(OURS, currency=978), "currency"),
            (replace(OURS, currency=None), "currency"),
            (replace(OURS, terminal="31000018"), "terminal"),
            (replace(OURS, terminal=None), "terminal"),
            (replace(OURS, reversal=True), "kind"),
            (PREVIOUS, "counter"),
            (replace(OURS, trace=43), "counter"),
            (replace(OURS, trace=None), "counter"),
        ],
    )
    def test_an_approval_of_anything_else_is_unknown(self, said: TerminalRecord, why: str) -> None:
        assert (judge(ASKED, said).proof, judge(ASKED, said).why) == (Proof.CONTRADICTS, why)

    def test_a_refusal_counts_only_when_it_is_of_this_order(self) -> None:
        assert judge(ASKED, REFUSED).proof is Proof.NOT_DONE
        for said in (
            replace(REFUSED, trace=None),
            replace(REFUSED, terminal=None),
            replace(REFUSED, trace=41),
            replace(REFUSED, terminal="31000018"),
        ):
            assert judge(ASKED, said).proof is Proof.NOTHING

    def test_a_reversal_is_not_proved_by_a_payment(self) -> None:
        back = replace(ASKED, reversal=True)
        assert judge(back, replace(OURS, reversal=False)).why == "kind"
        assert judge(back, OURS).proof is Proof.DONE, "where the protocol does not say, the counter tells"


class TestLastTransaction:
    def weigh(self, said: TerminalRecord | None, *, idle: bool = True) -> tuple[Proof, str]:
        found = weigh(ASKED, LastResult(idle, said))
        return found.proof, found.why

    def test_ours_is_adopted(self) -> None:
        assert self.weigh(OURS) == (Proof.DONE, "last_result")

    def test_the_previous_customers_is_never_adopted(self) -> None:
        assert self.weigh(PREVIOUS) == (Proof.NOT_DONE, "counter_unchanged")

    def test_a_busy_terminal_proves_nothing(self) -> None:
        assert self.weigh(PREVIOUS, idle=False) == (Proof.NOTHING, "terminal_busy")
        assert self.weigh(OURS, idle=False) == (Proof.NOTHING, "terminal_busy")

    def test_a_refused_next_one_means_that_nothing_was_charged(self) -> None:
        assert self.weigh(REFUSED) == (Proof.NOT_DONE, "declined")

    @pytest.mark.parametrize(
        "said",
        [
            None,
            replace(OURS, trace=43),
            replace(OURS, trace=40),
            replace(OURS, trace=None),
            replace(OURS, piastres=100),
            replace(OURS, currency=978),
            replace(OURS, terminal="31000018"),
            replace(OURS, terminal=None),
            replace(PREVIOUS, terminal="31000018"),
            replace(OURS, reversal=True),
        ],
    )
    def test_anything_else_needs_a_person(self, said: TerminalRecord | None) -> None:
        assert self.weigh(said)[0] is Proof.CONTRADICTS

    @given(
        trace=st.integers(0, COUNTER_LIMIT),
        counter=st.integers(0, COUNTER_LIMIT),
        piastres=st.sampled_from([132_485, 1]),
        approved=st.booleans(),
    )
    def test_it_is_adopted_only_as_the_very_next_one_of_the_same_amount(
        self, trace: int, counter: int, piastres: int, approved: bool
    ) -> None:
        asked = replace(ASKED, counter=counter)
        said = replace(OURS, trace=trace, piastres=piastres, approved=approved)
        adopted = weigh(asked, LastResult(idle=True, record=said)).proof is Proof.DONE
        assert adopted == (approved and piastres == 132_485 and trace == next_counter(counter))


class TestPassersBy:
    """Who pays the same on the terminal alone, after our order was lost, is next on its counter as well."""

    def why(self, asked: Asked = ASKED, **changes: object) -> str:
        said = replace(OURS, **changes)  # type: ignore[arg-type]
        return weigh(asked, LastResult(idle=True, record=said)).why

    def test_an_order_that_nothing_shows_as_taken_is_no_ones(self) -> None:
        assert self.why(replace(ASKED, heard=None)) == "not_taken"
        assert self.why(replace(ASKED, sent=None)) == "not_taken"

    @pytest.mark.parametrize("slip", [None, 6])
    def test_a_slip_that_is_not_new_is_not_ours(self, slip: int | None) -> None:
        assert self.why(receipt_no=slip) == "slip"

    @pytest.mark.parametrize(
        "dated",
        [None, "12-31T23:56:09", "01-01T00:00:51", "12-30T23:58:40", "06-30T23:58:40", "02-30T00:00:00"],
    )
    def test_what_is_dated_outside_our_order_is_not_ours(self, dated: str | None) -> None:
        assert self.why(dated=dated) == "dated"

    @pytest.mark.parametrize("dated", ["12-31T23:56:10", "12-31T23:58:50", "01-01T00:00:50"])
    def test_within_it_the_year_does_not_matter(self, dated: str) -> None:
        assert self.why(dated=dated) == "last_result"

    def test_none_of_it_makes_charged_what_was_not(self) -> None:
        lost = replace(ASKED, heard=None)
        assert weigh(lost, LastResult(idle=True, record=PREVIOUS)).proof is Proof.NOT_DONE
        assert weigh(lost, LastResult(idle=True, record=REFUSED)).proof is Proof.NOT_DONE


class TestWithoutACounter:
    ASKED = replace(ASKED, counter=None)

    def test_an_answer_counts_as_it_comes(self) -> None:
        assert judge(self.ASKED, replace(OURS, trace=None)).proof is Proof.DONE
        assert judge(self.ASKED, replace(REFUSED, trace=None)).proof is Proof.NOT_DONE
        assert judge(self.ASKED, replace(OURS, piastres=1)).proof is Proof.CONTRADICTS
        assert judge(self.ASKED, replace(REFUSED, piastres=1)).proof is Proof.NOTHING

    def test_nothing_proves_anything_later(self) -> None:
        for said in (None, OURS, PREVIOUS, REFUSED):
            last = LastResult(idle=True, record=said)
            assert weigh(self.ASKED, last).proof is Proof.CONTRADICTS
        assert UNCOUNTED.counter is None


class TestCounter:
    def test_it_begins_anew_after_its_last_number(self) -> None:
        assert next_counter(COUNTER_LIMIT) == 1
        first = LastResult(idle=True, record=replace(OURS, trace=1))
        assert weigh(replace(ASKED, counter=COUNTER_LIMIT), first).proof is Proof.DONE

    def test_newer_is_within_half_of_its_round(self) -> None:
        assert is_newer(42, 41)
        assert is_newer(3, COUNTER_LIMIT - 2)
        assert not is_newer(41, 41)
        assert not is_newer(40, 41)
