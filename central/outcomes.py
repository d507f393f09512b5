"""Tells a device which of its entries wait for a person at the centre, and why; and what was decided."""

import re
from typing import Any

from sqlalchemy import Connection, Row, select

from central.centre import Centre
from central.ingest import Known
from central.schema import quarantine, stream
from kiosk.core.wire.outcomes import PURPOSE, Decided, Outcomes, Quarantined
from kiosk.core.wire.times import parse_utc

_MOST = 2000
"""Entries told at once: the oldest; a device with more is a matter for people, not for its screen."""
_LATEST = 200
"""Decisions told: the newest."""
_LONGEST = 2000
DECIDED = {
    "applied": ("طُبِّق القيد كما هو", "The entry was applied as it is"),
    "credited": ("صار المبلغ رصيدًا باسم المدين", "The money is a credit of the debtor"),
    "dismissed": ("لا أثر للقيد غير مبلغه", "The entry has no effect beyond its money"),
    "verified": ("راجع شخص آخر إقفال الوردية", "Another person has verified the close"),
}
"""What people decide, as the device tells it."""


def outcomes_of(centre: Centre, known: Known) -> bytes:
    """The signed outcomes of a device's stream."""
    with centre.storage.read() as db:
        applied = db.execute(select(stream.c.applied).where(stream.c.stream == known.stream)).scalar_one()
        rows = db.execute(
            select(quarantine)
            .where(quarantine.c.stream == known.stream, quarantine.c.state == "open")
            .order_by(quarantine.c.seq)
            .limit(_MOST)
        ).all()
        decided = tuple(map(_decided, _settled(db, known)))
    held = tuple(
        Quarantined(seq=row.seq, code=row.code, ar=row.ar[:_LONGEST], en=row.en[:_LONGEST]) for row in rows
    )
    told = Outcomes(
        device=known.code, stream=known.stream, applied=applied, quarantined=held, decided=decided
    )
    return centre.sign(PURPOSE, told)


def _settled(db: Connection, known: Known) -> list[Row[Any]]:
    of_stream = (quarantine.c.stream == known.stream) & quarantine.c.state.in_(DECIDED)
    query = select(quarantine).where(of_stream, quarantine.c.settled_at.is_not(None))
    newest = query.order_by(quarantine.c.settled_at.desc(), quarantine.c.seq)
    return list(db.execute(newest.limit(_LATEST)).all())


def _decided(row: Row[Any]) -> Decided:
    ar, en = DECIDED[row.state]
    note = re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", row.note or "").strip()
    return Decided(
        seq=row.seq,
        decision=row.state,
        at=parse_utc(row.settled_at),
        ar=ar,
        en=en,
        note=note[:_LONGEST] or None,
    )
