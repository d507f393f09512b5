"""The months of the journal on PostgreSQL: a table for each, made ahead, and again when one is missing.

Text is ordered by code points, so the months of ISO times are ranges of text: '2026-11' <= t < '2026-12'.
There is no default partition: with one, PostgreSQL locks it against all readers for each new month. Instead
whoever misses a month makes it (`month_missing`, `make_month`), which waits for no reader.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from central.guards import guards_of_month
from central.locks import take_lock
from central.schema import stream
from central.storage import Storage, sum_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text

log = logging.getLogger("central")
MONTHS = "months"
"""The lock of who makes months."""
AHEAD = 3
"""Months after this one that are kept ready."""
EVERY = timedelta(hours=6)
_PATIENCE_MS = 2_000
"""How long making ahead waits for a lock: who stores entries would queue behind it."""
_NO_PARTITION = "23514"
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_DECEMBER = 12
_LAST_YEAR = 9999

_PARTITIONS = """
SELECT c.relname AS name, c.oid AS oid, pg_get_expr(c.relpartbound, c.oid) AS bound,
    coalesce(t.spcname, '') AS tablespace, pg_total_relation_size(c.oid) AS bytes
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
LEFT JOIN pg_tablespace AS t ON t.oid = c.reltablespace
WHERE i.inhparent = 'journal'::regclass ORDER BY c.relname COLLATE "C"
"""
_DETACHED = r"""
SELECT c.relname FROM pg_class AS c JOIN pg_class AS j ON j.oid = 'journal'::regclass
WHERE c.relnamespace = j.relnamespace AND c.relkind = 'r' AND NOT c.relispartition
AND c.relname ~ '^journal_[0-9]{4}_[0-9]{2}$' ORDER BY c.relname COLLATE "C"
"""
_UNGUARDED = """
SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = 'journal'::regclass AND NOT EXISTS (SELECT 1 FROM pg_trigger AS t
WHERE t.tgrelid = c.oid AND t.tgname = c.relname || :guard) ORDER BY c.relname COLLATE "C"
"""


@dataclass(frozen=True)
class Month:
    """One month of the journal: its table, entries, bytes with indexes; `tablespace`: '' for the database's
    own. `first` and `last`: when its entries came, '' without any. `detached`: it is no part of the journal.
    """

    month: str
    table: str
    rows: int
    size: int
    first: str
    last: str
    tablespace: str
    detached: bool = False


def month_of(received: datetime | str) -> str:
    """The month, as '2026-11', of a time or of its text."""
    return (received if isinstance(received, str) else utc_text(received))[:7]


def months_ahead(now: datetime, count: int = AHEAD) -> list[str]:
    """This month and the next ones, up to the last that our times can tell."""
    first = now.astimezone(UTC)
    numbers = (first.year * _DECEMBER + first.month - 1 + ahead for ahead in range(count + 1))
    return [f"{n // _DECEMBER:04d}-{n % _DECEMBER + 1:02d}" for n in numbers if n // _DECEMBER <= _LAST_YEAR]


def table_of(month: str) -> str:
    """The table of a month. Raises KnownError `central.no_such_month` for what is none."""
    if not _MONTH.fullmatch(month):
        raise KnownError("central.no_such_month", month=month[:20])
    return f"journal_{month.replace('-', '_')}"


def month_missing(error: IntegrityError) -> bool:
    """Whether rows were refused because the journal has no table for their month."""
    return getattr(error.orig, "sqlstate", None) == _NO_PARTITION


def make_month(storage: Storage, received: str) -> None:
    """Make the table of the month in which entries came; of several servers one makes it.

    Raises KnownError `central.busy`, `central.no_month`.
    """
    _make(storage, [month_of(received)])


def make_ahead(storage: Storage, now: datetime, count: int = AHEAD) -> list[str]:
    """Make the tables of this month and the next ones, and guards where they lack; return new months.

    Nothing on SQLite. Raises KnownError `central.busy` when locks are not to be had at once: the next try, or
    who needs the month, makes them. `central.no_month`.
    """
    if not storage.is_postgres:
        return []
    return _make(storage, months_ahead(now, count), patience_ms=_PATIENCE_MS)


class MonthsAhead:
    """Rounds of the running server: at its start and every six hours. What fails is tried with the next."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._next: datetime | None = None

    def when_due(self, now: datetime) -> None:
        """Make what is missing, if the last round was long enough ago or the clock was put back."""
        if self._next is not None and self._next - EVERY <= now < self._next:
            return
        self._next = now + EVERY
        try:
            made = make_ahead(self._storage, now)
        except KnownError as error:
            log.warning("months of the journal were not made ahead: %s", error.sentence("en"))
            return
        if made:
            log.info("months of the journal made ahead: %s", ", ".join(made))


