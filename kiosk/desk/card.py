"""Paying a whole bill by card on a linked terminal: each arrow is durable before what follows it.

`prepare_card` here, then `kiosk.desk.card_converse.converse` on the terminal's thread, then
`kiosk.desk.card_complete.complete_card`; `pay_by_card` does all of it in turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.core.card_terminal import UNCOUNTED, LastResult, PaymentTerminal, Progress, no_progress
from kiosk.core.cards import State
from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import DebtsFor, RequestFor
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.printed import fits
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.fields import Hex32
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.bill import Bill, check_owed
from kiosk.desk.card_complete import complete_card
from kiosk.desk.card_converse import converse
from kiosk.desk.card_entries import prepared
from kiosk.desk.pay import Taken, form33_of, paid_for
from kiosk.desk.session import Act, Session
from kiosk.store.persons import SealedPerson
from kiosk.store.queries.cards import Attempt, attempt_at, attempt_of, in_doubt_for, open_on
from kiosk.store.queries.drawer import book_of


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
    body = prepared(bill, terminal, last, intent, form33_of(session, policy, paper))
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
        entry = act.append(prepared(bill, terminal, last, intent, form33), approvals=approvals)
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
