"""Loads a debt snapshot beside the one in use, piece by piece, and brings it into use in one transaction.

A load that is cut anywhere leaves the snapshot in use as it was. The next load of the same snapshot goes on
where it ended; one of another snapshot empties what it wrote. It runs on a connection of its own in a thread
of its own: each piece holds the write lock for some milliseconds, and payments go on between them.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from sqlite_utils import Database

from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import Link
from kiosk.store.debts.fill import Filling, Loaded, SoFar, chunks
from kiosk.store.debts.find_by import empty_set, make_all
from kiosk.store.debts.pieces import Pieces, own_checkpoints
from kiosk.store.debts.tables import SETS
from kiosk.store.driver import transaction
from kiosk.store.sqlite import IntegrityError, store_errors

DEBTS = "debts"
"""The name of the dataset in entries."""
CHUNK_ROWS = 20_000
"""Rows of all tables that one piece never exceeds, however fast the machine: about 10 MB of log."""

_SKIPPED_ROWS = 5_000
"""Rows that are worked through at once where nothing is written."""

Progress = Callable[[SoFar], None]
"""Called after each piece, outside any transaction; raising stops the load."""


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
    """One load: `load` once, then `switch` inside an act, then `empty_idle` when the act is committed.

    `target`: the hash that the snapshot will have, if that is known: then a load that was cut goes on.
    """

    def __init__(self, db: Database, *, target: str | None = None, chunk_rows: int = CHUNK_ROWS) -> None:
        self._db = db
        self._target = target
        self._name = secrets.token_hex(8)
        self._pieces = Pieces(db, self._check_not_overtaken, chunk_rows)
        self._set = ""
        self._loaded: Loaded | None = None

    def load(self, debtors: Iterable[DebtorRow], progress: Progress | None = None) -> Loaded:
        """Fill the set that is not in use. Texts of the rows must be NFC.

        Raises KnownError `debt_data.twice` when a debtor, an account or a charge of one is there twice,
        `debt_data.overtaken` when another load began meanwhile, `store.*`; and whatever `debtors` and
        `progress` raise.
        """
        self._set, held, so_far = self._begin()
        filling = Filling(self._set)

        def told(*, searchable: bool = False) -> None:
            if progress is not None:
                progress(filling.so_far(searchable=searchable))

        with store_errors(), own_checkpoints(self._db):
            empty_set(self._pieces, self._set, rows_too=not held)
            self._pieces.afresh()
            if held:
                debtors = self._skip(iter(debtors), filling, held, so_far)
                told()
            for chunk in chunks(debtors, lambda: self._pieces.rows):
                filling.take(chunk)
                with self._pieces.piece() as db:
                    filling.write(db)
                    self._keep_place(db, filling)
                told()
            with self._naming_what_is_twice():
                make_all(self._db, self._pieces, self._set, lambda: told(searchable=True))
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
            "UPDATE debts_in_use SET current = ?, version = ?, hash = ?, loading = NULL, partial = NULL,"
            " debtors = 0, so_far = NULL WHERE loading = ?",
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

    def _begin(self) -> tuple[str, int, str]:
        """Take the idle set over: its letter, how many debtors of this snapshot it has, and their hash."""
        with transaction(self._db) as db:
            partial, debtors, so_far = db.execute(
                "SELECT partial, debtors, so_far FROM debts_in_use"
            ).fetchone()
            goes_on = self._target is not None and partial == self._target and debtors > 0
            if goes_on:
                db.execute("UPDATE debts_in_use SET loading = ?", (self._name,))
            else:
                db.execute(
                    "UPDATE debts_in_use SET loading = ?, partial = NULL, debtors = 0, so_far = NULL",
                    (self._name,),
                )
            return (_idle(db), debtors, so_far) if goes_on else (_idle(db), 0, "")

    def _skip(
        self, debtors: Iterator[DebtorRow], filling: Filling, held: int, so_far: str
    ) -> Iterator[DebtorRow]:
        """Take the debtors that the set has already, without writing them; return the rest.

        If they are not the same ones after all, the load is given up and the next one begins anew.
        """
        for chunk in chunks(islice(debtors, held), lambda: _SKIPPED_ROWS):
            filling.take(chunk)
        if filling.hash_so_far() != so_far:
            with self._pieces.piece() as db:
                db.execute("UPDATE debts_in_use SET partial = NULL, debtors = 0, so_far = NULL")
            raise KnownError("debt_data.overtaken")
        return debtors

    def _keep_place(self, db: Database, filling: Filling) -> None:
        if self._target is not None:
            db.execute(
                "UPDATE debts_in_use SET partial = ?, debtors = ?, so_far = ?",
                (self._target, filling.debtors, filling.hash_so_far()),
            )

    def _check_not_overtaken(self, db: Database) -> None:
        if db.execute("SELECT loading FROM debts_in_use").fetchone() != (self._name,):
            raise KnownError("debt_data.overtaken")

    @contextmanager
    def _naming_what_is_twice(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise KnownError("debt_data.twice", which=_twice(self._db, self._set)) from error


def empty_idle(db: Database) -> None:
    """Empty the set that was in use before the last switch. Does nothing while a load fills it.

    Raises KnownError `store.*`; the snapshot in use is not touched, and the next load begins by emptying.
    """
    with transaction(db):
        which = None if _loading(db) else _idle(db)
    if which is not None:
        with store_errors(), own_checkpoints(db):
            empty_set(Pieces(db, _check_nobody_loads, CHUNK_ROWS), which)


def _check_nobody_loads(db: Database) -> None:
    if _loading(db):
        raise KnownError("debt_data.overtaken")


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
    _refuse_less(db, version)
    if through is None:
        return
    stream, seq = db.execute("SELECT stream, seq FROM stream").fetchone()
    if through.stream != stream or through.seq > seq:
        raise KnownError("debt_data.beyond_journal", seq=through.seq, last=seq)


def _refuse_less(db: Database, version: Version) -> None:
    """Refuse a snapshot that leaves out collections whose entries were dropped: nobody could add them again.

    Raises KnownError `debt_data.counts_less`.
    """
    row = db.execute(
        "SELECT CAST(bytes AS TEXT) ->> '$.body.applied_through.seq',"
        " coalesce(CAST(bytes AS TEXT) -> '$.body.not_applied', '[]') FROM carried"
        " WHERE type = 'snapshot.applied' AND CAST(bytes AS TEXT) ->> '$.body.dataset' = ?"
        " ORDER BY seq DESC LIMIT 1",
        (DEBTS,),
    ).fetchone()
    if row is None or row[0] is None:
        return
    counted, left_out = int(row[0]), set(json.loads(row[1]))
    through = version.applied_through.seq if version.applied_through else 0
    if through < counted or any(seq <= counted and seq not in left_out for seq in version.not_applied):
        raise KnownError("debt_data.counts_less", seq=through, counted=counted)


def _twice(db: Database, which: str) -> str:
    for table, column in (("debtor", "code"), ("debt", "account")):
        row = db.execute(
            f"SELECT {column} FROM {table}_{which} GROUP BY {column} HAVING count(*) > 1"  # noqa: S608
        ).fetchone()
        if row is not None:
            return str(row[0])
    raise BugError("an index refused rows of which none is there twice")
