"""Follows what changes, page by page, and never misses a change that was committed late.

A writer notes keys in the transaction that changes them:

    note_changes(db, "debts", ["L-1", "L-2"])

A reader, in one `storage.read()`, takes what the keys stand for as it is now, and keeps the cursor:

    end = cursor_now(db)                        # beside a whole snapshot: everything before `end` is in it
    page = changes_after(db, "debts", end, 500)
    if page is None: …                          # the cursor is too old, or of another life: a whole snapshot
    page.keys, page.cursor, page.more           # keys once each in order; `page.cursor` for the next time

A key may come twice, on the page and again later: what is sent is the state, so twice is harmless. `str()` of
a cursor is its text for a device, `Cursor.parse` reads it. `drop_changes` lets old ones go.

Numbers of rows are given before transactions commit, so whoever pages by them alone passes over the row of a
transaction that commits after one with a higher number. On PostgreSQL the order is therefore that of
(transaction, number), and a page ends below the oldest transaction that still runs (`pg_snapshot_xmin`): what
is below it will never change. SQLite has one writer: the number is the order. A restored database begins
another epoch, and its transactions may be numbered lower than before: cursors belong to their epoch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, cast, delete, func, select, tuple_

from central.bulk import add_rows
from central.schema import change_log
from central.storage import epoch_of, put_setting, setting
from kiosk.core.errors import KnownError

_COLUMNS = ("epoch", "xid", "topic", "key")


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the order of changes: what lies before it has been seen."""

    epoch: int
    xid: int
    n: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.xid}.{self.n}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read the text of a cursor. Raises KnownError `central.bad_request`."""
        parts = text.split(".")
        if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 19 for one in parts):
            raise KnownError("central.bad_request")
        return cls(*map(int, parts))


@dataclass(frozen=True)
class Page:
    """Keys that changed, each once, and the cursor after them; `more`: another page is ready."""

    keys: tuple[str, ...]
    cursor: Cursor
    more: bool


def note_changes(db: Connection, topic: str, keys: Iterable[str]) -> None:
    """Note that what these keys stand for changes in this transaction."""
    epoch, xid = epoch_of(db), _own_xid(db)
    add_rows(db, change_log, _COLUMNS, ((epoch, xid, topic, key) for key in dict.fromkeys(keys)))


def cursor_now(db: Connection) -> Cursor:
    """The cursor of this view: what was noted before it is visible here, and perhaps some that follows it."""
    if db.dialect.name == "postgresql":
        return Cursor(epoch_of(db), int(db.execute(select(_oldest_running())).scalar_one()), 0)
    last = db.execute(select(func.coalesce(func.max(change_log.c.n), 0))).scalar_one()
    return Cursor(epoch_of(db), 0, last)


def changes_after(db: Connection, topic: str, cursor: Cursor, limit: int) -> Page | None:
    """The next `limit` changes after the cursor, or None when it leads nowhere: of another epoch, or before
    what `drop_changes` left.
    """
    if cursor.epoch != epoch_of(db) or cursor < _floor(db, topic):
        return None
    place = (change_log.c.xid, change_log.c.n)
    found = select(*place, change_log.c.key).where(
        change_log.c.topic == topic,
        change_log.c.epoch == cursor.epoch,
        tuple_(*place) > (cursor.xid, cursor.n),
        *_settled(db),
    )
    rows = db.execute(found.order_by(*place).limit(limit + 1)).all()
    more, rows = len(rows) > limit, rows[:limit]
    end = Cursor(cursor.epoch, rows[-1].xid, rows[-1].n) if rows else cursor
    return Page(tuple(dict.fromkeys(row.key for row in rows)), end, more)


def visible_after(db: Connection, topic: str, cursor: Cursor) -> tuple[frozenset[str], Cursor] | None:
    """Every change after the cursor that this view shows, and the cursor for the next time; None as
    `changes_after`.

    For who sends the state of this very view: it holds what was committed out of turn, too. That comes again.
    """
    if cursor.epoch != epoch_of(db) or cursor < _floor(db, topic):
        return None
    found = select(change_log.c.key).where(
        change_log.c.topic == topic,
        change_log.c.epoch == cursor.epoch,
        tuple_(change_log.c.xid, change_log.c.n) > (cursor.xid, cursor.n),
    )
    return frozenset(db.execute(found.distinct()).scalars()), cursor_now(db)


def drop_changes(db: Connection, topic: str, before: Cursor) -> None:
    """Drop the changes of a topic up to and with this cursor: who stands before it needs a whole snapshot."""
    place = tuple_(change_log.c.xid, change_log.c.n)
    gone = (change_log.c.epoch < before.epoch) | (
        (change_log.c.epoch == before.epoch) & (place <= (before.xid, before.n))
    )
    db.execute(delete(change_log).where(change_log.c.topic == topic, gone))
    if before > _floor(db, topic):
        put_setting(db, _floor_name(topic), str(before))


def _settled(db: Connection) -> list[ColumnElement[bool]]:
    """Only changes below the oldest transaction that still runs: none can come to stand before them."""
    return [change_log.c.xid < _oldest_running()] if db.dialect.name == "postgresql" else []


def _own_xid(db: Connection) -> int:
    if db.dialect.name != "postgresql":
        return 0
    return int(db.execute(select(_number(func.pg_current_xact_id()))).scalar_one())


def _oldest_running() -> ColumnElement[int]:
    return _number(func.pg_snapshot_xmin(func.pg_current_snapshot()))


def _number(xid8: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(cast(xid8, Text), BigInteger)


def _floor(db: Connection, topic: str) -> Cursor:
    kept = setting(db, _floor_name(topic))
    return Cursor.parse(kept) if kept else Cursor(0, 0, 0)


def _floor_name(topic: str) -> str:
    return f"changes.{topic}.from"
