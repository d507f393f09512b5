"""What people of the centre do to one debt: cancel it, change what is owed, move or end its lease.

A payment that comes afterwards stands whatever was done: what it pays more than is owed becomes a credit and
a case (`central.conflicts`). What was paid before a cancellation stays paid.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from central.acts import check_person, need_note, note_act
from central.centre import Centre
from central.credits import absorb
from central.debt_changes import note_accounts
from central.over_paid import forget_over_paid
from central.people import find_unit
from central.schema import charge, debt, staff
from central.storage import change_of, put_setting
from kiosk.core.debts.model import LeasedTo
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text


def cancel_debt(centre: Centre, account: str, *, by: str, note: str) -> int:
    """Let nothing be owed on a debt any more; returns the piastres that were.

    Raises KnownError `books.unknown_debt`, `.nothing_owed`, `.note_needed`, `.bad_person`, `.person_revoked`.
    """
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        _begin(db, account, by, note)
        rows = db.execute(select(charge).where(charge.c.debt == account).order_by(charge.c.n)).all()
        before = {row.id: row.owed for row in rows if row.owed}
        if not before:
            raise KnownError("books.nothing_owed", debt=account)
        for id_ in before:
            _set_owed(db, account, id_, 0)
        _end(db, "debt.cancel", account, by=by, now=now, before=before, note=note)
    return sum(before.values())


def change_debt(centre: Centre, account: str, id_: str, owed: int, *, by: str, note: str) -> int:
    """Set what is owed on one charge from now on, in piastres; returns what is then owed, less what had been
    paid above it.

    Raises as `cancel_debt`, and KnownError `books.no_such_charge`, `books.same_as_before`.
    """
    now = utc_text(centre.now())
    with centre.storage.write() as db:
        _begin(db, account, by, note)
        of_charge = (charge.c.debt == account) & (charge.c.id == id_)
        before = db.execute(select(charge.c.owed).where(of_charge)).scalar()
        if before is None:
            raise KnownError("books.no_such_charge", debt=account, charge=id_[:40])
        if before == owed:
            raise KnownError("books.same_as_before")
        _set_owed(db, account, id_, owed)
        taken = absorb(db, account, id_, owed, now) if owed > before else 0
        db.execute(update(charge).where(of_charge).values(owed=owed - taken))
        detail = {"charge": id_, "before": before, "after": owed, "note": note}
        _end(db, "debt.change", account, by=by, now=now, **detail)
    return owed - taken


def move_lease(centre: Centre, account: str, to: str, until: date | None, *, by: str, note: str = "") -> str:
    """Lease a debt to `unit:CODE` or `collector:CODE`, until a day (None: until further notice); returns who
    had it.

    Raises KnownError `books.unknown_debt`, `.bad_holder`, `central.unknown_unit`, `central.unknown_staff`, …
    """
    kind, _, holder = to.partition(":")
    if kind not in (LeasedTo.UNIT, LeasedTo.COLLECTOR) or not holder:
        raise KnownError("books.bad_holder")
    return _lease(centre, account, (kind, holder, until), "lease.move", by=by, note=note)


def end_lease(centre: Centre, account: str, *, by: str, note: str = "") -> str:
    """Let nobody hold a debt: payments of it are on account. Returns who had it. Raises as `move_lease`."""
    return _lease(centre, account, (LeasedTo.NONE, "", None), "lease.end", by=by, note=note)


def _lease(
    centre: Centre, account: str, lease: tuple[str, str, date | None], kind: str, *, by: str, note: str
) -> str:
    now, (to, holder, until) = utc_text(centre.now()), lease
    with centre.storage.write() as db:
        row = _begin(db, account, by, note, needs_note=False)
        if to == LeasedTo.UNIT:
            find_unit(db, holder)
        elif (
            to == LeasedTo.COLLECTOR
            and not db.execute(
                select(func.count())
                .select_from(staff)
                .where(staff.c.code == holder, staff.c.revoked.is_(None))
            ).scalar_one()
        ):
            raise KnownError("central.unknown_staff", staff=holder[:16])
        before = [row.leased_to, row.holder, row.until]
        after = [str(to), holder, until.isoformat() if until else None]
        if before == after:
            raise KnownError("books.same_as_before")
        values = dict(zip(("leased_to", "holder", "until"), after, strict=True))
        db.execute(update(debt).where(debt.c.account == account).values(values))
        _end(db, kind, account, by=by, now=now, before=before, after=after, note=note)
    return f"{before[0]}:{before[1]}"


def _begin(db: Connection, account: str, by: str, note: str, *, needs_note: bool = True) -> Row[Any]:
    check_person(db, by)
    row = db.execute(select(debt).where(debt.c.account == account)).first()
    if row is None:
        raise KnownError("books.unknown_debt", debt=account[:40])
    if needs_note:
        need_note(note)
    return row


def _set_owed(db: Connection, account: str, id_: str, owed: int) -> None:
    """Set what is owed, and with it what the file would have to say for that."""
    forget_over_paid(db, account, id_)
    of_charge = (charge.c.debt == account) & (charge.c.id == id_)
    stated = charge.c.stated + (owed - charge.c.owed)
    db.execute(update(charge).where(of_charge).values(stated=stated, owed=owed))


def _end(db: Connection, kind: str, account: str, *, by: str, now: str, **detail: Any) -> None:
    """Note the act; devices get the debts anew at once."""
    note_accounts(db, [account])
    note_act(db, kind, account, by=by, now=now, **detail)
    put_setting(db, "change", str(change_of(db) + 1))
