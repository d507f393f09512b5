"""Projections of staff: who may work here, with which roles and which key."""

import json

from sqlite_utils import Database

from kiosk.core.entries.staff import StaffAdded, StaffRemoved, StaffSecretChanged
from kiosk.core.wire.entry import Entry
from kiosk.store.rows import insert


def add(db: Database, entry: Entry, body: StaffAdded) -> None:
    """A person got a slot; one who comes back replaces his older row."""
    db.conn.execute("DELETE FROM staff_known WHERE staff = ?", (body.member,))
    insert(
        db,
        "staff_known",
        staff=body.member,
        roles=json.dumps(sorted(body.roles)),
        public_key=body.public_key,
        seq=entry.seq,
    )


def remove(db: Database, entry: Entry, body: StaffRemoved) -> None:
    """A person's slot was destroyed."""
    db.conn.execute("UPDATE staff_known SET removed = ? WHERE staff = ?", (entry.seq, body.member))


def change_key(db: Database, _entry: Entry, body: StaffSecretChanged) -> None:
    """A person has a new secret, perhaps a new key."""
    db.conn.execute("UPDATE staff_known SET public_key = ? WHERE staff = ?", (body.public_key, body.member))
