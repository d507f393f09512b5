"""Tells a device which of its entries wait for a person at the centre, and why."""

from sqlalchemy import select

from central.centre import Centre
from central.ingest import Known
from central.schema import quarantine, stream
from kiosk.core.wire.outcomes import PURPOSE, Outcomes, Quarantined

_MOST = 2000
"""Entries told at once: the oldest; a device with more is a matter for people, not for its screen."""


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
    held = tuple(Quarantined(seq=row.seq, code=row.code, ar=row.ar[:2000], en=row.en[:2000]) for row in rows)
    return centre.sign(
        PURPOSE, Outcomes(device=known.code, stream=known.stream, applied=applied, quarantined=held)
    )
