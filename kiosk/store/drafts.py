"""The form that a person is filling, kept until its act commits: offered again after a lock or a power cut.

One draft per person and kind of form, inside the encrypted database. Nothing is built on a draft: losing one
costs typing, no fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, nfc, parse_canonical
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.store.driver import transaction

MAX_BYTES = 256 * 1024
"""Largest draft: scans are kept apart, a form is text."""


@dataclass(frozen=True)
class Draft:
    """A form as it was saved last. The repr hides what was typed."""

    kind: str
    saved_at: datetime
    content: dict[str, Any] = field(repr=False)


def save_draft(db: Database, staff: str, kind: str, content: Mapping[str, Any], at: datetime) -> None:
    """Put the whole form in place of the draft before it, durably. `content` is plain JSON without floats.

    Raises KnownError `draft.too_large` (the draft before it stays) or `store.*`.
    """
    data = canonical(nfc(content))
    if len(data) > MAX_BYTES:
        raise KnownError("draft.too_large", size=len(data), limit=MAX_BYTES)
    with transaction(db):
        db.conn.execute(
            "INSERT INTO draft (staff, kind, saved_at, content) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (staff, kind)"
            " DO UPDATE SET saved_at = excluded.saved_at, content = excluded.content",
            (staff, kind, utc_text(at), data.decode()),
        )


def read_draft(db: Database, staff: str, kind: str) -> Draft | None:
    """Return a person's draft of one kind of form, None when there is none."""
    row = db.execute(
        "SELECT saved_at, content FROM draft WHERE staff = ? AND kind = ?", (staff, kind)
    ).fetchone()
    if row is None:
        return None
    return Draft(kind, parse_utc(row[0]), parse_canonical(row[1].encode(), max_bytes=MAX_BYTES))


def draft_kinds(db: Database, staff: str) -> tuple[str, ...]:
    """Return the kinds of form of which a person has a draft, the latest first."""
    rows = db.execute("SELECT kind FROM draft WHERE staff = ? ORDER BY saved_at DESC, kind", (staff,))
    return tuple(kind for (kind,) in rows.fetchall())


def drop_draft(db: Database, staff: str, kind: str) -> None:
    """Drop a draft in the transaction of the act that it led to: both happen or neither."""
    if not db.conn.in_transaction:
        raise BugError("a draft is dropped in the transaction of its act")
    db.conn.execute("DELETE FROM draft WHERE staff = ? AND kind = ?", (staff, kind))


def discard_draft(db: Database, staff: str, kind: str) -> None:
    """Drop a draft that the person does not want to go on with. Raises KnownError `store.*`."""
    with transaction(db):
        drop_draft(db, staff, kind)
