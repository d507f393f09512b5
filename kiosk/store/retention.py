"""Finds personal data by how long they are held: sealed records by the entries that name them, and drafts.

A record is as old as the newest entry that names it. One that no entry names does not exist: it is written in
the act that names it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.core.wire.times import parse_utc, utc_text

REQUEST_PERSON, PAYER = "request_person", "payer"
"""Kinds of sealed record: who asked for a service, and who paid without having asked."""
_HELD = """
SELECT p.id, min(n.kind), max(n.seq), max(n.at) FROM person p JOIN (
    SELECT seq, CAST(bytes AS TEXT) ->> '$.at' AS at, 'b' AS kind,
           CAST(bytes AS TEXT) ->> '$.body.payer.person' AS person
    FROM known_entry WHERE type IN ('payment.taken', 'paper_receipt.entered')
    UNION ALL
    SELECT seq, CAST(bytes AS TEXT) ->> '$.at', 'a', CAST(bytes AS TEXT) ->> '$.body.person.person'
    FROM known_entry WHERE type = 'request.taken'
    UNION ALL
    SELECT seq, CAST(bytes AS TEXT) ->> '$.at', 'a', CAST(bytes AS TEXT) ->> '$.body.person'
    FROM known_entry WHERE type = 'attachment.added'
) n ON n.person = p.id WHERE p.wrapped_key NOT NULL GROUP BY p.id ORDER BY 3, 1
"""
_KINDS = {"a": REQUEST_PERSON, "b": PAYER}


@dataclass(frozen=True)
class HeldRecord:
    """A sealed record that still opens; `seq` and `at` are those of the newest entry that names it."""

    record: str
    kind: str
    seq: int
    at: datetime


def held_records(db: Database) -> list[HeldRecord]:
    """Return every record that still has its key, the one that has not been needed for longest first."""
    rows = db.conn.execute(_HELD).fetchall()
    return [HeldRecord(record, _KINDS[kind], seq, parse_utc(at)) for record, kind, seq, at in rows]


@dataclass(frozen=True)
class HeldDraft:
    """An unfinished form of somebody of the staff; what was typed is not read."""

    staff: str
    kind: str
    saved_at: datetime


def held_drafts(db: Database) -> list[HeldDraft]:
    """Return the drafts of everyone, the oldest first."""
    rows = db.conn.execute("SELECT staff, kind, saved_at FROM draft ORDER BY saved_at, staff, kind")
    return [HeldDraft(staff, kind, parse_utc(at)) for staff, kind, at in rows.fetchall()]


def drop_drafts_before(db: Database, moment: datetime) -> int:
    """Drop drafts saved before a moment, inside the open transaction; return how many."""
    return int(db.conn.execute("DELETE FROM draft WHERE saved_at < ?", (utc_text(moment),)).rowcount)


def drop_drafts_with(db: Database, texts: Sequence[str]) -> int:
    """Drop drafts in which any of these texts was typed, inside the open transaction; return how many."""
    dropped = 0
    for text in texts:
        dropped += db.conn.execute("DELETE FROM draft WHERE instr(content, ?) > 0", (text,)).rowcount
    return dropped


def erased_count(db: Database) -> int:
    """Return how many records had their key destroyed."""
    return int(db.conn.execute("SELECT count(*) FROM person WHERE wrapped_key IS NULL").fetchone()[0])


@contextmanager
def erasing(db: Database) -> Iterator[None]:
    """Let what is erased inside leave nothing in this database: freed bytes of pages are overwritten, and the
    log, which holds the pages as they were, is cut afterwards.

    What the disk itself keeps of older blocks is encrypted under the data key: a rekey ends that.
    """
    before = db.conn.execute("PRAGMA secure_delete").fetchone()[0]
    db.conn.execute("PRAGMA secure_delete = ON").fetchall()
    try:
        yield
    finally:
        db.conn.execute(f"PRAGMA secure_delete = {int(before)}").fetchall()
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
