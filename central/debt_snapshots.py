"""Keeps the debts that devices fetch up to date: a new version of a scope when one is due.

A version is a snapshot, or the deltas that lead to it from the snapshot before. It is made from one view of
the database, beside everybody else's work; only naming it takes a turn to write.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from central.centre import Centre
from central.changes import cursor_now
from central.debt_changes import changed_since, forget_seen
from central.debt_files import Delta, Packed, Snapshot, write_changes, write_snapshot
from central.debt_rows import Scope, numbers_in
from central.debt_state import DebtState, load_state, save_state
from central.ingest import Known
from central.publish import Applied, latest, next_version
from central.schema import dataset, debt_delta, debt_file, debt_state, quarantine, stream
from central.storage import change_of, insert_into
from kiosk.core.debts.model import LeasedTo
from kiosk.core.wire.manifest import DEBTS, DeltaRef
from kiosk.core.wire.times import parse_utc, utc_text

CONFIRMED = timedelta(days=1)
"""How often a version is confirmed without any change, and all of it is read from the tables again."""
_PART_OF_SNAPSHOT = 4
"""Deltas that together are larger than this part of the snapshot: a new one is made."""
_MOST_DELTAS = 64
_SMALL = 4096
"""Bytes of deltas that are never too many."""
log = logging.getLogger("central")
_DOORS: dict[tuple[str, str], Lock] = {}
_DOORS_DOOR = Lock()


@dataclass(frozen=True)
class _Made:
    """A version that was made from one view: what to name."""

    scope: Scope
    before: DebtState | None
    after: DebtState
    snapshot: Snapshot | None
    delta: DeltaRef | None
    as_of: datetime
    valid: timedelta
    applied: str
    change: int
    confirm: bool


def scope_of(known: Known) -> Scope:
    """Whose debts a device holds: a tablet its collector's, a vehicle or counter its unit's."""
    if known.collector:
        return Scope(LeasedTo.COLLECTOR, known.collector)
    return Scope(LeasedTo.UNIT, known.unit)


def refresh_debts(centre: Centre, known: Known) -> None:
    """Make a new version of the device's debts when one is due.

    Due at once after people changed debts, and after `refresh` while payments came in: every version costs
    every device of the scope a download. Without any change the same one is confirmed once a day.
    """
    scope = scope_of(known)
    with _alone(centre, scope):
        with centre.storage.read() as db:
            made = _made(centre, db, scope)
        if made is not None:
            with centre.storage.write() as db:
                _name(db, made)


def deltas_of(db: Connection, scope: str) -> tuple[DeltaRef, ...]:
    """The deltas that lead to the newest version of a scope, the oldest first."""
    rows = db.execute(select(debt_delta).where(debt_delta.c.scope == scope).order_by(debt_delta.c.version))
    return tuple(
        DeltaRef(
            base=row.base,
            hash=row.hash,
            file=row.file,
            size=row.size,
            plain_size=row.plain_size,
            debtors=row.debtors,
        )
        for row in rows
    )


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


def _made(centre: Centre, db: Connection, scope: Scope) -> _Made | None:
    """Make what is due, from this view; None when nothing is."""
    applied, last, now = applied_now(db), latest(db, DEBTS, str(scope)), centre.now()
    old = now - parse_utc(str(last.as_of)) if last is not None else timedelta(0)
    if last is not None and last.change == change_of(db):
        changed = json.loads(last.applied) != json.loads(json.dumps(applied))
        if old < (centre.settings.refresh if changed else CONFIRMED):
            return None
    state = load_state(db, str(scope)) if last is not None else None
    numbers = numbers_in(db, scope)
    if last is None and not numbers:
        return None
    snapshot, delta, cursor = _written(centre, db, scope, numbers, state)
    whole = state if snapshot is None else None
    pieces = snapshot.pieces if snapshot is not None else delta.pieces if delta is not None else ()
    return _Made(
        scope=scope,
        before=state,
        after=DebtState(
            version=0,
            cursor=cursor,
            whole=whole.whole if whole is not None else utc_text(now),
            snapshot=whole.snapshot if whole is not None else 0,
            snapshot_size=whole.snapshot_size if whole is not None else snapshot.size if snapshot else 0,
            pieces=pieces,
            numbers=tuple(numbers),
        ),
        snapshot=snapshot,
        delta=delta.ref if delta is not None else None,
        as_of=now,
        valid=centre.settings.snapshot_valid,
        applied=json.dumps(applied),
        change=change_of(db),
        confirm=old >= CONFIRMED,
    )


def _written(
    centre: Centre, db: Connection, scope: Scope, numbers: list[int], state: DebtState | None
) -> tuple[Snapshot | None, Delta | None, str]:
    """The files of a version, and the cursor up to which it has the changes."""
    files = centre.folder.files
    found = changed_since(db, state.cursor) if state is not None else None
    if state is None or found is None:
        before = state.pieces if state is not None else ()
        return write_snapshot(files, db, scope, numbers, before), None, str(cursor_now(db))
    delta = write_changes(files, db, scope, numbers, state, found[0])
    if delta is not None and not _wants_snapshot(centre, db, scope, state, delta):
        return None, delta, str(found[1])
    snapshot = write_snapshot(files, db, scope, numbers, state.pieces)
    if delta is not None and delta.pieces != snapshot.pieces:
        log.error("debts of %s changed and nobody noted it: devices load all of them", scope)
        delta = None
    return snapshot, delta, str(found[1])


def _wants_snapshot(centre: Centre, db: Connection, scope: Scope, state: DebtState, delta: Delta) -> bool:
    """Whether the last one is old, or what followed it has grown too large beside it."""
    if centre.now() - parse_utc(state.whole) >= CONFIRMED:
        return True
    since = (debt_delta.c.scope == str(scope)) & (debt_delta.c.version > state.snapshot)
    sizes = db.execute(select(debt_delta.c.size).where(since)).scalars().all()
    size = sum(sizes) + (delta.ref.size if delta.ref is not None else 0)
    return len(sizes) >= _MOST_DELTAS or size > max(_SMALL, state.snapshot_size // _PART_OF_SNAPSHOT)


def _name(db: Connection, made: _Made) -> None:
    """Give a version its number, inside the open transaction, unless another one was named meanwhile."""
    scope, after, last = str(made.scope), made.after, latest(db, DEBTS, str(made.scope))
    now_named = db.execute(select(debt_state.c.version).where(debt_state.c.scope == scope)).scalar()
    if now_named != (made.before.version if made.before is not None else None):
        return
    index = made.snapshot.index if made.snapshot is not None else _index_of(last)
    same = last is not None and last.hash == after.hash and last.applied == made.applied
    if last is not None and same and not made.confirm:
        _keep(db, made, int(last.version))
        this = (dataset.c.name == DEBTS) & (dataset.c.scope == scope) & (dataset.c.version == last.version)
        db.execute(update(dataset).where(this).values(**_of_index(index), change=made.change))
        return
    version = next_version(db, DEBTS)
    _keep(db, made, version)
    db.execute(
        insert(dataset).values(
            name=DEBTS,
            scope=scope,
            version=version,
            form="debts",
            hash=after.hash,
            **_of_index(index),
            rows=after.rows,
            as_of=utc_text(made.as_of),
            valid_until=utc_text(made.as_of + made.valid),
            applied=made.applied,
            change=made.change,
        )
    )


def _keep(db: Connection, made: _Made, version: int) -> None:
    """Keep the state, the names of new files, and the deltas that still lead somewhere."""
    scope, after = str(made.scope), replace(made.after, version=version)
    of_scope = debt_delta.c.scope == scope
    if made.snapshot is not None:
        after = replace(after, snapshot=version)
        _keep_file(db, scope, made.snapshot.pieces_file, version)
    if made.delta is not None:
        _keep_file(db, scope, made.delta.file, version)
        db.execute(insert(debt_delta).values(scope=scope, version=version, **vars(made.delta)))
    elif made.before is not None and made.before.hash != after.hash:
        db.execute(delete(debt_delta).where(of_scope))
    save_state(db, scope, after)
    if made.snapshot is not None:
        forget_seen(db)
    rows = db.execute(
        select(debt_delta.c.version, debt_delta.c.size).where(of_scope).order_by(debt_delta.c.version.desc())
    )
    size, most = 0, max(_SMALL, after.snapshot_size // _PART_OF_SNAPSHOT)
    for place, row in enumerate(rows.all()):
        size += row.size
        if row.version <= after.snapshot and (size > most or place >= _MOST_DELTAS):
            db.execute(delete(debt_delta).where(of_scope, debt_delta.c.version == row.version))


def _keep_file(db: Connection, scope: str, file: str, version: int) -> None:
    put = insert_into(db, debt_file).values(scope=scope, file=file, version=version)
    db.execute(put.on_conflict_do_nothing())


def _index_of(last: Any) -> Packed:
    return Packed(last.file, last.size, last.plain_size)


def _of_index(index: Packed) -> dict[str, Any]:
    return {"file": index.file, "size": index.size, "plain_size": index.plain_size}


@contextmanager
def _alone(centre: Centre, scope: Scope) -> Iterator[None]:
    """One at a time in this process makes the versions of a scope; others wait, and then find it made."""
    with _DOORS_DOOR:
        door = _DOORS.setdefault((str(centre.folder.root), str(scope)), Lock())
    with door:
        yield
