"""Reads the debts in use: their version, one debtor's debts, and the balances that people are shown.

Shown balance = snapshot balance − own entries not yet applied in it (`kiosk.core.debts.balance`).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.core.clock import Zone
from kiosk.core.debts.age import DataAge, data_age
from kiosk.core.debts.balance import Applied, OwnPart, Shown, shown_balance
from kiosk.core.debts.keys import code_key
from kiosk.core.debts.model import Debt
from kiosk.core.debts.pieces import rows_hash, version_hash
from kiosk.core.debts.snapshot import ChargeRow, DebtRow, read_debts
from kiosk.core.entries.payment import SnapshotRef
from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.core.wire.times import parse_utc, utc_ms
from kiosk.store.debts.stage import rows_text
from kiosk.store.debts.version import DEBTS


@dataclass(frozen=True)
class DataVersion:
    """The snapshot in use: `as_of` is the moment it tells of; up to `applied_through` it has our entries."""

    version: int
    hash: str
    as_of: datetime
    rows: int
    applied_through: int
    not_applied: tuple[int, ...]

    @property
    def reference(self) -> SnapshotRef:
        """What a payment pins."""
        return SnapshotRef(dataset=DEBTS, version=self.version, as_of=self.as_of)

    def age(self, day: date, zone: Zone, policy: Policy) -> DataAge:
        """How old it is on a business date."""
        return data_age(zone.local_date(utc_ms(self.as_of)), day, policy)

    def applied(self, stream: str) -> Applied:
        """Which of this device's entries it contains."""
        held_back = frozenset((stream, seq) for seq in self.not_applied)
        return Applied({stream: self.applied_through}, held_back)


@contextmanager
def one_moment(db: Database) -> Iterator[Database]:
    """Let several reads see the same data, also while another connection switches the snapshot."""
    if db.conn.in_transaction:
        yield db
        return
    db.conn.execute("BEGIN")
    try:
        yield db
    finally:
        db.conn.execute("ROLLBACK")


def data_version(db: Database) -> DataVersion:
    """Return the version in use. Raises KnownError `dataset.missing` when no debts were ever loaded."""
    row = db.execute(
        "SELECT s.version, s.hash, s.as_of, s.rows, s.applied_through, s.not_applied"
        " FROM snapshot_applied s JOIN debts_in_use u ON u.version = s.version AND u.hash = s.hash"
        " WHERE s.dataset = ?",
        (DEBTS,),
    ).fetchone()
    if row is None:
        raise KnownError("dataset.missing", dataset=DEBTS)
    version, hash_, as_of, rows, through, not_applied = row
    return DataVersion(version, hash_, parse_utc(as_of), rows, through, tuple(json.loads(not_applied)))


def set_in_use(db: Database) -> str:
    """Return the letter of the set in use. Raises KnownError `dataset.missing`."""
    current: str | None = db.execute("SELECT current FROM debts_in_use").fetchone()[0]
    if current is None:
        raise KnownError("dataset.missing", dataset=DEBTS)
    return current


def debt_rows_of(db: Database, debtor: str) -> list[DebtRow]:
    """Return the debts of a debtor (his code) as the snapshot has them, in its order; [] for no such code.

    Raises KnownError `dataset.missing`.
    """
    with one_moment(db):
        which = set_in_use(db)
        row = db.execute(
            f"SELECT debts FROM debtor_{which}"  # noqa: S608 - our own names
            f" WHERE id = (SELECT id FROM debtor_code_{which} WHERE code = ?)",
            (debtor,),
        ).fetchone()
        return list(read_debts(row[0])) if row else []


def debts_of(db: Database, debtor: str) -> list[Debt]:
    """Return the debts of a debtor (his code) for the rules of payment, balances as in the snapshot.

    Raises KnownError `dataset.missing`.
    """
    return [row.debt(debtor) for row in debt_rows_of(db, debtor)]


def charges(db: Database, account: str) -> tuple[ChargeRow, ...]:
    """Return the dated lines of one account as the snapshot has them; () for no such account.

    Raises KnownError `dataset.missing`.
    """
    with one_moment(db):
        which = set_in_use(db)
        row = db.execute(
            f"SELECT debts FROM debtor_{which} WHERE id = (SELECT id FROM debt_account_{which}"  # noqa: S608
            " WHERE account_key = ? AND account = ?)",
            (code_key(account), account),
        ).fetchone()
    debts = read_debts(row[0]) if row else ()
    return next((debt.charges for debt in debts if debt.account == account), ())


def shown_debts(db: Database, stream: str, debtor: str) -> list[Shown]:
    """Return a debtor's debts as people are shown them: the snapshot less our own entries it lacks.

    `stream` is the journal of this store. Raises KnownError `dataset.missing`.
    """
    with one_moment(db):
        applied = data_version(db).applied(stream)
        listed = debts_of(db, debtor)
        own = _own_parts(db, stream, [debt.id for debt in listed])
    return [shown_balance(debt, own, applied) for debt in listed]


def undivided(db: Database, stream: str, debtor: str) -> int:
    """Return what we took from a debtor on account of no debt in particular and the centre has not divided.

    In piastres. Raises KnownError `dataset.missing`.
    """
    with one_moment(db):
        applied = data_version(db).applied(stream)
        rows = db.execute(
            "SELECT a.seq, a.piastres FROM payment p JOIN allocation a ON a.seq IN (p.seq, p.voided)"
            " WHERE p.kind = 'debts' AND p.reference = ? AND a.debt IS NULL",
            (debtor,),
        ).fetchall()
    parts = (OwnPart(stream, seq, "", None, amount) for seq, amount in rows)
    return sum(part.amount for part in parts if not applied.contains(part))


def check_debts(db: Database) -> None:
    """Work out the hash of the set in use again. Raises KnownError `debt_data.altered`, `dataset.missing`.

    A million debts take some seconds.
    """
    with one_moment(db):
        expected, which = data_version(db), set_in_use(db)
        kept = db.execute(f"SELECT first, rows FROM debt_piece_{which} ORDER BY first").fetchall()  # noqa: S608
        begins = [first for first, _ in kept]
        for (first, rows), before in zip(kept, [*begins[1:], None], strict=True):
            if rows_hash(rows_text(db, f"debtor_{which}", first, before)) != rows:
                raise KnownError("debt_data.altered")
    if version_hash(kept) != expected.hash:
        raise KnownError("debt_data.altered")


def _own_parts(db: Database, stream: str, accounts: list[str]) -> list[OwnPart]:
    """What our entries did to these debts; several parts of one entry on one charge are added up."""
    rows = db.execute(
        "SELECT seq, debt, charge, sum(piastres) FROM allocation"
        " WHERE debt IN (SELECT value FROM json_each(?)) GROUP BY seq, debt, charge",
        (json.dumps(accounts),),
    )
    return [OwnPart(stream, seq, debt, charge, amount) for seq, debt, charge, amount in rows.fetchall()]
