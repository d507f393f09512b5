"""Loads a debt snapshot beside the one in use, piece by piece, and brings it into use in one transaction.

A load that is cut anywhere leaves the snapshot in use as it was. The next load of the same snapshot goes on
behind the last whole piece; one of another snapshot empties what it wrote. It runs on a connection of its own
in a thread of its own: each act holds the write lock for some milliseconds, and payments go on between them.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.debts.keys import KEYS_VERSION
from kiosk.core.debts.pieces import Piece, version_hash
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.debt_files import DebtDelta
from kiosk.core.wire.entry import Link
from kiosk.store.debts.delta import check_pieces, keep_piece_hashes
from kiosk.store.debts.find_by import empty_set, make_all
from kiosk.store.debts.pieces import Pieces, own_checkpoints
from kiosk.store.debts.stage import Stage, stage
from kiosk.store.debts.tables import ROW, SETS
from kiosk.store.debts.version import Act, Version, check_version, say_applied
from kiosk.store.driver import transaction
from kiosk.store.sqlite import IntegrityError, store_errors

CHUNK_ROWS = 20_000
"""Debtors that one act never exceeds, however fast the machine: about 15 MB of log."""
_STAGED = 2_000
"""Debtors that wait in memory at the most: about 2 MB."""


@dataclass(frozen=True)
class SoFar:
    """How far a load is. `searchable`: all debtors are there, and it is made what they are found by."""

    debtors: int
    searchable: bool = False


Progress = Callable[[SoFar], None]
"""Called after each piece, outside any transaction; raising stops the load."""
Source = Callable[[int], Iterable[Piece]]
"""Gives the pieces of a snapshot behind the first so many."""


@dataclass(frozen=True)
class Loaded:
    """What was loaded: how many debtors, and the hash of the version."""

    debtors: int
    hash: str


class DebtLoad:
    """One load: `load` once, then `switch` inside an act, then `empty_idle` when the act is committed.

    `target` names the snapshot, if it has a name before it is whole: then a load that was cut goes on.
    `changes`: the names of what changed since, in order. With `own_keys` what debtors are found by is worked
    out here (another `KEYS_VERSION` at the centre).
    """

    def __init__(
        self,
        db: Database,
        *,
        target: str | None = None,
        changes: Sequence[str] = (),
        own_keys: bool = False,
        chunk_rows: int = CHUNK_ROWS,
    ) -> None:
        self._db = db
        self._target = None if target is None else f"{KEYS_VERSION} {target}"
        self._changed = None if self._target is None else " ".join((self._target, *changes))
        self._own_keys = own_keys
        self._name = secrets.token_hex(8)
        self._pieces = Pieces(db, self._check_not_overtaken, chunk_rows)
        self._set = ""
        self._debtors = 0
        self._loaded: Loaded | None = None

    def load(
        self,
        source: Source | None,
        progress: Progress | None = None,
        deltas: Callable[[], Sequence[tuple[DebtDelta, bytes]]] = tuple,
    ) -> Loaded:
        """Fill the set that is not in use: the pieces of a snapshot, or without a `source` the debts in use;
        then what changed since, by `deltas`.

        Raises KnownError `manifest.altered` for a piece or a change that is not what its hash says, or whose
        rows are not of the form; `debt_data.twice` when a debtor or an account is there twice,
        `debt_data.overtaken` when another load began meanwhile, `store.*`; and whatever `source`, `deltas`
        and `progress` raise.
        """
        self._set, held = self._begin()

        def told(*, searchable: bool = False) -> None:
            if progress is not None:
                progress(SoFar(self._debtors, searchable))

        with store_errors(), own_checkpoints(self._db):
            empty_set(self._pieces, self._set, rows_too=not held)
            if held:
                told()
            with stage(self._db, own_keys=self._own_keys) as staged:
                if source is None:
                    self._copy(told)
                else:
                    self._fill(staged, source(held), held, told)
                self._change(staged, deltas())
            with self._naming_what_is_twice():
                make_all(self._db, self._pieces, self._set, lambda: told(searchable=True))
        listed = self._db.execute(f"SELECT first, rows FROM debt_piece_{self._set} ORDER BY first")  # noqa: S608
        self._loaded = Loaded(self._debtors, version_hash(listed.fetchall()))
        return self._loaded

    def switch(self, act: Act, version: Version) -> Link:
        """Bring what was loaded into use inside the act's transaction; return its entry.

        Raises KnownError `debt_data.not_newer`, `debt_data.beyond_journal` or `debt_data.overtaken`.
        """
        if self._loaded is None:
            raise BugError("a switch to debts that were not loaded")
        check_version(act.db, version)
        moved = act.db.conn.execute(
            "UPDATE debts_in_use SET current = ?, version = ?, hash = ?, keys = ?, loading = NULL,"
            " partial = NULL, pieces = 0, debtors = 0 WHERE loading = ?",
            (self._set, version.version, self._loaded.hash, KEYS_VERSION, self._name),
        )
        if moved.rowcount != 1:
            raise KnownError("debt_data.overtaken")
        return say_applied(act, version, self._loaded.hash)

    def give_up(self) -> None:
        """Let the next load begin anew: what this one wrote is not what it should be."""
        with self._pieces.piece() as db:
            db.execute("UPDATE debts_in_use SET partial = NULL, pieces = 0, debtors = 0")

    def _begin(self) -> tuple[str, int]:
        """Take the idle set over: its letter, and how many whole pieces of this snapshot it has."""
        with transaction(self._db) as db:
            partial, pieces, debtors = db.execute(
                "SELECT partial, pieces, debtors FROM debts_in_use"
            ).fetchone()
            goes_on = pieces > 0 and self._goes_on_from(partial)
            if goes_on:
                db.execute("UPDATE debts_in_use SET loading = ?", (self._name,))
                self._debtors = debtors
            else:
                db.execute(
                    "UPDATE debts_in_use SET loading = ?, partial = NULL, pieces = 0, debtors = 0",
                    (self._name,),
                )
            return _idle(db), pieces if goes_on else 0

    def _goes_on_from(self, partial: str | None) -> bool:
        """Whether this load leads over what a load of that name wrote: the same snapshot, and no change that
        is not ours too. Rows of a change that is not ours (the centre was put back, and went another way
        since) are in pieces of which no hash of ours would tell.
        """
        if partial is None or self._target is None or self._changed is None:
            return False
        return partial == self._target or f"{self._changed} ".startswith(f"{partial} ")

    def _fill(self, staged: Stage, pieces: Iterable[Piece], held: int, told: Callable[[], None]) -> None:
        """Move piece after piece; as many in one act as it should hold the lock for."""
        waiting: list[tuple[int, str]] = []
        if held:
            staged.follow(self._db.execute(f"SELECT max(id) FROM main.debtor_{self._set}").fetchone()[0])  # noqa: S608
        self._pieces.afresh()
        try:
            for piece in pieces:
                staged.take(piece)
                waiting.append((piece.first, piece.rows_hash))
                if staged.debtors >= min(self._pieces.rows, _STAGED):
                    held += self._move(staged, waiting, held)
                    told()
        except KnownError as error:
            # A line that was cut: what came whole need not come again.
            if waiting and error.code.startswith("sync."):
                self._move(staged, waiting, held)
            raise
        if waiting:
            self._move(staged, waiting, held)
            told()

    def _copy(self, told: Callable[[], None]) -> None:
        """Copy the debts in use, as they are."""
        here, there = f"main.debtor_{self._set}", f"main.debtor_{_other(self._set)}"
        self._pieces.afresh()
        ends = f"SELECT max(id), count(*) FROM (SELECT id FROM {there} WHERE id > ? ORDER BY id LIMIT ?)"  # noqa: S608
        at = -1
        while True:
            upto, many = self._db.execute(ends, (at, self._pieces.rows)).fetchone()
            if not many:
                break
            with self._pieces.piece() as db:
                db.execute(f"INSERT INTO {here} SELECT * FROM {there} WHERE id > ? AND id <= ?", (at, upto))  # noqa: S608
            at = upto
            self._debtors += many
            told()
        kept = f"SELECT first, rows FROM main.debt_piece_{_other(self._set)}"  # noqa: S608
        with self._pieces.piece() as db:
            keep_piece_hashes(db, self._set, db.execute(kept).fetchall())

    def _move(self, staged: Stage, waiting: list[tuple[int, str]], held: int) -> int:
        """Write what waits, and how far that is, in one act."""
        moved = len(waiting)
        with self._pieces.piece() as db, self._naming_what_is_twice():
            db.execute(f"INSERT INTO main.debtor_{self._set} SELECT * FROM incoming.debtor")  # noqa: S608
            keep_piece_hashes(db, self._set, waiting)
            if self._target is not None:
                db.execute(
                    "UPDATE debts_in_use SET partial = ?, pieces = ?, debtors = ?",
                    (self._target, held + moved, self._debtors + staged.debtors),
                )
        self._debtors += staged.debtors
        staged.clear()
        waiting.clear()
        return moved

    def _change(self, staged: Stage, deltas: Sequence[tuple[DebtDelta, bytes]]) -> None:
        """Apply what changed since the snapshot; the same change twice leaves what it made."""
        for delta, lines in deltas:
            staged.merge(delta.gone, lines)
        hashes = {one.first: one.rows for delta, _ in deltas for one in delta.pieces}
        if not hashes:
            return
        table = f"main.debtor_{self._set}"
        if self._changed is not None:
            with self._pieces.piece() as db:
                db.execute("UPDATE debts_in_use SET partial = ? WHERE partial NOT NULL", (self._changed,))
        self._pieces.afresh()
        at = -1
        while at is not None:
            with self._pieces.piece() as db:
                upto = db.execute(_UPTO, (at, self._pieces.rows)).fetchone()[0]
                last = 1 << 62 if upto is None else upto
                db.execute(f"DELETE FROM {table} WHERE id IN ({_GONE})", (at, last))  # noqa: S608
                db.execute(
                    f"INSERT OR REPLACE INTO {table} SELECT {ROW} FROM incoming.debtor"  # noqa: S608
                    " WHERE id > ? AND id <= ?",
                    (at, last),
                )
            at = upto
        with self._pieces.piece() as db:
            keep_piece_hashes(db, self._set, sorted(hashes.items()))
        listed = dict(self._db.execute(f"SELECT first, rows FROM main.debt_piece_{self._set}").fetchall())  # noqa: S608
        check_pieces(self._db, f"SELECT * FROM {table}", hashes, listed)  # noqa: S608
        counted = self._db.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        self._debtors = counted[0]

    def _check_not_overtaken(self, db: Database) -> None:
        if db.execute("SELECT loading FROM debts_in_use").fetchone() != (self._name,):
            raise KnownError("debt_data.overtaken")

    @contextmanager
    def _naming_what_is_twice(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise KnownError("debt_data.twice", which=_twice(self._db, self._set)) from error


_GONE = "SELECT id FROM incoming.gone WHERE id > ? AND id <= ?"
_UPTO = (
    "SELECT max(id) FROM (SELECT id FROM"
    " (SELECT id FROM incoming.debtor UNION ALL SELECT id FROM incoming.gone)"
    " WHERE id > ? ORDER BY id LIMIT ?)"
)


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
    return _other(db.execute("SELECT current FROM debts_in_use").fetchone()[0])


def _other(which: str | None) -> str:
    return next(one for one in SETS if one != which)


def _loading(db: Database) -> bool:
    return bool(db.execute("SELECT loading FROM debts_in_use").fetchone()[0])


def _twice(db: Database, which: str) -> str:
    for column, source in (
        ("d.code", f"debtor_{which} d"),
        ("b.value ->> 0", f"debtor_{which} d, jsonb_each(d.debts) b"),
        ("d.id", f"incoming.debtor d JOIN debtor_{which} e ON e.id = d.id"),
    ):
        row = db.execute(
            f"SELECT {column} FROM {source} GROUP BY 1 HAVING count(*) > 1"  # noqa: S608 - our own names
        ).fetchone()
        if row is not None:
            return str(row[0])
    raise BugError("an index refused rows of which none is there twice")
