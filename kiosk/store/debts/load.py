"""Loads a debt snapshot beside the one in use, piece by piece, and brings it into use in one transaction.

A load that is cut anywhere leaves the snapshot in use as it was; what it wrote is emptied by the next one.
It may run on a connection of its own in another thread: each piece is a transaction of a fraction of a
second, and payments go on between them. Making an index is one piece, the longest.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlite_utils import Database

from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import Link
from kiosk.store.debts.fill import Filling, Loaded, chunks, empty, merge_names
from kiosk.store.debts.tables import SETS, indexes
from kiosk.store.driver import transaction
from kiosk.store.sqlite import IntegrityError

DEBTS = "debts"
"""The name of the dataset in entries."""
CHUNK_ROWS = 20_000
"""Rows of all tables in one transaction: its WAL stays below about 10 MB."""

Progress = Callable[[int], None]
"""Called with the debtors loaded so far after each piece, outside any transaction; raising stops the load."""


class Act(Protocol):
    """What `switch` needs of the act under way: its database and a way to write an entry."""

    db: Database

    def append(self, body: Body) -> Link:
        """Write one entry."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """What the centre says of a snapshot. `applied_through` and `not_applied`: see `SnapshotApplied`."""

    version: int
    as_of: datetime
    applied_through: Link | None = None
    not_applied: tuple[int, ...] = ()


class DebtLoad:
    """One load: `load` once, then `switch` inside an act, then `empty_idle` when the act is committed."""

    def __init__(self, db: Database, *, chunk_rows: int = CHUNK_ROWS) -> None:
        self._db = db
        self._chunk_rows = chunk_rows
        self._name = secrets.token_hex(8)
        self._set = ""
        self._loaded: Loaded | None = None

    def load(self, debtors: Iterable[DebtorRow], progress: Progress | None = None) -> Loaded:
        """Fill the set that is not in use. Texts of the rows must be NFC.

        Raises KnownError `debt_data.twice` when a debtor, an account or a charge of one is there twice,
        `debt_data.overtaken` when another load began meanwhile, `store.*`; and whatever `debtors` and
        `progress` raise.
        """
        self._set = self._begin()
        empty(self._piece, self._set, self._chunk_rows)
        filling = Filling(self._set)
        for chunk in chunks(debtors, self._chunk_rows):
            filling.take(chunk)
            with self._piece() as db:
                filling.write(db)
            _report(progress, filling)
        self._make_indexes()
        merge_names(self._piece, self._set)
        _report(progress, filling)
        self._loaded = filling.loaded()
        return self._loaded

    def switch(self, act: Act, version: Version) -> Link:
        """Bring what was loaded into use inside the act's transaction; return its entry.

        Raises KnownError `debt_data.not_newer`, `debt_data.beyond_journal` or `debt_data.overtaken`.
        """
        if self._loaded is None:
            raise BugError("a switch to debts that were not loaded")
        _check_version(act.db, version)
        moved = act.db.conn.execute(
            "UPDATE debts_in_use SET current = ?, version = ?, hash = ?, loading = NULL WHERE loading = ?",
            (self._set, version.version, self._loaded.hash, self._name),
        )
        if moved.rowcount != 1:
            raise KnownError("debt_data.overtaken")
        return act.append(
            SnapshotApplied(
                dataset=DEBTS,
                version=version.version,
                hash=self._loaded.hash,
                as_of=version.as_of,
                rows=self._loaded.rows,
                applied_through=version.applied_through,
                not_applied=version.not_applied,
            )
        )

    def _begin(self) -> str:
        with transaction(self._db) as db:
            db.execute("UPDATE debts_in_use SET loading = ?", (self._name,))
            return _idle(db)

    @contextmanager
    def _piece(self) -> Iterator[Database]:
        """One transaction of this load, if no other load has begun since."""
        with transaction(self._db) as db:
            if db.execute("SELECT loading FROM debts_in_use").fetchone() != (self._name,):
                raise KnownError("debt_data.overtaken")
            yield db

    def _make_indexes(self) -> None:
        for statement in indexes(self._set).values():
            try:
                with self._piece() as db:
                    db.execute(statement)
            except IntegrityError as error:
                raise KnownError("debt_data.twice", which=_twice(self._db, self._set)) from error


def empty_idle(db: Database) -> None:
    """Empty the set that was in use before the last switch. Does nothing while a load fills it.

    Raises KnownError `store.*`; the snapshot in use is not touched, and the next load begins by emptying.
    """

    @contextmanager
    def piece() -> Iterator[Database]:
        with transaction(db):
            if db.execute("SELECT loading FROM debts_in_use").fetchone() != (None,):
                raise KnownError("debt_data.overtaken")
            yield db

    with transaction(db):
        which = None if _loading(db) else _idle(db)
    if which is not None:
        empty(piece, which, CHUNK_ROWS)


def _report(progress: Progress | None, filling: Filling) -> None:
    if progress is not None:
        progress(filling.debtors)


def _idle(db: Database) -> str:
    current = db.execute("SELECT current FROM debts_in_use").fetchone()[0]
    return next(one for one in SETS if one != current)


def _loading(db: Database) -> bool:
    return bool(db.execute("SELECT loading FROM debts_in_use").fetchone()[0])


def _check_version(db: Database, version: Version) -> None:
    before = db.execute("SELECT version FROM debts_in_use").fetchone()[0]
    if version.version <= before:
        raise KnownError("debt_data.not_newer", version=version.version, before=before)
    through = version.applied_through
    if through is None:
        return
    stream, seq = db.execute("SELECT stream, seq FROM stream").fetchone()
    if through.stream != stream or through.seq > seq:
        raise KnownError("debt_data.beyond_journal", seq=through.seq, last=seq)


def _twice(db: Database, which: str) -> str:
    for table, column in (("debtor", "code"), ("debt", "account")):
        row = db.execute(
            f"SELECT {column} FROM {table}_{which} GROUP BY {column} HAVING count(*) > 1"  # noqa: S608
        ).fetchone()
        if row is not None:
            return str(row[0])
    raise BugError("an index refused rows of which none is there twice")
