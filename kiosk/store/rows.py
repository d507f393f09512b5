"""Inserts rows by column name: a statement is written once for each shape, the values stay apart from it."""

from collections.abc import Iterable, Mapping
from functools import cache

import orjson
from sqlite_utils import Database

Value = str | int | bytes | None
Row = Mapping[str, Value]


def compact(value: object) -> str:
    """Plain JSON as the text of a column: sorted keys, no blanks, so that a rebuild writes the same."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def insert(db: Database, table: str, **columns: Value) -> None:
    """Insert one row inside the open transaction. sqlite-utils would ask for the table's schema each time."""
    db.conn.execute(_statement(table, tuple(columns)), tuple(columns.values()))


def insert_all(db: Database, table: str, rows: Iterable[Row]) -> None:
    """Insert rows of one shape inside the open transaction."""
    listed = list(rows)
    if listed:
        names = tuple(listed[0])
        db.conn.executemany(_statement(table, names), [tuple(row[name] for name in names) for row in listed])


@cache
def _statement(table: str, names: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
