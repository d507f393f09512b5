"""Resolving a card payment whose end is not known: by the terminal's own record, or by two who read it.

Nothing is sent again and nothing reversed to find out. Draining is never stopped: no stop stands in the way.
"""

from dataclasses import dataclass

from kiosk.core.card_terminal import LastResult, PaymentTerminal, TerminalRecord
from kiosk.core.cards import COUNTER_LIMIT, IN_DOUBT, RECEIPT_LIMIT, Proof, State, is_newer, weigh
from kiosk.core.entries.body import Body
from kiosk.core.entries.card import CardRecord, CardResolved, CardUnknown
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.printed import clean_number, refuse_card_number
from kiosk.core.roles import Right
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.card_entries import not_done, record_body
from kiosk.desk.counting import a_remark, a_staff_code
from kiosk.desk.session import Session
from kiosk.store.queries.cards import Attempt, attempt_at, record_used


@dataclass(frozen=True)
class Finding:
    """What a person read in the terminal's own journal or on its slip about an attempt.

    `charged`: it shows this payment as taken (of a reversal: as reversed). Then trace, receipt number and
    amount (piastres) are copied from it; else `seen` says what it shows instead. `approver` signs.
    """

    charged: bool
    approver: str
    trace: int | None = None
    receipt_no: int | None = None
    piastres: int | None = None
    approval: str | None = None
    seen: str | None = None


def resolve_by_terminal(session: Session, attempt: Attempt, last: LastResult) -> Attempt:
    """Let the terminal's last transaction decide, as far as it proves anything (`kiosk.core.cards.weigh`).

    Adopted, not done, or a person is needed; a busy terminal decides nothing. Returns the attempt as it
    stands then; an adopted payment still has to be completed.
    """
    with session.act(session.shift()) as act:
        now = attempt_at(act.db, attempt.seq)
        if now.state in (State.UNKNOWN, State.PERSON):
            judged = weigh(now.asked, last)
            used = last.record is not None and record_used(act.db, now, last.record.trace)
            if judged.proof is Proof.DONE and not used:
                act.append(_adopted(session, now, last.record, judged.why))
            elif judged.proof is Proof.NOT_DONE:
                act.append(not_done(session.link(now.seq), judged.why, last.record))
            elif judged.proof is not Proof.NOTHING and now.state is State.UNKNOWN:
                act.append(_needs_person(session, now, "record_used" if used else judged.why, last.record))
    return attempt_at(session.store.db, attempt.seq)


def ask_terminal(session: Session, attempt: Attempt, terminal: PaymentTerminal) -> Attempt:
    """Ask the terminal for its last transaction and let that decide, on one thread.

    Raises KnownError `terminal.no_last_result` (then a person reads its record), `terminal.*`, `device.*`.
    """
    if not terminal.capabilities.last_result:
        raise KnownError("terminal.no_last_result", terminal=terminal.terminal_id)
    return resolve_by_terminal(session, attempt, terminal.last())


def propose_finding(session: Session, attempt: Attempt, finding: Finding) -> Proposal:
    """The finding that the second person is asked to sign: exactly what `resolve_by_person` will write.

    Raises KnownError as that does, but for `approval.changed`.
    """
    session.require(Right.PAYMENT_TAKE)
    return session.propose(_found(session, attempt_at(session.store.db, attempt.seq), finding))


def resolve_by_person(session: Session, attempt: Attempt, finding: Finding, approval: Approval) -> Attempt:
    """Two persons have read the terminal's own record of an attempt that it could not settle itself.

    Raises KnownError `roles.*`, `session.expired`, `card.not_in_doubt`, `card.finding_incomplete`,
    `card.finding_differs`, `card.finding_older`, `card.finding_used`, `slip.card_number`, `typed.*`,
    `entry.same_person`, `approval.changed`.
    """
    session.require(Right.PAYMENT_TAKE)
    with session.act(session.shift()) as act:
        now = attempt_at(act.db, attempt.seq)
        act.append(_found(session, now, finding), sign=True, approvals=[approval])
    return attempt_at(session.store.db, attempt.seq)


def _adopted(session: Session, attempt: Attempt, said: TerminalRecord | None, why: str) -> Body:
    return CardResolved(
        attempt=session.link(attempt.seq),
        how="adopted",
        done=True,
        why=why,
        record=record_body(said) if said else None,
        remark=None,
        approver=None,
    )


def _needs_person(session: Session, attempt: Attempt, why: str, said: TerminalRecord | None) -> Body:
    record = record_body(said) if said else None
    link = session.link(attempt.seq)
    return CardUnknown(attempt=link, why=why, needs="person", record=record, silent_s=None)


def _found(session: Session, attempt: Attempt, finding: Finding) -> CardResolved:
    if attempt.state not in IN_DOUBT or attempt.state is State.SENT:
        raise KnownError("card.not_in_doubt", state=attempt.state.value)
    for typed in (finding.seen, finding.approval):
        refuse_card_number(typed or "")
    return CardResolved(
        attempt=session.link(attempt.seq),
        how="person",
        done=finding.charged,
        why="charged" if finding.charged else "not_charged",
        record=_read_record(session, attempt, finding) if finding.charged else None,
        remark=a_remark(finding.seen),
        approver=a_staff_code(finding.approver),
    )


def _read_record(session: Session, attempt: Attempt, finding: Finding) -> CardRecord:
    """The terminal's record as a person copied it; it must be of this payment and of no other."""
    numbers = (finding.trace, COUNTER_LIMIT), (finding.receipt_no, RECEIPT_LIMIT)
    if finding.piastres is None or not all(one and 0 < one <= highest for one, highest in numbers):
        raise KnownError("card.finding_incomplete")
    if finding.piastres != attempt.piastres:
        raise KnownError(
            "card.finding_differs",
            amount=format_money(finding.piastres),
            asked=format_money(attempt.piastres),
        )
    trace = finding.trace or 0
    if attempt.counter is not None and not is_newer(trace, attempt.counter):
        raise KnownError("card.finding_older", trace=trace, before=attempt.counter)
    if record_used(session.store.db, attempt, trace):
        raise KnownError("card.finding_used", trace=trace)
    return CardRecord(
        approved=True,
        code="read",
        terminal=attempt.terminal,
        trace=finding.trace,
        receipt_no=finding.receipt_no,
        piastres=finding.piastres,
        currency=attempt.currency,
        approval=clean_number(finding.approval, "slip.approval") if finding.approval else None,
        last4=None,
        reversal=attempt.kind == "reversal",
        dated=None,
    )
