"""The periods of the journal: a table each, `journal_1`, `journal_2` …, with views over those that are kept.

`journal` is every kept entry in its place in the chain; `known_entry` adds the older ones that the first kept
baseline carries, and is for look-ups by seq. Entries are added to the table of the current period alone.
"""

import re
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.errors import BugError
from kiosk.core.wire.checkpoint import parse_checkpoint
from kiosk.core.wire.entry import FIRST_PREVIOUS
from kiosk.store.schema import closing_statements, period_statements, view_statements

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_TABLE = re.compile(r"journal_([1-9][0-9]*)")


@dataclass(frozen=True)
class Period:
    """One kept period: its number, first and last entry (0 when it has none yet)."""

    n: int
    first: int
    last: int

    @property
    def table(self) -> str:
        """The table that holds it."""
        return f"journal_{self.n}"


def periods(db: Database) -> tuple[Period, ...]:
    """The kept periods, oldest first."""
    names = db.conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'journal_*'")
    numbers = sorted(int(found[1]) for (name,) in names if (found := _TABLE.fullmatch(name)))
    return tuple(_period(db, n) for n in numbers)


def _period(db: Database, n: int) -> Period:
    query = f"SELECT coalesce(min(seq), 0), coalesce(max(seq), 0) FROM journal_{n}"  # noqa: S608 - our own name
    return Period(n, *db.conn.execute(query).fetchone())


def first_kept(db: Database) -> int:
    """The first entry that is kept in its place: 1, or the baseline before which entries were dropped."""
    row = db.conn.execute("SELECT seq FROM journal ORDER BY seq LIMIT 1").fetchone()
    return int(row[0]) if row else 1


def is_known(db: Database, seq: int) -> bool:
    """Whether an entry can be read here, in its place or carried by a baseline."""
    return db.conn.execute("SELECT 1 FROM known_entry WHERE seq = ?", (seq,)).fetchone() is not None


def hash_at(db: Database, seq: int) -> bytes | None:
    """The hash of an entry, zeros before the first; None for one that is not known here.

    Entries that were dropped are known where a baseline carries them or the device signed a checkpoint.
    """
    if seq == 0:
        return FIRST_PREVIOUS
    row = db.conn.execute("SELECT hash FROM known_entry WHERE seq = ?", (seq,)).fetchone()
    if row is not None:
        return bytes(row[0])
    if seq >= first_kept(db):
        return None
    row = db.conn.execute("SELECT bytes FROM checkpoint WHERE seq = ?", (seq,)).fetchone()
    return bytes.fromhex(parse_checkpoint(row[0]).head) if row else None


def add_period(db: Database, n: int, after: int) -> None:
    """Close the current period and make the table of period `n`, whose first entry follows entry `after`."""
    if not db.conn.in_transaction:
        raise BugError("a period outside a transaction")
    for statement in [*closing_statements(n - 1), *period_statements(n, after)]:
        db.conn.execute(statement)
    make_views(db)


def guards(db: Database) -> dict[str, str]:
    """The triggers that the kept periods must have, by name, as this release makes them."""
    kept = periods(db)
    made: dict[str, str] = {}
    for period in kept:
        after = period.first - 1 if period.n > 1 else 0
        statements = period_statements(period.n, after)
        if period is not kept[-1]:
            statements += closing_statements(period.n)
        made |= {found[1]: one for one in statements if (found := _TRIGGER.match(one))}
    return made


def make_views(db: Database) -> None:
    """Put the views over the periods that are kept now."""
    kept = tuple(one.n for one in periods(db))
    carried = db.conn.execute("SELECT 1 FROM carried").fetchone() is not None
    for name in ("journal", "known_entry"):
        db.conn.execute(f"DROP VIEW IF EXISTS {name}")
    for statement in view_statements(kept, carried=carried):
        db.conn.execute(statement)
