"""What people decide on a fee that a newer table charges otherwise: let be, claim, give back."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from central.acts import need_note
from central.conflicts import How, Kind
from central.schema import payment
from central.schema_books import fee_change, request
from central.storage import sum_of
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money

if TYPE_CHECKING:
    from central.cases import Settling


def fees_of(db: Connection, case: Row[Any]) -> Row[Any] | None:
    """The fee of a case by both tables; None for a case of another kind, or one judged anew since."""
    if case.kind != Kind.FEES_CHANGED:
        return None
    here = (fee_change.c.stream == case.stream) & (fee_change.c.seq == case.seq)
    same = (request.c.stream == fee_change.c.stream) & (request.c.seq == fee_change.c.seq)
    query = select(fee_change, request.c.tracking, request.c.service).join(request, same).where(here)
    row = db.execute(query).first()
    return row if row is not None and case.charge == f"V{row.newer_version}" else None


def paid_for(db: Connection, case: Row[Any]) -> int:
    """What was paid for the request of a case and not voided, in piastres; 0 for a case of another kind."""
    if case.kind != Kind.FEES_CHANGED:
        return 0
    of_request = (request.c.stream == case.stream) & (request.c.seq == case.seq)
    paid = (
        select(sum_of(payment.c.total))
        .join(request, (request.c.stream == payment.c.stream) & (request.c.tracking == payment.c.reference))
        .where(of_request, payment.c.kind == "request", payment.c.voided.is_(None))
    )
    return int(db.execute(paid).scalar_one())


def fee_sum(db: Connection, case: Row[Any], done: "Settling") -> int | None:
    """The piastres that are claimed or given back; None where the fee is let stand. Always with a reason.

    Raises KnownError `books.note_needed`, `.fee_other_way`, `.fee_sum_needed`, `.fee_too_much`.
    """
    need_note(done.note)
    if done.how is How.ACCEPT:
        return None
    row = fees_of(db, case)
    priced = row is not None and row.price is not None
    wanted = done.piastres
    if priced:
        if (case.piastres > 0) != (done.how is How.CLAIM):
            sign = "-" if case.piastres < 0 else ""
            raise KnownError("books.fee_other_way", difference=sign + format_money(abs(case.piastres)))
        wanted = abs(case.piastres) if wanted is None else wanted
        _within(wanted, abs(case.piastres))
    if wanted is None:
        raise KnownError("books.fee_sum_needed")
    if done.how is How.REFUND:
        _within(wanted, paid_for(db, case))
    return wanted


def _within(piastres: int, most: int) -> None:
    if not 0 < piastres <= most:
        raise KnownError(
            "books.fee_too_much", piastres=format_money(max(piastres, 0)), most=format_money(most)
        )
