"""Books requests, names those made with an older fee table, and links possible duplicates.

Two requests count as possible duplicates when service and day are the same and the person is: the same
record, or records with the same national or passport number. A person without a number is compared by his
record alone. Nothing is refused or merged; people look at the pair.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from central.centre import Centre
from central.conflicts import Kind
from central.debt_booking import Add, case_row
from central.erased import ERASED
from central.ingest import Known
from central.schema import case, dataset, person
from central.schema_books import request
from central.storage import insert_into, setting
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.request_states import RECEIVED
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.sealed_person import open_person
from kiosk.core.wire.times import utc_text

FEES = "fees"
AT_ONCE = 200
FEE_CASES = "cases.fees_changed"
"""Name of the setting that says `off` where a changed fee table makes no case."""


class RequestBook:
    """Books requests of one device inside the open transaction."""

    def __init__(self, db: Connection, known: Known, now: str, add: Add) -> None:
        self._db, self._known, self._now, self._add = db, known, now, add
        self._tables: list[tuple[str, str]] | None = None

    def book(self, entry: Entry, body: RequestTaken) -> None:
        """Keep a request; a newer fee table that was in force when it was made is a case by policy."""
        local = (entry.at + timedelta(minutes=entry.local.offset)).date()
        self._add(
            "request",
            {
                "stream": self._known.stream,
                "seq": entry.seq,
                "device": self._known.code,
                "unit": self._known.unit,
                "tracking": body.tracking,
                "service": body.service,
                "day": (entry.local.business_date or local).isoformat(),
                "staff": entry.staff,
                "papers_until": body.conditional_until.isoformat() if body.conditional_until else None,
                "received": self._now,
                "state": RECEIVED,
                "state_at": self._now,
                "said": 0,
                "person": body.person.person,
            },
        )
        if self._newer_fees(entry, body):
            row = case_row(
                self._now,
                Kind.FEES_CHANGED,
                stream=self._known.stream,
                seq=entry.seq,
                piastres=body.total,
            )
            self._add("case", row)

    def _newer_fees(self, entry: Entry, body: RequestTaken) -> bool:
        """Whether the table it was made with is one of ours, and another one had come by then."""
        if self._tables is None:
            query = select(dataset.c.as_of, dataset.c.hash).where(dataset.c.name == FEES)
            rows = self._db.execute(query.order_by(dataset.c.version)).all()
            self._tables = (
                [] if setting(self._db, FEE_CASES) == "off" else [(at, hash_) for at, hash_ in rows]
            )
        made = utc_text(entry.at)
        in_force = [hash_ for at, hash_ in self._tables if at <= made]
        ours = any(hash_ == body.fees.hash for _, hash_ in self._tables)
        return ours and bool(in_force) and in_force[-1] != body.fees.hash


def link_duplicates(centre: Centre) -> int:
    """Look at requests whose persons' records have come, and link possible duplicates; returns how many.

    A record is opened in memory to take a keyed fingerprint of its number, which goes when the record does.
    """
    found = 0
    while rows := _waiting(centre):
        numbers = {(row.stream, row.seq): _identity(centre, row) for row in rows}
        with centre.storage.write() as db:
            for row in rows:
                identity = numbers[row.stream, row.seq]
                of_row = (request.c.stream == row.stream) & (request.c.seq == row.seq)
                of_row &= request.c.identity.is_(None)
                if db.execute(update(request).where(of_row).values(identity=identity)).rowcount:
                    found += _link(db, row, identity, utc_text(centre.now()))
    return found


def _waiting(centre: Centre) -> list[Row[Any]]:
    query = (
        select(request, person.c.sealed, person.c.device.label("sealed_by"))
        .join(person, person.c.person == request.c.person)
        .where(request.c.identity.is_(None))
        .order_by(request.c.stream, request.c.seq)
        .limit(AT_ONCE)
    )
    with centre.storage.read() as db:
        return list(db.execute(query).all())


def _identity(centre: Centre, row: Row[Any]) -> str:
    """The fingerprint of the person's number; '' for a record without one, or that cannot be opened."""
    if row.sealed == ERASED:
        return ""
    try:
        details, _ = open_person(
            row.sealed, person=row.person, device=row.sealed_by, intake=centre.keys.intake
        )
    except KnownError:
        return ""
    number = details.get("national_number", "")
    if not number and details.get("passport_number"):
        number = f"{details.get('passport_country', '')}:{details['passport_number']}"
    key = b"kiosk-request-identity-1" + centre.keys.session
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest() if number else ""


def _link(db: Connection, row: Row[Any], identity: str, now: str) -> int:
    """Link a request with the one before it of the same person, service and day."""
    same = request.c.person == row.person
    if identity:
        same |= request.c.identity == identity
    query = select(request.c.stream, request.c.seq).where(
        same,
        request.c.service == row.service,
        request.c.day == row.day,
        (request.c.stream != row.stream) | (request.c.seq != row.seq),
        request.c.identity.is_not(None),
    )
    other = db.execute(query.order_by(request.c.stream, request.c.seq).limit(1)).first()
    if other is None:
        return 0
    case_of = case_row(now, Kind.REQUEST_TWICE, stream=row.stream, seq=row.seq, other=other)
    db.execute(insert_into(db, case).on_conflict_do_nothing(), [case_of])
    return 1
