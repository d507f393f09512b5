"""The states of a card payment, and what proves its end: rules only, no terminal and no store.

PREPARED → SENT → APPROVED → COMPLETED; DECLINED; UNKNOWN → adopted, not done, or a person's finding. Each
arrow is a journal entry, durable before what follows it. Nothing is sent twice, nothing reversed on doubt.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.core.card_terminal import LastResult, TerminalRecord
from kiosk.core.errors import BugError


class State(StrEnum):
    """Where an attempt stands. `PERSON`: unknown, and the terminal's own record did not settle it."""

    PREPARED = "prepared"
    SENT = "sent"
    APPROVED = "approved"
    COMPLETED = "completed"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    PERSON = "person"
    NOT_DONE = "not_done"


OPEN = frozenset({State.PREPARED, State.SENT, State.APPROVED, State.UNKNOWN, State.PERSON})
"""Not ended: the terminal takes no other order, and a shift says so."""
IN_DOUBT = frozenset({State.SENT, State.UNKNOWN, State.PERSON})
"""The card may have been charged: cash for the same bill warns."""


class Arrow(StrEnum):
    """What moves an attempt; each is a kind of entry (`kiosk.core.entries.card`)."""

    SENT = "sent"
    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NEEDS_PERSON = "needs_person"
    FOUND_DONE = "found_done"
    FOUND_NOT_DONE = "found_not_done"
    COMPLETED = "completed"


_ARROWS: Mapping[Arrow, tuple[frozenset[State], State]] = {
    Arrow.SENT: (frozenset({State.PREPARED}), State.SENT),
    Arrow.APPROVED: (frozenset({State.SENT}), State.APPROVED),
    Arrow.DECLINED: (frozenset({State.SENT}), State.DECLINED),
    Arrow.UNKNOWN: (frozenset({State.SENT, State.APPROVED}), State.UNKNOWN),
    Arrow.NEEDS_PERSON: (
        frozenset({State.SENT, State.APPROVED, State.UNKNOWN, State.PERSON}),
        State.PERSON,
    ),
    Arrow.FOUND_DONE: (frozenset({State.UNKNOWN, State.PERSON}), State.APPROVED),
    Arrow.FOUND_NOT_DONE: (
        frozenset({State.PREPARED, State.SENT, State.UNKNOWN, State.PERSON}),
        State.NOT_DONE,
    ),
    Arrow.COMPLETED: (frozenset({State.APPROVED}), State.COMPLETED),
}


def may_follow(state: State, arrow: Arrow) -> bool:
    """Whether an attempt in this state may be moved so."""
    return state in _ARROWS[arrow][0]


def after(state: State, arrow: Arrow) -> State:
    """The state after an arrow. Raises BugError for one that does not start there."""
    if not may_follow(state, arrow):
        raise BugError(f"a card payment that is {state.value} cannot be {arrow.value}")
    return _ARROWS[arrow][1]


@dataclass(frozen=True)
class Asked:
    """What a terminal was asked, and its counter as it stood before that.

    0: no transaction yet; None: its protocol does not say, and then nothing proves anything later.
    `slip_before`: the number on the slip of the transaction before. `sent`, `heard`: local times without a
    zone, when the order left and when the terminal was last heard about it; `heard` None: nothing shows that
    the terminal ever took the order.
    """

    terminal: str
    piastres: int
    currency: int
    counter: int | None
    reversal: bool = False
    slip_before: int | None = None
    sent: datetime | None = None
    heard: datetime | None = None


class Proof(StrEnum):
    """What a terminal's word proves of an attempt."""

    DONE = "done"
    NOT_DONE = "not_done"
    NOTHING = "nothing"
    """It says nothing of this attempt yet: busy, or nothing usable was said."""
    CONTRADICTS = "contradicts"
    """It tells of something else: only a person can settle it."""


@dataclass(frozen=True)
class Judgement:
    """What was proved, and `why` as a code for people and the journal."""

    proof: Proof
    why: str


COUNTER_LIMIT = 999_999
"""The greatest counter of a terminal (six digits); the next one is 1."""
RECEIPT_LIMIT = 999_999
"""The greatest number that a terminal prints on a slip: nothing as long as a card number is copied as one."""

CLOCKS_DIFFER = timedelta(minutes=2)
"""How far a terminal's clock and ours may be apart; its bank sets it. Farther apart, a person decides."""


