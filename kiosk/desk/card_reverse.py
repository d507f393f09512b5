"""Reversing a card payment by the number on its slip, before its receipt is voided; and the terminal's day.

The reversal is an attempt with the same states: `prepare_reversal`, `kiosk.desk.card_converse.converse`, then
the void (`kiosk.desk.void`), which writes `card.reversed` in the same transaction.
"""

from dataclasses import dataclass

from kiosk.core.bidi import excerpt
from kiosk.core.card_terminal import BatchTotals, LastResult
from kiosk.core.cards import OPEN, State
from kiosk.core.entries.card import CardBatch, CardPrepared
from kiosk.core.errors import KnownError
from kiosk.core.printed import tidy
from kiosk.core.roles import Right
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.card import check_free, check_ready, made_with
from kiosk.desk.counting import a_staff_code
from kiosk.desk.session import Session
from kiosk.store.queries.cards import (
    Attempt,
    attempt_at,
    batch_closed_after,
    of_payment,
    our_batch,
    reversals_of,
)
from kiosk.store.queries.receipts import find_receipt


@dataclass(frozen=True)
class Day:
    """A terminal's day beside ours, in piastres; a difference is shown and kept, never adjusted."""

    said: BatchTotals
    entry: CardBatch

    @property
    def difference(self) -> int:
        """The terminal's net less ours."""
        return self.entry.difference


def propose_reversal(
    session: Session, receipt: str, last: LastResult, *, intent: str, approver: str
) -> Proposal:
    """The reversal that the second person is asked to sign. Raises as `prepare_reversal` does."""
    session.require(Right.RECEIPT_VOID)
    return session.propose(_body(session, receipt, last, intent, approver))


def prepare_reversal(
    session: Session, receipt: str, last: LastResult, *, intent: str, approver: str, approval: Approval
) -> Attempt:
    """Begin the reversal of the card payment of a receipt of the open shift; nothing leaves the machine.

    Raises KnownError `roles.*`, `session.expired`, `shift.*`, `receipt.unknown`, `shifts.receipt_not_here`,
    `shifts.already_void`, `card.not_by_card`, `card.reversed_before`, `card.day_closed`,
    `card.terminal_locked`, `terminal.*`, `entry.same_person`, `approval.changed`.
    """
    session.require(Right.RECEIPT_VOID)
    if made_with(session, intent) is not None:
        raise KnownError("card.made_before")
    with session.act(session.own_shift()) as act:
        body = _body(session, receipt, last, intent, approver)
        check_free(act, body.terminal)
        entry = act.append(body, approvals=[approval])
    return attempt_at(session.store.db, entry.seq)


def reversal_of(session: Session, payment: int) -> Attempt | None:
    """The reversal of a card payment (its entry) that the terminal has approved, or None."""
    paid = of_payment(session.store.db, payment)
    if paid is None:
        return None
    done = [one for one in reversals_of(session.store.db, paid.seq) if one.state is State.APPROVED]
    return done[0] if done else None


def close_day(session: Session, said: BatchTotals) -> Day:
    """Keep what a terminal said at the end of its day beside what was recorded here since the last one.

    Raises KnownError `roles.*`, `session.expired`.
    """
    session.require(Right.REPORT_X)
    with session.act(session.shift()) as act:
        ours = our_batch(act.db, said.terminal)
        body = CardBatch(
            terminal=said.terminal,
            taken_count=said.taken_count,
            taken=said.taken,
            reversed_count=said.reversed_count,
            reversed=said.reversed,
            our_taken_count=ours.taken_count,
            our_taken=ours.taken,
            our_reversed_count=ours.reversed_count,
            our_reversed=ours.reversed,
            difference=(said.taken - said.reversed) - (ours.taken - ours.reversed),
            in_doubt=ours.in_doubt,
        )
        act.append(body)
    return Day(said, body)


def check_day_may_close(session: Session, terminal: str) -> None:
    """Refuse to close a terminal's day while an attempt on it is open: its evidence would be gone.

    Raises KnownError `card.terminal_locked`.
    """
    with session.act() as act:
        check_free(act, terminal)


def _body(session: Session, receipt: str, last: LastResult, intent: str, approver: str) -> CardPrepared:
    db, number = session.store.db, tidy(receipt).upper()
    record = find_receipt(db, number)
    if record is None:
        raise KnownError("receipt.unknown", receipt=excerpt(number))
    if record.void is not None:
        raise KnownError("shifts.already_void", receipt=number)
    if record.row.shift != session.own_shift().seq:
        raise KnownError("shifts.receipt_not_here", receipt=number)
    paid = of_payment(db, record.row.payment)
    if paid is None or paid.receipt_no is None:
        raise KnownError("card.not_by_card", receipt=number)
    if any(one.state in OPEN or one.state is State.COMPLETED for one in reversals_of(db, paid.seq)):
        raise KnownError("card.reversed_before", receipt=number)
    if batch_closed_after(db, paid.terminal, record.row.payment):
        raise KnownError("card.day_closed", receipt=number)
    check_ready(paid.terminal, last)
    return CardPrepared(
        attempt=intent,
        kind="reversal",
        terminal=paid.terminal,
        piastres=paid.piastres,
        currency=paid.currency,
        counter=last.counter,
        slip_before=last.receipt_no,
        bill=None,
        reverses=session.link(paid.seq),
        receipt_no=paid.receipt_no,
        approver=a_staff_code(approver),
    )
