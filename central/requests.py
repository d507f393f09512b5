"""Books requests, names those that a newer fee table charges otherwise, and links possible duplicates.

Two requests count as possible duplicates when service and day are the same and the person is: the same
record, or records with the same national or passport number. A person without a number is compared by his
record alone. Nothing is refused or merged; people look at the pair.
"""

import hashlib
import hmac
from typing import Any

from sqlalchemy import Connection, Row, select, update

from central.centre import Centre
from central.conflicts import Kind
from central.debt_booking import Add, case_row
from central.erased import ERASED
from central.fee_changes import FeesForeseen, FeesInTurn, day_of, rows_of
from central.ingest import Known
from central.schema import case, person
from central.schema_books import request
from central.storage import insert_into, put_setting, setting
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.request_states import RECEIVED
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.sealed_person import open_person
from kiosk.core.wire.times import utc_text

AT_ONCE = 200
_KEY = b"kiosk-request-identity-1"
_KEYED = "requests.identity_key"
"""Name of the setting that tells by which key the fingerprints here were taken, by a hash of it."""


class RequestBook:
    """Books requests of one device inside the open transaction."""

    def __init__(self, db: Connection, known: Known, now: str, add: Add, fees: FeesForeseen | None) -> None:
        self._db, self._known, self._now, self._add = db, known, now, add
        self._foreseen = fees
        self._fees: FeesInTurn | None = None

    def book(self, entry: Entry, body: RequestTaken) -> None:
        """Keep a request; what a newer fee table charges otherwise is a case by policy."""
        self._add(
            "request",
            {
                "stream": self._known.stream,
                "seq": entry.seq,
                "device": self._known.code,
                "unit": self._known.unit,
                "tracking": body.tracking,
                "service": body.service,
                "day": day_of(entry).isoformat(),
                "staff": entry.staff,
                "papers_until": body.conditional_until.isoformat() if body.conditional_until else None,
                "received": self._now,
                "state": RECEIVED,
                "state_at": self._now,
                "said": 0,
                "person": body.person.person,
            },
        )
        if self._foreseen is None:
            return
        self._fees = self._fees or FeesInTurn(self._foreseen, self._db)
        change = self._fees.of(entry, body)
        if change is None:
            return
        row, of_case = rows_of(
            change, stream=self._known.stream, seq=entry.seq, opens=self._fees.opens, now=self._now
        )
        self._add("fee_change", row)
        if of_case is not None:
            self._add("case", of_case)


def link_duplicates(centre: Centre) -> int:
    """Look at requests whose persons' records have come, and link possible duplicates; returns how many.

    A record is opened in memory to take a keyed fingerprint of its number, which goes when the record does.
    """
    found = 0
    _keyed_anew(centre)
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


def _keyed_anew(centre: Centre) -> None:
    """Let every fingerprint be taken again where the key of this centre is another one than before."""
    key = hashlib.sha256(_KEY + centre.keys.session).hexdigest()[:16]
    with centre.storage.read() as db:
        if setting(db, _KEYED) == key:
            return
    with centre.storage.write() as db:
        db.execute(update(request).values(identity=None))
        put_setting(db, _KEYED, key)


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
    return fingerprint(centre, number) if number else ""


def fingerprint(centre: Centre, number: str) -> str:
    """What stands for a national number, or for `COUNTRY:NUMBER` of a passport, beside a request."""
    return hmac.new(_KEY + centre.keys.session, number.encode(), hashlib.sha256).hexdigest()


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
    if other is None or _paired(db, (other.stream, other.seq), (row.stream, row.seq)):
        return 0
    case_of = case_row(now, Kind.REQUEST_TWICE, stream=row.stream, seq=row.seq, other=other)
    db.execute(insert_into(db, case).on_conflict_do_nothing(), [case_of])
    return 1


def _paired(db: Connection, one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether a case links these two already, the other way round."""
    pair = (case.c.stream == one[0]) & (case.c.seq == one[1]) & (case.c.kind == Kind.REQUEST_TWICE.value)
    pair &= (case.c.with_stream == other[0]) & (case.c.with_seq == other[1])
    return db.execute(select(case.c.id).where(pair)).first() is not None
