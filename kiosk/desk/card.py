"""Paying a whole bill by card on a linked terminal: each arrow is durable before what follows it.

`prepare_card`, then `converse` on the terminal's thread, then `complete_card`; `pay_by_card` does all of it
in turn. What is not known is left to `kiosk.desk.card_resolve`; nothing here sends an order twice.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from kiosk.core.card_terminal import (
    EGP,
    UNCOUNTED,
    End,
    Keep,
    Kept,
    LastResult,
    Order,
    Outcome,
    PaymentTerminal,
    Progress,
    TerminalRecord,
    no_progress,
)
from kiosk.core.cards import Proof, State, judge
from kiosk.core.entries.body import Body
from kiosk.core.entries.card import (
    CardApproved,
    CardBill,
    CardCompleted,
    CardDeclined,
    CardPrepared,
    CardRecord,
    CardResolved,
    CardSent,
    CardUnknown,
)
from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import Card, DebtsFor, Form33, PaymentTaken, RequestFor
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.printed import fits
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import Hex32
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.bill import Bill, check_owed
from kiosk.desk.pay import FIRST, RECEIPT, Taken, form33_of, issue_receipt, paid_for, payment_made
from kiosk.desk.session import Act, Session
from kiosk.store.persons import SealedPerson
from kiosk.store.print_jobs import queue_print
from kiosk.store.queries.cards import (
    Attempt,
    attempt_at,
    attempt_of,
    bill_of,
    in_doubt_for,
    open_attempts,
    open_on,
    record_used,
)
from kiosk.store.queries.drawer import book_of
from kiosk.store.rows import insert

__all__ = [
    "Attempt",
    "Paid",
    "card_ended",
    "card_sent",
    "check_not_in_doubt",
    "complete_card",
    "converse",
    "open_cards",
    "pay_by_card",
    "prepare_card",
    "propose_card",
    "resume_cards",
]

T = TypeVar("T")


class OnStore(Protocol):
    """Does a piece of work where the store lives, and waits for it."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returned, raise what it raised."""


def at_once(work: Callable[[], T]) -> T:
    """The store lives on this thread."""
    return work()


@dataclass(frozen=True)
class Paid:
    """How a payment by card stands; `taken` is there once its receipt was issued."""

    attempt: Attempt
    taken: Taken | None


def pay_by_card(
    session: Session,
    terminal: PaymentTerminal,
    bill: Bill,
    *,
    intent: str,
    paper: PaperForm | None = None,
    recheck: Callable[[Act], None] | None = None,
    approvals: Sequence[Approval] = (),
    printed: bool = False,
    progress: Progress = no_progress,
) -> Paid:
    """Take a bill by card, from asking the terminal where it stands to the receipt.

    A second try with the same intent sends nothing: it answers with what became of the first. An attempt that
    ends UNKNOWN is not an error: look at `attempt.state`. Raises what `prepare_card` and `complete_card`
    raise, and KnownError `terminal.*`, `device.*` before anything was sent.
    """
    made = made_with(session, intent)
    attempt = made or prepare_card(
        session,
        bill,
        terminal.terminal_id,
        stands_at(terminal),
        intent=intent,
        paper=paper,
        recheck=recheck,
        approvals=approvals,
    )
    if made is None:
        attempt = converse(session, terminal, attempt, progress)
    taken = None
    if attempt.state in (State.APPROVED, State.COMPLETED):
        taken = complete_card(session, attempt, printed=printed)
    return Paid(attempt_at(session.store.db, attempt.seq), taken)


def stands_at(terminal: PaymentTerminal) -> LastResult:
    """Where a terminal stands before an order. Raises KnownError `terminal.*`, `device.*`."""
    return terminal.last() if terminal.capabilities.last_result else UNCOUNTED


def made_with(session: Session, intent: str) -> Attempt | None:
    """The attempt that a form (its intent, 32 hex digits) has made, or None: asked first after a stop."""
    if not fits(Hex32, intent):
        raise BugError("an intent is 32 hex digits")
    return attempt_of(session.store.db, intent)


