"""Unlocking is an entry; wrong tries before it are taken in once; rights are those of the slot."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.core.entries.staff import UnlockDone, UnlockFailedTries
from kiosk.core.errors import KnownError
from kiosk.desk.custody import Handing, hand_over, new_transfer
from kiosk.desk.drawer import Moving, move_cash, open_drawer
from kiosk.desk.receiving import Receiving, count_received
from kiosk.desk.reports import read_z, report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.desk.staff import add_person, remove_person
from kiosk.desk.unlock import NO_SLOT, lock, unlock
from kiosk.store.attempts import AttemptLog
from kiosk.store.moments import DeviceClock
from kiosk.store.queries.shift import entries_of
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slots import NewStaff
from kiosk.store.store import Store
from kiosk.zone_files import read_zone, shipped_zone_text
from tests.desk.conftest import CHEAP, SECRETS, START, Trial
from tests.desk.money import pay, pieces

WRONG = "99988877766655"


def enter(root: Path, code: str, typed: str | None = None) -> Session:
    return unlock(root, code, typed or SECRETS[code][0], opening=CHEAP)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def tries(session: Session) -> list[tuple[str, int]]:
    found = [body for _, body in entries_of(session.store.db, 1) if isinstance(body, UnlockFailedTries)]
    return [(body.slot, body.count) for body in found]


def test_unlocking_is_journalled_under_the_persons_code(trial: Trial) -> None:
    session = enter(trial.root, "TEL-1")
    entry, body = list(entries_of(session.store.db, 1))[-1]
    assert isinstance(body, UnlockDone)
    assert (entry.staff, body.slot, body.method) == ("TEL-1", session.store.unlocked.slot_id, "cold")
    lock(session)
    lock(session)


def test_after_locking_another_person_unlocks(trial: Trial) -> None:
    lock(enter(trial.root, "TEL-1"))
    session = enter(trial.root, "TEL-2")
    assert session.staff == "TEL-2"
    lock(session)


def test_wrong_tries_are_taken_in_by_slot_and_forgotten(trial: Trial) -> None:
    for code in ("TEL-1", "TEL-1", "NOBODY"):
        assert refused(lambda code=code: enter(trial.root, code, WRONG)) == "slots.wrong_secret"  # type: ignore[misc]
    session = enter(trial.root, "SUP-1")
    slots = {one.code: one.slot_id for one in session.store.slots.listed()}
    assert sorted(tries(session)) == sorted([(slots["TEL-1"], 2), (NO_SLOT, 1)])
    assert session.store.attempts.failed() == ()
    lock(session)
    session = enter(trial.root, "SUP-1")
    assert len(tries(session)) == 2
    lock(session)


def test_tries_are_taken_in_once_though_the_log_could_not_forget_them(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(lambda: enter(trial.root, "TEL-1", WRONG)) == "slots.wrong_secret"

    def full(*_: object) -> None:
        raise KnownError("store.disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(AttemptLog, "absorbed", full)
        lock(enter(trial.root, "TEL-1"))
    session = enter(trial.root, "TEL-1")
    assert [number for _, number in tries(session)] == [1]
    assert session.store.attempts.failed() == ()
    lock(session)


def test_a_log_that_was_tampered_with_keeps_nobody_out(trial: Trial) -> None:
    log = trial.root / "attempts.log"
    log.write_bytes(b'{"failed":3,"code":"TEL-1","at":"yesterday"}\n')
    session = enter(trial.root, "TEL-1")
    assert [number for _, number in tries(session)] == [1]
    lock(session)


def test_a_wrong_try_writes_nothing_and_leaves_the_store_free(trial: Trial) -> None:
    assert refused(lambda: enter(trial.root, "TEL-1", WRONG)) == "slots.wrong_secret"
    lock(enter(trial.root, "TEL-1"))


def test_an_expired_person_unlocks_to_close_and_to_nothing_else(trial: Trial) -> None:
    open_shift(trial.unlock("TEL-1"), pieces(0))
    trial.close()
    trial.clocks.pass_time(timedelta(days=40_000))
    clock = DeviceClock(read_zone(shipped_zone_text()), read=trial.clocks.read)
    session = unlock(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP, clock=clock)
    assert refused(lambda: pay(session, 100)) == "session.expired"
    count(session, pieces(0))
    assert close(session, Closing(kept=0)).number == 1
    lock(session)


@pytest.fixture
def technician(trial: Trial) -> Session:
    """The session of a technician, whose slot a supervisor made."""
    session = trial.unlock("SUP-1")
    person = NewStaff("TECH-2", ("technician",), NewSecret("12312312312399"), START + timedelta(days=9))
    session.store.slots.add(session.store.unlocked, person, "technician")
    trial.close()
    return enter(trial.root, "TECH-2", "12312312312399")


def test_a_technicians_slot_opens_no_money_and_no_citizens_data(technician: Session) -> None:
    handing = Handing(new_transfer(), "TRS-1", pieces(100))
    acts: list[Callable[[], object]] = [
        lambda: open_shift(technician, pieces(0)),
        lambda: count(technician, pieces(0)),
        lambda: close(technician, Closing(kept=0)),
        lambda: pay(technician, 100),
        lambda: hand_over(technician, handing),
        lambda: count_received(technician, Receiving(new_transfer(), "TEL-1"), pieces(0)),
        lambda: move_cash(technician, Moving("in", 100, "fund")),
        lambda: open_drawer(technician, "change"),
        lambda: report_x(technician),
        lambda: read_z(technician),
        lambda: add_person(technician, "TEL-9", ["teller"]),
        lambda: remove_person(technician, "TEL-1", "left"),
    ]
    before = technician.store.journal.state()
    found = {refused(act) for act in acts}
    assert found <= {"roles.no_right", "roles.supervisor_only", "shift.none_open"}
    assert technician.store.journal.state() == before
    lock(technician)


def test_a_fault_while_unlocking_closes_the_store(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no disk")

    with monkeypatch.context() as patched:
        patched.setattr(Session, "act", broken)
        with pytest.raises(OSError, match="no disk"):
            enter(trial.root, "TEL-1")
    Store.open(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP).close()
