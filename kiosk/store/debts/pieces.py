"""Long work on the store as many short acts, so that a payment never waits long for its turn to write.

How much one piece writes follows from how long the last one held the write lock. Between two pieces the log
is copied into the database, lest the next payment do it at its commit.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlite_utils import Database

from kiosk.store.driver import transaction
from kiosk.store.turns import TURNS

HOLD_MS = 10
"""How long a piece should hold the write lock. A payment that comes meanwhile waits for that and for its next
try, 15 ms later at the most."""
FIRST_ROWS, FEWEST_ROWS = 400, 20
_NS_A_MS = 1_000_000
_MOST_PATIENCE = timedelta(seconds=1)
"""How long a piece lets others go first."""
_PIECES_A_COPY = 2
"""Pieces between two copies of the log: fewer pages than those at which a payment would copy it itself."""


class Pieces:
    """Acts of one connection that follow each other; `rows` is how many rows the next one should write.

    `check` is called inside each and may raise. `most` rows are never exceeded. `clock` counts nanoseconds.
    """

    def __init__(
        self,
        db: Database,
        check: Callable[[Database], None],
        most: int,
        clock: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self._db = db
        self._check = check
        self._most = most
        self._clock = clock
        self._done = 0
        self.rows = min(FIRST_ROWS, most)

    def afresh(self) -> None:
        """Rows of another kind come: how long they take is not known."""
        self.rows = min(FIRST_ROWS, self._most)

    @contextmanager
    def piece(self) -> Iterator[Database]:
        """One act, begun when nobody else waits to begin one. Raises KnownError `store.*`."""
        TURNS.give_way(_MOST_PATIENCE)
        with _loosely(self._db), transaction(self._db) as db:
            start = self._clock()
            self._check(db)
            yield db
        self._learn(self._clock() - start)
        self._done += 1
        if self._done % _PIECES_A_COPY == 0:
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _learn(self, held: int) -> None:
        """Aim at `HOLD_MS`, at most twice or half as many rows as before."""
        aimed = self.rows * HOLD_MS * _NS_A_MS // max(held, 1)
        aimed = min(2 * self.rows, max(self.rows // 2, FEWEST_ROWS, aimed))
        self.rows = min(self._most, aimed)


@contextmanager
def _loosely(db: Database) -> Iterator[None]:
    """Let what is committed here reach the disk with the next copy of the log, or the next act of anybody.

    The log is one row of pages: a power cut loses the last pieces of a load and nothing before them, and the
    load goes on where that leaves it. An act that follows, as the switch does, takes all of them to the disk.
    """
    db.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        db.execute("PRAGMA synchronous = FULL")


@contextmanager
def own_checkpoints(db: Database) -> Iterator[None]:
    """Let this connection copy the log only when it is told to, and not at the end of a piece."""
    before = db.execute("PRAGMA wal_autocheckpoint").fetchone()[0]
    db.execute("PRAGMA wal_autocheckpoint = 0")
    try:
        yield
    finally:
        db.execute(f"PRAGMA wal_autocheckpoint = {int(before)}")
