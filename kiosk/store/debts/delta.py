"""Changes the debts in use from one version to the next, in place and in one act.

What is to be written is worked out and judged before the act begins: the act only writes rows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from kiosk.core.debts.pieces import rows_hash, version_hash
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import DebtDelta
from kiosk.core.wire.entry import Link
from kiosk.store.debts.stage import BEYOND, rows_text, stage
from kiosk.store.debts.tables import KEYS, ROW
from kiosk.store.debts.version import Act, Version, check_version, say_applied
from kiosk.store.sqlite import IntegrityError, store_errors

_CHANGED = "(SELECT id FROM incoming.debtor UNION ALL SELECT id FROM incoming.gone)"


class DebtChange:
    """One change: `prepare` once, then `apply` inside an act."""

    def __init__(self, db: Database, *, own_keys: bool = False) -> None:
        self._db = db
        self._stage = stage(db, own_keys=own_keys)
        self._hash = self._base = self._set = ""

    def __enter__(self) -> "DebtChange":
        self._staged = self._stage.__enter__()
        return self

    def __exit__(self, *ended: object) -> None:
        self._stage.__exit__(*ended)  # type: ignore[arg-type]

    def prepare(self, deltas: Sequence[tuple[DebtDelta, bytes]]) -> str:
        """Work out what these changes, one after the other, make of the debts in use; return its hash.

        Raises KnownError `manifest.altered` when the debts in use are not those from which they lead, or
        what they give is not what they say; `dataset.missing`, `store.*`.
        """
        with store_errors():
            self._set, self._base = self._db.execute("SELECT current, hash FROM debts_in_use").fetchone()
            if self._set is None:
                raise KnownError("dataset.missing", dataset="debts")
            for delta, lines in deltas:
                self._staged.merge(delta.gone, lines)
            hashes = {one.first: one.rows for delta, _ in deltas for one in delta.pieces}
            self._work_out_keys()
            table = f"main.debtor_{self._set}"
            merged = (
                f"SELECT * FROM {table} WHERE id NOT IN {_CHANGED}"  # noqa: S608 - our own names
                " UNION ALL SELECT * FROM incoming.debtor"
            )
            listed = dict(self._db.execute(f"SELECT first, rows FROM main.debt_piece_{self._set}").fetchall())  # noqa: S608
            self._hashes = sorted(hashes.items())
            listed |= hashes
            check_pieces(self._db, merged, hashes, listed)
            self._hash = version_hash(sorted(listed.items()))
        return self._hash

    def apply(self, act: Act, version: Version) -> Link:
        """Write what was prepared inside the act's transaction; return its entry.

        Raises KnownError `debt_data.overtaken`, `debt_data.not_newer`, `debt_data.beyond_journal`, and
        `manifest.altered` for a debtor or an account that would be there twice.
        """
        check_version(act.db, version)
        moved = act.db.conn.execute(
            "UPDATE debts_in_use SET version = ?, hash = ? WHERE current = ? AND hash = ?",
            (version.version, self._hash, self._set, self._base),
        )
        if moved.rowcount != 1:
            raise KnownError("debt_data.overtaken")
        try:
            self._write(act.db)
        except IntegrityError as error:
            raise KnownError("manifest.altered", name="debts") from error
        return say_applied(act, version, self._hash)

    def _work_out_keys(self) -> None:
        """Which rows of each key go and come, and which names; most changes are of amounts alone."""
        here = f"main.debtor_{self._set}"
        changed = f"d.id IN {_CHANGED}"
        for key in KEYS:
            old, new = key.select(here, changed), key.select("incoming.debtor")
            self._db.execute(f"CREATE TABLE incoming.{key.name}_goes AS {old} EXCEPT {new}")
            self._db.execute(f"CREATE TABLE incoming.{key.name}_comes AS {new} EXCEPT {old}")
        old = f"SELECT d.id, d.loose FROM {here} d WHERE {changed}"  # noqa: S608 - our own names
        new = "SELECT id, loose FROM incoming.debtor"
        self._db.execute(f"CREATE TABLE incoming.name_goes AS {old} EXCEPT {new}")
        self._db.execute(f"CREATE TABLE incoming.name_comes AS {new} EXCEPT {old}")

    def _write(self, db: Database) -> None:
        which = self._set
        names, debtors = f"main.debtor_search_{which}", f"main.debtor_{which}"
        for key in KEYS:
            order = key.order
            db.execute(
                f"DELETE FROM main.{key.table(which)} WHERE ({order}) IN"  # noqa: S608 - our own names
                f" (SELECT {order} FROM incoming.{key.name}_goes)"
            )
        db.execute(
            f"INSERT INTO {names} (debtor_search_{which}, rowid, loose)"  # noqa: S608
            " SELECT 'delete', id, loose FROM incoming.name_goes"
        )
        db.execute(f"DELETE FROM {debtors} WHERE id IN (SELECT id FROM incoming.gone)")  # noqa: S608
        db.execute(f"INSERT OR REPLACE INTO {debtors} SELECT {ROW} FROM incoming.debtor")  # noqa: S608
        for key in KEYS:
            columns = ", ".join((*key.columns, "id"))
            db.execute(
                f"INSERT INTO main.{key.table(which)} ({columns})"  # noqa: S608
                f" SELECT {columns} FROM incoming.{key.name}_comes"
            )
        db.execute(f"INSERT INTO {names} (rowid, loose) SELECT id, loose FROM incoming.name_comes")  # noqa: S608
        keep_piece_hashes(db, which, self._hashes)


def keep_piece_hashes(db: Database, which: str, hashes: Iterable[tuple[int, str]]) -> None:
    """Keep where pieces begin and what their rows hash to."""
    db.conn.executemany(f"INSERT OR REPLACE INTO main.debt_piece_{which} VALUES (?, ?)", hashes)  # noqa: S608


def check_pieces(db: Database, debtors: str, named: Iterable[int], listed: Mapping[int, str]) -> None:
    """Hash the rows of changed pieces anew, from what the statement `debtors` gives: those that the changes
    name, and any in which the stage holds a change all the same, or what is in use would be another version
    than its hash says.

    `listed`: where all pieces begin, and their hashes. Raises KnownError `manifest.altered`.
    """
    begins = sorted(listed)
    after = dict(zip(begins, [*begins[1:], None], strict=True))
    for first in sorted({*named, *_touched(db, begins)}):
        if rows_hash(rows_text(db, f"({debtors})", first, after[first])) != listed[first]:
            raise KnownError("manifest.altered", name="debts")


def _touched(db: Database, begins: Sequence[int]) -> set[int]:
    """Where the pieces begin that hold who is on the stage. Raises KnownError `manifest.altered`."""
    found = set()
    for (number,) in db.execute(_CHANGED[1:-1]).fetchall():
        place = bisect_right(begins, number) - 1
        if place < 0 or number >= BEYOND:
            raise KnownError("manifest.altered", name="debts")
        found.add(begins[place])
    return found
