"""What is done while the power may be cut, in a process of its own, which tells what must hold from then on.

`python -m tests.power.scenarios` reads lines of JSON, [NAME, FOLDER, FILE, CONTROL], and in a fork of itself
does the scenario on the trial device in FOLDER and writes what it tells to FILE, one JSON a line. CONTROL
spoils the connection on purpose (`CONTROLS`): the suite must then find lost entries. Nothing in the product
knows of either.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.desk.keys import change_data_key
from kiosk.desk.pay import RECEIPT, Offer
from kiosk.desk.serve import pay_request
from kiosk.desk.session import Session
from kiosk.desk.staff import add_person, change_own_secret, remove_person, renew_secret
from kiosk.store import driver, files
from kiosk.store.debts import pieces
from kiosk.store.log_room import lay_log
from kiosk.store.print_jobs import PrintOutcome, PrintState, begin_print, next_print, queue_print
from kiosk.store.secret_digits import generate_secret
from tests.acts import (
    ask,
    begin,
    finish,
    hand,
    in_drawer,
    outage,
    owe,
    pay_debt,
    pay_for,
    read_x,
    tally,
    void,
)
from tests.desk.conftest import SECRETS, Trial, make_trial
from tests.devices.desks import JournalDesk
from tests.power.debt_loads import Versions, bring, collect_one, later

SMALL_LOG = 60
"""Pages after which the log is moved into the database: often, so that cuts fall into that too."""


@dataclass
class Doer:
    """The device at work, and the file in which it tells."""

    trial: Trial
    told: int
    session: Session = field(init=False)

    def unlock(self, code: str) -> Session:
        self.session = self.trial.unlock(code)
        store = self.session.store
        store.db.conn.execute(f"PRAGMA wal_autocheckpoint = {SMALL_LOG}")
        lay_log(store.db, store.folder.database, leave_mb=0)
        return self.session

    def tell(self, **what: Any) -> None:
        os.write(self.told, json.dumps(what).encode() + b"\n")

    def stands(self, **what: Any) -> None:
        """What was done is told: so many entries, the hash of the last, and what else came of it."""
        state = self.session.store.journal.state()
        self.tell(seq=state.seq, head=state.head.hex(), **what)

    def does(self, act: Callable[[Session], object]) -> None:
        act(self.session)
        self.stands()


def morning(doer: Doer) -> None:
    """A shift from its opening to its close: requests, payments, a void, a handover, another person after."""
    doer.unlock("TEL-1")
    doer.does(begin)
    for _ in range(2):
        tracking = ask(doer.session)
        doer.stands(tracking=tracking)
        doer.stands(receipt=pay_for(doer.session, tracking).number)
    taken = pay_debt(doer.session)
    doer.stands(receipt=taken.number)
    doer.does(lambda session: void(session, taken.number))
    doer.does(outage)
    doer.does(read_x)
    doer.does(lambda session: hand(session, in_drawer(session) - 100_00))
    doer.does(tally)
    doer.does(lambda session: finish(session, in_drawer(session)))
    doer.unlock("TEL-2")
    doer.does(lambda session: begin(session, 100_00))
    doer.stands(tracking=ask(doer.session))


def prints(doer: Doer) -> None:
    """Papers of one receipt, each told when its first byte goes out, and when it has ended."""
    doer.unlock("TEL-1")
    doer.does(begin)
    taken = pay_request(doer.session, ask(doer.session), Offer(cash=100_00), printed=True)
    doer.stands(receipt=taken.number)
    desk = JournalDesk(doer.session)
    first = desk.next_job()
    assert first is not None
    for state in (PrintState.UNCERTAIN, PrintState.CONFIRMED, PrintState.FAILED):
        if next_print(doer.session.store.db) is None:
            with doer.session.store.transaction() as db:
                queue_print(db, RECEIPT, first.entry, "customer_lost")
        job = desk.next_job()
        assert job is not None
        with doer.session.store.transaction() as db:
            copy = begin_print(db, job.job, "generic-80")
        doer.tell(sent=job.job, copy=copy)
        fault = None if state is PrintState.CONFIRMED else "print.lost"
        desk.report(PrintOutcome(job, "generic-80", copy, state, sent=True, fault=fault))
        doer.stands(ended=job.job)


def people(doer: Doer) -> None:
    """A person is let in, one forgets his secret, one chooses another, one leaves."""
    doer.unlock("SUP-1")
    doer.tell(either="TEL-9")
    added = add_person(doer.session, "TEL-9", ["teller"])
    doer.stands(opens="TEL-9", secret=added.secret.grouped())
    doer.tell(either="COL-1")
    renewed = renew_secret(doer.session, "COL-1")
    doer.stands(opens="COL-1", secret=renewed.secret.grouped())
    new = generate_secret()
    doer.tell(either="SUP-1", secret=new.grouped())
    change_own_secret(doer.session, SECRETS["SUP-1"][0], new, new.grouped())
    doer.stands(opens="SUP-1", secret=new.grouped())
    doer.unlock("SUP-2")
    doer.tell(either="INS-1")
    remove_person(doer.session, "INS-1", "left")
    doer.stands(shut="INS-1")


def debts(doer: Doer) -> None:
    """A new version of the debts comes into use."""
    doer.unlock("TEL-1")
    doer.does(begin)
    doer.does(owe)


def loading(doer: Doer) -> None:
    """A snapshot of some hundred debts loads beside those in use, while two of those are paid."""
    later(doer.trial)
    session = doer.unlock("TEL-1")
    versions = Versions(changes=False)

    def between(acts: int) -> None:
        if acts in (3, 9):
            doer.stands(receipt=collect_one(session))

    bring(session, versions, versions.last, between, lambda: doer.stands(version=2))
    doer.stands(receipt=collect_one(session))


def changing(doer: Doer) -> None:
    """Few debts change in place, in one act; then many in a copy, piece by piece, while one is paid."""
    later(doer.trial)
    session = doer.unlock("TEL-1")
    versions = Versions(changes=True)
    bring(session, versions, versions.refs[2])
    doer.stands(version=2)
    doer.stands(receipt=collect_one(session))

    def between(acts: int) -> None:
        if acts == 3:
            doer.stands(receipt=collect_one(session))

    bring(session, versions, versions.refs[3], between, lambda: doer.stands(version=3), in_place=0)


def rekey(doer: Doer) -> None:
    """The database gets a new data key in the middle of a day."""
    doer.unlock("TEL-1")
    doer.does(begin)
    doer.stands(receipt=pay_for(doer.session, ask(doer.session)).number)
    doer.unlock("SUP-1")
    change_data_key(doer.session)
    doer.stands()
    doer.unlock("TEL-1")
    doer.stands(tracking=ask(doer.session))


def setup(doer: Doer) -> None:
    """A device is set up in an empty folder."""
    doer.trial = make_trial(doer.trial.root)
    doer.unlock("SUP-1")
    doer.stands()


SCENARIOS: dict[str, Callable[[Doer], None]] = {
    "morning": morning,
    "prints": prints,
    "people": people,
    "debts": debts,
    "loading": loading,
    "changing": changing,
    "rekey": rekey,
    "setup": setup,
}


def _with(*pragmas: str) -> Callable[[], None]:
    """Make every connection of the product one with these settings instead of its own."""

    def spoil() -> None:
        settle = driver._settle

        def spoiled(connection: Any) -> None:
            settle(connection)
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

        driver._settle = spoiled

    return spoil


def _loose_for_good() -> None:
    """Let what a load did for its pieces hold for its switch too."""

    @contextmanager
    def loosely(db: Database) -> Iterator[None]:
        db.execute("PRAGMA synchronous = NORMAL")
        yield

    pieces._loosely = loosely


def _unsynced(name: str) -> Callable[[], None]:
    """Leave out one of the syncs of small files."""

    def spoil() -> None:
        nothing: Callable[..., None] = lambda *_: None  # noqa: E731
        setattr(files if name == "_sync_folder" else os, name, nothing)

    return spoil


CONTROLS: dict[str, Callable[[], None]] = {
    "normal": _with("synchronous = NORMAL"),
    "off": _with("synchronous = OFF"),
    "loose": _loose_for_good,
    "folder": _unsynced("_sync_folder"),
    "file": _unsynced("fsync"),
}
"""Ways to be wrong, by which the suite proves that it would notice."""


def do(name: str, folder: str, told: str, control: str = "") -> None:
    """Do one scenario."""
    if control:
        CONTROLS[control]()
    descriptor = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    doer = Doer(Trial(Path(folder)), descriptor)
    SCENARIOS[name](doer)
    doer.trial.close()


def _fork_does(words: list[str]) -> int:
    """Do a scenario in a fork; the code with which it ended."""
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            do(*words)
            ended = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Say that it has begun, and do what each line names until the input ends; a code for each."""
    ended = 0
    while True:
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            break
        ended = _fork_does(json.loads(line))


if __name__ == "__main__":
    main()
