"""Rebuilds every derived table from the journal: the proof that no fact lives only in a table.

Where the first kept entry is a baseline, the tables begin with what it carries.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlite_utils import Database

from kiosk.core.entries.baseline import JournalBaseline
from kiosk.core.entries.body import Body
from kiosk.core.entries.payment import ReceiptIssued
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.entries.staff import StreamOpened
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.baseline import carried_records, parts_at
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import Entry, Record, parse_entry
from kiosk.core.wire.totals import Totals, read_totals
from kiosk.store.driver import settle_so_far
from kiosk.store.journal import Journal
from kiosk.store.projections import project
from kiosk.store.projections.stream import move_stream
from kiosk.store.rows import insert, insert_all
from kiosk.store.sqlite import IntegrityError
from kiosk.store.tables import Nature, tables_of

Progress = Callable[[int, int], None]
"""Told how many entries are done, of how many."""
_SETTLED_EVERY = 200


def rebuild(db: Database, journal: Journal, progress: Progress | None = None) -> int:
    """Empty the derived tables and replay the journal inside the open transaction; return the entries.

    `progress` is told how many entries are done, of how many.
    Raises KnownError `chain.*`, `entry.*`, `wire.*` for an entry that is missing or cannot be read, and
    `verify.contradiction` for one that contradicts those before it: the transaction is then to be taken
    back. Hashes and signatures are not judged: `kiosk.store.verify` does.
    """
    every = db.conn.execute("SELECT count(*) FROM journal").fetchone()[0] if progress else 0
    replay = Replay(db, journal)
    for done, record in enumerate(journal.records(), 1):
        replay.take(record, *read(record))
        if progress and (done % _SETTLED_EVERY == 0 or done == every):
            progress(done, every)
    replayed = replay.end()
    journal.read_anew()
    return replayed


class Replay:
    """Makes the derived tables from the entries of a journal, given one by one in their order."""

    def __init__(self, db: Database, journal: Journal) -> None:
        """Empty the tables inside the open transaction, and begin with the baseline if there is one."""
        if not db.conn.in_transaction:
            raise BugError("a rebuild outside a transaction")
        for table in tables_of(Nature.DERIVED):
            db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        self._db, self._totals, self._before = db, Totals(), 0
        self._replayed = 0
        self._last: tuple[Entry, bytes] | None = None
        begins = baseline_of(journal)
        if begins:
            _restore(db, begins)
            self._totals, self._before = begins[0][1].totals, begins[0][0].seq - 1

    def take(self, record: Record, entry: Entry, body: Body | UnknownBody) -> None:
        """Move the tables by one entry. Raises KnownError `chain.*`, `verify.contradiction`."""
        expected = self._before + self._replayed + 1
        if record.seq != expected:
            raise KnownError("chain.gap", seq=expected, found=record.seq)
        _check_place(record, entry, body)
        self._totals = _totals_after(self._totals, entry, body)
        self._last = entry, record.hash
        with _contradictions(record.seq):
            if entry.seq == 1:
                move_stream(self._db, entry, record.hash, self._totals)
            project(self._db, entry, body)
        self._replayed += 1
        if self._replayed % _SETTLED_EVERY == 0:
            settle_so_far(self._db)

    def end(self) -> int:
        """Put the counter row where the last entry left it; return the entries that were given."""
        if self._last is not None and self._last[0].seq > 1:
            self._db.conn.execute("UPDATE stream SET seq = ?", (self._last[0].seq - 1,))
            move_stream(self._db, *self._last, self._totals)
        return self._replayed


@contextmanager
def _contradictions(seq: int) -> Iterator[None]:
    """Say which entry contradicts those before it."""
    try:
        yield
    except IntegrityError as error:
        raise KnownError("verify.contradiction", seq=seq) from error


def baseline_of(journal: Journal) -> Sequence[tuple[Entry, JournalBaseline]]:
    """The parts of the baseline with which the kept journal begins; none where it begins with entry 1.

    Raises KnownError `entry.*`, `wire.*`, `chain.*` for a first entry that cannot be read.
    """
    first = next(journal.records(), None)
    return [] if first is None or first.seq == 1 else parts_at(journal.records, first.seq)


def _restore(db: Database, parts: Sequence[tuple[Entry, JournalBaseline]]) -> None:
    """Make the rows of what a baseline carries, as they were when its entries were still in their place.

    Cash of the shifts before it is counted and handed over: the drawer is empty.
    """
    for _, part in parts:
        for previous, record in carried_records(part):
            entry, body = read(record)
            _check_place(record, entry, body)
            _keep(db, previous, record, entry)
            with _contradictions(record.seq):
                if entry.seq == 1:
                    move_stream(db, entry, record.hash, Totals())
                elif isinstance(body, ReceiptIssued):
                    _keep_receipt(db, body)
                else:
                    project(db, entry, body)
    for table in ("slip_used", "paper_form"):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    with _contradictions(parts[0][0].seq):
        for _, part in parts:
            insert_all(db, "slip_used", [vars(one) for one in part.slips])
            insert_all(db, "paper_form", [vars(one) for one in part.forms])


def _keep(db: Database, previous: bytes, record: Record, entry: Entry) -> None:
    insert(
        db,
        "carried",
        seq=record.seq,
        previous=previous,
        type=entry.type,
        bytes=record.data,
        hash=record.hash,
        sigs=json.dumps([dump(one) for one in record.sigs]) if record.sigs else "[]",
    )


def _keep_receipt(db: Database, body: ReceiptIssued) -> None:
    """A receipt whose number was judged when it was issued: those before it may be gone."""
    db.conn.execute(
        "UPDATE payment SET series = ?, serial = ? WHERE seq = ?",
        (body.series, body.serial, body.payment.seq),
    )


def read(record: Record) -> tuple[Entry, Body | UnknownBody]:
    """The entry and its body. Raises KnownError `entry.*`, `wire.*`."""
    entry = parse_entry(record.data)
    return entry, REGISTRY.decode(entry.type, entry.tv, entry.body)


def _check_place(record: Record, entry: Entry, body: Body | UnknownBody) -> None:
    if entry.seq != record.seq or (entry.seq == 1) != isinstance(body, StreamOpened):
        raise KnownError("chain.altered", seq=record.seq)


def _totals_after(before: Totals, entry: Entry, body: Body | UnknownBody) -> Totals:
    """Totals after an entry; a body of a later release states its own, if it has any."""
    if not isinstance(body, UnknownBody):
        return before + body.effect()
    return read_totals(entry.body["totals"]) if "totals" in entry.body else before


def derived_rows(db: Database) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield each derived table with its rows in order: what a comparison before and after a rebuild reads."""
    for table in tables_of(Nature.DERIVED):
        columns = ", ".join(columns_of(db, table))
        rows = db.conn.execute(f"SELECT {columns} FROM {table} ORDER BY {columns}")  # noqa: S608
        yield table, rows.fetchall()


def columns_of(db: Database, table: str) -> list[str]:
    """The columns of a table, but those that it computes."""
    return [row[1] for row in db.conn.execute(f"PRAGMA table_info({table})")]
