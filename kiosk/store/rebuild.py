"""Rebuilds every derived table from the journal: the proof that no fact lives only in a table."""

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.errors import BugError
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.totals import Totals, read_totals
from kiosk.store.journal import Journal
from kiosk.store.projections import project
from kiosk.store.projections.stream import move_stream
from kiosk.store.tables import Nature, tables_of


def rebuild(db: Database, journal: Journal) -> int:
    """Empty the derived tables and replay the journal inside the open transaction; return the entries.

    Raises KnownError `entry.*` when an entry cannot be read: the transaction is then to be taken back.
    """
    if not db.conn.in_transaction:
        raise BugError("a rebuild outside a transaction")
    for table in tables_of(Nature.DERIVED):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    totals, replayed = Totals(), 0
    for record in journal.records():
        entry = parse_entry(record.data)
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        if isinstance(body, UnknownBody):
            totals = read_totals(entry.body["totals"]) if "totals" in entry.body else totals
        else:
            totals = totals + body.effect()
        move_stream(db, entry, record.hash, totals)
        project(db, entry, body)
        replayed += 1
    return replayed


def derived_rows(db: Database) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield each derived table with its rows in order: what a comparison before and after a rebuild reads."""
    for table in tables_of(Nature.DERIVED):
        columns = ", ".join(row[1] for row in db.conn.execute(f"PRAGMA table_info({table})"))
        rows = db.conn.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}")  # noqa: S608
        yield table, rows.fetchall()