def propose_card(
    session: Session,
    bill: Bill,
    terminal: str,
    last: LastResult,
    *,
    intent: str,
    paper: PaperForm | None = None,
) -> Proposal:
    """The attempt that a second person signs where the debtor was found by name alone.

    Raises what `prepare_card` raises. Give both the same paper form, where the policy wants one.
    """
    bill = bill.clean()
    policy = session.reference.policy(session.today())
    body = _prepared(bill, terminal, last, intent, form33_of(session, policy, paper))
    return session.propose(body)


def prepare_card(
    session: Session,
    bill: Bill,
    terminal: str,
    last: LastResult,
    *,
    intent: str,
    paper: PaperForm | None = None,
    recheck: Callable[[Act], None] | None = None,
    approvals: Sequence[Approval] = (),
) -> Attempt:
    """Begin an attempt for a whole bill; nothing leaves the machine. `last`: the terminal's, asked just now.

    Raises KnownError `roles.*`, `session.expired`, `shift.*`, `stop.*`, `payment.*`, `book.used_up`,
    `paper.*`, `card.terminal_locked`, `card.in_doubt`, `terminal.busy`, `terminal.other`, `card.made_before`.
    """
    session.require(Right.PAYMENT_TAKE)
    bill = bill.clean()
    if made_with(session, intent) is not None:
        raise KnownError("card.made_before")
    check_ready(terminal, last)
    shift = session.own_shift()
    with session.act(shift) as act:
        session.allow(paid_for(bill), Doing.CARD)
        if recheck is not None:
            recheck(act)
        check_free(act, terminal)
        check_not_in_doubt(session, bill)
        check_owed(act.db, bill)
        book_of(act.db, shift.series).check()
        policy = session.reference.policy(session.date_of(act.moment))
        form33 = form33_of(session, policy, paper)
        if isinstance(bill.payer, SealedPerson):
            act.persons.keep(bill.payer)
        entry = act.append(_prepared(bill, terminal, last, intent, form33), approvals=approvals)
    return attempt_at(session.store.db, entry.seq)


def check_ready(terminal: str, last: LastResult) -> None:
    """Refuse a terminal that is at work, or is another one.

    Raises KnownError `terminal.busy`, `terminal.other`.
    """
    if not last.idle:
        raise KnownError("terminal.busy", terminal=terminal)
    said = last.record.terminal if last.record else None
    if said is not None and said != terminal:
        raise KnownError("terminal.other", terminal=terminal, found=said)


def check_free(act: Act, terminal: str) -> None:
    """Refuse a terminal on which an attempt is open. Raises KnownError `card.terminal_locked`."""
    before = open_on(act.db, terminal)
    if before is not None:
        amount = format_money(before.piastres)
        raise KnownError("card.terminal_locked", terminal=terminal, amount=amount, what=before.reference)


def check_not_in_doubt(session: Session, bill: Bill) -> None:
    """Refuse a second payment of a bill while the card may have been charged for it.

    A screen asks this before cash too, and lets a person go on who was warned. Raises KnownError
    `card.in_doubt`.
    """
    doubts = in_doubt_for(session.store.db, reference_of(bill.what_for))
    if doubts:
        raise KnownError("card.in_doubt", amount=format_money(doubts[0].piastres), what=doubts[0].reference)


def reference_of(what_for: RequestFor | DebtsFor) -> str:
    """What an attempt pays, as it is found again: tracking number, or the debtor's code."""
    return what_for.debtor if isinstance(what_for, DebtsFor) else what_for.tracking


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
    from kiosk.desk.card_resolve import resolve_by_terminal

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
        return _note(session, now, not_done(session, now, outcome.why))
    if outcome.end is End.UNKNOWN or outcome.record is None:
        return note_unknown(session, now, outcome.why, outcome.silent_s)
    return keep_answer(session, now, outcome.record)


