"""Bags that wait to be given, and transfers on this device that wait for their receiver."""

from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.store.queries.shift import ClosedBefore


@dataclass(frozen=True)
class Waiting:
    """A transfer that was given on this device and not received here: number, giver, seal. No amount."""

    transfer: str
    staff: str
    seal: str | None


def bags_left(db: Database) -> tuple[ClosedBefore, ...]:
    """The closed shifts whose bag (piastres above zero) was not given away yet, oldest first."""
    rows = db.conn.execute(
        "SELECT seq, staff, closed, z, kept, handed FROM shift s WHERE state = 'closed' AND handed > 0"
        " AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.closing = s.closed AND h.direction = 'given')"
        " ORDER BY seq"
    )
    return tuple(ClosedBefore(*row) for row in rows)


def waiting_for(db: Database, staff: str) -> tuple[Waiting, ...]:
    """The transfers meant for a staff code that he has not received on this device, oldest first.

    One that he signed himself when it was given is not among them.
    """
    rows = db.conn.execute(
        "SELECT g.transfer, g.staff, g.seal FROM handover g"
        " WHERE g.direction = 'given' AND g.counterpart = ?"
        " AND (SELECT CAST(bytes AS TEXT) ->> '$.body.signs' FROM known_entry j WHERE j.seq = g.seq)"
        " <> 'here'"
        " AND NOT EXISTS (SELECT 1 FROM handover r WHERE r.transfer = g.transfer"
        " AND r.direction = 'received') ORDER BY g.seq",
        (staff,),
    )
    return tuple(Waiting(*row) for row in rows)
