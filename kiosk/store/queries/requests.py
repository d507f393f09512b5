"""What the acts of requests ask: one request, the next number, what a person has asked for before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from kiosk.core.entries.parts import Line
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import parse_entry

LAST_SERIAL = 999_999
"""Tracking numbers are compared as text, six digits each: far more than a device takes in a year."""


@dataclass(frozen=True)
class TakenRequest:
    """A request as the tables know it, and its entry; `due` and `paid` in piastres."""

    seq: int
    day: date
    due: int
    paid: int
    body: RequestTaken

    @property
    def left(self) -> int:
        """What is still to be paid now, in piastres."""
        return self.due - self.paid


def request_of(db: Database, tracking: str) -> TakenRequest:
    """The request of a tracking number. Raises KnownError `request.unknown`."""
    row = db.conn.execute(
        "SELECT seq, day, due, paid, (SELECT bytes FROM known_entry j WHERE j.seq = r.seq)"
        " FROM request r WHERE tracking = ?",
        (tracking,),
    ).fetchone()
    if row is None:
        raise KnownError("request.unknown", tracking=tracking)
    entry = parse_entry(row[4])
    body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    if not isinstance(body, RequestTaken):
        raise BugError(f"entry {row[0]} is no request")
    return TakenRequest(row[0], date.fromisoformat(row[1]), row[2], row[3], body)


def next_tracking(db: Database, device: str, year: int) -> str:
    """The next tracking number `device-year-serial`, inside the open transaction: no gaps, none twice."""
    first, last = (f"{device}-{year:04d}-{serial:06d}" for serial in (0, LAST_SERIAL))
    highest = db.conn.execute(
        "SELECT max(tracking) FROM request WHERE tracking BETWEEN ? AND ?", (first, last)
    ).fetchone()[0]
    serial = 1 if highest is None else int(highest.rpartition("-")[2]) + 1
    if serial > LAST_SERIAL:
        raise BugError("more requests in a year than tracking numbers")
    return f"{device}-{year:04d}-{serial:06d}"


def services_of(db: Database, keys: Iterable[bytes]) -> frozenset[str]:
    """The services for which a person has a request here, by the keys of his identities (`PersonIndex`)."""
    found: set[str] = set()
    for key in keys:
        rows = db.conn.execute(
            "SELECT DISTINCT r.service FROM person_index i JOIN request r ON r.person = i.person"
            " WHERE i.key = ?",
            (key,),
        )
        found.update(service for (service,) in rows)
    return frozenset(found)


def taken_on(db: Database, keys: Iterable[bytes], service: str, day: date) -> tuple[str, ...]:
    """The tracking numbers of a person's requests for one service on one day."""
    found: set[str] = set()
    for key in keys:
        rows = db.conn.execute(
            "SELECT r.tracking FROM person_index i JOIN request r ON r.person = i.person"
            " WHERE i.key = ? AND r.service = ? AND r.day = ?",
            (key, service, day.isoformat()),
        )
        found.update(tracking for (tracking,) in rows)
    return tuple(sorted(found))


def requests_of(db: Database, keys: Iterable[bytes]) -> tuple[str, ...]:
    """The tracking numbers of a person's requests here, newest first."""
    found: dict[str, int] = {}
    for key in keys:
        rows = db.conn.execute(
            "SELECT r.tracking, r.seq FROM person_index i JOIN request r ON r.person = i.person"
            " WHERE i.key = ?",
            (key,),
        )
        found.update(rows)
    return tuple(sorted(found, key=lambda tracking: -found[tracking]))


def highest_tracking(db: Database, prefix: str) -> str:
    """The highest tracking number of a device and year (`prefix`: `device-year-`); '' before the first."""
    last = f"{prefix}{LAST_SERIAL:06d}"
    query = "SELECT max(tracking) FROM request WHERE tracking BETWEEN ? AND ?"
    return str(db.conn.execute(query, (prefix, last)).fetchone()[0] or "")


def request_paid_by(db: Database, number: str) -> str | None:
    """The request that a receipt of this device paid for; '' when it paid for something else, None when there
    is no such receipt here.
    """
    row = db.conn.execute(
        "SELECT p.kind, p.reference FROM receipt r JOIN payment p ON p.seq = r.payment WHERE r.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    return str(row[1]) if row[0] == "request" else ""


def lines_paid(db: Database, tracking: str) -> dict[tuple[str, str, str], int]:
    """What standing payments of a request paid: (kind, account, label) to piastres."""
    rows = db.conn.execute(
        "SELECT l.kind, l.account, l.label, sum(l.piastres) FROM payment p"
        " JOIN payment_line l ON l.seq = p.seq"
        " WHERE p.reference = ? AND p.kind = 'request' AND p.voided IS NULL"
        " GROUP BY l.kind, l.account, l.label",
        (tracking,),
    )
    return {(kind, account, label): paid for kind, account, label, paid in rows}


def line_key(line: Line) -> tuple[str, str, str]:
    """What identifies a line of a request in its payments."""
    return line.kind, line.account, line.label


def receipts_of(db: Database, tracking: str) -> tuple[str, ...]:
    """The numbers of the standing receipts of a request, oldest first."""
    rows = db.conn.execute(
        "SELECT r.number FROM payment p JOIN receipt r ON r.payment = p.seq"
        " WHERE p.reference = ? AND p.kind = 'request' AND p.voided IS NULL ORDER BY p.seq",
        (tracking,),
    )
    return tuple(number for (number,) in rows)
