"""What a payment terminal is to the kiosk: what it is asked, what it says of itself, and nothing of the card.

No card number, track, expiry or name has a field here, so none can leave a driver. Amounts are piastres.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

EGP = 818
"""ISO 4217 number of the Egyptian pound (two decimals), as terminals name it."""


class Step(StrEnum):
    """How far a terminal is, for the person who waits. Never evidence of anything."""

    CONNECTING = "connecting"
    PRESENT_CARD = "present_card"
    TYPING = "pin"
    """The person types the secret number on the terminal."""
    ASKING_BANK = "asking_bank"
    REMOVE_CARD = "remove_card"
    WORKING = "working"


class End(StrEnum):
    """How a conversation about one order ended, as the driver saw it."""

    APPROVED = "approved"
    DECLINED = "declined"
    NOT_SENT = "not_sent"
    """No byte of the order left this machine: nothing can have happened."""
    UNKNOWN = "unknown"


class Kept(StrEnum):
    """Whether what a terminal said is durable: only then does a driver acknowledge it."""

    KEPT = "kept"
    LATER = "later"
    """Not yet: ask the terminal to say it again, where its protocol can."""


@dataclass(frozen=True)
class TerminalRecord:
    """One transaction as the terminal tells it. What it did not say is None, and None never matches.

    `trace`: its counter of transactions; `receipt_no`: the number on its slip, by which it reverses;
    `code`: its result code, for people; `last4`: the last digits of the card, all that is ever kept of it.
    `dated`: month, day and time by its own clock (`MM-DDTHH:MM:SS`, local).
    """

    approved: bool
    code: str
    terminal: str | None = None
    trace: int | None = None
    receipt_no: int | None = None
    piastres: int | None = None
    currency: int | None = None
    approval: str | None = None
    last4: str | None = None
    reversal: bool | None = None
    """Whether it put money back; many protocols do not say, and then the counter alone tells."""
    dated: str | None = None


@dataclass(frozen=True)
class LastResult:
    """The last transaction in a terminal's memory (None: it has none) and whether it is idle.

    It may well be the previous customer's: `kiosk.core.cards.weigh` decides what it proves.
    """

    idle: bool
    record: TerminalRecord | None
    counts: bool = True

    @property
    def counter(self) -> int | None:
        """The terminal's counter after it, 0 where it has made no transaction, None where it has none."""
        if not self.counts:
            return None
        return (self.record.trace or 0) if self.record else 0

    @property
    def receipt_no(self) -> int | None:
        """The number on the slip of its last transaction, where it says one."""
        return self.record.receipt_no if self.record else None


UNCOUNTED = LastResult(idle=True, record=None, counts=False)
"""Of a terminal whose protocol has no such question: an answer counts only as it comes, later none does."""


@dataclass(frozen=True)
class Order:
    """What a terminal is asked to do: take `piastres` from a card, or reverse the slip `receipt_no`."""

    attempt: str
    piastres: int
    currency: int = EGP
    receipt_no: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How an order ended. `why` is a code for people and the journal, never free text from the line.

    `silent_s`: whole seconds since the terminal was last heard about this order, at its end. None: nothing
    shows that it ever took the order, and then nothing that it tells later is taken for this order.
    """

    end: End
    why: str
    record: TerminalRecord | None = None
    silent_s: int | None = None


@dataclass(frozen=True)
class BatchTotals:
    """What a terminal closed at the end of its day, in piastres: taken and reversed apart.

    A protocol that does not tell them apart says its net as taken.
    """

    terminal: str
    taken_count: int
    taken: int
    reversed_count: int
    reversed: int


@dataclass(frozen=True)
class Capabilities:
    """What a driver's protocol can do. Without `last_result` every interruption goes to a person."""

    last_result: bool = True
    reversal: bool = True
    end_of_day: bool = True
    wait: bool = False
    """It can be asked to say a result again while ours is not yet durable."""
    reverses_unacknowledged: bool = False
    """It undoes by itself what was not acknowledged. Known, and never used: a doubt reverses nothing."""


Keep = Callable[[TerminalRecord], Kept]
"""Makes what a terminal said durable; called on the driver's thread before the acknowledgement."""
Progress = Callable[[Step], None]
"""Told how far it is, on the driver's thread."""


def no_progress(_step: Step) -> None:
    """Tell nobody."""


class PaymentTerminal(Protocol):
    """One terminal, used by one thread at a time; `abort` alone may be called from another.

    Drivers raise KnownError `terminal.*` and `device.*` and nothing else. An order is sent once: no driver
    sends it again, whatever happens.
    """

    @property
    def terminal_id(self) -> str:
        """The bank's id of the terminal, as it was set up: what each answer must name."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def is_usable(self) -> bool:
        """Whether it answers now."""

    def last(self) -> LastResult:
        """Ask for its last transaction; waits within limits until it is idle.

        Raises KnownError `terminal.no_last_result` where the protocol has no such question.
        """

    def pay(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        """Take money from a card. `keep` is called once it was approved, before that is acknowledged.

        Never raises for what happens after the first byte: that is Outcome UNKNOWN.
        """

    def reverse(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        """Reverse the payment with the slip number of the order. Ends as `pay` does."""

    def end_of_day(self) -> BatchTotals:
        """Close its batch and say its totals. Raises KnownError `terminal.*`."""

    def abort(self) -> None:
        """Ask the terminal to give up what it waits for; its answer still decides. From any thread."""

    def close(self) -> None:
        """Give the line back."""
