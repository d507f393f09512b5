"""Voiding a receipt: in its own shift, with every print of it recovered, signed by a second person.

The cash goes back out of the drawer as a term of its own, slips are reversed on the terminal the same day,
and what was paid is owed again. Anything else is a refund by form 50, which no drawer pays.
"""

from dataclasses import dataclass

from kiosk.core.bidi import excerpt
from kiosk.core.cards import State
from kiosk.core.entries.card import CardReversed
from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import ReceiptVoided, SlipReversal
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.printed import tidy
from kiosk.core.reasons import VOID_REASONS, known_reason
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.counting import a_remark, a_staff_code
from kiosk.desk.session import Session
from kiosk.store.queries.cards import Attempt, attempt_at, of_payment, reversals_of
from kiosk.store.queries.drawer import cash_in_hand
from kiosk.store.queries.receipts import ReceiptRecord, find_receipt, shift_is_closed
from kiosk.store.queries.shift import books


@dataclass(frozen=True)
class VoidTyped:
    """What is typed of a void. `recovered`: prints held in the hand, the original included.

    `approver` is the staff code of who will sign; `replacement` the number of the receipt made instead.
    """

    number: str
    reason: str
    recovered: int
    approver: str
    remark: str | None = None
    replacement: str | None = None


@dataclass(frozen=True)
class Voided:
    """A voided receipt: cash to give back (piastres), slips to reverse, a paper form to cancel."""

    entry: Link
    number: str
    cash_returned: int
    slips: tuple[SlipReversal, ...]
    copies: int
    paper: PaperForm | None
    approver: str


def propose_void(session: Session, typed: VoidTyped) -> Proposal:
    """Make the void that the second person is asked to sign: exactly what `void_receipt` will write.

    Raises KnownError as `void_receipt` does, but for `approval.changed`.
    """
    session.require(Right.RECEIPT_VOID)
    return session.propose(_body(session, typed, _find(session, typed.number)))


def void_receipt(session: Session, typed: VoidTyped, approval: Approval) -> Voided:
    """Void a receipt of the shift that is open, with the approval given for its proposal.

    Raises KnownError `roles.no_right`, `session.expired`, `receipt.unknown`, `receipt.other_device`,
    `shifts.receipt_not_here` (closed since: form 50), `shifts.already_void`, `shift.*`, `reason.unknown`,
    `void.copies_differ`, `card.reverse_first` (a linked terminal took it and has not reversed it),
    `void.drawer_short`, `typed.remark`, `entry.same_person`, `entry.unsigned`, and `approval.changed` when
    anything was written since the approver was shown the proposal.
    """
    session.require(Right.RECEIPT_VOID)
    _find(session, typed.number)
    with session.act(session.own_shift()) as act:
        record = _find(session, typed.number)
        body = _body(session, typed, record)
        entry = act.append(body, sign=True, approvals=[approval])
        reversed_ = _reversal(session, record)
        if reversed_ is not None and reversed_.reverses is not None:
            reverses = act.link(reversed_.reverses)
            act.append(CardReversed(attempt=act.link(reversed_.seq), reverses=reverses, void=entry))
    return Voided(
        entry=entry,
        number=body.number,
        cash_returned=body.cash_returned,
        slips=body.slips,
        copies=body.copies_printed,
        paper=record.paper,
        approver=body.approver,
    )


def _find(session: Session, typed: str) -> ReceiptRecord:
    """The receipt of this device that can still be voided, as far as it alone can say."""
    db = session.store.db
    number = tidy(typed).upper()
    record = find_receipt(db, number)
    if record is None:
        ours = any(number.startswith(f"{book.series}-") for book in books(db))
        raise KnownError("receipt.unknown" if ours else "receipt.other_device", receipt=excerpt(number))
    if record.void is not None:
        raise KnownError("shifts.already_void", receipt=number)
    if shift_is_closed(db, record.row.shift):
        raise KnownError("shifts.receipt_not_here", receipt=number)
    return record


def _body(session: Session, typed: VoidTyped, record: ReceiptRecord) -> ReceiptVoided:
    shift, row = session.own_shift(), record.row
    if row.shift != shift.seq:
        raise KnownError("shifts.receipt_not_here", receipt=row.number)
    if typed.recovered != record.copies_out:
        raise KnownError(
            "void.copies_differ", receipt=row.number, printed=record.copies_out, recovered=typed.recovered
        )
    if record.card is not None and _reversal(session, record) is None:
        raise KnownError("card.reverse_first", receipt=row.number)
    returned = record.cash.applied if record.cash else 0
    if returned > cash_in_hand(session.store.db, shift.seq):
        raise KnownError("void.drawer_short", cash=format_money(returned))
    return ReceiptVoided(
        number=row.number,
        receipt=session.link(row.seq),
        payment=session.link(row.payment),
        reason=known_reason(typed.reason, VOID_REASONS),
        remark=a_remark(typed.remark),
        copies_printed=record.copies_out,
        copies_recovered=typed.recovered,
        cash_returned=returned,
        slips=tuple(
            SlipReversal(terminal=one.terminal, slip_no=one.slip_no, piastres=one.piastres)
            for one in record.slips
        ),
        card_returned=record.card.piastres if record.card else 0,
        replacement=_replacement(session, typed),
        approver=a_staff_code(typed.approver),
        totals=Totals(),
    )


def _reversal(session: Session, record: ReceiptRecord) -> Attempt | None:
    """The approved reversal of the card payment of a receipt, which its void completes."""
    if record.card is None:
        return None
    db = session.store.db
    paid = of_payment(db, record.row.payment)
    done = [one for one in reversals_of(db, paid.seq) if one.state is State.APPROVED] if paid else []
    return attempt_at(db, done[0].seq) if done else None


def _replacement(session: Session, typed: VoidTyped) -> str | None:
    """The receipt that stands instead: one of this device that is not void, and another one."""
    if typed.replacement is None:
        return None
    number = tidy(typed.replacement).upper()
    record = find_receipt(session.store.db, number)
    if record is None or record.void is not None or number == tidy(typed.number).upper():
        raise KnownError("receipt.unknown", receipt=excerpt(number))
    return number
