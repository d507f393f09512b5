"""Projection of scans: which belong to which request, and which were erased with their person."""

import json

from sqlite_utils import Database

from kiosk.core.entries.attachment import AttachmentAdded
from kiosk.core.entries.privacy import PersonErased
from kiosk.core.wire.entry import Entry
from kiosk.store.rows import insert


def add(db: Database, entry: Entry, body: AttachmentAdded) -> None:
    """A scan was added to a request."""
    insert(
        db,
        "attachment",
        id=body.attachment,
        seq=entry.seq,
        tracking=body.tracking,
        person=body.person,
        kind=body.kind,
        media=body.media,
        size=body.size,
        content=body.content,
        sealed_size=body.sealed_size,
        sealed=body.sealed,
    )


def erase(db: Database, entry: Entry, body: PersonErased) -> None:
    """The scans of an erased person went with his details."""
    db.conn.execute(
        "UPDATE attachment SET erased = ?"
        " WHERE erased IS NULL AND person IN (SELECT value FROM json_each(?))",
        (entry.seq, json.dumps(body.persons)),
    )
