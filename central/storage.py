"""The database of the server, SQLite in its folder or PostgreSQL: hands out transactions, each one durable.

Three kinds. `read`: one consistent view, never waits. `write`: alone, as if there were one writer; what it
reads stays true until it commits. `write_rows`: beside others; holds only rows that it selects for update,
and sees what others commit meanwhile. Several processes may use one PostgreSQL.

What the database cannot do now (gone, out of connections, a deadlock) leaves a transaction as KnownError
`central.busy`, and nothing of it was written; `Storage.again` tries once more where that may help. A commit
whose answer was lost may have been done: everything that devices ask for is the same when asked twice.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Event, RLock
from typing import TypeVar

from sqlalchemy import BigInteger, ColumnElement, Connection, ScalarSelect, Table, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from central.engines import WRITES, postgres_engine, shown, sqlite_engine
from central.locks import WRITER, take_lock
from central.migrations import make_or_check, upgrade
from central.schema import meta
from kiosk.core.errors import KnownError

log = logging.getLogger("central")
T = TypeVar("T")
_TRIES = 3
_PAUSE_S = 0.05


@dataclass(frozen=True)
class Step:
    """The two halves of `Storage.step`, one after the other."""

    reading: Callable[[], AbstractContextManager[Connection]]
    writing: Callable[[], AbstractContextManager[Connection]]


class Storage:
    """Opens the database, makes its tables where there are none, and hands out transactions."""

    def __init__(self, where: Path | str, *, bring_on: bool = False) -> None:
        """`where`: the file of SQLite, or an address `postgresql://…`. `bring_on`: let a database of an
        earlier release be brought on to this one, instead of refusing it.

        Raises KnownError `central.later_schema`, `.older_schema`, `.damaged`, `.cannot_write`,
        `.no_database`, `.bad_database`, `.not_durable`.
        """
        self._writer = RLock()
        self.where = where
        self.is_postgres = isinstance(where, str)
        self._engine = postgres_engine(where) if isinstance(where, str) else sqlite_engine(where)
        try:
            with self._writing() as db:
                upgrade(db) if bring_on else make_or_check(db)
        except DBAPIError as error:
            self.close()
            raise _cannot_open(where, error) from error
        except KnownError:
            self.close()
            raise

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction, alone; commits at the end, rolls back on any error. Others wait.

        Only `write_rows` goes on beside it, as long as that does not take the lock `WRITER`.
        Raises KnownError `central.busy`.
        """
        with _translated(), self._writing() as db:
            yield db

    @contextmanager
    def write_rows(self) -> Iterator[Connection]:
        """One durable transaction beside others, which holds only rows that it selects for update.

        On SQLite it is alone all the same. Raises KnownError `central.busy`.
        """
        if not self.is_postgres:
            with self.write() as db:
                yield db
            return
        with _translated(), self._engine.connect() as db, db.begin():
            yield db

    @contextmanager
    def step(self, *, alone: bool = True) -> "Iterator[Step]":
        """One durable transaction that reads beside others, then writes: `alone`, or as `write_rows`.

        On SQLite these are two transactions: see again, before writing, that what was read still stands.
        Raises KnownError `central.busy`.
        """
        if not self.is_postgres:
            yield Step(self.read, self.write)
            return
        with self.write_rows() as db:
            yield Step(lambda: nullcontext(db), lambda: self._turn(db) if alone else nullcontext(db))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer, writes nothing. Raises KnownError `central.busy`."""
        with _translated(), self._engine.connect() as db:
            if self.is_postgres:
                db.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with db.begin():
                yield db

    def again(self, act: Callable[[], T]) -> T:
        """Do this, and once or twice more when the database dropped it: deadlock, connection lost.

        Only for what may be done twice. Raises what `act` raises.
        """
        for tried in range(1, _TRIES):
            try:
                return act()
            except KnownError as error:
                if not (error.code == "central.busy" and _may_pass(error.__cause__)):
                    raise
                Event().wait(_PAUSE_S * tried)
        return act()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _turn(self, db: Connection) -> Iterator[Connection]:
        """The rest of an open transaction as the one writer, in this process and among others."""
        with self._writer:
            take_lock(db, WRITER)
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._writer, self._engine.connect() as db:
            db.execution_options(**{WRITES: True})
            with db.begin():
                take_lock(db, WRITER)
                yield db


def _cannot_open(where: Path | str, error: DBAPIError) -> KnownError:
    if isinstance(where, str):
        return KnownError("central.no_database", where=shown(where), reason=_why(error))
    if isinstance(error, OperationalError):
        return KnownError("central.cannot_write", path=where, reason=_why(error))
    return KnownError("central.damaged", path=where)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        log.warning("database: %s", _why(error))
        raise KnownError("central.busy") from error


def _why(error: Exception) -> str:
    """The database's own words, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _may_pass(cause: BaseException | None) -> bool:
    """Whether the same may succeed right away: the database ended it, it was not out of reach or space."""
    if not isinstance(cause, DBAPIError):
        return False
    state = getattr(cause.orig, "sqlstate", None) or ""
    return cause.connection_invalidated or state[:2] == "40" or state.startswith("57P")


def insert_into(db: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert in the words of the database in use, which can skip or replace rows that are there already
    (`on_conflict_do_nothing`, `on_conflict_do_update`).
    """
    return postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)


def sum_of(column: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of whole numbers as a whole number, 0 for none: PostgreSQL would make a Decimal of it."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def setting(db: Connection, name: str) -> str | None:
    """A value that the server keeps under a name, or None."""
    return db.execute(select(meta.c.value).where(meta.c.name == name)).scalar()


def put_setting(db: Connection, name: str, value: str) -> None:
    """Keep a value under a name."""
    put = insert_into(db, meta).values(name=name, value=value)
    db.execute(put.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def epoch_of(db: Connection) -> int:
    """The life of this database: one more after each restore."""
    return int(setting(db, "epoch") or "1")


def epoch_here() -> ScalarSelect[str]:
    """The same as part of another question, as text."""
    return select(meta.c.value).where(meta.c.name == "epoch").scalar_subquery()


def change_of(db: Connection) -> int:
    """How often the debts were changed by people: import, lease."""
    return int(setting(db, "change") or "0")
