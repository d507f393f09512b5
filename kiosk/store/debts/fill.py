"""Fills one set of the debt tables and empties it, in pieces that are transactions of their own."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.debts.snapshot import DebtorRow, DebtRow, SnapshotHash
from kiosk.core.errors import BugError, KnownError
from kiosk.store.debts.keys import code_key, name_keys
from kiosk.store.debts.tables import BELOW, MOST_DEBTORS, indexes
from kiosk.store.rows import Value

Piece = Callable[[], AbstractContextManager[Database]]
"""Opens one transaction."""

_MERGE_PAGES = 500
"""Pages of the name index that one transaction of the final merge writes at the most."""
_DEBTOR = (
    "(id, code, name, exact, loose, father, address, national, phone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DEBT = (
    "(id, account, account_key, kind, body, fund, deposit, leased_to, holder, until, burden_bp,"
    " contract, contract_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHARGE = "(id, charge, component, due, owed, label) VALUES (?, ?, ?, ?, ?, ?)"
_Values = list[tuple[Value, ...]]


@dataclass(frozen=True)
class Loaded:
    """What was loaded: rows of each kind, everything owed in piastres, and the hash of the snapshot."""

    debtors: int
    debts: int
    charges: int
    owed: int
    hash: str

    @property
    def rows(self) -> int:
        """Rows of all kinds."""
        return self.debtors + self.debts + self.charges


class Filling:
    """Turns debtors into rows of one set: `take` works them out, `write` puts them into a transaction."""

    def __init__(self, which: str) -> None:
        self._which = which
        self._hash = SnapshotHash()
        self.debtors = self._debts = self._charges = self._owed = 0
        self._clear()

    def take(self, debtors: list[DebtorRow]) -> None:
        """Work out keys, hash and rows of a chunk, outside any transaction.

        Raises KnownError `debt_data.twice` for a charge that its account has twice.
        """
        self._clear()
        self._hash.add(debtors)
        for row in debtors:
            self.debtors += 1
            _check_places(self.debtors, row)
            exact, loose = name_keys(row.name)
            self._debtor_rows.append(
                (
                    self.debtors,
                    row.code,
                    row.name,
                    exact,
                    loose,
                    row.father,
                    row.address,
                    row.national,
                    row.phone,
                )
            )
            self._names.append((self.debtors, loose))
            for place, debt in enumerate(row.debts):
                self._take_debt(self.debtors * BELOW + place, debt)

    def write(self, db: Database) -> None:
        """Insert what was taken last."""
        which = self._which
        for head, rows in (
            (f"debtor_{which} {_DEBTOR}", self._debtor_rows),
            (f"debt_{which} {_DEBT}", self._debt_rows),
            (f"charge_{which} {_CHARGE}", self._charge_rows),
            (f"debtor_search_{which} (rowid, loose) VALUES (?, ?)", self._names),
        ):
            db.conn.executemany(f"INSERT INTO {head}", rows)

    def loaded(self) -> Loaded:
        """What has been taken in all."""
        return Loaded(self.debtors, self._debts, self._charges, self._owed, self._hash.hexdigest())

    def _take_debt(self, number: int, debt: DebtRow) -> None:
        self._debts += 1
        purse, lease, contract = debt.purse, debt.lease, debt.contract
        self._debt_rows.append(
            (
                number,
                debt.account,
                code_key(debt.account),
                debt.kind,
                purse.body,
                purse.fund,
                int(purse.deposit),
                lease.to.value,
                lease.holder,
                lease.until.isoformat() if lease.until else None,
                debt.burden_bp,
                contract,
                code_key(contract) if contract else None,
            )
        )
        if len({one.charge.id for one in debt.charges}) != len(debt.charges):
            raise KnownError("debt_data.twice", which=debt.account)
        for place, one in enumerate(debt.charges):
            charge = one.charge
            self._charge_rows.append(
                (
                    number * BELOW + place,
                    charge.id,
                    charge.component.value,
                    charge.due.isoformat(),
                    charge.owed,
                    one.label,
                )
            )
            self._owed += charge.owed
        self._charges += len(debt.charges)

    def _clear(self) -> None:
        self._debtor_rows: _Values = []
        self._debt_rows: _Values = []
        self._charge_rows: _Values = []
        self._names: _Values = []


def _check_places(number: int, row: DebtorRow) -> None:
    most = max((len(debt.charges) for debt in row.debts), default=0)
    if number > MOST_DEBTORS or max(most, len(row.debts)) > BELOW:
        raise BugError("a snapshot larger than its tables can number")


def chunks(debtors: Iterable[DebtorRow], rows: int) -> Iterator[list[DebtorRow]]:
    """Cut debtors into lists of about so many rows of all kinds; a debtor stays whole."""
    chunk: list[DebtorRow] = []
    held = 0
    for debtor in debtors:
        chunk.append(debtor)
        held += 1 + sum(1 + len(debt.charges) for debt in debtor.debts)
        if held >= rows:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def empty(piece: Piece, which: str, rows: int) -> None:
    """Empty a set: its indexes, its names, then `rows` rows at a time. Freed pages are overwritten."""
    for name in indexes(which):
        with piece() as db:
            db.execute(f"DROP INDEX IF EXISTS {name}")
    with piece() as db:
        names = f"debtor_search_{which}"
        db.execute(f"INSERT INTO {names} ({names}) VALUES ('delete-all')")  # noqa: S608 - our own names
    for table in (f"charge_{which}", f"debt_{which}", f"debtor_{which}"):
        statement = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} LIMIT ?)"  # noqa: S608
        deleted = 1
        while deleted:
            with piece() as db:
                deleted = db.conn.execute(statement, (rows,)).rowcount


def merge_names(piece: Piece, which: str) -> None:
    """Merge the name index into one segment, a few pages at a time: it is read three times faster then."""
    names = f"debtor_search_{which}"
    statement = f"INSERT INTO {names} ({names}, rank) VALUES ('merge', ?)"  # noqa: S608 - our own names
    pages, written = -_MERGE_PAGES, 2
    while pages < 0 or written > 1:
        with piece() as db:
            before = db.conn.total_changes
            db.execute(statement, (pages,))
            written = db.conn.total_changes - before if pages > 0 else 2
        pages = _MERGE_PAGES
