"""Compares, after a restore, whose debts a device holds with whose they are here; each difference is a case.

Nobody is believed: what the device says stays beside what is written here, and a person decides. Until then
payments of either holder stand as they always do, on account where the lease is not theirs here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from central.conflicts import Kind
from central.debt_booking import case_row
from central.debt_snapshots import scope_of
from central.ingest import Known, report
from central.schema import case, debt
from central.storage import epoch_of, insert_into
from kiosk.core.debts.model import LeasedTo
from kiosk.core.wire.claims import HeldLease

_AT_ONCE = 500


def compare_leases(db: Connection, known: Known, leases: Sequence[HeldLease], left_out: int, now: str) -> int:
    """Make a case of every debt that the device holds and that is not its own here, inside the open
    transaction; how many. Debts that are not here at all, and leases that the device did not show, are
    counted in an incident: their import was forgotten with them.
    """
    scope, epoch, unknown, found = scope_of(known), epoch_of(db), 0, 0
    for group in leases:
        if (group.to, group.holder) != (scope.to.value, scope.holder):
            what: dict[str, object] = {"what": "lease", "code": "central.not_its_scope"}
            report(db, "claim_refused", now, device=known.code, stream=known.stream, seq=0, detail=what)
            continue
        for start in range(0, len(group.accounts), _AT_ONCE):
            accounts = group.accounts[start : start + _AT_ONCE]
            here = {row.account: row for row in _rows(db, accounts)}
            unknown += len(set(accounts) - here.keys())
            rows = list(_cases(group, list(here.values()), known, epoch, now))
            found += len(rows)
            if rows:
                db.execute(insert_into(db, case).on_conflict_do_nothing(), rows)
    if unknown or left_out:
        detail: dict[str, object] = {"unknown_debts": unknown, "not_shown": left_out}
        report(db, "leases_forgotten", now, device=known.code, stream=known.stream, seq=0, detail=detail)
    return found


def _rows(db: Connection, accounts: Sequence[str]) -> list[Any]:
    query = select(debt.c.account, debt.c.leased_to, debt.c.holder, debt.c.until)
    return list(db.execute(query.where(debt.c.account.in_(accounts)).order_by(debt.c.account)).all())


def _cases(
    group: HeldLease, rows: Sequence[Row[Any]], known: Known, epoch: int, now: str
) -> Iterator[dict[str, Any]]:
    """`charge` names the epoch: after another restore the same debt may be another case."""
    for row in rows:
        kind = _judged(group, row)
        if kind is not None:
            yield case_row(now, kind, stream=known.stream, seq=0, debt=row.account, charge=f"E{epoch}")


def _judged(group: HeldLease, row: Row[Any]) -> Kind | None:
    if (row.leased_to, row.holder) == (group.to, group.holder):
        until = group.until.isoformat() if group.until else None
        outlasts = row.until is not None and (until is None or until > row.until)
        return Kind.LEASE_FORGOTTEN if outlasts else None
    return Kind.LEASE_FORGOTTEN if row.leased_to == LeasedTo.NONE else Kind.LEASED_TWICE
