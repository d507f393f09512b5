"""Cases: what the rules could not settle, until a person of the centre did. Nothing is ever deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from central.acts import check_person, need_note, note_act
from central.centre import Centre
from central.conflicts import MONEY, RULES, How, Kind
from central.credits import find_credit, mark_refund, pay_out_of
from central.fee_cases import fee_sum, fees_of, paid_for
from central.schema import case
from central.schema_books import credit, credit_move
from central.storage import change_of, put_setting
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text

OPEN, SETTLED, VOID = "open", "settled", "void"


@dataclass(frozen=True)
class Settling:
    """How a person settles: `by` is his code. `debt`, `charge`, `piastres` (None: all that is left) for
    `apply`; `piastres` (None: the whole difference) for a fee; `counted` in piastres for `counted`.
    """

    how: How
    by: str
    note: str = ""
    debt: str = ""
    charge: str = ""
    piastres: int | None = None
    counted: int | None = None


@dataclass(frozen=True)
class Shown:
    """A case with its credit and the moves of that; or with its fee by both tables, and what was paid."""

    case: Row[Any]
    credit: Row[Any] | None
    moves: tuple[Row[Any], ...]
    fees: Row[Any] | None
    paid: int


def list_cases(db: Connection, *, state: str | None = OPEN, kind: str | None = None) -> list[Row[Any]]:
    """Cases in the order in which they came; `state` None: all."""
    query = select(case)
    if state is not None:
        query = query.where(case.c.state == state)
    if kind is not None:
        query = query.where(case.c.kind == kind)
    return list(db.execute(query.order_by(case.c.id)).all())


def show_case(db: Connection, number: int) -> Shown:
    """One case. Raises KnownError `books.unknown_case`."""
    row = _find(db, number)
    found = _credit_of(db, row)
    moves: tuple[Row[Any], ...] = ()
    if found is not None:
        of_credit = select(credit_move).where(credit_move.c.credit == found.id)
        moves = tuple(db.execute(of_credit.order_by(credit_move.c.id)).all())
    return Shown(row, found, moves, fees_of(db, row), paid_for(db, row))


def settle_case(centre: Centre, number: int, done: Settling) -> str:
    """Settle a case and return its state: a credit that was applied in part leaves it open.

    Raises KnownError `books.unknown_case`, `.case_closed`, `.not_this_way`, `.note_needed`, `.target_needed`,
    `.count_needed`, `.bad_person`, `.person_revoked`, and those of `pay_out_of` and `fee_sum`.
    """
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        check_person(db, done.by)
        row = _find(db, number)
        if row.state != OPEN:
            raise KnownError("books.case_closed", case=number, state=row.state)
        rule = RULES[Kind(row.kind)]
        if done.how not in rule.settles:
            raise KnownError("books.not_this_way", kind=row.kind, ways=", ".join(rule.settles))
        fees = row.kind == Kind.FEES_CHANGED
        counted = fee_sum(db, row, done) if fees else done.counted
        over = fees or _do(db, row, done, now)
        if over:
            values = {"outcome": str(done.how), "counted": counted, "settled_by": done.by}
            db.execute(
                update(case)
                .where(case.c.id == number)
                .values(state=SETTLED, settled_at=now, note=done.note.strip(), **values)
            )
        detail = {"how": done.how, "note": done.note, "counted": counted}
        note_act(db, "case.settle", f"case:{number}", by=done.by, now=now, **detail)
        if done.how in MONEY and not fees:
            put_setting(db, "change", str(change_of(db) + 1))
    return SETTLED if over else OPEN


def _do(db: Connection, row: Row[Any], done: Settling, now: str) -> bool:
    """Do what settles it; returns whether nothing is left to settle."""
    if done.how is How.COUNTED and done.counted is None:
        raise KnownError("books.count_needed")
    if done.how in (How.ACCEPT, How.COUNTED):
        need_note(done.note)
    if done.how not in (How.APPLY, How.REFUND):
        return True
    found = _credit_of(db, row)
    if found is None:
        raise KnownError("books.unknown_credit", credit="-")
    if done.how is How.REFUND:
        mark_refund(db, found, by=done.by, note=done.note, now=now)
        return True
    if not (done.debt and done.charge):
        raise KnownError("books.target_needed")
    piastres = found.left if done.piastres is None else done.piastres
    pay_out_of(db, found, piastres, debt=done.debt, id_=done.charge, by=done.by, note=done.note, now=now)
    return bool(find_credit(db, found.id).left == 0)


def _find(db: Connection, number: int) -> Row[Any]:
    row = db.execute(select(case).where(case.c.id == number)).first()
    if row is None:
        raise KnownError("books.unknown_case", case=number)
    return row


def _credit_of(db: Connection, row: Row[Any]) -> Row[Any] | None:
    same = (credit.c.stream == row.stream) & (credit.c.seq == row.seq) & (credit.c.kind == row.kind)
    same &= (credit.c.debt == row.debt) & (credit.c.charge == row.charge)
    return db.execute(select(credit).where(same).order_by(credit.c.id).limit(1)).first()


def apply_credit(centre: Centre, number: int, done: Settling) -> int:
    """Let a credit that has no open case pay a debt; returns what is left of it, in piastres. Raises as
    `settle_case`.
    """
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        check_person(db, done.by)
        row = find_credit(db, number)
        if not (done.debt and done.charge):
            raise KnownError("books.target_needed")
        piastres = row.left if done.piastres is None else done.piastres
        pay_out_of(db, row, piastres, debt=done.debt, id_=done.charge, by=done.by, note=done.note, now=now)
        note_act(db, "credit.apply", f"credit:{number}", by=done.by, now=now, piastres=piastres)
        _settle_used_up(db, number, done, now)
        put_setting(db, "change", str(change_of(db) + 1))
        return int(find_credit(db, number).left)


def refund_credit(centre: Centre, number: int, done: Settling) -> int:
    """Mark a credit to be given back by form 50; returns how many piastres. Raises as `settle_case`."""
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        check_person(db, done.by)
        marked = mark_refund(db, find_credit(db, number), by=done.by, note=need_note(done.note), now=now)
        note_act(db, "credit.refund", f"credit:{number}", by=done.by, now=now, piastres=marked)
        _settle_used_up(db, number, done, now)
    return marked


def _settle_used_up(db: Connection, number: int, done: Settling, now: str) -> None:
    """The case of a credit of which nothing is left is settled with it."""
    row = find_credit(db, number)
    if row.left:
        return
    same = (case.c.stream == row.stream) & (case.c.seq == row.seq) & (case.c.kind == row.kind)
    same &= (case.c.debt == row.debt) & (case.c.charge == row.charge) & (case.c.state == OPEN)
    values = {"outcome": str(done.how), "settled_by": done.by, "settled_at": now, "note": done.note}
    db.execute(update(case).where(same).values(state=SETTLED, **values))
