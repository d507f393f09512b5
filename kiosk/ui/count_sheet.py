"""Counting cash by denomination: what can be counted and what the pieces make. No Qt, never pre-filled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.core.errors import Language
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class Piece:
    """A note or coin in use: its code, its name in words and its value in piastres."""

    code: str
    words: str
    value: int


def countable(session: "Session", language: "Language") -> tuple[Piece, ...]:
    """The notes and coins that may be counted today, as the policy lists them; runs in the worker."""
    policy = session.reference.policy(session.today())
    arabic = language == "ar"
    return tuple(
        Piece(one.code, one.name_ar if arabic else one.name_en, one.value)
        for one in policy.denominations
        if one.enabled
    )


def sheet_total(pieces: Sequence[Piece], counts: Mapping[str, int]) -> int:
    """What the counted pieces make, in piastres."""
    return sum(one.value * counts.get(one.code, 0) for one in pieces)
