"""Incidents: contradictions that stop new shifts and new money until the centre lifts them.

An incident is an entry of the journal. Where the journal itself cannot be written any more it is kept beside
it, so that it stops all the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, get_args

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.technical import IncidentKind, IncidentLifted, IncidentNoted, OrderDone
from kiosk.core.errors import BugError, Kind, KnownError
from kiosk.core.wire.entry import Link
from kiosk.core.wire.order import FREEZE, LIFT_INCIDENT, REFRESH, OpenedOrder, Order
from kiosk.store.driver import transaction
from kiosk.store.journal import Journal
from kiosk.store.moments import Moment
from kiosk.store.sync_state import keep_manifest_digest, keep_setting, setting

KINDS: tuple[IncidentKind, ...] = get_args(IncidentKind)
_UNWRITTEN = "incidents_unwritten"
_STANDS = (
    "SELECT EXISTS (SELECT 1 FROM incident WHERE lifted IS NULL)"
    " OR EXISTS (SELECT 1 FROM setting WHERE name = ?)"
)


@dataclass(frozen=True)
class StandingIncident:
    """An incident that nobody has lifted: its entry (None when the journal could not be written), kind,
    the entry where (None: not known), and what was found.
    """

    seq: int | None
    kind: str
    at: int | None
    detail: str


class Written(Protocol):
    """A database and its journal: a `Store`, or the place of sync."""

    db: Database
    journal: Journal


def note_incident(
    store: Written, kind: IncidentKind, detail: str, moment: Moment, *, at: int | None = None
) -> StandingIncident:
    """Journal an incident, which stops new shifts and new money from now on; alone or in an open transaction.

    `detail` is a code, as `kiosk.core.wire.fields.Code`. What was noted before (kind, place and detail) is
    not noted again, also when it was lifted since. Raises KnownError `store.*`.
    """
    if kind not in KINDS:
        raise BugError(f"no such incident: {kind}")
    with _joined(store.db):
        before = _noted(store.db, kind, at, detail)
        if before is not None:
            return before
        try:
            link = store.journal.append(IncidentNoted(kind=kind, at=at, detail=detail), moment)
        except KnownError as error:
            if error.situation.kind is not Kind.DAMAGED:
                raise
            return _keep_beside(store.db, kind, at, detail)
        return StandingIncident(link.seq, kind, at, detail)


def incident_stands(db: Database) -> bool:
    """Whether any incident stops new money: a few µs, asked in every act that takes money."""
    return bool(db.conn.execute(_STANDS, (_UNWRITTEN,)).fetchone()[0])


def standing_incidents(db: Database) -> tuple[StandingIncident, ...]:
    """What stands and was not lifted, oldest first."""
    rows = db.conn.execute("SELECT seq, kind, at, detail FROM incident WHERE lifted IS NULL ORDER BY seq")
    beside = setting(db, _UNWRITTEN) or []
    return (
        *(StandingIncident(*row) for row in rows),
        *(StandingIncident(None, kind, at, detail) for kind, at, detail in beside),
    )


def liftable(db: Database, through: int) -> tuple[StandingIncident, ...]:
    """What stands and was there at entry `through`; what the journal could not take counts as there."""
    return tuple(one for one in standing_incidents(db) if one.seq is None or one.seq <= through)


def lift(
    store: Written,
    append: Callable[[Body], object],
    through: int,
    *,
    order: str | None = None,
    challenge: str | None = None,
) -> tuple[StandingIncident, ...]:
    """Lift, inside an act that writes by `append`, what stood at entry `through`; return it.

    `order` is the hash of the order, `challenge` the digits that were answered: one of the two. What the
    journal could not take is let go too. Raises KnownError `lift.no_incident`, `lift.other_incident`.
    """
    if not standing_incidents(store.db):
        raise KnownError("lift.no_incident")
    found = liftable(store.db, through)
    if not found:
        raise KnownError("lift.other_incident")
    stream = store.journal.state().stream
    for one in found:
        if one.seq is not None:
            append(
                IncidentLifted(
                    incident=Link(stream, one.seq),
                    by="order" if order else "answer",
                    order=order,
                    challenge=challenge,
                )
            )
    store.db.conn.execute("DELETE FROM setting WHERE name = ?", (_UNWRITTEN,))
    return found


def carry_out(
    store: Written, append: Callable[[Body], object], found: OpenedOrder
) -> tuple[StandingIncident, ...]:
    """Carry out an order, once, inside an act that writes by `append`; return what it lifted, if it was one
    to lift. An order for logs needs a line: `kiosk.sync.orders`.

    Raises KnownError `lift.unknown_order`, `lift.order_done`, `lift.no_incident`, `lift.other_incident`.
    """
    order = found.order
    if order.kind not in (LIFT_INCIDENT, FREEZE, REFRESH):
        raise KnownError("lift.unknown_order", kind=order.kind)
    if is_done(store.db, order):
        raise KnownError("lift.order_done")
    lifted: tuple[StandingIncident, ...] = ()
    if order.kind == LIFT_INCIDENT:
        lifted = lift(store, append, order.through, order=found.hash)
    elif order.kind == FREEZE:
        append(IncidentNoted(kind="frozen", at=None, detail=f"order.{order.epoch}.{order.n}"))
    else:
        keep_manifest_digest(store.db, "")
    append(OrderDone(epoch=order.epoch, n=order.n, kind=order.kind, order=found.hash))
    return lifted


def is_done(db: Database, order: Order) -> bool:
    """Whether an order of this number was carried out here."""
    query = "SELECT 1 FROM order_done WHERE epoch = ? AND n = ?"
    return db.conn.execute(query, (order.epoch, order.n)).fetchone() is not None


def _noted(db: Database, kind: str, at: int | None, detail: str) -> StandingIncident | None:
    row = db.conn.execute(
        "SELECT seq FROM incident WHERE kind = ? AND at IS ? AND detail = ?", (kind, at, detail)
    ).fetchone()
    if row is not None:
        return StandingIncident(row[0], kind, at, detail)
    if [kind, at, detail] in (setting(db, _UNWRITTEN) or []):
        return StandingIncident(None, kind, at, detail)
    return None


def _keep_beside(db: Database, kind: str, at: int | None, detail: str) -> StandingIncident:
    """The journal cannot take it: it stops from beside it."""
    keep_setting(db, _UNWRITTEN, [*(setting(db, _UNWRITTEN) or []), [kind, at, detail]])
    return StandingIncident(None, kind, at, detail)


@contextmanager
def _joined(db: Database) -> Iterator[None]:
    """The open transaction, or one of its own."""
    if db.conn.in_transaction:
        yield
        return
    with transaction(db):
        yield
