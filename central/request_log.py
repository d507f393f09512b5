"""What people of the centre say of requests: a log that only grows, and where each request stands.

Who took a request does not decide on it. What is said goes to the devices of the request's unit in the same
transaction (`central.request_data`).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from central.acts import check_person, note_act
from central.centre import Centre
from central.recounting import read_entries
from central.request_data import publish_statuses
from central.schema import case, payment
from central.schema_books import request, request_status, scan
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.request_states import RECEIVED, check_step, closed_states
from kiosk.core.wire.codec import FieldError, coder
from kiosk.core.wire.fields import Remark
from kiosk.core.wire.times import utc_text


@dataclass(frozen=True)
class Saying:
    """What a person says of a request: `by` is his code; texts are one line, '' for none."""

    state: str
    by: str
    note: str = ""
    until: date | None = None
    office: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a request stands: its row, and what was said last; None while it is only received."""

    row: Row[Any]
    said: Row[Any] | None


@dataclass(frozen=True)
class Shown:
    """A request with all that was said, and what the decision rests on. Amounts are piastres.

    `taken`: the entry's facts, None for one that cannot be read; `twins`: cases of possible duplicates.
    """

    standing: Standing
    log: tuple[Row[Any], ...]
    taken: RequestTaken | None
    paid: int
    scans: int
    twins: tuple[int, ...]


def say_status(centre: Centre, tracking: str, saying: Saying) -> Standing:
    """Let a person say where a request stands, and tell the devices of its unit.

    Raises KnownError `books.bad_person`, `books.person_revoked`, `status.*`, `entry.personal_text`.
    """
    now = centre.now()
    note, office = _line(saying.note), _line(saying.office)
    with centre.storage.write() as db:
        check_person(db, saying.by)
        row = find_request(db, tracking)
        state = check_step(
            row.state, saying.state, note=note, office=office, until=saying.until, today=now.date()
        )
        if state.judges and saying.by == row.staff:
            raise KnownError("status.same_person", staff=saying.by, tracking=row.tracking)
        until = saying.until.isoformat() if saying.until else None
        facts = {"state": state.code, "note": note, "until": until, "office": office}
        at, n = utc_text(now), row.said + 1
        db.execute(
            insert(request_status).values(stream=row.stream, seq=row.seq, n=n, at=at, by=saying.by, **facts)
        )
        here = (request.c.stream == row.stream) & (request.c.seq == row.seq)
        db.execute(update(request).where(here).values(state=state.code, state_at=at, said=n))
        note_act(db, "request.status", f"request:{row.tracking}", by=saying.by, now=at, **facts)
        publish_statuses(centre, db, row.unit)
        return standing_of(db, row.tracking)


def find_request(db: Connection, tracking: str) -> Row[Any]:
    """The request of a tracking number, of the device that the number names.

    Raises KnownError `status.unknown_request`.
    """
    number = tracking.strip().upper()
    own = (request.c.tracking == number) & (request.c.device == number.partition("-")[0])
    row = db.execute(select(request).where(own).order_by(request.c.stream, request.c.seq).limit(1)).first()
    if row is None:
        raise KnownError("status.unknown_request", tracking=number[:40])
    return row


def standing_of(db: Connection, tracking: str) -> Standing:
    """Where one request stands. Raises KnownError `status.unknown_request`."""
    row = find_request(db, tracking)
    newest = (request_status.c.stream == row.stream) & (request_status.c.seq == row.seq)
    newest &= request_status.c.n == row.said
    return Standing(row, db.execute(select(request_status).where(newest)).first())


def list_requests(
    db: Connection,
    *,
    unit: str | None = None,
    state: str | None = None,
    overdue: date | None = None,
    everything: bool = False,
    identity: str | None = None,
) -> list[Standing]:
    """Requests, those that wait longest first; closed ones only with `everything` or their own `state`.

    `overdue`: only those whose papers or completion were due before this day. `identity`: only those of the
    person of this fingerprint (`central.request_search`).
    """
    newest = (request_status.c.stream == request.c.stream) & (request_status.c.seq == request.c.seq)
    newest &= request_status.c.n == request.c.said
    query = select(request, *_of_log()).outerjoin(request_status, newest)
    if unit is not None:
        query = query.where(request.c.unit == unit)
    if identity is not None:
        query = query.where(request.c.identity == identity)
    if state is not None:
        query = query.where(request.c.state == state)
    elif not everything:
        query = query.where(request.c.state.not_in(closed_states()))
    if overdue is not None:
        waits = func.coalesce(request_status.c.until, request.c.papers_until)
        due = request.c.state.in_(("incomplete", RECEIVED))
        query = query.where(due, waits < overdue.isoformat())
    rows = db.execute(query.order_by(request.c.state_at, request.c.tracking)).all()
    return [Standing(row, row if row.said else None) for row in rows]


def show_request(db: Connection, tracking: str) -> Shown:
    """One request and its whole log. Raises KnownError `status.unknown_request`."""
    standing = standing_of(db, tracking)
    row = standing.row
    log = select(request_status).where(request_status.c.stream == row.stream, request_status.c.seq == row.seq)
    body = next((body for _, _, body in read_entries(db, row.stream, row.seq, row.seq)), None)
    paid = select(func.sum(payment.c.total)).where(
        payment.c.stream == row.stream,
        payment.c.kind == "request",
        payment.c.reference == row.tracking,
        payment.c.voided.is_(None),
    )
    scans = select(func.count()).where(scan.c.stream == row.stream, scan.c.tracking == row.tracking)
    this = (case.c.stream == row.stream) & (case.c.seq == row.seq)
    other = (case.c.with_stream == row.stream) & (case.c.with_seq == row.seq)
    twins = select(case.c.id).where(this | other, case.c.kind == "request_twice").order_by(case.c.id)
    return Shown(
        standing,
        tuple(db.execute(log.order_by(request_status.c.n)).all()),
        body if isinstance(body, RequestTaken) else None,
        int(db.execute(paid).scalar() or 0),
        db.execute(scans).scalar_one(),
        tuple(db.execute(twins).scalars()),
    )


def _of_log() -> list[Any]:
    """The columns of the log beside those of the request, which has a state of its own."""
    log = request_status.c
    return [log.at, log.by, log.note, log.until, log.office]


def _line(text: str) -> str | None:
    """One line without a citizen's numbers; None for nothing.

    Raises KnownError `status.text_form`, `entry.personal_text`.
    """
    bare = " ".join(text.split())
    if not bare:
        return None
    try:
        line: str = coder(Remark).dump(bare)
    except FieldError as error:
        raise KnownError("status.text_form") from error
    return line
