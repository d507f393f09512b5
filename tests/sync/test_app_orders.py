"""While the kiosk is open, what the centre orders about people counts between two acts, and they are told."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from central.people import revoke_staff
from central.tombstones import entomb
from kiosk.app_sync import Syncing
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, count, propose_close
from kiosk.desk.shift_open import open_shift
from kiosk.store.tombstone import lay
from kiosk.store.verify import verify
from tests.acts import ask, finish, hand, in_drawer, pay_for, tally
from tests.desk.money import pieces
from tests.sync.enrolled import EnrolledDevice, new_person, sync

numbers = iter(range(10_000))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


@dataclass
class Running:
    """The sync of an open kiosk, whose work for the store's thread this test does when it says so."""

    asked: "queue.SimpleQueue[Callable[[], object]]" = field(default_factory=queue.SimpleQueue)
    told: list[KnownError] = field(default_factory=list)
    bugs: list[Exception] = field(default_factory=list)

    @contextmanager
    def at(self, session: Session) -> Iterator["Running"]:
        syncing = Syncing(lambda: None, self.bugs.append, submit=self.asked.put, on_fault=self.told.append)
        syncing.begin(session)
        try:
            yield self
        finally:
            syncing.end()
        assert self.bugs == []

    def between_two_acts(self) -> None:
        self.asked.get(timeout=30)()


@pytest.fixture
def leaver(device: EnrolledDevice) -> str:
    code = f"TEL-8{next(numbers)}"
    new_person(device.server, code, "teller")
    sync(device.unlock("SUP-1"))
    device.add(code, "teller")
    return code


def test_another_person_loses_his_slot_at_once_and_who_is_at_work_is_told(
    device: EnrolledDevice, leaver: str
) -> None:
    session = device.unlock("TEL-1")
    open_shift(session, pieces(200_00))
    entomb(device.server.centre, leaver, "left")
    with Running().at(session) as running:
        running.between_two_acts()
    assert leaver not in {slot.code for slot in session.store.slots.listed()}
    assert [(one.code, one.params["staff"]) for one in running.told] == [("staff.ended_by_centre", leaver)]
    session.own_shift()
    assert verify(session.store).clean


@pytest.mark.parametrize("order", [entomb, revoke_staff], ids=["tombstone", "roster"])
def test_who_is_at_work_himself_may_only_finish_close_and_hand_over(
    device: EnrolledDevice, leaver: str, order: Callable[..., object]
) -> None:
    session = device.unlock(leaver)
    open_shift(session, pieces(200_00))
    before = ask(session)
    order(device.server.centre, leaver, *(["left"] if order is entomb else []))
    with Running().at(session) as running:
        running.between_two_acts()
    assert [one.code for one in running.told] == ["stop.revoked"]
    assert refused(lambda: ask(session)) == "stop.revoked"
    assert refused(lambda: pay_for(session, before)) == "stop.revoked"
    hand(session, 20_00)
    tally(session)
    finish(session, in_drawer(session))
    assert refused(lambda: open_shift(session, pieces(180_00))) == "stop.revoked"
    device.unlock("TEL-1")
    assert refused(lambda: device.unlock(leaver)) in ("slots.tombstoned", "slots.wrong_secret")


def test_an_order_laid_from_a_stick_while_the_kiosk_is_open_counts_without_a_new_unlock(
    device: EnrolledDevice, leaver: str
) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    signed = entomb(device.server.centre, leaver, "left")
    running = Running()
    syncing = Syncing(lambda: None, running.bugs.append, submit=running.asked.put)
    syncing._session = session
    syncing._look_at_laid()
    while not running.asked.empty():
        running.between_two_acts()
    lay(session.store.folder, signed)
    syncing._look_at_laid()
    syncing._look_at_laid()
    running.between_two_acts()
    assert running.asked.empty()
    assert running.bugs == []
    assert leaver not in {slot.code for slot in session.store.slots.listed()}


def test_a_revoked_supervisor_approves_nothing_more(device: EnrolledDevice) -> None:
    code = f"SUP-8{next(numbers)}"
    new_person(device.server, code, "supervisor")
    sync(device.unlock("SUP-1"))
    device.add(code, "supervisor")
    session = device.unlock("TEL-1")
    open_shift(session, pieces(200_00))
    for _ in range(2):
        count(session, pieces(50_00))
    revoke_staff(device.server.centre, code)
    sync(session)
    proposal = propose_close(session, Closing(kept=0, reason="unknown"), code)
    secret = device.secrets[code]
    assert refused(lambda: session.approver(proposal, code, secret, Right.DIFFERENCE_APPROVE)) == (
        "approval.expired"
    )
