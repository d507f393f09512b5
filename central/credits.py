"""Named credits: money of debtors that pays no debt yet, and what becomes of it.

A credit is a part of one payment; it never grows. What takes from it is a move, which is never changed. Every
function works inside the open transaction.
"""

from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from central.debt_changes import note_accounts
from central.schema import case, charge, part
from central.schema_books import credit, credit_move
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money

ABSORBED_KINDS = ("collected_twice", "over_collected", "debt_cancelled", "debt_changed")
"""Credits of what was above a charge: they pay it by themselves when it is owed again."""
FROM_CREDIT = "credit"
"""Component of the part that pays a debt out of a credit."""


def find_credit(db: Connection, number: int) -> Row[Any]:
    """The credit of this number. Raises KnownError `books.unknown_credit`."""
    row = db.execute(select(credit).where(credit.c.id == number)).first()
    if row is None:
        raise KnownError("books.unknown_credit", credit=number)
    return row


def absorb(db: Connection, debt: str, id_: str, owed: int, now: str) -> int:
    """Let a charge that is owed again take what was paid above it, oldest first; returns the piastres."""
    query = select(credit).where(
        and_(credit.c.debt == debt, credit.c.charge == id_, credit.c.left > 0),
        credit.c.kind.in_(ABSORBED_KINDS),
    )
    taken = 0
    for row in db.execute(query.order_by(credit.c.id)).all():
        piastres = min(row.left, owed - taken)
        if piastres <= 0:
            break
        move(db, row, "absorbed", piastres, now, debt=debt, charge=id_)
        of_part = (part.c.stream == row.stream) & (part.c.seq == row.seq) & (part.c.n == row.n)
        db.execute(update(part).where(of_part).values(applied=part.c.applied + piastres))
        if piastres == row.left:
            _void_case(db, row)
        taken += piastres
    return taken


def absorb_open(db: Connection, now: str) -> None:
    """Let every charge that is owed take what was paid above it, as after an import that raised it."""
    waiting = (
        select(credit.c.debt, credit.c.charge, charge.c.owed)
        .join(charge, (charge.c.debt == credit.c.debt) & (charge.c.id == credit.c.charge))
        .where(credit.c.left > 0, credit.c.kind.in_(ABSORBED_KINDS), charge.c.owed > 0)
        .distinct()
        .order_by(credit.c.debt, credit.c.charge)
    )
    for account, id_, owed in db.execute(waiting).all():
        taken = absorb(db, account, id_, owed, now)
        of_charge = (charge.c.debt == account) & (charge.c.id == id_)
        db.execute(update(charge).where(of_charge).values(owed=owed - taken))
        note_accounts(db, [account])


def void_credits(db: Connection, stream: str, seq: int, now: str) -> int:
    """End the credits of a payment that was voided; returns the piastres that were marked for refund."""
    refunded = 0
    of_payment = (credit.c.stream == stream) & (credit.c.seq == seq)
    for row in db.execute(select(credit).where(of_payment).order_by(credit.c.id)).all():
        marked = _moved(db, row.id, ("applied", "refund"))
        back = sum(piastres for _, piastres in marked)
        if back:
            move(db, row, "returned", -back, now)
            row = find_credit(db, row.id)
        refunded += sum(piastres for kind, piastres in marked if kind == "refund")
        if row.left:
            move(db, row, "void", row.left, now)
    return refunded


def pay_out_of(
    db: Connection, row: Row[Any], piastres: int, *, debt: str, id_: str, by: str, note: str, now: str
) -> None:
    """Pay a charge of a debt out of a credit, as a further part of its payment, so that a void undoes it.

    Raises KnownError `books.too_little`, `books.no_such_charge`, `books.more_than_owed`.
    """
    check_left(row, piastres)
    of_charge = (charge.c.debt == debt) & (charge.c.id == id_)
    owed = db.execute(select(charge.c.owed).where(of_charge)).scalar()
    if owed is None:
        raise KnownError("books.no_such_charge", debt=debt[:40], charge=id_[:40])
    if piastres > owed:
        raise KnownError("books.more_than_owed", owed=format_money(owed), piastres=format_money(piastres))
    of_payment = (part.c.stream == row.stream) & (part.c.seq == row.seq)
    last = db.execute(select(func.max(part.c.n)).where(of_payment)).scalar_one()
    move(db, row, "applied", piastres, now, debt=debt, charge=id_, by=by, note=note)
    db.execute(update(charge).where(of_charge).values(owed=owed - piastres))
    note_accounts(db, [debt])
    db.execute(
        insert(part).values(
            stream=row.stream,
            seq=row.seq,
            n=last + 1,
            debt=debt,
            charge=id_,
            component=FROM_CREDIT,
            piastres=piastres,
            applied=piastres,
            business_date=now[:10],
        )
    )


def mark_refund(db: Connection, row: Row[Any], *, by: str, note: str, now: str) -> int:
    """Mark what is left to be given back by form 50; returns how many piastres.

    Raises KnownError `books.too_little`.
    """
    check_left(row, 1)
    move(db, row, "refund", row.left, now, by=by, note=note)
    return int(row.left)


def check_left(row: Row[Any], piastres: int) -> None:
    """Refuse more than is left of a credit. Raises KnownError `books.too_little`."""
    if not 0 < piastres <= row.left:
        left = format_money(row.left)
        raise KnownError("books.too_little", left=left, piastres=format_money(max(piastres, 0)))


def move(
    db: Connection,
    row: Row[Any],
    kind: str,
    piastres: int,
    now: str,
    *,
    debt: str = "",
    charge: str = "",
    by: str = "",
    note: str = "",
) -> None:
    """Write one move, in piastres, and what is then left."""
    values = {"debt": debt, "charge": charge, "by": by, "note": note}
    db.execute(insert(credit_move).values(credit=row.id, at=now, kind=kind, piastres=piastres, **values))
    db.execute(update(credit).where(credit.c.id == row.id).values(left=credit.c.left - piastres))


def _void_case(db: Connection, row: Row[Any]) -> None:
    """Nothing is left to settle of a credit that its own charge took."""
    of_case = and_(
        case.c.kind == row.kind,
        case.c.stream == row.stream,
        case.c.seq == row.seq,
        case.c.debt == row.debt,
        case.c.charge == row.charge,
        case.c.state == "open",
    )
    db.execute(update(case).where(of_case).values(state="void"))


def _moved(db: Connection, number: int, kinds: tuple[str, ...]) -> list[tuple[str, int]]:
    """What people did with a credit: kind and piastres of each move."""
    query = select(credit_move.c.kind, credit_move.c.piastres).where(
        credit_move.c.credit == number, credit_move.c.kind.in_(kinds)
    )
    return [(kind, piastres) for kind, piastres in db.execute(query.order_by(credit_move.c.id))]
