"""What the acts of staff ask: whose keys the journal knows, and the entries that made them known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.wire.entry import parse_entry


@dataclass(frozen=True)
class Member:
    """A person as the journal knows him; `removed`: his slot was destroyed."""

    code: str
    roles: tuple[str, ...]
    removed: bool


def members(db: Database) -> list[Member]:
    """Everyone the journal knows, by code."""
    rows = db.conn.execute("SELECT staff, roles, removed FROM staff_known ORDER BY staff")
    return [Member(code, tuple(json.loads(roles)), removed is not None) for code, roles, removed in rows]


def known_keys(db: Database) -> dict[str, str]:
    """The public key (hex) of each person who was not removed, by staff code."""
    rows = db.conn.execute("SELECT staff, public_key FROM staff_known WHERE removed IS NULL")
    return dict(rows.fetchall())


def announcements_of(db: Database) -> Iterator[Body | UnknownBody]:
    """Yield the entries that gave people slots and keys, newest first."""
    rows = db.conn.execute(
        "SELECT bytes FROM known_entry WHERE type IN ('staff.added', 'staff.secret_changed')"
        " ORDER BY seq DESC"
    )
    for (data,) in rows:
        entry = parse_entry(data)
        yield REGISTRY.decode(entry.type, entry.tv, entry.body)
