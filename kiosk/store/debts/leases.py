"""Whose the debts in use are, told in few bytes to a centre that was restored."""

import re
from datetime import date

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.wire.claims import HeldLease
from kiosk.store.debts.read import one_moment, set_in_use

_TOLD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}", re.ASCII)
"""The accounts that entries can name (`kiosk.core.wire.fields.Code`)."""


def held_leases(db: Database, most: int) -> tuple[tuple[HeldLease, ...], int]:
    """The leases of the debts in use, in at most so many bytes of accounts, and how many had no room or
    cannot be named. Nothing where no debts were ever loaded.
    """
    found: dict[tuple[str, str, str | None], list[str]] = {}
    size = left_out = 0
    with one_moment(db):
        try:
            which = set_in_use(db)
        except KnownError:
            return (), 0
        rows = db.execute(
            "SELECT b.value ->> 0, b.value ->> 5, b.value ->> 6, b.value ->> 7"  # noqa: S608 - our own names
            f" FROM debtor_{which} d, json_each(d.debts) b ORDER BY d.id, b.key"
        )
        for account, to, holder, until in rows:
            size += len(account) + 3
            named = _TOLD.fullmatch(account) and _TOLD.fullmatch(holder) and to in ("collector", "unit")
            if size > most or not named:
                left_out += 1
            else:
                found.setdefault((to, holder, until), []).append(account)
    leases = (
        HeldLease(
            to=to,  # type: ignore[arg-type]
            holder=holder,
            until=date.fromisoformat(until) if until else None,
            accounts=tuple(accounts),
        )
        for (to, holder, until), accounts in found.items()
    )
    return tuple(leases), left_out
