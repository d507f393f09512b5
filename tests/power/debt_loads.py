"""Debts in versions, brought into use as sync does it, in short pieces and with payments between them.

A trial device has no centre: what a load asks of one is handed out by `CannedDebts`, in the same files.
"""

import atexit
import hashlib
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

from sqlite_utils import Database

from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.wire.manifest import DatasetRef
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.debts import pieces
from kiosk.store.debts.load import SoFar
from kiosk.store.debts.tables import KEYS
from kiosk.store.journal import Journal
from kiosk.store.moments import Moment
from kiosk.sync import debts
from kiosk.sync.place import Place
from tests.acts import begin, collection, new_trial
from tests.desk.conftest import Trial
from tests.desk.debts import charge, debt, debtor
from tests.desk.forms import NUMBER
from tests.sync.canned_debts import CannedDebts, Debtors

PIECE = 20
"""Debtors in one piece of a snapshot, and rows that one act of a load writes here at the most."""
FIRST = ("محمد", "أحمد", "فاطمة", "علي", "إيمان", "سعاد", "مصطفى")
SECOND = ("حسن", "عبد الرحمن", "السيد", "البنا")


def owing(number: int, more: int = 0) -> DebtorRow:
    """A debtor with two debts, `more` pounds higher than they were at first; the seventh can be paid."""
    name = f"{FIRST[number % 7]} {SECOND[number % 4]} {FIRST[number // 7 % 7]}"
    rent = debt(f"L-{number}", charge("rent", 90_000 + more))
    fine = debt(f"F-{number}", charge("1", number + more), charge("2", 5))
    return debtor(f"DBT-{number}", rent, fine, name=name, national=NUMBER if number == 7 else None)


class Versions:
    """The versions of one device's debts: 1 is in use before; 2 and 3 come, as snapshots or as changes."""

    def __init__(self, *, changes: bool) -> None:
        self.canned = CannedDebts(PIECE, highest=200)
        first: Debtors = {n: owing(n) for n in range(1, 80)}
        few: Debtors = {n: row for n, row in first.items() if n != 70} | {7: owing(7, 10), 90: owing(90)}
        many: Debtors = {n: owing(n, 3) for n in range(1, 130)}
        one = self.canned.snapshot(first, 1)
        if changes:
            two = self.canned.changed(one, first, few)
            self.refs = {1: one, 2: two, 3: self.canned.changed(two, few, many)}
        else:
            self.refs = {1: one, 2: self.canned.snapshot(many, 2)}

    @property
    def last(self) -> DatasetRef:
        """The version that is in use in the end."""
        return self.refs[max(self.refs)]


class TrialPlace(Place):
    """What a load of debts needs of a device that has no centre: a connection of its own, and moments."""

    def __init__(self, session: Session) -> None:
        store, no_centre = session.store, cast("Any", None)
        db = store.connect()
        journal = Journal(db, store.device_signer)
        root = store.folder.root
        super().__init__(db, journal, no_centre, no_centre, no_centre, no_centre, root, own_connection=True)
        self._session = session

    def moment(self) -> Moment:
        return self._session.moment()


def bring(
    session: Session,
    versions: Versions,
    ref: DatasetRef,
    between: Callable[[int], object] = lambda _: None,
    switched: Callable[[], object] = lambda: None,
    *,
    in_place: int = debts.IN_PLACE,
) -> None:
    """Bring a version into use in acts of `PIECE` rows; `between` is told how many acts there were, and
    `switched` as soon as a version that was made beside the other is in use.

    More than `in_place` changed debtors are changed in a copy.
    """
    acts = 0

    def told(_so_far: SoFar, _debtors: int) -> None:
        nonlocal acts
        acts += 1
        between(acts)

    empty_idle: Callable[[Database], None] = vars(debts)["empty_idle"]

    def empty(db: Database) -> None:
        switched()
        empty_idle(db)

    kept = pieces.FIRST_ROWS, pieces.HOLD_MS, debts.IN_PLACE
    # However fast the machine is, an act is found to have taken too long, and the next one is as small.
    pieces.FIRST_ROWS, pieces.HOLD_MS, debts.IN_PLACE = PIECE, 0, in_place
    vars(debts)["empty_idle"] = empty
    try:
        with closing(TrialPlace(session)) as place:
            debts.apply_debts(place, ref, versions.canned, loading=told)
    finally:
        pieces.FIRST_ROWS, pieces.HOLD_MS, debts.IN_PLACE = kept
        vars(debts)["empty_idle"] = empty_idle


def collect_one(session: Session) -> str:
    """Take 150.00 from the debtor who can be paid; the number of his receipt."""
    return collect(session, collection(session), Offer(cash=150_00)).taken.number


def contents(db: Database) -> bytes:
    """All of the set in use as one hash: debtors, pieces, keys and the index of names."""
    (which,) = db.conn.execute("SELECT current FROM debts_in_use").fetchone()
    names = f"debtor_search_{which}"
    tables = [f"debtor_{which}", f"debt_piece_{which}", f"{names}_data", f"{names}_idx"]
    whole = hashlib.sha256()
    for table in (*tables, *(key.table(which) for key in KEYS)):
        rows = db.conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
        whole.update(repr(rows).encode())
    return whole.digest()


@cache
def _owing() -> Path:
    folder = mkdtemp(prefix="kiosk-owing-")
    atexit.register(shutil.rmtree, folder)
    root = Path(folder) / "device"
    trial = new_trial(root)
    session = trial.unlock("TEL-1")
    begin(session)
    versions = Versions(changes=False)
    bring(session, versions, versions.refs[1])
    trial.close()
    return root


def owing_trial(root: Path) -> Trial:
    """A trial device with an open shift and version 1 of the debts, in a folder that is not there yet."""
    shutil.copytree(_owing(), root)
    return later(Trial(root))


def later(trial: Trial) -> Trial:
    """Let an hour pass on the clocks of a device that others worked on."""
    trial.clocks.pass_time(timedelta(hours=1))
    return trial


@cache
def uncut(*, changes: bool) -> dict[int, bytes]:
    """What each version makes of the set in use where nothing is cut, as `contents` gives it."""
    versions, found = Versions(changes=changes), {}
    with_room = mkdtemp(prefix="kiosk-uncut-")
    try:
        trial = owing_trial(Path(with_room) / "device")
        session = trial.unlock("TEL-1")
        found[1] = contents(session.store.db)
        for version, ref in list(versions.refs.items())[1:]:
            bring(session, versions, ref, in_place=0 if version == 3 else debts.IN_PLACE)
            found[version] = contents(session.store.db)
        trial.close()
    finally:
        shutil.rmtree(with_room)
    return found
