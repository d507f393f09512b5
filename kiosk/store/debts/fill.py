"""Turns the debtors of a snapshot into rows of one set of the debt tables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.debts.snapshot import DebtorRow, DebtRow, SnapshotHash
from kiosk.core.errors import BugError, KnownError
from kiosk.store.debts.keys import code_key, name_keys
from kiosk.store.debts.tables import BELOW, MOST_DEBTORS
from kiosk.store.rows import Value

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


@dataclass(frozen=True)
class SoFar:
    """How far a load is. `searchable`: all rows are there, and it is made what they are found by."""

    debtors: int
    debts: int
    rows: int
    searchable: bool = False


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
            for place, debt in enumerate(row.debts):
                self._take_debt(self.debtors * BELOW + place, debt)

    def write(self, db: Database) -> None:
        """Insert what was taken last."""
        which = self._which
        for head, rows in (
            (f"debtor_{which} {_DEBTOR}", self._debtor_rows),
            (f"debt_{which} {_DEBT}", self._debt_rows),
            (f"charge_{which} {_CHARGE}", self._charge_rows),
        ):
            db.conn.executemany(f"INSERT INTO {head}", rows)

    def hash_so_far(self) -> str:
        """The hash of what has been taken so far, as a whole snapshot."""
        return self._hash.hexdigest()

    def so_far(self, *, searchable: bool) -> SoFar:
        """How much has been taken."""
        rows = self.debtors + self._debts + self._charges
        return SoFar(self.debtors, self._debts, rows, searchable)

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


def _check_places(number: int, row: DebtorRow) -> None:
    most = max((len(debt.charges) for debt in row.debts), default=0)
    if number > MOST_DEBTORS or max(most, len(row.debts)) > BELOW:
        raise BugError("a snapshot larger than its tables can number")


def chunks(debtors: Iterable[DebtorRow], rows: Callable[[], int]) -> Iterator[list[DebtorRow]]:
    """Cut debtors into lists of about as many rows of all kinds as `rows` says; a debtor stays whole."""
    chunk: list[DebtorRow] = []
    held, wanted = 0, rows()
    for debtor in debtors:
        chunk.append(debtor)
        held += 1 + sum(1 + len(debt.charges) for debt in debtor.debts)
        if held >= wanted:
            yield chunk
            chunk, held, wanted = [], 0, rows()
    if chunk:
        yield chunk
