"""What may be taken for a payment, to the piastre."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.cash import count
from kiosk.core.errors import BugError, KnownError
from kiosk.core.policy import Policy
from kiosk.core.tenders import Accepted, CashTaken, Offered, Outage, OutagePaper, Slip, accept, rounded
from kiosk.policy_files import default_policy

BASE = replace(
    default_policy().on(date(2026, 11, 24)),
    cash_limit=500_00,
    limit_inclusive=True,
    cash_rounding_step=0,
    change_left_cap=1_00,
)
STRICT = replace(BASE, limit_inclusive=False)
TICKET = Outage(OutagePaper.TICKET, "2026-77120", "network down")


def slip(amount: int, number: str = "000123") -> Slip:
    return Slip("GPOS-41", number, amount)


def refusal(total: int, offered: Offered, policy: Policy = BASE, outage: Outage | None = None) -> KnownError:
    with pytest.raises(KnownError) as error:
        accept(total, offered, policy, outage)
    return error.value


# ---- the electronic limit


@pytest.mark.parametrize(
    ("total", "inclusive", "allowed"),
    [
        (499_75, True, True),
        (499_99, True, True),
        (500_00, True, True),
        (500_01, True, False),
        (499_75, False, True),
        (499_99, False, True),
        (500_00, False, False),
        (500_01, False, False),
    ],
)
def test_the_limit_at_its_edge(total: int, *, inclusive: bool, allowed: bool) -> None:
    policy = BASE if inclusive else STRICT
    handed_over = -(-total // 25) * 25
    offered = Offered(cash=handed_over, left=handed_over - total)
    if allowed:
        assert accept(total, offered, policy, None).outage is None
    else:
        assert refusal(total, offered, policy).code == "tenders.cash_above_limit"
        assert accept(total, offered, policy, TICKET).outage == TICKET


def test_the_refusal_says_what_is_allowed_and_how_an_outage_makes_it_lawful() -> None:
    error = refusal(700_00, Offered(cash=700_00))
    assert "700.00" in error.sentence("ar")
    assert "500.00" in error.sentence("ar")
    assert "بلاغ عطل" in error.sentence("ar")
    for word in ("رقم البلاغ الرسمي", "المذكرة المعتمدة", "كل إيصال", "فور انتهاء العطل"):
        assert word in error.remedy("ar")
    assert "499.99" in refusal(500_00, Offered(cash=500_00), STRICT).sentence("ar")


def test_during_an_outage_only_cash_above_the_limit_carries_the_ticket() -> None:
    assert accept(700_00, Offered(cash=700_00), BASE, TICKET).outage == TICKET
    assert accept(500_00, Offered(cash=500_00), BASE, TICKET).outage is None
    assert accept(700_00, Offered(slips=(slip(700_00),)), BASE, TICKET).outage is None


def test_when_the_outage_has_ended_cash_above_the_limit_is_refused_again() -> None:
    accept(700_00, Offered(cash=700_00), BASE, TICKET)
    assert refusal(700_00, Offered(cash=700_00), outage=None).code == "tenders.cash_above_limit"


def test_cash_that_no_coins_can_make_was_never_handed_over() -> None:
    """A drawer can never hold 99.90, so a shift that says so could never be counted out."""
    assert refusal(99_90, Offered(cash=99_90)).code == "tenders.no_such_cash"


def test_the_limit_looks_at_what_is_paid_and_not_at_the_notes_handed_over() -> None:
    taken = accept(450_00, Offered(cash=600_00), BASE, None)
    assert taken.cash == CashTaken(600_00, 150_00, 0)


@pytest.mark.parametrize(
    ("paper", "number", "cause", "approver"),
    [
        (OutagePaper.TICKET, "", "network", ""),
        (OutagePaper.TICKET, "  ", "network", "manager"),
        (OutagePaper.TICKET, "77", "", ""),
        (OutagePaper.MEMO, "77", "network", ""),
    ],
)
def test_an_outage_without_its_papers_is_none(
    paper: OutagePaper, number: str, cause: str, approver: str
) -> None:
    with pytest.raises(KnownError) as error:
        Outage(paper, number, cause, approver)
    assert error.value.code == "tenders.outage_incomplete"


def test_a_memo_with_its_approver_is_enough() -> None:
    memo = Outage(OutagePaper.MEMO, "12/2026", "no answer from support", "S-014")
    assert accept(700_00, Offered(cash=700_00), BASE, memo).outage == memo


# ---- splitting


def test_several_cards_make_up_the_total() -> None:
    taken = accept(1_200_00, Offered(slips=(slip(700_00, "1"), slip(500_00, "2"))), BASE, None)
    assert taken.cash is None
    assert taken.received == 1_200_00


def test_a_card_and_cash_up_to_the_limit() -> None:
    taken = accept(1_200_00, Offered(cash=500_00, slips=(slip(700_00),)), BASE, None)
    assert taken.cash == CashTaken(500_00, 0, 0)
    assert taken.received == 1_200_00


def test_a_card_and_cash_above_the_limit_is_refused() -> None:
    offered = Offered(cash=500_25, slips=(slip(699_75),))
    assert refusal(1_200_00, offered).code == "tenders.cash_above_limit"
    assert accept(1_200_00, offered, BASE, TICKET).outage == TICKET


@pytest.mark.parametrize("slips", [(slip(100_01),), (slip(60_00, "1"), slip(60_00, "2"))])
def test_cards_never_exceed_the_total(slips: tuple[Slip, ...]) -> None:
    assert refusal(100_00, Offered(slips=slips)).code == "tenders.slips_above_total"


def test_what_is_missing_is_named() -> None:
    error = refusal(100_00, Offered(cash=20_00, slips=(slip(60_00),)))
    assert (error.code, error.params["missing"]) == ("tenders.short", "20.00")
    error = refusal(900_00, Offered(slips=(slip(100_00),)))
    assert (error.code, error.params["missing"]) == ("tenders.short", "800.00")


def test_cash_beside_cards_that_pay_all_is_given_back() -> None:
    assert refusal(60_00, Offered(cash=5_00, slips=(slip(60_00),))).code == "tenders.cash_not_needed"
    assert refusal(0, Offered(cash=5_00)).code == "tenders.cash_not_needed"


def test_an_exempt_request_takes_nothing() -> None:
    assert accept(0, Offered(), BASE, None) == Accepted(0, 0, None, (), None)


def test_the_same_slip_pays_once() -> None:
    twice = Offered(slips=(slip(50_00), replace(slip(50_00), number=" 000123 ")))
    assert refusal(100_00, twice).code == "tenders.slip_twice"
    other_terminal = Offered(slips=(slip(50_00), Slip("GPOS-42", "000123", 50_00)))
    assert accept(100_00, other_terminal, BASE, None).received == 100_00


@pytest.mark.parametrize(
    "wrong", [Slip("", "1", 100_00), Slip("GPOS-41", " ", 100_00), Slip("GPOS-41", "1", 0)]
)
def test_a_slip_is_complete(wrong: Slip) -> None:
    assert refusal(100_00, Offered(slips=(wrong,))).code == "tenders.slip_incomplete"


def test_negative_amounts_are_bugs() -> None:
    for total, offered in ((-1, Offered()), (1, Offered(cash=-1)), (1, Offered(cash=1, left=-1))):
        with pytest.raises(BugError):
            accept(total, offered, BASE, None)


# ---- change


def test_change_is_tendered_less_what_is_due() -> None:
    taken = accept(171_25, Offered(cash=200_00), BASE, None)
    assert taken.cash == CashTaken(tendered=200_00, change=28_75, left=0)
    assert taken.cash.applied == 171_25


def test_change_must_be_payable_in_coins_that_exist() -> None:
    error = refusal(99_90, Offered(cash=100_00))
    assert error.code == "tenders.change_not_payable"
    assert (error.params["change"], error.params["payable"], error.params["left"]) == ("0.10", "0.00", "0.10")


def test_change_must_be_in_the_drawer_where_it_is_known() -> None:
    drawer = count({"note-200": 4}, BASE.denominations)
    with pytest.raises(KnownError) as error:
        accept(150_00, Offered(cash=200_00), BASE, None, drawer)
    assert error.value.code == "tenders.no_change"
    drawer = count({"note-20": 2, "note-10": 1}, BASE.denominations)
    assert accept(150_00, Offered(cash=200_00), BASE, None, drawer).received == 150_00


# ---- change that is left: money of the citizen, a line of its own, in the drawer


def test_change_that_was_not_given_stays_visible_and_in_the_drawer() -> None:
    taken = accept(99_90, Offered(cash=100_00, left=10), BASE, None)
    assert taken.left == 10
    assert taken.cash == CashTaken(tendered=100_00, change=0, left=10)
    assert taken.received == taken.total + taken.left == 100_00


def test_dropping_it_silently_would_leave_the_drawer_over() -> None:
    taken = accept(99_90, Offered(cash=100_00, left=10), BASE, None)
    assert taken.cash is not None
    in_the_drawer = taken.cash.tendered - taken.cash.change
    dropped = taken.total
    assert in_the_drawer - dropped == 10
    assert in_the_drawer == taken.received


def test_part_of_the_change_may_be_left() -> None:
    taken = accept(99_10, Offered(cash=100_00, left=15), BASE, None)
    assert taken.cash == CashTaken(100_00, 75, 15)


def test_no_more_than_the_cap_is_left() -> None:
    assert refusal(90_00, Offered(cash=100_00, left=1_01)).code == "tenders.left_too_much"
    assert accept(90_00, Offered(cash=100_00, left=1_00), BASE, None).left == 1_00


def test_where_nobody_set_a_cap_nothing_may_be_left() -> None:
    none = replace(BASE, change_left_cap=0)
    assert refusal(99_90, Offered(cash=100_00, left=10), none).code == "tenders.left_too_much"
    assert refusal(99_90, Offered(cash=100_00), none).code == "tenders.no_change"


def test_no_more_than_the_change_is_left() -> None:
    assert refusal(99_90, Offered(cash=100_00, left=11)).code == "tenders.left_above_change"
    assert refusal(100_00, Offered(slips=(slip(100_00),), left=5)).code == "tenders.cash_not_needed"


# ---- rounding: off, unless a step is set; then a line of its own


def test_nothing_is_rounded_by_default() -> None:
    assert default_policy().on(date(2026, 11, 24)).cash_rounding_step == 0
    assert accept(99_90, Offered(cash=100_00, left=10), BASE, None).rounding == 0


@pytest.mark.parametrize(
    ("due", "step", "expected"),
    [
        (99_90, 25, 100_00),
        (99_85, 25, 99_75),
        (99_88, 25, 100_00),
        (99_87, 25, 99_75),
        (99_75, 25, 99_75),
        (5, 10, 0),
        (6, 10, 10),
        (15, 10, 10),
        (99_99, 0, 99_99),
        (99_99, 1, 99_99),
    ],
)
def test_rounding_goes_to_the_nearest_step_halves_down(due: int, step: int, expected: int) -> None:
    assert rounded(due, step) == expected


def test_a_rounded_payment_shows_the_difference() -> None:
    policy = replace(BASE, cash_rounding_step=25)
    up = accept(99_90, Offered(cash=100_00), policy, None)
    assert (up.rounding, up.received) == (10, 100_00)
    down = accept(99_85, Offered(cash=100_00), policy, None)
    assert (down.rounding, down.received) == (-10, 99_75)
    assert down.cash == CashTaken(100_00, 25, 0)


def test_a_card_is_never_rounded() -> None:
    policy = replace(BASE, cash_rounding_step=25)
    assert accept(99_90, Offered(slips=(slip(99_90),)), policy, None).rounding == 0


def test_rounding_does_not_slip_under_the_limit() -> None:
    policy = replace(BASE, cash_rounding_step=25)
    assert refusal(500_10, Offered(cash=500_00), policy).code == "tenders.cash_above_limit"


# ---- whatever is offered


@given(
    total=st.integers(0, 1_500_00),
    cash=st.integers(0, 8_000).map(lambda quarters: quarters * 25),
    slips=st.lists(st.integers(1, 900_00), max_size=3),
    step=st.sampled_from([0, 0, 5, 25]),
    inclusive=st.booleans(),
    outage=st.sampled_from([None, TICKET]),
    close=st.booleans(),
    settle=st.booleans(),
)
@settings(max_examples=300)
def test_what_is_accepted_always_adds_up(
    total: int,
    cash: int,
    slips: list[int],
    step: int,
    outage: Outage | None,
    *,
    inclusive: bool,
    close: bool,
    settle: bool,
) -> None:
    policy = replace(BASE, limit_inclusive=inclusive, cash_rounding_step=step)
    paid_by_card = sum(slips)
    towards = total - paid_by_card
    if close:
        cash = 0 if towards <= 0 else towards // 25 * 25 + 25
    left = max(0, cash - towards) % 25 if settle and not step else 0
    offered = Offered(cash, tuple(slip(amount, str(number)) for number, amount in enumerate(slips)), left)
    try:
        taken = accept(total, offered, policy, outage)
    except KnownError:
        return
    assert taken.received == total + taken.rounding + taken.left
    assert (taken.outage is not None) == (towards > policy.highest_cash)
    assert taken.outage is None or outage is not None
    if taken.cash:
        assert taken.cash.tendered == cash
        assert taken.cash.change + taken.cash.applied == cash
        assert taken.cash.left == left
    else:
        assert cash == left == 0
        assert paid_by_card == total
