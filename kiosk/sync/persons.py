"""Sends personal records, after the entries that name them: sealed to the intake key of the centre."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.sealed_person import MAX_RECORDS, PURPOSE, Delivery, SealedRecord, seal_person
from kiosk.link.centre import CentreClient
from kiosk.store.driver import transaction
from kiosk.store.persons import PersonRecords
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import (
    forget_persons,
    keep_persons_delivered,
    keep_persons_safe,
    keep_persons_through,
    persons_delivered,
    persons_through,
)
from kiosk.sync.place import Place, now

_AT_ONCE = MAX_RECORDS // 4
_MOST_HEX = 256 * 1024
_BLOCK = 500
_VALID = timedelta(minutes=5)
_NAMED = (
    "SELECT seq, entry ->> '$.body.person.person', entry ->> '$.body.payer.person' FROM"
    " (SELECT seq, CAST(bytes AS TEXT) AS entry FROM known_entry WHERE seq > ? AND seq <= ?) ORDER BY seq"
)
"""Entries that a baseline carries name persons too, whose records stay here and may have to be sent again."""


def send_persons(place: Place, client: CentreClient) -> int:
    """Send the records of acknowledged entries and return how many; the centre keeps the first of each.

    A record that was erased stays here, and so does one that is damaged: a verification names it.
    Raises KnownError `sync.*`.
    """
    sent = 0
    for through, records in _deliveries(place):
        if records:
            _deliver(place, client, records, through)
            sent += len(records)
        with transaction(place.db):
            keep_persons_through(place.db, through, delivered=bool(records))
    return sent


def _deliveries(place: Place) -> Iterator[tuple[int, list[SealedRecord]]]:
    """Groups of records, each with the last entry whose records are then all delivered."""
    start, end = persons_through(place.db), acknowledged_through(place.db)
    intake = X25519PublicKey.from_public_bytes(bytes.fromhex(place.centre.intake))
    return sealed_groups(place.db, place.persons, place.me.device, intake, start, end)


def sealed_groups(
    db: Database, persons: PersonRecords, device: str, intake: X25519PublicKey, start: int, end: int
) -> Iterator[tuple[int, list[SealedRecord]]]:
    """The records that entries after `start` name up to `end`, sealed, in groups that one delivery carries.

    Each group stands with the last entry whose records are then all there; one without records only says so.
    """
    group: dict[str, SealedRecord] = {}
    size, last = 0, start
    for seq, *named in db.conn.execute(_NAMED, (start, end)).fetchall():
        for record in named:
            sealed = (
                sealed_person(persons, record, device, intake) if record and record not in group else None
            )
            if sealed is not None:
                group[record] = SealedRecord(person=record, sealed=sealed.hex())
                size += 2 * len(sealed)
        last = seq
        if len(group) >= _AT_ONCE or size >= _MOST_HEX:
            yield last, list(group.values())
            group, size = {}, 0
    if last > start and (group or last == end):
        yield last, list(group.values())


def last_naming(db: Database, seq: int) -> int:
    """The last entry up to `seq` that names a record which opens here; 0 when none does."""
    while seq > 0:
        before = max(0, seq - _BLOCK)
        for at, *named in reversed(db.conn.execute(_NAMED, (before, seq)).fetchall()):
            if any(record and _opens(db, record) for record in named):
                return int(at)
        seq = before
    return 0


def _opens(db: Database, record: str) -> bool:
    query = "SELECT 1 FROM person WHERE id = ? AND wrapped_key NOT NULL"
    return db.conn.execute(query, (record,)).fetchone() is not None


def hear_of_persons(db: Database, through: int, safe: int) -> None:
    """The centre has the records of entries up to `through`, and elsewhere too up to `safe`, inside the open
    transaction: what it says without having been given any, on a stick.

    Records that it had and has no more go out again. What it has beyond the entries that it acknowledged
    counts once they are.
    """
    acked = acknowledged_through(db)
    held = min(through, acked)
    if through < persons_delivered(db):
        forget_persons(db, through)
    elif held > persons_through(db) or held > persons_delivered(db):
        keep_persons_through(db, max(held, persons_through(db)), delivered=False)
        keep_persons_delivered(db, max(held, persons_delivered(db)))
    if last_naming(db, acked) <= persons_through(db) < acked:
        keep_persons_through(db, acked)
    keep_persons_safe(db, safe)


def persons_named(db: Database, first: int, last: int) -> list[str]:
    """The records that entries `first` to `last` name, each once, in their order."""
    rows = db.conn.execute(_NAMED, (first - 1, last)).fetchall()
    return list(dict.fromkeys(record for _, *named in rows for record in named if record))


def sealed_person(persons: PersonRecords, record: str, device: str, intake: X25519PublicKey) -> bytes | None:
    """One record sealed to the centre; None for one that was erased or is damaged."""
    try:
        salt, details = persons.proof(record)
    except KnownError:
        return None
    return seal_person(details, salt, person=record, device=device, intake=intake)


def _deliver(place: Place, client: CentreClient, records: list[SealedRecord], through: int) -> None:
    nonce, made = secrets.token_hex(16), now()
    after = persons_delivered(place.db)
    delivery = Delivery(
        device=place.me.device, nonce=nonce, records=tuple(records), after=after, through=through
    )
    signed = sign_record(PURPOSE, delivery, key=place.me.key, issued=made, expires=made + _VALID)
    held = client.persons(signed, nonce)
    if not held >= {one.person for one in records}:
        raise BugError("the centre signed for fewer records than it was given")
