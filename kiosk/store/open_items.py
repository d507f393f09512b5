"""What a baseline carries: the entries that somebody may still need when the periods before are dropped.

Who may work here and with which keys, data in use, books, orders and incidents; the last shift, bags and
transfers on their way; requests that wait for money or papers, and the last number of each year; money for
debts that the snapshot in use has not counted; the open day of each terminal; and the prints of all these.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from kiosk.core.wire.times import utc_text

_ALWAYS = (
    "stream.opened",
    "staff.added",
    "staff.removed",
    "staff.secret_changed",
    "person.erased",
    "keys.made",
    "technical.lifting_key",
    "technical.order_done",
    "technical.incident",
    "technical.incident_lifted",
)
"""Types of which every entry is carried: few, and some rule asks what they said whenever it was."""
_IN_USE = (
    "SELECT seq FROM snapshot_applied",
    "SELECT seq FROM book_taken",
    "SELECT seq FROM stop_seen",
    """SELECT k.seq FROM known_entry k WHERE k.type = 'snapshot.applied' AND EXISTS (SELECT 1 FROM dataset d
       WHERE d.name = CAST(k.bytes AS TEXT) ->> '$.body.dataset'
       AND d.version = CAST(k.bytes AS TEXT) ->> '$.body.version')""",
)
_CLOSES = (
    "SELECT seq FROM shift s WHERE state = 'closed' AND (seq = (SELECT max(seq) FROM shift)"
    " OR handed > 0 AND NOT EXISTS"
    " (SELECT 1 FROM handover h WHERE h.closing = s.closed AND h.direction = 'given'))"
)
"""Shifts: the last one, and those whose bag nobody has taken yet."""
_HANDOVERS = (
    """SELECT seq FROM handover h WHERE direction = 'given' AND
       (closing IN (SELECT value FROM json_each(?)) OR NOT EXISTS
       (SELECT 1 FROM handover r WHERE r.transfer = h.transfer AND r.direction = 'received'))""",
    """SELECT seq FROM handover WHERE direction = 'received' AND 'here' <>
       (SELECT CAST(bytes AS TEXT) ->> '$.body.signs' FROM known_entry k WHERE k.seq = handover.seq)""",
)
"""Given and not received here, or the bag of a carried close; received by code, lest a code count twice."""
_REQUESTS = (
    "SELECT seq FROM request WHERE paid < due OR acceptance = 'conditional' AND until >= ?"
    " OR tracking IN (SELECT max(tracking) FROM request GROUP BY substr(tracking, 1, 14))"
)
_SCANS = (
    "SELECT a.seq FROM attachment a JOIN request_taken r ON r.tracking = a.tracking"
    " WHERE r.seq IN (SELECT value FROM json_each(?))"
)
"""The scans of carried requests."""
_UNCOUNTED = (
    "SELECT DISTINCT seq FROM allocation WHERE seq >"
    " coalesce((SELECT applied_through FROM snapshot_applied WHERE dataset = 'debts'), 0)"
    " OR seq IN (SELECT value FROM json_each(coalesce("
    "(SELECT not_applied FROM snapshot_applied WHERE dataset = 'debts'), '[]')))"
)
"""Payments for debts, and voids of such, that the snapshot in use does not hold."""
_CARDS = (
    "SELECT seq FROM card_attempt a WHERE payment IN (SELECT value FROM json_each(?1)) OR seq >"
    " coalesce((SELECT max(seq) FROM card_batch b WHERE b.terminal = a.terminal), 0)"
)
"""Attempts of a terminal since its day was last closed, and those of carried payments."""

_REVERSALS = (
    "SELECT reverses FROM card_attempt WHERE seq IN (SELECT value FROM json_each(?))",
    "SELECT seq FROM card_attempt WHERE reverses IN (SELECT value FROM json_each(?))",
)


def carried_seqs(db: Database, moment: datetime, day: date, days: int) -> list[int]:
    """The entries that a baseline written now must carry, ascending.

    `day`: the local date. `days`: how long a period is kept; an outage that ended earlier is not needed.
    """
    types = ", ".join(f"'{one}'" for one in _ALWAYS)
    found = _seqs(db, f"SELECT seq FROM known_entry WHERE type IN ({types})")  # noqa: S608 - our own names
    for query in _IN_USE:
        found |= _seqs(db, query)
    found |= _custody(db)
    requests = _seqs(db, _REQUESTS, day.isoformat())
    payments = _payments(db, requests)
    cards = _cards(db, payments)
    found |= requests | payments | cards | _seqs(db, _SCANS, _list(requests))
    found |= _outages(db, payments, moment, days)
    found |= _seqs(
        db, "SELECT seq FROM printed WHERE entry IN (SELECT value FROM json_each(?))", _list(found)
    )
    return sorted(found)


def _custody(db: Database) -> set[int]:
    """Shifts that still matter with their counts and closes, and handovers."""
    shifts = _list(_seqs(db, _CLOSES))
    among = "IN (SELECT value FROM json_each(?))"
    closes = _seqs(db, f"SELECT closed FROM shift WHERE seq {among}", shifts)  # noqa: S608 - ours
    found = _seqs(db, f"SELECT seq FROM shift WHERE seq {among}", shifts) | closes  # noqa: S608 - ours
    found |= _seqs(db, f"SELECT seq FROM shift_count WHERE shift {among}", shifts)  # noqa: S608 - ours
    given, received = _HANDOVERS
    found |= _seqs(db, given, _list(closes)) | _seqs(db, received)
    return found | _seqs(db, "SELECT max(seq) FROM report WHERE kind = 'x'")


def _payments(db: Database, requests: set[int]) -> set[int]:
    """All payments of carried requests, and those for debts that no snapshot has counted; receipts, voids."""
    paid = _seqs(
        db,
        "SELECT p.seq FROM payment p JOIN request r ON p.kind = 'request' AND r.tracking = p.reference"
        " WHERE r.seq IN (SELECT value FROM json_each(?))",
        _list(requests),
    )
    uncounted = _list(_seqs(db, _UNCOUNTED))
    paid |= _seqs(
        db,
        "SELECT seq FROM payment WHERE seq IN (SELECT value FROM json_each(?1))"
        " OR voided IN (SELECT value FROM json_each(?1))",
        uncounted,
    )
    among = "IN (SELECT value FROM json_each(?))"
    receipts = _seqs(db, f"SELECT seq FROM receipt WHERE payment {among}", _list(paid))  # noqa: S608 - ours
    voids = _seqs(db, f"SELECT voided FROM payment WHERE seq {among}", _list(paid))  # noqa: S608 - ours
    return paid | receipts | voids


def _cards(db: Database, payments: set[int]) -> set[int]:
    """Every entry of the card attempts that matter, and the last close of each terminal's day."""
    attempts = _seqs(db, _CARDS, _list(payments))
    for linked in _REVERSALS:
        attempts |= _seqs(db, linked, _list(attempts))
    batches = _seqs(db, "SELECT max(seq) FROM card_batch GROUP BY terminal")
    if not attempts:
        return batches
    steps = _seqs(
        db,
        "SELECT seq FROM known_entry WHERE type GLOB 'card.*' AND (seq IN (SELECT value FROM json_each(?1))"
        " OR CAST(bytes AS TEXT) ->> '$.body.attempt.seq' IN (SELECT value FROM json_each(?1)))",
        _list(attempts),
    )
    return batches | steps


def _outages(db: Database, payments: set[int], moment: datetime, days: int) -> set[int]:
    """The open outage, those that paper receipts may still name, and those of carried payments."""
    since = utc_text(moment - timedelta(days=days))
    chosen = _list(
        _seqs(
            db,
            "SELECT seq FROM outage WHERE ended_at IS NULL OR ended_at >= ?1 OR seq IN"
            " (SELECT outage FROM payment WHERE seq IN (SELECT value FROM json_each(?2)))",
            since,
            _list(payments),
        )
    )
    among = "IN (SELECT value FROM json_each(?))"
    closed = _seqs(db, f"SELECT closed FROM outage WHERE seq {among}", chosen)  # noqa: S608 - ours
    return closed | _seqs(db, f"SELECT seq FROM outage WHERE seq {among}", chosen)  # noqa: S608 - ours


def _seqs(db: Database, query: str, *values: str) -> set[int]:
    return {int(row[0]) for row in db.conn.execute(query, values) if row[0] is not None}


def _list(seqs: Iterable[int]) -> str:
    return json.dumps(sorted(seqs))
