"""What a citizen waits for at the counter: the commit of a payment with its receipt, on the real store.

`python -m benchmarks.store_commit N` makes a store and takes N payments: what is run under strace to count.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from sqlite_utils import Database

from benchmarks.frame import Figure, against_limit, interleaved
from kiosk.core.entries.parts import Line, PersonRef, VersionRef
from kiosk.core.entries.payment import RequestFor
from kiosk.core.entries.request import Papers, RequestTaken
from kiosk.desk.pay import Bill, Offer, take_payment
from kiosk.desk.reference import Reference
from kiosk.desk.session import Session
from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.desk.shift_open import open_shift
from kiosk.store.log_room import lay_log
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slot_model import KdfParameters
from kiosk.store.slots import NewStaff
from kiosk.store.store import Opening, Store
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

CHEAP = Opening(kdf=KdfParameters(64, 1, 1), floor=KdfParameters(8, 1, 1))
"""Opening a slot is no part of a commit, so it need not cost what it costs in the field."""
TYPED = "33344455566677"
ROUNDS = 151
LOG_FRAMES = 1_000
"""SQLite moves the log into the database after so many pages, and overwrites it from then on."""
MILLI = 1_000
REQUESTS = 100
PERSON = PersonRef(person="ab" * 16, commitment="cd" * 32)
SYNCS = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?f(?:data)?sync$", re.MULTILINE)


def commit() -> Iterator[Figure]:
    """A payment as the screen takes it, in ms, against one durable row of plain SQLite.

    Three lines, change, receipt, intent, and the request for its print. Both in WAL mode with
    synchronous=FULL, their logs at full length as on a device at work, in one folder, in turns. Either limit
    will do: 2 times the plain row, or 1 ms, below which nobody notices what the encryption costs.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        till(Path(folder)) as (pay, _),
        closing(_plain(Path(folder) / "plain.db")) as plain,
    ):
        own, peer = (seconds * MILLI for seconds in interleaved(pay, lambda: _row(plain), rounds=ROUNDS))
    limit = max(peer * 2.0, 1.0)
    yield Figure("store.commit against a plain row", own, "ms", limit, peer, own / peer, own <= limit)
    if shutil.which("strace"):
        yield against_limit("store.commit syncs", _syncs_each(5, 25), "a commit", limit=1)


@contextmanager
def till(folder: Path) -> Iterator[tuple[Callable[[], object], Callable[[], Database]]]:
    """A trial store with an open shift: what takes the next payment, and what connects another thread."""
    zone = read_zone(shipped_zone_text())
    data = shipped_trial_data()
    policy = data.policy.replace(b'"20000.00"', b'"99000000.00"')
    expires = datetime.now(UTC) + timedelta(days=30)
    staff = [
        NewStaff(code, (role,), NewSecret(TYPED), expires)
        for code, role in (("SUP-1", "supervisor"), ("TEL-1", "teller"))
    ]
    plan = TrialPlan(unit="U-1", vehicle=None, staff=staff, data=replace(data, policy=policy))
    set_up_trial(folder / "store", plan, DeviceClock(zone), CHEAP)
    with Store.open(folder / "store", "TEL-1", TYPED, opening=CHEAP) as store:
        session = Session(store, Reference(store.db), DeviceClock(zone))
        open_shift(session, {"note-10": 50})
        bills = cycle([_bill(session, serial) for serial in range(1, REQUESTS + 1)])
        lay_log(store.db, store.folder.database, leave_mb=0)
        numbers = iter(range(1, 1_000_000))
        yield (
            lambda: take_payment(
                session, next(bills), Offer(cash=20_000), intent=f"{next(numbers):032x}", printed=True
            ),
            store.connect,
        )


def _bill(session: Session, serial: int) -> Bill:
    """A part of a request that is large enough for every round: a few payments each, as in an office."""
    tracking = f"D00000000-2026-{serial:06d}"
    amounts = {"base": 12_000, "stamp": 550, "development": 1_450}
    lines = tuple(
        Line(kind=kind, account="1-2-3", label=kind, piastres=amount, refundable=False, sample=True)
        for kind, amount in amounts.items()
    )
    whole = replace(lines[0], piastres=10**9)
    version = VersionRef(version=1, hash="00" * 32)
    with session.act(session.own_shift()) as act:
        act.append(
            RequestTaken(
                tracking=tracking,
                service="S-1",
                catalogue=version,
                fees=version,
                person=PERSON,
                capacity="self",
                answers={},
                papers=Papers(given=(), missing=()),
                conditional_until=None,
                fee_lines=(whole,),
                total=10**9,
                due=10**9,
            )
        )
    return Bill(what_for=RequestFor(tracking=tracking), lines=lines, payer=PERSON, capacity="self")


def _plain(file: Path) -> sqlite3.Connection:
    """A plain SQLite file as durable as ours, whose log has reached its length."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, content TEXT)")
    connection.execute("PRAGMA synchronous = OFF")
    for _ in range(LOG_FRAMES):
        _row(connection)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _row(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO row (content) VALUES (?)", ("x" * 200,))
    connection.execute("COMMIT")


def _syncs_each(few: int, many: int) -> float:
    """Syncs of one payment: the difference of two runs that differ in nothing but their number."""
    return (_syncs(many) - _syncs(few)) / (many - few)


def _syncs(payments: int) -> int:
    command = [sys.executable, "-m", "benchmarks.store_commit", str(payments)]
    trace = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", *command]
    said = subprocess.run(trace, check=True, capture_output=True, text=True).stderr
    return sum(int(count) for count in SYNCS.findall(said))


def _take(payments: int) -> None:
    with tempfile.TemporaryDirectory() as folder, till(Path(folder)) as (pay, _):
        for _ in range(payments):
            pay()


if __name__ == "__main__":
    _take(int(sys.argv[1]))
