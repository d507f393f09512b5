"""Debts for tests: a small encrypted database with a journal, and short ways to write and load snapshots."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from kiosk.core.clock import Zone
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.pieces import PIECE_DEBTORS, pieces_of
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.entries.body import Body
from kiosk.core.policy import Component
from kiosk.core.wire.entry import Clock, Link
from kiosk.store.debts.load import DebtLoad, Loaded, Source
from kiosk.store.debts.version import Version
from kiosk.store.driver import open_database, transaction
from kiosk.store.journal import Journal, Signer
from kiosk.store.moments import Moment
from kiosk.store.schema import migrations
from tests.core.entries.samples import (
    DEVICE,
    DEVICE_KEY,
    STREAM,
    STREAM_OPENED,
    SUPERVISOR,
    SUPERVISOR_KEY,
    TELLER,
    TELLER_KEY,
)

KEY, SALT = bytes(range(32)), bytes(range(16))
AS_OF = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
MOMENT = Moment(
    datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    Zone(((0, 120),)),
    Clock(boot="b0" * 16, mono_ms=3_600_000, anchor=None, suspect=False),
)
PURSE = Purse("unit", "rent")
HERE = Lease(LeasedTo.UNIT, "U-12", date(2027, 6, 30))


@dataclass
class Device:
    """A database with a journal that was begun; it is an act to `DebtLoad.switch` while `acting`."""

    db: Database
    journal: Journal

    def append(self, body: Body) -> Link:
        signers = [Signer(TELLER, TELLER_KEY), Signer(SUPERVISOR, SUPERVISOR_KEY)]
        if body.TYPE == "snapshot.applied":
            signers = []
        return self.journal.append(body, MOMENT, staff=TELLER, shift=1, signers=signers)

    @contextmanager
    def acting(self) -> Iterator["Device"]:
        with transaction(self.db):
            yield self

    def bring(self, rows: Iterable[DebtorRow], version: int, through: int = 0, *held: int) -> Loaded:
        """Load a snapshot and bring it into use; it contains our entries up to `through` but for `held`."""
        load, listed = DebtLoad(self.db), list(rows)
        loaded = load.load(source(listed))
        link = Link(STREAM, through) if through else None
        said = Version(version=version, as_of=AS_OF, rows=len(listed), applied_through=link, not_applied=held)
        with self.acting() as act:
            load.switch(act, said)
        return loaded


def source(rows: Iterable[DebtorRow], size: int = PIECE_DEBTORS) -> Source:
    """Debtors as the pieces of a snapshot, of so many debtors each."""
    return lambda held: (piece for piece, _ in islice(pieces_of(rows, size), held, None))


@contextmanager
def device(folder: Path) -> Iterator[Device]:
    """A new device in a folder; its journal has one entry."""
    db = open_database(folder / "kiosk.db", KEY, SALT, create=True)
    migrations.apply(db)
    journal = Journal(db, Signer(DEVICE, DEVICE_KEY))
    with transaction(db):
        journal.start(STREAM, STREAM_OPENED, MOMENT)
    yield Device(db, journal)
    db.close()


def charge(name: str, owed: int, due: str = "2026-01-01") -> ChargeRow:
    """A charge of so many piastres."""
    return ChargeRow(Charge(name, Component.PRINCIPAL, date.fromisoformat(due), owed), f"قسط {name}")


def debt(account: str, *charges: ChargeRow, contract: str | None = None) -> DebtRow:
    return DebtRow(account, "land_rent", PURSE, charges, HERE, None, contract)


def debtor(
    code: str, name: str, *debts: DebtRow, national: str | None = None, phone: str | None = None
) -> DebtorRow:
    return DebtorRow(code, name, debts, "حسن", "كفر الشيخ", national, phone)


def many(count: int, mark: str = "") -> list[DebtorRow]:
    """So many debtors with one debt of two charges each; `mark` tells two snapshots apart."""
    first, second = ("محمد", "أحمد", "فاطمة", "علي", "إيمان"), ("حسن", "عبد الرحمن", "السيد")
    return [
        debtor(
            f"DB-{n}",
            f"{first[n % 5]} {second[n % 3]} {second[n // 7 % 3]} {mark or 'النجار'}",
            debt(f"LR-{n}", charge("1", 1_000 + n), charge("2", 500)),
            national=f"2900101{n:07d}",
            phone=f"+2010{n:08d}",
        )
        for n in range(1, count + 1)
    ]
