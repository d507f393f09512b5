"""Tells a device on a stick how far its personal records and scans are here, and in a back-up too."""

from sqlalchemy import select

from central.attachments import HELD, store_of
from central.centre import Centre
from central.ingest import Known
from central.schema import stream
from central.schema_books import upload
from central.storage import epoch_of
from kiosk.core.wire.safety import MOST_SCANS, PURPOSE, SafeScan, Safety


def safety_of(centre: Centre, known: Known) -> bytes:
    """Sign what is here of a device; a scan whose bytes are gone is not named."""
    query = (
        select(upload.c.upload, upload.c.attachment, upload.c.sealed, upload.c.safe)
        .where(upload.c.device == known.code, upload.c.state == HELD)
        .order_by(upload.c.at.desc(), upload.c.upload)
        .limit(MOST_SCANS)
    )
    with centre.storage.read() as db:
        where = db.execute(select(stream).where(stream.c.stream == known.stream)).one()
        epoch, held = epoch_of(db), db.execute(query).all()
    store = store_of(centre)
    scans = {
        row.attachment: SafeScan(attachment=row.attachment, sealed=row.sealed, safe=bool(row.safe))
        for row in held
        if store.holds(row.upload)
    }
    return centre.sign(
        PURPOSE,
        Safety(
            device=known.code,
            stream=known.stream,
            epoch=epoch,
            persons_through=where.persons,
            persons_safe=where.persons_safe,
            scans=tuple(scans.values()),
        ),
    )
