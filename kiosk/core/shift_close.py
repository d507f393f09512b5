"""Closing a shift: a blind count, one recount, a reason for a difference, a second person for a large one.

Nothing here can be skipped or pre-filled: a close takes counts that people typed. It needs no network and is
never refused because of wrong movements; what does not add up is printed on the Z. Where no second person is
at hand the policy may let it close unapproved: the approval is missing then, on paper and at the centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.core.cash import Count
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Policy
from kiosk.core.shifts import Perpetual, ShiftFigures


class Step(StrEnum):
    """What the count of a shift needs next."""

    COUNT = "count"
    RECOUNT = "recount"
    FINAL = "final"


@dataclass(frozen=True)
class Signers:
    """Staff codes: who closes, and the supervisor who signs for a difference above the hard limit.

    `nobody`: the closer says that no supervisor who may sign is at hand.
    """

    closer: str
    supervisor: str | None = None
    nobody: bool = False


@dataclass(frozen=True)
class Parting:
    """Where the counted cash goes, in piastres: kept as the next float, and handed over."""

    kept: int
    handed: int


@dataclass(frozen=True)
class ClosedShift:
    """The Z: made once. Both counts are kept; a difference is a figure of its own, never posted away."""

    number: int
    figures: ShiftFigures
    counts: tuple[Count, ...]
    reason: str | None
    signers: Signers
    parting: Parting

    @property
    def counted(self) -> int:
        """The final count in piastres."""
        return self.counts[-1].total

    @property
    def over_short(self) -> int:
        """Counted less expected: above zero over, below zero short."""
        return self.counted - self.figures.expected

    @property
    def perpetual(self) -> Perpetual:
        """Perpetual totals after this shift."""
        return self.figures.perpetual


def next_step(expected: int, counts: Sequence[Count], policy: Policy) -> Step:
    """Say what the count needs: a first count, one recount when outside the soft limit, or nothing more."""
    if not counts:
        return Step.COUNT
    if len(counts) == 1 and abs(counts[0].total - expected) > policy.soft_difference:
        return Step.RECOUNT
    return Step.FINAL


def expected_shown(expected: int, counts: Sequence[Count], policy: Policy) -> int | None:
    """Return the expected cash for a screen, or None while the count must stay blind.

    For every screen and the X report alike. An unknown policy hides.
    """
    if policy.blind_count and next_step(expected, counts, policy) is not Step.FINAL:
        return None
    return expected


def close(
    number: int,
    figures: ShiftFigures,
    counts: Sequence[Count],
    parting: Parting,
    signers: Signers,
    policy: Policy,
    *,
    reason: str | None = None,
    already: ClosedShift | None = None,
) -> ClosedShift:
    """Close a shift with its Z number; asked again (`already`), the same Z comes back whatever is given.

    `counts` is one count, or two when the first was outside the soft limit; `reason` a code of the policy.
    Raises KnownError `shifts.*` with what is missing.
    """
    if already is not None:
        return already
    _check_counts(figures.expected, counts, policy)
    counted = counts[-1].total
    _check_difference(counted - figures.expected, reason, signers, policy)
    if parting.kept < 0 or parting.handed < 0 or parting.kept + parting.handed != counted:
        raise KnownError(
            "shifts.kept_and_handed",
            kept=format_money(max(0, parting.kept)),
            handed=format_money(max(0, parting.handed)),
            counted=format_money(counted),
        )
    return ClosedShift(number, figures, tuple(counts), reason, signers, parting)


def _check_counts(expected: int, counts: Sequence[Count], policy: Policy) -> None:
    if not counts:
        raise KnownError("shifts.no_count")
    if next_step(expected, counts, policy) is Step.RECOUNT:
        raise KnownError("shifts.recount_needed")
    if len(counts) > 1 and (len(counts) > 2 or next_step(expected, counts[:1], policy) is Step.FINAL):
        raise KnownError("shifts.one_recount_only")


def _check_difference(difference: int, reason: str | None, signers: Signers, policy: Policy) -> None:
    if difference == 0:
        return
    reasons = [row.code for row in policy.difference_reasons]
    if reason not in reasons:
        raise KnownError(
            "shifts.over_without_reason" if difference > 0 else "shifts.short_without_reason",
            difference=format_money(abs(difference)),
            reasons=", ".join(reasons),
        )
    if abs(difference) <= policy.hard_difference:
        return
    if signers.supervisor is None and signers.nobody:
        if not policy.close_without_approver:
            raise KnownError("shifts.approver_required")
        return
    if signers.supervisor is None:
        raise KnownError(
            "shifts.supervisor_needed",
            difference=format_money(abs(difference)),
            limit=format_money(policy.hard_difference),
        )
    if signers.supervisor == signers.closer:
        raise KnownError("shifts.supervisor_is_closer")
