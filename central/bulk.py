"""Adds many rows at once: by COPY on PostgreSQL, by one prepared insert on SQLite."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Connection, LargeBinary, Table
from sqlalchemy.exc import DBAPIError


def add_rows(db: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows, inside the open transaction: values in the order of `columns`, `int`, `str`, `bytes` or None.

    Raises sqlalchemy.exc.DBAPIError, `IntegrityError` for a row that is there already.
    """
    if db.dialect.name != "postgresql":
        names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
        db.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(map(tuple, rows)))  # noqa: S608
        return
    names = ", ".join(f'"{one}"' for one in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'
    try:
        _copy(db, statement, [_type_of(table, one) for one in columns], rows)
    except psycopg.Error as error:
        lost = db.dialect.is_disconnect(error, None, None)  # type: ignore[arg-type]
        wrapped = DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=lost, dialect=db.dialect
        )
        if lost:
            db.invalidate(error)
        raise wrapped from error


def _copy(db: Connection, statement: str, types: list[str], rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = db.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _type_of(table: Table, column: str) -> str:
    kind = table.c[column].type
    if isinstance(kind, BigInteger):
        return "int8"
    return "bytea" if isinstance(kind, LargeBinary) else "text"