def next_counter(counter: int) -> int:
    """The counter of the transaction after this one."""
    return counter % COUNTER_LIMIT + 1


def is_newer(counter: int, before: int) -> bool:
    """Whether a counter was counted after another; half of its round is the farthest."""
    return 0 < (counter - before) % COUNTER_LIMIT <= COUNTER_LIMIT // 2


def judge(asked: Asked, said: TerminalRecord) -> Judgement:
    """Weigh the answer to an order: amount, currency, terminal and counter must be those that were asked.

    An approval that does not match is no approval of this payment, and no refusal either.
    """
    wrong = _differs(asked, said)
    if said.approved:
        if wrong:
            return Judgement(Proof.CONTRADICTS, wrong)
        if asked.counter is not None and said.trace != next_counter(asked.counter):
            return Judgement(Proof.CONTRADICTS, "counter")
        return Judgement(Proof.DONE, "approved")
    if asked.counter is None and not wrong:
        return Judgement(Proof.NOT_DONE, "declined")
    if said.terminal is None or said.trace is None or asked.counter is None:
        return Judgement(Proof.NOTHING, "refusal_names_nothing")
    if said.terminal != asked.terminal or said.trace != next_counter(asked.counter):
        return Judgement(Proof.NOTHING, "refusal_of_another")
    return Judgement(Proof.NOT_DONE, "declined")


def weigh(asked: Asked, last: LastResult) -> Judgement:
    """Weigh a terminal's last transaction, which may be the previous customer's.

    It proves the attempt done only when it is the very next of its counter, names the same terminal, amount
    and currency, and cannot be a passer-by's (`_may_be_anothers`); not done, when an idle terminal has
    counted nothing since, or refused the next one.
    """
    if not last.idle:
        return Judgement(Proof.NOTHING, "terminal_busy")
    said = last.record
    if asked.counter is None:
        return Judgement(Proof.CONTRADICTS, "no_counter")
    if said is None:
        return Judgement(Proof.CONTRADICTS, "memory_empty")
    if said.terminal != asked.terminal:
        return Judgement(Proof.CONTRADICTS, "terminal")
    if said.trace is None:
        return Judgement(Proof.CONTRADICTS, "counter")
    if said.trace == asked.counter:
        return Judgement(Proof.NOT_DONE, "counter_unchanged")
    if said.trace != next_counter(asked.counter):
        return Judgement(Proof.CONTRADICTS, "counter")
    if not said.approved:
        return Judgement(Proof.NOT_DONE, "declined")
    wrong = _differs(asked, said) or _may_be_anothers(asked, said)
    return Judgement(Proof.CONTRADICTS, wrong) if wrong else Judgement(Proof.DONE, "last_result")


def _may_be_anothers(asked: Asked, said: TerminalRecord) -> str:
    """Why the next transaction of the same amount may be somebody else's, paid on the terminal alone; or "".

    Ours is one that the terminal is known to have taken, with a slip of its own, dated by the terminal from
    when the order left until it was last heard about it; clocks may differ by `CLOCKS_DIFFER`.
    """
    if asked.heard is None or asked.sent is None:
        return "not_taken"
    if said.receipt_no is None or said.receipt_no == asked.slip_before:
        return "slip"
    at = _dated(said.dated, asked.sent)
    if at is None or not asked.sent - CLOCKS_DIFFER <= at <= asked.heard + CLOCKS_DIFFER:
        return "dated"
    return ""


def _dated(said: str | None, near: datetime) -> datetime | None:
    """The time of a terminal, which says no year: in the year in which it is nearest to another time."""
    found: list[datetime] = []
    for year in (near.year - 1, near.year, near.year + 1):
        with suppress(ValueError):
            found.append(datetime.fromisoformat(f"{year:04d}-{said}"))
    return min(found, key=lambda at: abs(at - near), default=None)


def _differs(asked: Asked, said: TerminalRecord) -> str:
    """The first thing that an answer names differently from what was asked, or nothing."""
    pairs = (
        ("terminal", said.terminal, asked.terminal),
        ("amount", said.piastres, asked.piastres),
        ("currency", said.currency, asked.currency),
        ("kind", asked.reversal if said.reversal is None else said.reversal, asked.reversal),
    )
    return next((name for name, is_, wanted in pairs if is_ != wanted), "")
