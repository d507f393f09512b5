"""What the screen of collecting shows, step by step, and what it can be told. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import FieldError

STEPS = ("find", "debts")
CAPACITIES = ("heir", "relative", "agent", "buyer", "other")


@dataclass(frozen=True)
class ListedRow:
    """A debtor in the list: his name and father's, where he lives and the last digits, why he is here."""

    id: str
    title: str
    detail: str
    end: str


@dataclass(frozen=True)
class DebtView:
    """One debt to touch: `order` is its place among the chosen ('' when it is not)."""

    account: str
    title: str
    detail: str
    balance: str
    due: str
    order: str


@dataclass(frozen=True)
class CollectState:
    """What the screen shows; `divided` are (debt, amount, left after it)."""

    step: str = "find"
    rows: tuple[ListedRow, ...] = ()
    more: str = ""
    nobody: bool = False
    name: str = ""
    who: str = ""
    as_of: str = ""
    stale: bool = False
    undivided: str = ""
    by_name: bool = False
    due: str = ""
    balance: str = ""
    debts: tuple[DebtView, ...] = ()
    not_chosen: bool = False
    amount: str = ""
    other: bool = False
    capacity: str = ""
    mandate: bool = False
    divided: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""
    act: str = ""


class CollectView(Protocol):
    """The screen."""

    def show_state(self, state: CollectState) -> None:
        """Draw the state."""

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Show mistakes beside their fields and in the summary."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of the second step."""

    amount: str = ""
    payer: str = ""
    number: str = ""
    mandate: str = ""
    order_no: str = ""
