"""Debts at the centre: taken over from a file, less what devices collected that it does not count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from central.centre import Centre
from central.credits import absorb_open
from central.debt_changes import note_debtors
from central.folder import read_text
from central.over_paid import keep_over_paid
from central.schema import charge, debt, debtor, part, staff, unit
from central.storage import change_of, insert_into, put_setting, setting, sum_of
from kiosk.core.debts.csv_check import read_clean_debts
from kiosk.core.debts.csv_rows import Reading
from kiosk.core.debts.model import LeasedTo
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.wire.times import utc_text

_ROWS_AT_ONCE = 2000
_LAST_NUMBER = "debtor_number"
"""Setting: the last number that a debtor got; numbers are never given twice."""


@dataclass(frozen=True)
class Imported:
    """What a file brought: rows of each kind, piastres still owed, charges paid above their amount.

    `unknown_holders`: units and collectors (`unit:CODE`) that are not here, so that nobody gets their debts.
    """

    debtors: int
    debts: int
    charges: int
    owed: int
    over_paid: int
    unknown_holders: tuple[str, ...] = ()


def read_debts(path: Path) -> list[DebtorRow]:
    """Read a CSV file whole. Kinds and national numbers are judged by their form; devices know the tables.

    Raises DebtFileNotCleanError with every mistake, KnownError `file.*`.
    """
    text = read_text(path)
    return read_clean_debts(path.name, lambda: iter(StringIO(text, newline="")), Reading(None, None, None))


def import_debts(centre: Centre, path: Path, *, counted_through: date | None = None) -> Imported:
    """Take over a CSV file, whole or not at all. See `import_rows`. Raises `debt_file.*`, `file.*`."""
    return import_rows(centre, read_debts(path), counted_through=counted_through)


def import_rows(
    centre: Centre, rows: Sequence[DebtorRow], *, counted_through: date | None = None
) -> Imported:
    """Take over debtors with their debts in one transaction; those not named stay as they were.

    Amounts are what was owed before anything that devices collected after the business date
    `counted_through` (None: before all of it). So the same file again brings no paid debt back.
    """
    with centre.storage.write() as db:
        paid = _paid_since(db, counted_through)
        charges = [
            _charge(row.account, n, one, paid)
            for person in rows
            for row in person.debts
            for n, one in enumerate(row.charges)
        ]
        debts = [_debt(person, row) for person in rows for row in person.debts]
        changed = _put_debtors(db, [_debtor(person) for person in rows])
        changed |= _put_debts(db, debts)
        owners = {one["account"]: one["debtor"] for one in debts}
        changed |= {owners[account] for account, _ in _put(db, charge, ["debt", "id"], charges)}
        note_debtors(db, changed)
        unknown = _unknown_holders(db, debts)
        above = _paid_above(charges, paid)
        keep_over_paid(db, ((one["debt"], one["id"]) for one in charges), above)
        absorb_open(db, utc_text(centre.now()))
        put_setting(db, "change", str(change_of(db) + 1))
    return Imported(
        debtors=len(rows),
        debts=sum(len(person.debts) for person in rows),
        charges=len(charges),
        owed=sum(one["owed"] for one in charges),
        over_paid=len(above),
        unknown_holders=unknown,
    )


def _unknown_holders(db: Connection, debts: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Whom a file leases debts to and this centre does not have, or has revoked."""
    known = {f"{LeasedTo.UNIT.value}:{code}" for code in db.execute(select(unit.c.code)).scalars()}
    people = db.execute(select(staff.c.code).where(staff.c.revoked.is_(None))).scalars()
    known |= {f"{LeasedTo.COLLECTOR.value}:{code}" for code in people}
    leased = {f"{one['leased_to']}:{one['holder']}" for one in debts if one["holder"]}
    return tuple(sorted(leased - known))


