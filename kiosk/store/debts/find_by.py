"""Makes what debtors are found by: keys and names are put in order in memory, then copied piece by piece.

Making them in place would hold the write lock for seconds. What stands in memory for it is most of what a
load takes: 125 MB at a million debts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from kiosk.store.debts.pieces import Pieces
from kiosk.store.debts.tables import KEYS, Key, names_table

Told = Callable[[], None]
"""Called between the steps, outside any act; raising stops the work."""
_NAMES_A_STEP = 20_000


def make_all(db: Database, pieces: Pieces, which: str, told: Told) -> None:
    """Fill the keys and the name index of a set, which are empty, from its debtors.

    Reading all debtors costs more than putting keys in order: what several keys need is read once.
    Raises IntegrityError when a unique key is there twice, KnownError `store.*`, and what `told` raises.
    """
    debtors = f"main.debtor_{which}"
    with _memory(db):
        db.execute(f"CREATE TABLE making.source AS SELECT id, {_OWN_COLUMNS} FROM {debtors}")  # noqa: S608
        told()
        for key in KEYS:
            if not key.of_debts:
                _make_key(db, pieces, key, which, "making.source", told)
        _make_names(db, pieces, which, told)
    for key in KEYS:
        if key.of_debts:
            with _memory(db):
                _make_key(db, pieces, key, which, debtors, told)


_OWN_COLUMNS = ", ".join(column for key in KEYS if not key.of_debts for column in key.columns)


@contextmanager
def _memory(db: Database) -> Iterator[None]:
    """A database in memory beside ours, as `making`; what it took is given back afterwards."""
    db.execute("ATTACH DATABASE ':memory:' AS making KEY ''")
    try:
        db.execute("PRAGMA making.journal_mode = OFF")
        yield
    finally:
        db.execute("DETACH DATABASE making")


def _make_key(db: Database, pieces: Pieces, key: Key, which: str, debtors: str, told: Told) -> None:
    made = f"making.{key.name}"
    db.execute(f"CREATE TABLE {made} AS {key.select(debtors)} ORDER BY {key.order}")
    _copy_sorted(db, pieces, made, key.table(which), ", ".join((*key.columns, "id")), told)


def _copy_sorted(db: Database, pieces: Pieces, made: str, table: str, columns: str, told: Told) -> None:
    """Copy the rows of a table that was made in their order, and let go of it."""
    rows = db.execute(f"SELECT coalesce(max(rowid), 0) FROM {made}").fetchone()[0]  # noqa: S608
    statement = f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM {made}"  # noqa: S608
    pieces.afresh()
    at = 0
    while at < rows:
        upto = at + pieces.rows
        with pieces.piece():
            db.execute(f"{statement} WHERE rowid > ? AND rowid <= ? ORDER BY rowid", (at, upto))
        at = upto
        told()
    db.execute(f"DELETE FROM {made}")  # noqa: S608 - our own names


def _make_names(db: Database, pieces: Pieces, which: str, told: Told) -> None:
    """The name index is made whole in memory; its tables are copied as they are."""
    db.execute(names_table("making.names"))
    rows = db.execute("SELECT coalesce(max(rowid), 0) FROM making.source").fetchone()[0]
    for start in range(0, rows, _NAMES_A_STEP):
        db.execute(
            "INSERT INTO making.names (rowid, loose) SELECT id, loose FROM making.source"
            " WHERE rowid > ? AND rowid <= ?",
            (start, start + _NAMES_A_STEP),
        )
        told()
    db.execute("INSERT INTO making.names (names) VALUES ('optimize')")
    _copy_blocks(db, pieces, f"debtor_search_{which}_data", told)
    db.execute("CREATE TABLE making.words AS SELECT * FROM making.names_idx ORDER BY segid, term")
    _copy_sorted(db, pieces, "making.words", f"debtor_search_{which}_idx", "segid, term, pgno", told)
    _look_anew(pieces, f"debtor_search_{which}")


def _look_anew(pieces: Pieces, names: str) -> None:
    """Let the name index of this connection, which did not see its blocks change, forget what it had read.

    FTS5 keeps that until another connection commits or a write of its own is undone.
    """
    with pieces.piece() as db:
        db.execute("SAVEPOINT written")
        db.execute(f"INSERT INTO {names} (rowid, loose) VALUES (0, '')")  # noqa: S608 - our own names
        db.execute("ROLLBACK TO written")
        db.execute("RELEASE written")


def _copy_blocks(db: Database, pieces: Pieces, table: str, told: Told) -> None:
    """Copy the blocks of the name index in the order of their ids, over those of an empty one."""
    ends = "SELECT max(id) FROM (SELECT id FROM making.names_data WHERE id > ? ORDER BY id LIMIT ?)"
    statement = f"INSERT OR REPLACE INTO main.{table} SELECT id, block FROM making.names_data"  # noqa: S608
    pieces.afresh()
    at = 0
    while (upto := db.execute(ends, (at, pieces.rows)).fetchone()[0]) is not None:
        with pieces.piece():
            db.execute(f"{statement} WHERE id > ? AND id <= ?", (at, upto))
        at = upto
        told()


def empty_set(pieces: Pieces, which: str, *, rows_too: bool = True) -> None:
    """Empty what a set is found by, and with `rows_too` its debtors, piece by piece."""
    names = f"debtor_search_{which}"
    _empty(pieces, f"{names}_data", "id")
    _empty(pieces, f"{names}_idx", "segid, term")
    with pieces.piece() as db:
        # The index of no name at all has two blocks, which this writes; it also forgets what it remembers.
        db.execute(f"INSERT INTO {names} ({names}) VALUES ('delete-all')")  # noqa: S608
    for key in KEYS:
        _empty(pieces, key.table(which), key.order)
    if rows_too:
        _empty(pieces, f"debt_piece_{which}", "first")
        _empty(pieces, f"debtor_{which}", "id")


def _empty(pieces: Pieces, table: str, order: str) -> None:
    statement = (
        f"DELETE FROM {table} WHERE ({order}) IN (SELECT {order} FROM {table} ORDER BY {order} LIMIT ?)"  # noqa: S608
    )
    pieces.afresh()
    deleted = 1
    while deleted:
        with pieces.piece() as db:
            deleted = db.conn.execute(statement, (pieces.rows,)).rowcount
