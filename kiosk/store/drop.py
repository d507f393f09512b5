"""Drops the oldest period of the journal whole: only when the centre holds it safely and its time is over.

The one place where entries leave a device. The tables are rebuilt from the baseline in the same transaction
and held to those of before: whatever differs takes everything back.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from kiosk.core.entries.baseline import JournalBaseline
from kiosk.core.errors import BugError, KnownError
from kiosk.core.policy import LEAST_JOURNAL_DAYS
from kiosk.core.wire.baseline import carried_records, parts_at
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import utc_text
from kiosk.store.incidents import incident_stands
from kiosk.store.journal import Journal
from kiosk.store.periods import Period, make_views, periods
from kiosk.store.rebuild import columns_of, derived_rows, rebuild
from kiosk.store.retention import held_records
from kiosk.store.sync_state import acknowledged, persons_safe, persons_through, quarantined

_WHOLE = ("slip_used", "paper_form")
"""Tables whose rows stay, whatever entry made them: a paper is used once for ever."""
_PRINTING = "SELECT entry FROM print_job WHERE state IN ('queued', 'sending') AND entry < ?"

Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Border:
    """Where a period ends and the next begins: the first kept entry, the last part, and what is carried."""

    period: Period
    first: int
    last_part: int
    carried: frozenset[int]
    since: datetime

    def stays(self, seq: int) -> bool:
        """Whether an entry can still be read after the period was dropped."""
        return seq >= self.first or seq in self.carried


def drop_oldest(db: Database, journal: Journal, days: int) -> Border:
    """Drop the oldest period inside the open transaction; the journal then begins with the baseline after it.

    `days`: retention of the policy, taken as `LEAST_JOURNAL_DAYS` at least. The store was verified before.
    Raises KnownError as `refuse_drop`, and `journal.drop_differs` when the tables would not be the same: the
    transaction is then to be taken back.
    """
    if not db.conn.in_transaction:
        raise BugError("a drop outside a transaction")
    border = border_of(db, journal)
    refuse_drop(db, border, days)
    before = dict(derived_rows(db))
    _forget(db, border)
    db.conn.execute(f"DROP TABLE {border.period.table}")
    make_views(db)
    rebuild(db, journal)
    make_views(db)
    _compare(db, border, before)
    return border


def border_of(db: Database, journal: Journal) -> Border:
    """The border at the end of the oldest period. Raises KnownError `journal.only_period`."""
    kept = periods(db)
    if len(kept) < 2:
        raise KnownError("journal.only_period")
    parts = parts_at(journal.records, kept[1].first)
    if not parts:
        raise BugError("a period without a baseline")
    carried = frozenset(record.seq for _, part in parts for _, record in carried_records(part))
    since = _since(journal, parts)
    return Border(kept[0], kept[1].first, parts[-1][0].seq, carried, since)


def refuse_drop(db: Database, border: Border, days: int) -> None:
    """Raise KnownError where the period may not be dropped yet.

    `journal.not_safe`: the centre does not hold it, and the baseline after it, safely. `journal.too_young`,
    `journal.persons_waiting`: personal records are not all sent. `journal.persons_not_safe`: the centre has
    not said that a back-up holds them all. `journal.held_back`: the centre holds an entry back.
    `journal.persons_held`: a record that only this period names was not erased yet. `journal.prints_wait`,
    `journal.incident_stands`.
    """
    if incident_stands(db):
        raise KnownError("journal.incident_stands")
    ack = acknowledged(db)
    if ack is None or ack.safe_through < border.last_part:
        raise KnownError("journal.not_safe", period=border.period.n, seq=border.last_part)
    if persons_through(db) < border.last_part:
        raise KnownError("journal.persons_waiting", period=border.period.n)
    if persons_safe(db) < border.last_part:
        raise KnownError("journal.persons_not_safe", period=border.period.n)
    held = [one.seq for one in quarantined(db) if one.seq <= border.last_part]
    if held:
        raise KnownError("journal.held_back", seq=held[0])
    free = border.since + timedelta(days=max(days, LEAST_JOURNAL_DAYS))
    if ack.server_time < free:
        raise KnownError("journal.too_young", period=border.period.n, day=utc_text(free)[:10])
    if any(not border.stays(one.seq) for one in held_records(db)):
        raise KnownError("journal.persons_held", period=border.period.n)
    if any(not border.stays(entry) for (entry,) in db.conn.execute(_PRINTING, (border.first,)).fetchall()):
        raise KnownError("journal.prints_wait")


def _since(journal: Journal, parts: Iterable[tuple[Entry, JournalBaseline]]) -> datetime:
    """Since when the next period has been going: by the first entry of it whose clock was not in doubt.

    Raises KnownError `journal.no_time` when there is none.
    """
    first = next(entry for entry, _ in parts)
    if not first.clock.suspect:
        return first.at
    for record in journal.records(first.seq):
        entry = parse_entry(record.data)
        if not entry.clock.suspect:
            return entry.at
    raise KnownError("journal.no_time")


def _forget(db: Database, border: Border) -> None:
    """Drop what only helps with entries that are gone: intents of their forms, and print jobs."""
    for table, column in (("intent", "seq"), ("print_job", "entry")):
        rows = db.conn.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} < ?",  # noqa: S608 - our own names
            (border.first,),
        ).fetchall()
        gone = json.dumps([seq for (seq,) in rows if not border.stays(seq)])
        db.conn.execute(
            f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608 - ours
            (gone,),
        )


def _compare(db: Database, border: Border, before: Tables) -> None:
    """Hold the tables to those of before, but for the rows of entries that are gone."""
    for table, rows in derived_rows(db):
        if table == "carried":
            if {row[0] for row in rows} != border.carried:
                raise KnownError("journal.drop_differs", table=table)
            continue
        columns = columns_of(db, table)
        expected = before[table]
        if table not in _WHOLE and table != "stream":
            at = columns.index("seq")
            expected = [row for row in expected if border.stays(row[at])]
        if rows != expected:
            raise KnownError("journal.drop_differs", table=table)
