"""Closing a shift: blind, counted, explained, signed, once."""

import inspect
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.cash import Count, count
from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.core.shift_close import (
    ClosedShift,
    Parting,
    Signers,
    Step,
    close,
    expected_shown,
    next_step,
)
from kiosk.core.shift_movements import CashMove, Line, Move, Payment, Purpose, Receipt
from kiosk.core.shifts import Opening, Perpetual, ShiftFigures, figures
from kiosk.policy_files import default_policy

POLICY = replace(
    default_policy().on(date(2026, 11, 24)), soft_difference=5_00, hard_difference=50_00, blind_count=True
)
PAYMENT = Payment(
    2, Receipt("S", 1), 300_00, (Line(Purpose.FEE, "BLD-01", 300_00),), tendered=400_00, change=100_00
)
FIGURES = figures(Opening(100_00, 100_00, Perpetual(50_00, 0)), (PAYMENT,))
TELLER = Signers("S-014")
WITH_SUPERVISOR = Signers("S-014", "S-002")


def counted(piastres: int) -> Count:
    pounds, quarters = divmod(piastres, 100)
    return count({"coin-1": pounds, "coin-0.25": quarters // 25}, POLICY.denominations)


def closed(
    *counts: int,
    reason: str | None = None,
    signers: Signers = TELLER,
    policy: Policy = POLICY,
    parting: Parting | None = None,
) -> ClosedShift:
    split = parting or Parting(kept=100_00, handed=counts[-1] - 100_00 if counts else 0)
    return close(7, FIGURES, [counted(total) for total in counts], split, signers, policy, reason=reason)


def refusal(
    *counts: int, reason: str | None = None, signers: Signers = TELLER, parting: Parting | None = None
) -> str:
    with pytest.raises(KnownError) as error:
        closed(*counts, reason=reason, signers=signers, parting=parting)
    return error.value.code


def test_a_shift_that_agrees_closes_with_one_count() -> None:
    z = closed(400_00)
    assert (z.counted, z.over_short, z.reason) == (400_00, 0, None)
    assert (z.parting.kept, z.parting.handed) == (100_00, 300_00)
    assert z.perpetual == Perpetual(350_00, 0)


# ---- blind


def test_expected_cash_is_hidden_until_the_count_is_final() -> None:
    assert expected_shown(400_00, [], POLICY) is None
    assert expected_shown(400_00, [counted(380_00)], POLICY) is None
    assert expected_shown(400_00, [counted(380_00), counted(390_00)], POLICY) == 400_00
    assert expected_shown(400_00, [counted(400_00)], POLICY) == 400_00


def test_a_policy_that_nobody_decided_hides() -> None:
    policy = default_policy().on(date(2026, 11, 24))
    assert policy.provenance["blind_count"].unknown
    assert expected_shown(400_00, [], policy) is None


def test_only_a_policy_that_says_so_shows_it() -> None:
    assert expected_shown(400_00, [], replace(POLICY, blind_count=False)) == 400_00


# ---- counting again


@pytest.mark.parametrize(
    ("counts", "step"),
    [
        ((), Step.COUNT),
        ((400_00,), Step.FINAL),
        ((405_00,), Step.FINAL),
        ((395_00,), Step.FINAL),
        ((405_25,), Step.RECOUNT),
        ((394_75,), Step.RECOUNT),
        ((394_75, 394_75), Step.FINAL),
        ((394_75, 400_00), Step.FINAL),
    ],
)
def test_what_the_count_needs_next(counts: tuple[int, ...], step: Step) -> None:
    assert next_step(400_00, [counted(total) for total in counts], POLICY) is step


def test_a_count_outside_the_soft_limit_is_repeated_once_and_both_are_kept() -> None:
    assert refusal(390_00) == "shifts.recount_needed"
    z = closed(390_00, 392_00, reason="wrong_change")
    assert [row.total for row in z.counts] == [390_00, 392_00]
    assert z.over_short == -8_00


def test_a_count_is_not_repeated_until_it_fits() -> None:
    assert refusal(398_00, 400_00) == "shifts.one_recount_only"
    assert refusal(390_00, 391_00, 400_00) == "shifts.one_recount_only"


# ---- reasons and the second person


def test_any_difference_has_a_coded_reason() -> None:
    assert refusal(399_75) == "shifts.short_without_reason"
    assert refusal(400_25) == "shifts.over_without_reason"
    assert refusal(400_25, reason="because") == "shifts.over_without_reason"
    assert closed(400_25, reason="unknown").over_short == 25


def test_beyond_the_hard_limit_another_person_signs() -> None:
    assert refusal(349_75, 349_75, reason="unknown") == "shifts.supervisor_needed"
    assert refusal(450_25, 450_25, reason="unknown") == "shifts.supervisor_needed"
    own = Signers("S-014", "S-014")
    assert refusal(349_75, 349_75, reason="unknown", signers=own) == "shifts.supervisor_is_closer"
    z = closed(349_75, 349_75, reason="unknown", signers=WITH_SUPERVISOR)
    assert z.over_short == -50_25
    assert z.signers.supervisor == "S-002"


def test_with_nobody_at_hand_it_closes_unapproved_only_where_the_policy_lets_it() -> None:
    alone = Signers("S-014", nobody=True)
    strict = replace(POLICY, close_without_approver=False)
    with pytest.raises(KnownError) as error:
        closed(349_75, 349_75, reason="unknown", signers=alone, policy=strict)
    assert error.value.code == "shifts.approver_required"
    assert closed(349_75, 349_75, reason="unknown", signers=alone).signers.supervisor is None
    own = Signers("S-014", "S-014", nobody=True)
    assert refusal(349_75, 349_75, reason="unknown", signers=own) == "shifts.supervisor_is_closer"


def test_at_the_hard_limit_the_person_alone_is_enough() -> None:
    assert closed(350_00, 350_00, reason="unknown").over_short == -50_00


def test_an_unknown_limit_needs_the_second_person_for_any_difference() -> None:
    strict = replace(POLICY, soft_difference=0, hard_difference=0)
    with pytest.raises(KnownError) as error:
        closed(399_75, 399_75, reason="unknown", policy=strict)
    assert error.value.code == "shifts.supervisor_needed"


# ---- where the cash goes


@pytest.mark.parametrize(
    "parting", [Parting(100_00, 299_75), Parting(100_25, 300_00), Parting(-1_00, 401_00)]
)
def test_kept_and_handed_make_the_count_exactly(parting: Parting) -> None:
    assert refusal(400_00, parting=parting) == "shifts.kept_and_handed"


def test_an_over_goes_with_the_cash_and_a_short_is_not_made_up() -> None:
    z = closed(400_25, reason="unknown", parting=Parting(100_00, 300_25))
    assert z.parting.kept + z.parting.handed == z.counted == 400_25


# ---- once


def test_asking_again_returns_the_same_z() -> None:
    z = closed(400_00)
    other = close(8, FIGURES, [], Parting(0, 0), Signers("S-099"), POLICY, already=z)
    assert other is z


def test_wrong_movements_never_stop_a_close() -> None:
    broken = figures(Opening(100_00), (PAYMENT, PAYMENT))
    assert broken.breaches
    z = close(7, broken, [counted(400_00)], Parting(400_00, 0), TELLER, POLICY)
    assert z.figures.breaches == broken.breaches


# ---- known mistakes


def test_mistake_counts_pre_filled() -> None:
    """Nothing offers a count: no default, no way from expected figures to a Count, and none means none."""
    parameter = inspect.signature(close).parameters["counts"]
    assert parameter.default is inspect.Parameter.empty
    assert set(inspect.signature(count).parameters) == {"pieces", "denominations"}
    assert refusal() == "shifts.no_count"
    with pytest.raises(KnownError) as error:
        count({}, POLICY.denominations)
    assert error.value.code == "cash.count_empty"


def test_mistake_counted_forced_equal_to_expected() -> None:
    z = closed(399_75, reason="wrong_change")
    forced = z.figures.expected
    assert forced == 400_00
    assert z.counted == 399_75


def test_mistake_a_difference_erased_by_posting_it() -> None:
    """Booking the short as cash out makes the expected figure fit, and nobody is short any more."""
    z = closed(390_00, 390_00, reason="wrong_change")
    assert z.over_short == -10_00
    posted = figures(z.figures.opening, (PAYMENT, CashMove(3, Move.CASH_OUT, 10_00)))
    assert z.counted - posted.expected == 0
    assert z.over_short == -10_00
    assert z.perpetual == FIGURES.perpetual


def test_the_next_shift_starts_from_its_own_count_whatever_the_difference_was() -> None:
    z = closed(390_00, 390_00, reason="wrong_change")
    next_opening = Opening(counted=99_00, previous_kept=z.parting.kept, perpetual=z.perpetual)
    assert next_opening.variance == -1_00
    assert figures(next_opening, ()).expected == 99_00


@given(
    total=st.integers(0, 3_000).map(lambda quarters: quarters * 25),
    again=st.integers(0, 3_000).map(lambda quarters: quarters * 25),
    kept=st.integers(0, 700_00),
    supervisor=st.sampled_from([None, "S-002", "S-014"]),
)
def test_whatever_is_counted_a_closed_shift_says_the_truth(
    total: int, again: int, kept: int, supervisor: str | None
) -> None:
    counts = [counted(total)]
    if next_step(FIGURES.expected, counts, POLICY) is Step.RECOUNT:
        counts.append(counted(again))
    final = counts[-1].total
    kept = min(kept, final)
    signers = Signers("S-014", supervisor)
    parting = Parting(kept, final - kept)
    if abs(final - 400_00) > 50_00 and supervisor != "S-002":
        with pytest.raises(KnownError, match="supervisor"):
            close(1, FIGURES, counts, parting, signers, POLICY, reason="unknown")
        return
    z = close(1, FIGURES, counts, parting, signers, POLICY, reason="unknown")
    assert z.counted == z.parting.kept + z.parting.handed == final
    assert z.figures.expected + z.over_short == z.counted


def test_figures_cannot_be_typed_in() -> None:
    """Expected cash is worked out and has no field of its own."""
    assert "expected" not in ShiftFigures.__dataclass_fields__
    assert "over_short" not in ClosedShift.__dataclass_fields__
