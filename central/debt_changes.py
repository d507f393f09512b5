"""Whose debts changed: noted by all who write debts, read by who publishes them."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from central.changes import Cursor, drop_changes, note_changes, visible_after
from central.schema import debt, debt_state, debtor

_TOPIC = "debts"
_ACCOUNT, _DEBTOR, _ALL = "a:", "d:", "*"
_MANY = 20_000
"""Debtors above which a change is noted as one of everything: it goes out as a snapshot anyway."""
_AT_ONCE = 500


def note_accounts(db: Connection, accounts: Iterable[str]) -> None:
    """Note that what is owed on these accounts changes in this transaction."""
    noted = [_ACCOUNT + account for account in accounts]
    if noted:
        note_changes(db, _TOPIC, noted)


def note_debtors(db: Connection, codes: Collection[str]) -> None:
    """Note that debtors with these codes, or which debts are theirs, change in this transaction."""
    noted = [_DEBTOR + code for code in sorted(codes)] if len(codes) <= _MANY else [_ALL]
    if noted:
        note_changes(db, _TOPIC, noted)


def changed_since(db: Connection, cursor: str) -> tuple[set[int], Cursor] | None:
    """The numbers of debtors that changed since a cursor, as this view shows it, and the cursor now.

    None: everything may have changed.
    """
    found = visible_after(db, _TOPIC, Cursor.parse(cursor))
    if found is None or _ALL in found[0]:
        return None
    keys, now = found
    numbers: set[int] = set()
    for prefix, query, column in (
        (_DEBTOR, select(debtor.c.number), debtor.c.code),
        (_ACCOUNT, select(debtor.c.number).join(debt, debt.c.debtor == debtor.c.code), debt.c.account),
    ):
        names = sorted(key.removeprefix(prefix) for key in keys if key.startswith(prefix))
        for at in range(0, len(names), _AT_ONCE):
            numbers.update(db.execute(query.where(column.in_(names[at : at + _AT_ONCE]))).scalars())
    return numbers, now


def forget_seen(db: Connection) -> None:
    """Let changes go that every scope has in its newest version."""
    cursors = [Cursor.parse(one) for one in db.execute(select(debt_state.c.cursor)).scalars()]
    if cursors:
        drop_changes(db, _TOPIC, min(cursors))