def _paid_since(db: Connection, day: date | None) -> dict[tuple[str, str], int]:
    """What devices collected on each charge and the file does not count, in piastres."""
    query = (
        select(part.c.debt, part.c.charge, sum_of(part.c.applied))
        .where(part.c.applied > 0)
        .group_by(part.c.debt, part.c.charge)
    )
    if day is not None:
        query = query.where(part.c.business_date > day.isoformat())
    return {(account, id_): total for account, id_, total in db.execute(query)}


def _paid_above(
    charges: Sequence[dict[str, Any]], paid: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """By how much more than a file states was paid on its charges, in piastres."""
    keyed = (((one["debt"], one["id"]), one["stated"]) for one in charges)
    return {key: paid[key] - stated for key, stated in keyed if paid.get(key, 0) > stated}


def _debtor(row: DebtorRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "father": row.father,
        "address": row.address,
        "national": row.national,
        "phone": row.phone,
    }


def _debt(person: DebtorRow, row: DebtRow) -> dict[str, Any]:
    return {
        "account": row.account,
        "debtor": person.code,
        "kind": row.kind,
        "body": row.purse.body,
        "fund": row.purse.fund,
        "deposit": int(row.purse.deposit),
        "leased_to": row.lease.to.value,
        "holder": row.lease.holder,
        "until": row.lease.until.isoformat() if row.lease.until else None,
        "burden_bp": row.burden_bp,
        "contract": row.contract,
    }


def _charge(account: str, n: int, row: ChargeRow, paid: dict[tuple[str, str], int]) -> dict[str, Any]:
    one = row.charge
    return {
        "debt": account,
        "id": one.id,
        "n": n,
        "component": one.component.value,
        "due": one.due.isoformat(),
        "stated": one.owed,
        "owed": max(0, one.owed - paid.get((account, one.id), 0)),
        "label": row.label,
    }


def _put_debtors(db: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Take over debtors; a new one gets the next number. Returns the codes of who is new or changed."""
    last = int(setting(db, _LAST_NUMBER) or "0")
    for some in _parts(rows):
        there = _found(db, [debtor.c.code, debtor.c.number], debtor.c.code, some, "code")
        numbers: dict[str, int] = {row.code: row.number for row in there}
        for row in some:
            if row["code"] not in numbers:
                last += 1
                numbers[row["code"]] = last
            row["number"] = numbers[row["code"]]
    put_setting(db, _LAST_NUMBER, str(last))
    return {code for (code,) in _put(db, debtor, ["code"], rows)}


def _put_debts(db: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Take over debts. Returns the codes of debtors who have others now, or no longer have one."""
    before: dict[str, str] = {}
    for some in _parts(rows):
        there = _found(db, [debt.c.account, debt.c.debtor], debt.c.account, some, "account")
        before |= {row.account: row.debtor for row in there}
    now = {row["account"]: row["debtor"] for row in rows}
    accounts = [account for (account,) in _put(db, debt, ["account"], rows)]
    return {now[account] for account in accounts} | {before[one] for one in accounts if one in before}


def _put(db: Connection, table: Table, key: list[str], rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Add rows or bring them to what they say now. Returns the keys of those that were not so before."""
    put = insert_into(db, table)
    values = {column.name: put.excluded[column.name] for column in table.c if column.name not in key}
    put = put.on_conflict_do_update(index_elements=key, set_=values)
    changed: list[tuple[Any, ...]] = []
    for some in _parts(rows):
        columns = list(some[0])
        found = _found(db, [table.c[name] for name in columns], table.c[key[0]], some, key[0])
        there = {tuple(row) for row in found}
        new = [row for row in some if tuple(row[name] for name in columns) not in there]
        if new:
            db.execute(put, new)
            changed += [tuple(row[name] for name in key) for row in new]
    return changed


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE))


def _found(
    db: Connection, columns: list[Any], by: Any, rows: list[dict[str, Any]], name: str
) -> Sequence[Row[Any]]:
    """What is there of these rows."""
    return db.execute(select(*columns).where(by.in_({row[name] for row in rows}))).all()
