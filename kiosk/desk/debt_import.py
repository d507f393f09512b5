"""Brings a file of debts into use on a trial device. A real device gets its debts from the centre."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.core.debts.csv_check import DebtFileNotCleanError
from kiosk.core.debts.csv_rows import Reading
from kiosk.core.debts.pieces import Piece, Totals, pieces_of
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, Role
from kiosk.core.wire.entry import Link
from kiosk.core.wire.times import utc_text
from kiosk.debt_files import check_debt_file, read_debtors
from kiosk.desk.session import Session
from kiosk.store.debts.load import DebtLoad, Progress, empty_idle
from kiosk.store.debts.version import Version


@dataclass(frozen=True)
class ImportedDebts:
    """What came into use: version, sums in piastres, and numbers whose check digit does not match.

    `emptied`: the debts before it are gone; if not (a full disk), the next load empties them first.
    """

    version: int
    as_of: datetime
    loaded: Totals
    doubtful_numbers: int
    emptied: bool
    entry: Link


def debt_reading(session: Session) -> Reading:
    """What the cells of a file of debts are read against on this device."""
    today = session.today()
    kinds = session.reference.policy(today).debt_kinds
    return Reading(session.reference.governorates, today, tuple(kinds))


def import_debts(
    session: Session, path: Path, as_of: datetime, progress: Progress | None = None
) -> ImportedDebts:
    """Check a file whole, load it, and bring it into use as the next version; all or nothing.

    For the supervisor or a technician of a trial. `as_of` is the moment (UTC) that the file tells of.
    Raises KnownError `debt_data.from_centre`, `debt_data.as_of_future`, DebtFileNotCleanError with every
    mistake, `debt_file.changed`, `file.*`, `roles.*`, `session.expired`, `store.*`.
    """
    session.require(Right.STAFF_MANAGE if Role.SUPERVISOR in session.roles else Right.DEVICE_SETUP)
    if not session.store.journal.state().trial:
        raise KnownError("debt_data.from_centre")
    if as_of > session.moment().at:
        raise KnownError("debt_data.as_of_future", as_of=utc_text(as_of))
    reading = debt_reading(session)
    check = check_debt_file(path, reading)
    if check.problems:
        raise DebtFileNotCleanError(path.name, check)
    db = session.store.db
    load, counting = DebtLoad(db), _Counting(read_debtors(path, reading))
    load.load(lambda _held: counting, progress)
    loaded = counting.totals
    if (loaded.debtors, loaded.debts, loaded.charges, loaded.owed) != (
        check.debtors,
        check.debts,
        check.charges,
        check.owed,
    ):
        raise KnownError("debt_file.changed", file=path.name)
    with session.act() as act:
        before: int = act.db.execute("SELECT version FROM debts_in_use").fetchone()[0]
        entry = load.switch(act, Version(version=before + 1, as_of=as_of, rows=loaded.rows))
    return ImportedDebts(
        version=before + 1,
        as_of=as_of,
        loaded=loaded,
        doubtful_numbers=check.doubtful_numbers,
        emptied=_emptied(session),
        entry=entry,
    )


class _Counting:
    """The pieces of some debtors; what came so far is in `totals`."""

    def __init__(self, debtors: Iterable[DebtorRow]) -> None:
        self._debtors = debtors
        self.totals = Totals()

    def __iter__(self) -> Iterator[Piece]:
        for piece, totals in pieces_of(self._debtors):
            self.totals += totals
            yield piece


def _emptied(session: Session) -> bool:
    """Empty the tables before: the act is done, and what stays behind for now is no reason to deny it."""
    try:
        empty_idle(session.store.db)
    except KnownError as error:
        if not error.code.startswith("store."):
            raise
        return False
    return True