def list_months(db: Connection) -> list[Month]:
    """All months of the journal, and tables that were detached from it; counts every entry."""
    found = [_looked_at(db, row) for row in db.execute(text(_PARTITIONS)).all()]
    found += [
        _counted(db, name, tablespace="", size=_size(db, name), detached=True)
        for name in db.execute(text(_DETACHED)).scalars().all()
    ]
    return sorted(found, key=lambda one: (one.month, one.table))


def stored_in_all(db: Connection) -> int:
    """Entries that devices were told to be stored."""
    return int(db.execute(select(sum_of(stream.c.stored))).scalar_one())


def move_month(storage: Storage, month: str, tablespace: str, now: datetime) -> Month:
    """Move the table of a past month, with its indexes, to another tablespace.

    Who reads the journal waits meanwhile; who stores entries does not. Raises KnownError
    `central.no_such_month`, `central.month_in_use`, `central.no_tablespace`, `central.busy`.
    """
    table = table_of(month)
    if month >= month_of(now):
        raise KnownError("central.month_in_use", month=month)
    with storage.write_rows() as db:
        take_lock(db, MONTHS)
        if table not in _there(db):
            raise KnownError("central.no_such_month", month=month)
        place = db.dialect.identifier_preparer.quote(tablespace)
        try:
            db.execute(text(f"ALTER TABLE {table} SET TABLESPACE {place}"))
            db.execute(text(f"ALTER INDEX {table}_pkey SET TABLESPACE {place}"))
        except ProgrammingError as error:
            raise KnownError("central.no_tablespace", name=tablespace[:60], reason=_why(error)) from error
    with storage.read() as db:
        return next(one for one in list_months(db) if one.table == table)


def _make(storage: Storage, months: Sequence[str], *, patience_ms: int | None = None) -> list[str]:
    with storage.read() as db:
        if not _lacking(db, months) and not list(_missing_guards(db)):
            return []
    with storage.write_rows() as db:
        if patience_ms is not None:
            db.execute(text(f"SET LOCAL lock_timeout = {patience_ms}"))
        take_lock(db, MONTHS)
        made = _lacking(db, months)
        try:
            for month in made:
                _make_one(db, month)
            for statement in _missing_guards(db):
                db.execute(text(statement))
        except (IntegrityError, ProgrammingError) as error:
            raise KnownError("central.no_month", month=", ".join(made), reason=_why(error)) from error
    return made


def _make_one(db: Connection, month: str) -> None:
    """Make and attach the table of a month, which takes no lock that a reader holds.

    A table of that name which was detached comes back to its place, with its rows.
    """
    table = table_of(month)
    if db.execute(text("SELECT to_regclass(:name)"), {"name": table}).scalar() is None:
        db.execute(text(f"CREATE TABLE {table} (LIKE journal INCLUDING ALL, PRIMARY KEY (stream, seq))"))
    else:
        log.warning("the month %s had been detached from the journal: attached again", table)
    bounds = f"FROM ('{month}') TO ('{_after(month)}')"
    db.execute(text(f"ALTER TABLE journal ATTACH PARTITION {table} FOR VALUES {bounds}"))


def _after(month: str) -> str:
    """The first text that is after a month."""
    year, number = int(month[:4]), int(month[5:])
    if number < _DECEMBER:
        return f"{month[:4]}-{number + 1:02d}"
    return f"{year + 1:04d}-01" if year < _LAST_YEAR else f"{year}-{_DECEMBER + 1}"


def _there(db: Connection) -> set[str]:
    return {row.name for row in db.execute(text(_PARTITIONS))}


def _lacking(db: Connection, months: Sequence[str]) -> list[str]:
    there = _there(db)
    return [one for one in months if table_of(one) not in there]


def _missing_guards(db: Connection) -> Iterator[str]:
    for guard in ("_append_only", "_follows"):
        for table in db.execute(text(_UNGUARDED), {"guard": guard}).scalars().all():
            yield dict(guards_of_month(table))[table + guard]


def _looked_at(db: Connection, row: Row[tuple[object, ...]]) -> Month:
    return _counted(db, str(row.name), tablespace=str(row.tablespace), size=int(row.bytes))


def _counted(db: Connection, table: str, *, tablespace: str, size: int, detached: bool = False) -> Month:
    name = db.dialect.identifier_preparer.quote(table)
    rows, first, last = db.execute(
        text(f"SELECT count(*), coalesce(min(received), ''), coalesce(max(received), '') FROM {name}")  # noqa: S608
    ).one()
    month = table.removeprefix("journal_").replace("_", "-")
    return Month(month, table, rows, size, first, last, tablespace, detached)


def _size(db: Connection, table: str) -> int:
    return int(
        db.execute(text("SELECT pg_total_relation_size(to_regclass(:name))"), {"name": table}).scalar_one()
    )


def _why(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())
