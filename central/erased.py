"""Records that a device erased: the centre destroys its sealed copy too, also one that is still to come."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from central.schema import person
from central.schema_books import request, scan, upload
from central.storage import insert_into

ERASED = b""
"""Stands for the sealed bytes of a record that was erased: the first version of an id stays, this one too."""


def erase_persons(db: Connection, device: str, records: Sequence[str], now: str) -> None:
    """Erase records of one device inside the open transaction; those of another device are left alone."""
    for record in records:
        row = insert_into(db, person).values(person=record, device=device, sealed=ERASED, received=now)
        db.execute(
            row.on_conflict_do_update(
                index_elements=[person.c.person],
                set_={"sealed": ERASED},
                where=person.c.device == device,
            )
        )
    erase_scans(db, device, records, now)
    named = request.c.person.in_(records) & (request.c.device == device)
    db.execute(update(request).where(named).values(identity=""))


def erase_scans(db: Connection, device: str, records: Sequence[str], now: str) -> None:
    """Destroy the keys of the scans that belong to these records, inside the open transaction."""
    theirs = scan.c.person.in_(records) & (scan.c.device == device)
    names = select(scan.c.attachment).where(theirs)
    keys = update(upload).where(upload.c.device == device, upload.c.attachment.in_(names))
    db.execute(keys.values(key=ERASED, state="erased"))
    db.execute(update(scan).where(theirs, scan.c.erased.is_(None)).values(erased=now))
