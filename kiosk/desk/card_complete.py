"""The end of a card payment: its receipt, once; and after a stop, the attempts that it cut off."""

from collections.abc import Collection

from kiosk.core.cards import State
from kiosk.core.entries.card import CardCompleted
from kiosk.core.errors import BugError, KnownError
from kiosk.core.roles import Right
from kiosk.desk.card_converse import note, note_unknown
from kiosk.desk.card_entries import not_done
from kiosk.desk.card_entries import payment as payment_of
from kiosk.desk.pay import FIRST, RECEIPT, Taken, issue_receipt, payment_made
from kiosk.desk.session import Session
from kiosk.store.print_jobs import queue_print
from kiosk.store.queries.cards import Attempt, attempt_at, bill_of, open_attempts
from kiosk.store.rows import insert


def complete_card(session: Session, attempt: Attempt, *, printed: bool = False) -> Taken:
    """Turn an approved attempt into its payment and receipt, once: the citizen has paid.

    No stop stands in its way, for nothing is taken here that was not taken before. Raises KnownError
    `roles.*`, `session.expired`, `shift.*`, `book.used_up`, `card.not_approved`.
    """
    session.require(Right.PAYMENT_TAKE)
    before = payment_made(session, attempt.id)
    if before is not None:
        return before
    shift = session.own_shift(closing=True)
    with session.act(shift) as act:
        now = attempt_at(act.db, attempt.seq)
        if now.state is not State.APPROVED or now.kind != "payment":
            raise KnownError("card.not_approved", state=now.state.value)
        bill = bill_of(act.db, now.seq)
        payment = act.append(payment_of(act.link(now.seq), now, bill))
        _, receipt = issue_receipt(act, shift, payment, bill.total, bill.form33)
        act.append(CardCompleted(attempt=act.link(now.seq), payment=payment, receipt=receipt))
        if printed:
            queue_print(act.db, RECEIPT, receipt.seq, FIRST)
        insert(act.db, "intent", intent=now.id, seq=payment.seq)
    made = payment_made(session, attempt.id)
    if made is None:
        raise BugError("a card payment was completed and is not there")
    return made


def open_cards(session: Session) -> tuple[Attempt, ...]:
    """Every attempt that has not ended, oldest first: a person sees each until it has."""
    return open_attempts(session.store.db)


def resume_cards(session: Session, *, under_way: Collection[str] = ()) -> tuple[Attempt, ...]:
    """Bring to their state the attempts that a stop cut off; returns those that are open still.

    Prepared only: nothing was sent, so nothing was done. Sent without an end: unknown. Approved, and its
    shift still open in this person's hands: the receipt is issued, and its print waits in the queue.
    `under_way`: ids of those whose terminal is at work now.
    """
    for one in open_attempts(session.store.db):
        if one.id in under_way:
            continue
        if one.state is State.PREPARED:
            note(session, one, not_done(session.link(one.seq), "nothing_sent"))
        elif one.state is State.SENT:
            note_unknown(session, one, "stopped")
        elif one.state is State.APPROVED and one.kind == "payment" and _same_shift(session, one):
            complete_card(session, one, printed=True)
    return open_attempts(session.store.db)


def _same_shift(session: Session, attempt: Attempt) -> bool:
    shift = session.shift()
    return shift is not None and shift.seq == attempt.shift and shift.staff == session.staff
