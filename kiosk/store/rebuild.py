"""Rebuilds every derived table from the journal: the proof that no fact lives only in a table."""

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.entries.staff import StreamOpened
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import Entry, Record, parse_entry
from kiosk.core.wire.totals import Totals, read_totals
from kiosk.store.journal import Journal
from kiosk.store.projections import project
from kiosk.store.projections.stream import move_stream
from kiosk.store.sqlite import IntegrityError
from kiosk.store.tables import Nature, tables_of


def rebuild(db: Database, journal: Journal) -> int:
    """Empty the derived tables and replay the journal inside the open transaction; return the entries.

    Raises KnownError `chain.*`, `entry.*`, `wire.*` for an entry that is missing or cannot be read, and
    `verify.contradiction` for one that contradicts those before it: the transaction is then to be taken
    back. Hashes and signatures are not judged: `kiosk.store.verify` does.
    """
    if not db.conn.in_transaction:
        raise BugError("a rebuild outside a transaction")
    for table in tables_of(Nature.DERIVED):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    totals, replayed = Totals(), 0
    last: tuple[Entry, bytes] | None = None
    for record in journal.records():
        entry, body = _read(record, replayed + 1)
        totals = _totals_after(totals, entry, body)
        last = entry, record.hash
        try:
            if entry.seq == 1:
                move_stream(db, entry, record.hash, totals)
            project(db, entry, body)
        except IntegrityError as error:
            raise KnownError("verify.contradiction", seq=record.seq) from error
        replayed += 1
    if last is not None and last[0].seq > 1:
        db.conn.execute("UPDATE stream SET seq = ?", (last[0].seq - 1,))
        move_stream(db, *last, totals)
    return replayed


def _read(record: Record, expected: int) -> tuple[Entry, Body | UnknownBody]:
    if record.seq != expected:
        raise KnownError("chain.gap", seq=expected, found=record.seq)
    entry = parse_entry(record.data)
    body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    if entry.seq != record.seq or (entry.seq == 1) != isinstance(body, StreamOpened):
        raise KnownError("chain.altered", seq=record.seq)
    return entry, body


def _totals_after(before: Totals, entry: Entry, body: Body | UnknownBody) -> Totals:
    """Totals after an entry; a body of a later release states its own, if it has any."""
    if not isinstance(body, UnknownBody):
        return before + body.effect()
    return read_totals(entry.body["totals"]) if "totals" in entry.body else before


def derived_rows(db: Database) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield each derived table with its rows in order: what a comparison before and after a rebuild reads."""
    for table in tables_of(Nature.DERIVED):
        columns = ", ".join(row[1] for row in db.conn.execute(f"PRAGMA table_info({table})"))
        rows = db.conn.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}")  # noqa: S608
        yield table, rows.fetchall()
