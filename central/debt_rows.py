"""The debtors of one scope as they stand in the tables, as rows of a snapshot, some at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, select

from central.schema import charge, debt, debtor
from kiosk.core.debts.model import LeasedTo
from kiosk.core.debts.pieces import Plain

_AT_ONCE = 500
_CHARGE = (charge.c.id, charge.c.component, charge.c.due, charge.c.owed, charge.c.label)
_DEBT = (
    debt.c.account,
    debt.c.kind,
    debt.c.body,
    debt.c.fund,
    debt.c.deposit,
    debt.c.leased_to,
    debt.c.holder,
    debt.c.until,
    debt.c.burden_bp,
    debt.c.contract,
)
_DEBTOR = (
    debtor.c.number,
    debtor.c.code,
    debtor.c.name,
    debtor.c.father,
    debtor.c.address,
    debtor.c.national,
    debtor.c.phone,
)
_DEBT_AT, _CHARGE_AT = len(_DEBTOR), len(_DEBTOR) + len(_DEBT)


@dataclass(frozen=True)
class Scope:
    """Whose debts: those leased to a collector or to a unit."""

    to: LeasedTo
    holder: str

    def __str__(self) -> str:
        return f"{self.to.value}:{self.holder}"


def numbers_in(db: Connection, scope: Scope) -> list[int]:
    """The numbers of all debtors with debts in a scope, in order."""
    query = select(debtor.c.number).join(debt, debt.c.debtor == debtor.c.code)
    held = query.where(debt.c.leased_to == scope.to.value, debt.c.holder == scope.holder)
    return sorted(set(db.execute(held).scalars()))


def rows_of(db: Connection, scope: Scope, numbers: Sequence[int]) -> list[Plain]:
    """These debtors with their debts in a scope, in the order of their numbers; those without are left out.

    A charge of which nothing is owed is left out.
    """
    return [
        row
        for at in range(0, len(numbers), _AT_ONCE)
        for row in _rows(db, scope, numbers[at : at + _AT_ONCE])
    ]


def _rows(db: Connection, scope: Scope, numbers: Sequence[int]) -> Iterator[Plain]:
    # The empty text keeps the database from going through all debts of the scope for a few debtors.
    query = (
        select(*_DEBTOR, *_DEBT, *_CHARGE)
        .join(debt, debt.c.debtor == debtor.c.code)
        .outerjoin(charge, and_(charge.c.debt == debt.c.account, charge.c.owed > 0))
        .where(
            debtor.c.number.in_(numbers),
            debt.c.leased_to.concat("") == scope.to.value,
            debt.c.holder.concat("") == scope.holder,
        )
        .order_by(debtor.c.number, debt.c.account, charge.c.n, charge.c.id)
    )
    for _, group in groupby(db.execute(query), key=lambda row: row[0]):
        mine = list(group)
        yield [*mine[0][:_DEBT_AT], [_debt(list(one)) for _, one in groupby(mine, key=_account)]]


def _account(row: tuple[Any, ...]) -> Any:
    return row[_DEBT_AT]


def _debt(rows: list[tuple[Any, ...]]) -> list[Any]:
    charges = [list(row[_CHARGE_AT:]) for row in rows if row[_CHARGE_AT] is not None]
    return [*rows[0][_DEBT_AT:_CHARGE_AT], charges]
