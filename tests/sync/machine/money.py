"""Every piastre: the ledgers against the bytes of the journal, and what devices show against both."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from central import schema
from kiosk.core.debts.model import LeasedTo
from kiosk.desk.collect_show import show_debtor
from kiosk.store.debts.read import data_version, debt_rows_of
from tests.sync.machine.body import Body
from tests.sync.machine.held import Held
from tests.sync.machine.template import debtor_of
from tests.sync.machine.world import World

Key = tuple[str, int]


def adds_up(world: World) -> None:
    """The ledgers say what the journal says; each piastre of a debt is applied, a credit or held back."""
    held = Held(world)
    voided = {
        (name, one["body"]["payment"]["seq"]): (name, seq)
        for (name, seq), one in held.of_type("receipt.voided").items()
    }
    paid = held.of_type("payment.taken")
    rows = {(row.stream, row.seq): row for row in held.table(schema.payment)}
    assert rows.keys() == paid.keys(), "payments of the ledger are not those of the journal"
    for key, one in paid.items():
        assert rows[key].total == one["body"]["total"], f"{key}: another total"
        assert (rows[key].voided is not None) == (key in voided), f"{key}: voided on one side only"
    _receipts(held)
    parts: dict[Key, list[Any]] = defaultdict(list)
    for row in held.table(schema.part):
        parts[row.stream, row.seq].append(row)
    for key, one in paid.items():
        _divided(held, key, one["body"], parts[key], voided.get(key))
    _owed(held, [row for some in parts.values() for row in some])
    world.tally.update(f"entry: {one['type']}" for one in held.entries.values())
    world.tally.update(f"case: {row.kind}" for row in held.table(schema.case))
    world.tally["a branch at the centre"] += len(held.branches)


def _receipts(held: Held) -> None:
    issued = held.of_type("receipt.issued")
    rows = {(row.stream, row.seq): (row.number, row.piastres) for row in held.table(schema.receipt)}
    assert rows == {key: (one["body"]["number"], one["body"]["piastres"]) for key, one in issued.items()}


def _divided(held: Held, key: Key, body: dict[str, Any], parts: list[Any], void: Key | None) -> None:
    """One payment: its parts are those of the entry, and what was not applied has a place of its own.

    A void that waits for a person gives no debt back yet.
    """
    allocation = body.get("allocation")
    if allocation is None:
        assert not parts
        return
    stated = sum(one["piastres"] for one in (*allocation["parts"], *allocation["credits"]))
    assert sum(row.piastres for row in parts) == stated == body["total"], f"{key}: parts do not add up"
    applied = sum(row.applied for row in parts)
    if void is not None and not held.holds_debts(void):
        assert applied == 0, f"{key}: voided, but {applied} still lower what is owed"
        return
    above = held.above(key)
    waits = sum(row.piastres for row in parts) if held.holds_debts(key) else 0
    credit = sum(one["piastres"] for one in allocation["credits"])
    assert waits or applied + above + credit == stated, (
        f"{key}: {stated} taken, {applied} applied, {above} above what was owed, {credit} on account"
    )


def _owed(held: Held, parts: list[Any]) -> None:
    """Each charge: what was stated less what was applied, never below nothing."""
    applied: Counter[tuple[str, str]] = Counter()
    for row in parts:
        if row.charge is not None:
            applied[row.debt, row.charge] += row.applied
    for row in held.table(schema.charge):
        left = max(0, row.stated - applied[row.debt, row.id])
        assert row.owed == left, f"{row.debt}: {row.owed} owed, {row.stated} stated, {left} by the payments"


def shown_by(world: World, body: Body, accounts: Iterable[str]) -> None:
    """Each balance that the device shows is that of its snapshot, less its own entries that it lacks."""
    session = body.session
    version, own = data_version(session.store.db), _own_parts(world, body)
    for account in accounts:
        rows = debt_rows_of(session.store.db, debtor_of(account))
        if not rows:
            continue  # its lease was moved away
        owed = sum(line.charge.owed for row in rows for line in row.charges)
        taken = sum(
            amount
            for seq, of, amount in own
            if of == account and (seq > version.applied_through or seq in version.not_applied)
        )
        shown = show_debtor(session, debtor_of(account)).balance
        assert shown == max(0, owed - taken), (
            f"{body.name} shows {shown} on {account}: snapshot {owed}, own entries it lacks {taken}"
        )


def shown_is_owed(world: World, body: Body) -> None:
    """At rest, with a new snapshot: what is shown is owed, less our own that the centre holds back."""
    held = Held(world)
    owed = {row.debt: row.owed for row in held.table(schema.charge)}
    own = _own_parts(world, body)
    back = {seq for (name, seq), row in held.quarantine.items() if name == body.stream and row.debts}
    away = {row.account for row in held.table(schema.debt) if row.leased_to != LeasedTo.UNIT}
    for account, left in owed.items():
        if account in away:
            assert not debt_rows_of(body.session.store.db, debtor_of(account)), (
                f"{body.name} still has {account}"
            )
            continue
        kept = sum(amount for seq, of, amount in own if of == account and seq in back)
        shown = show_debtor(body.session, debtor_of(account)).balance
        assert shown == max(0, left - kept), (
            f"{body.name} shows {shown} on {account}: {left} owed at the centre, {kept} held back there"
        )


def _own_parts(world: World, body: Body) -> list[tuple[int, str, int]]:
    """Place, account and piastres of what this journal took of debts; negative what its voids gave back."""
    entries = {seq: json.loads(data) for seq, data, _ in world.whole_journal(body)}
    found: list[tuple[int, str, int]] = []
    for seq, one in entries.items():
        allocation = one["body"].get("allocation") if one["type"] == "payment.taken" else None
        sign = 1
        if one["type"] == "receipt.voided":
            allocation, sign = entries[one["body"]["payment"]["seq"]]["body"].get("allocation"), -1
        parts = (allocation or {}).get("parts", ())
        found += [(seq, part["debt"], sign * part["piastres"]) for part in parts]
    return found
