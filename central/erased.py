"""Records that a device erased: the centre destroys its sealed copy too, also one that is still to come."""

from collections.abc import Sequence

from sqlalchemy import Connection, update

from central.schema import person
from central.schema_books import request
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
    named = request.c.person.in_(records) & (request.c.device == device)
    db.execute(update(request).where(named).values(identity=""))
