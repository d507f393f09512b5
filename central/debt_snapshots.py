"""Debt snapshots: the debts that one collector or one unit holds, one debtor a line, as of one moment."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, select

from central.centre import Centre
from central.ingest import Known
from central.publish import Applied, Content, latest, publish
from central.schema import charge, debt, debtor, quarantine, stream
from central.storage import change_of
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow, SnapshotHash
from kiosk.core.policy import Component
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.manifest import DEBTS
from kiosk.core.wire.times import parse_utc

CONFIRMED = timedelta(days=1)


def refresh_debts(centre: Centre, db: Connection, known: Known) -> None:
    """Publish a new snapshot of the device's debts, inside the open transaction, when one is due.

    Due at once after an import, and after `refresh` while payments came in meanwhile: every snapshot costs
    every device of the scope a download. Without any change the same file is confirmed once a day.
    """
    holder = (LeasedTo.COLLECTOR, known.collector) if known.collector else (LeasedTo.UNIT, known.unit)
    scope = f"{holder[0]}:{holder[1]}"
    applied, last = applied_now(db), latest(db, DEBTS, scope)
    old = centre.now() - parse_utc(last.as_of) if last is not None else timedelta(0)
    if last is not None and last.change == change_of(db):
        changed = json.loads(last.applied) != json.loads(json.dumps(applied))
        if old < (centre.settings.refresh if changed else CONFIRMED):
            return
    rows = list(snapshot_rows(db, holder[0], holder[1] or ""))
    if last is None and not rows:
        return
    hashed = SnapshotHash()
    hashed.add(rows)
    content = Content(
        name=DEBTS,
        scope=scope,
        form="debts",
        data=b"".join(canonical(row.plain()) + b"\n" for row in rows) or b"\n",
        hash=hashed.hexdigest(),
        rows=len(rows),
        as_of=centre.now(),
        valid_until=centre.now() + centre.settings.snapshot_valid,
        applied=applied,
    )
    publish(centre, db, content, confirm=old >= CONFIRMED)


def applied_now(db: Connection) -> Applied:
    """Per stream, what the debts have counted at this moment."""
    held: dict[str, list[int]] = {}
    query = select(quarantine.c.stream, quarantine.c.seq).where(
        quarantine.c.debts == 1, quarantine.c.state == "open"
    )
    for name, seq in db.execute(query.order_by(quarantine.c.seq)):
        held.setdefault(name, []).append(seq)
    rows = db.execute(select(stream.c.stream, stream.c.applied).where(stream.c.applied > 0))
    return {name: (through, held.get(name, [])) for name, through in rows}


def snapshot_rows(db: Connection, leased_to: LeasedTo, holder: str) -> Iterator[DebtorRow]:
    """The debtors with debts leased so, by their codes, each with these debts only."""
    query = (
        select(debtor, debt, charge.c.id, charge.c.component, charge.c.due, charge.c.owed, charge.c.label)
        .join(debt, debt.c.debtor == debtor.c.code)
        .outerjoin(charge, and_(charge.c.debt == debt.c.account, charge.c.owed > 0))
        .where(debt.c.leased_to == leased_to.value, debt.c.holder == holder)
        .order_by(debtor.c.code, debt.c.account, charge.c.n)
    )
    for _, group in groupby(db.execute(query), key=lambda row: row.code):
        yield _debtor(list(group))


def _debtor(rows: list[Any]) -> DebtorRow:
    first = rows[0]
    return DebtorRow(
        code=first.code,
        name=first.name,
        debts=tuple(_debt(list(group)) for _, group in groupby(rows, key=lambda row: row.account)),
        father=first.father,
        address=first.address,
        national=first.national,
        phone=first.phone,
    )


def _debt(rows: list[Any]) -> DebtRow:
    first = rows[0]
    return DebtRow(
        account=first.account,
        kind=first.kind,
        purse=Purse(first.body, first.fund, bool(first.deposit)),
        charges=tuple(_charge(row) for row in rows if row.id is not None),
        lease=Lease(LeasedTo(first.leased_to), first.holder, _day(first.until)),
        burden_bp=first.burden_bp,
        contract=first.contract,
    )


def _charge(row: Any) -> ChargeRow:
    owed = Charge(row.id, Component(row.component), date.fromisoformat(row.due), row.owed)
    return ChargeRow(owed, row.label)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