def note_unknown(session: Session, attempt: Attempt, why: str, silent_s: int | None = None) -> Attempt:
    """It is not known what the terminal did: a state, resolved by evidence.

    `silent_s` as in `kiosk.core.card_terminal.Outcome`.
    """
    return _note(session, attempt, _unknown(session.link(attempt.seq), attempt, why, None, silent_s))


def not_done(
    session: Session, attempt: Attempt, why: str, said: TerminalRecord | None = None
) -> CardResolved:
    """The entry that says that nothing was charged, and what shows it."""
    return CardResolved(
        attempt=session.link(attempt.seq),
        how="not_done",
        done=False,
        why=why,
        record=record_body(said) if said else None,
        remark=None,
        approver=None,
    )


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
        payment = act.append(_payment(act, now, bill))
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
            _note(session, one, not_done(session, one, "nothing_sent"))
        elif one.state is State.SENT:
            note_unknown(session, one, "stopped")
        elif one.state is State.APPROVED and one.kind == "payment" and _same_shift(session, one):
            complete_card(session, one, printed=True)
    return open_attempts(session.store.db)


def record_body(said: TerminalRecord) -> CardRecord:
    """What a terminal told, as entries keep it."""
    return CardRecord(
        approved=said.approved,
        code=said.code,
        terminal=said.terminal,
        trace=said.trace,
        receipt_no=said.receipt_no,
        piastres=said.piastres,
        currency=said.currency,
        approval=said.approval,
        last4=said.last4,
        reversal=said.reversal,
        dated=said.dated,
    )


def _same_shift(session: Session, attempt: Attempt) -> bool:
    shift = session.shift()
    return shift is not None and shift.seq == attempt.shift and shift.staff == session.staff


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
    return _unknown(link, attempt, why, record_body(said), 0)


def _unknown(
    link: Link, attempt: Attempt, why: str, record: CardRecord | None, silent_s: int | None
) -> CardUnknown:
    """Of a terminal that cannot be asked for its last transaction only persons can find it out."""
    needs: Literal["evidence", "person"] = "person" if attempt.counter is None else "evidence"
    return CardUnknown(attempt=link, why=why, needs=needs, record=record, silent_s=silent_s)


def _note(session: Session, attempt: Attempt, body: Body) -> Attempt:
    with session.act(session.shift()) as act:
        act.append(body)
    return attempt_at(session.store.db, attempt.seq)


def _prepared(bill: Bill, terminal: str, last: LastResult, intent: str, form33: Form33) -> CardPrepared:
    return CardPrepared(
        attempt=intent,
        kind="payment",
        terminal=terminal,
        piastres=bill.total,
        currency=EGP,
        counter=last.counter,
        slip_before=last.receipt_no,
        bill=CardBill(
            what_for=bill.what_for,
            lines=bill.lines,
            total=bill.total,
            payer=bill.payer_ref,
            capacity=bill.capacity,
            allocation=bill.allocation,
            snapshot=bill.snapshot,
            mandate=bill.mandate,
            order_no=bill.order_no,
            period=bill.period,
            form33=form33,
        ),
        reverses=None,
        receipt_no=None,
        approver=None,
    )


def _payment(act: Act, attempt: Attempt, bill: CardBill) -> PaymentTaken:
    tender = Card(
        piastres=attempt.piastres,
        attempt=act.link(attempt.seq),
        terminal=attempt.terminal,
        trace=attempt.trace or 0,
        receipt_no=attempt.receipt_no or 0,
        approval=attempt.approval,
        last4=attempt.last4,
    )
    return PaymentTaken(
        what_for=bill.what_for,
        lines=bill.lines,
        total=bill.total,
        tenders=(tender,),
        payer=bill.payer,
        capacity=bill.capacity,
        allocation=bill.allocation,
        snapshot=bill.snapshot,
        outage=None,
        mandate=bill.mandate,
        order_no=bill.order_no,
        period=bill.period,
        totals=Totals(),
    )
