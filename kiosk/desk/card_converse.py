"""The conversation with a payment terminal about one attempt, each arrow durable before what follows it.

Nothing here sends an order twice: what is not known at its end is a state, resolved by evidence
(`kiosk.desk.card_resolve`).
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from kiosk.core.card_terminal import (
    End,
    Keep,
    Kept,
    Order,
    Outcome,
    PaymentTerminal,
    Progress,
    TerminalRecord,
    no_progress,
)
from kiosk.core.cards import Proof, State, judge
from kiosk.core.entries.body import Body
from kiosk.core.entries.card import CardApproved, CardDeclined, CardSent
from kiosk.core.errors import KnownError
from kiosk.desk.card_entries import not_done, record_body, unknown
from kiosk.desk.card_resolve import resolve_by_terminal
from kiosk.desk.session import Act, Session
from kiosk.store.queries.cards import Attempt, attempt_at, record_used

T = TypeVar("T")


class OnStore(Protocol):
    """Does a piece of work where the store lives, and waits for it."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returned, raise what it raised."""


def at_once(work: Callable[[], T]) -> T:
    """The store lives on this thread."""
    return work()


def converse(
    session: Session,
    terminal: PaymentTerminal,
    attempt: Attempt,
    progress: Progress = no_progress,
    on_store: OnStore = at_once,
) -> Attempt:
    """Send one prepared order and make its end durable. Runs on the terminal's thread, up to minutes.

    What is not known at its end is asked once of the terminal's last transaction. Returns the attempt as it
    stands then; raises nothing for what happened on the line.
    """
    on_store(lambda: card_sent(session, attempt))
    order = Order(attempt.id, attempt.piastres, attempt.currency, attempt.receipt_no)
    do = terminal.reverse if attempt.kind == "reversal" else terminal.pay
    outcome = do(order, _keeper(session, attempt, on_store), progress)
    ended = on_store(lambda: card_ended(session, attempt, outcome))
    if ended.state is not State.UNKNOWN or not terminal.capabilities.last_result:
        return ended
    try:
        last = terminal.last()
    except KnownError:
        return ended
    return on_store(lambda: resolve_by_terminal(session, ended, last))


def card_sent(session: Session, attempt: Attempt) -> None:
    """The order leaves next. Raises KnownError `store.*`: then it must not leave."""
    with session.act(session.shift()) as act:
        act.append(CardSent(attempt=act.link(attempt.seq)))


def keep_answer(session: Session, attempt: Attempt, said: TerminalRecord) -> Attempt:
    """Make an answer durable as what it proves: approved, declined, or unknown. Told twice, kept once."""
    with session.act(session.shift()) as act:
        now = attempt_at(act.db, attempt.seq)
        if now.state is State.SENT:
            act.append(_answer(act, now, said))
    return attempt_at(session.store.db, attempt.seq)


def card_ended(session: Session, attempt: Attempt, outcome: Outcome) -> Attempt:
    """Make the end of a conversation durable, where its answer was not already."""
    now = attempt_at(session.store.db, attempt.seq)
    if now.state is State.APPROVED and outcome.end is End.UNKNOWN:
        return note_unknown(session, now, outcome.why, outcome.silent_s)
    if now.state is not State.SENT:
        return now
    if outcome.end is End.NOT_SENT:
        return note(session, now, not_done(session.link(now.seq), outcome.why))
    if outcome.end is End.UNKNOWN or outcome.record is None:
        return note_unknown(session, now, outcome.why, outcome.silent_s)
    return keep_answer(session, now, outcome.record)


def note_unknown(session: Session, attempt: Attempt, why: str, silent_s: int | None = None) -> Attempt:
    """It is not known what the terminal did: a state, resolved by evidence.

    `silent_s` as in `kiosk.core.card_terminal.Outcome`.
    """
    return note(session, attempt, unknown(session.link(attempt.seq), attempt, why, None, silent_s))


def note(session: Session, attempt: Attempt, body: Body) -> Attempt:
    """Write what became of an attempt; the attempt as it stands then."""
    with session.act(session.shift()) as act:
        act.append(body)
    return attempt_at(session.store.db, attempt.seq)


def _keeper(session: Session, attempt: Attempt, on_store: OnStore) -> Keep:
    def keep(said: TerminalRecord) -> Kept:
        try:
            on_store(lambda: keep_answer(session, attempt, said))
        except KnownError:
            return Kept.LATER
        return Kept.KEPT

    return keep


def _answer(act: Act, attempt: Attempt, said: TerminalRecord) -> Body:
    link, judged = act.link(attempt.seq), judge(attempt.asked, said)
    if judged.proof is Proof.DONE and not record_used(act.db, attempt, said.trace):
        return CardApproved(attempt=link, record=record_body(said))
    if judged.proof is Proof.NOT_DONE:
        return CardDeclined(attempt=link, code=said.code, record=record_body(said))
    why = "record_used" if judged.proof is Proof.DONE else judged.why
    return unknown(link, attempt, why, record_body(said), 0)
