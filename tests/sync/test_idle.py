"""While nothing happens a device asks one small question; what a busy centre asks for is done."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from central.books import grant_book
from central.debts import import_rows
from central.people import add_staff
from kiosk.core.errors import KnownError
from kiosk.link.transport import LONGEST_RETRY_S
from kiosk.sync import worker as worker_module
from kiosk.sync.outcomes import Outcome, RoundResult
from kiosk.sync.round import SyncRound
from kiosk.sync.worker import Backoff, SyncStatus, SyncWorker, pause_after
from tests.acts import ask, begin
from tests.central.server import UNIT
from tests.sync.canned import answer, canned
from tests.sync.enrolled import QUICK, EnrolledDevice, debtor_row, rounds, sync
from tests.sync.proxy import proxied

MOST_BYTES = 600
LONGEST_S = 20


@pytest.fixture
def settled(device: EnrolledDevice) -> Iterator[SyncRound]:
    """Rounds of a device that has nothing to do."""
    session = device.unlock("TEL-1")
    begin(session)
    with rounds(session) as made:
        for _ in range(5):
            made.run()
            device.server.settle()
            if made.idle():
                break
        assert made.idle()
        yield made


def test_a_question_costs_no_more_than_600_bytes_on_the_line(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    with proxied(device.server.address) as line, rounds(session, address=line.address) as made:
        for _ in range(3):
            made.run()
            device.server.settle()
        assert made.idle()
        before = line.sent + line.answered
        assert made.idle()
        assert line.connections == 1
        assert 0 < line.sent + line.answered - before <= MOST_BYTES


def test_an_entry_that_waits_is_no_idleness(device: EnrolledDevice, settled: SyncRound) -> None:
    assert device._open is not None
    ask(device._open)
    assert not settled.idle()


def test_whatever_is_new_at_the_centre_ends_it(device: EnrolledDevice, settled: SyncRound) -> None:
    centre = device.server.centre

    def import_debts() -> None:
        import_rows(centre, [debtor_row(f"DBT-{settled.place.me.device}", "L-IDLE", 5_00)])

    def grant() -> None:
        with centre.storage.write() as db:
            grant_book(centre, db, settled.place.me.device)

    def add() -> None:
        add_staff(centre, f"T-{settled.place.me.device}", UNIT, ("teller",))

    for change in (import_debts, grant, add):
        change()
        assert not settled.idle(), change.__name__
        for _ in range(3):
            settled.run()
        assert settled.idle()


class TestTheWorker:
    def test_it_asks_and_goes_on_with_a_round_when_something_is_new(self, device: EnrolledDevice) -> None:
        session = device.unlock("TEL-1")
        sync(session)
        device.server.settle()
        code, applied = f"T-W{session.store.unlocked.stream[:5].upper()}", threading.Event()
        first, bugs = threading.Event(), list[Exception]()

        def heard(status: SyncStatus) -> None:
            first.set()
            if "staff" in status.applied:
                applied.set()

        worker = SyncWorker(
            session.store, heard, bugs.append, timeouts=QUICK, poll=timedelta(milliseconds=20)
        )
        worker.start()
        try:
            assert first.wait(LONGEST_S)
            add_staff(device.server.centre, code, UNIT, ("teller",))
            assert applied.wait(LONGEST_S), bugs
        finally:
            assert worker.stop()
        assert bugs == []

    def test_another_network_ends_the_pause(
        self, device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = device.unlock("TEL-1")
        monkeypatch.setattr(worker_module, "LOOK", timedelta(milliseconds=10))
        networks, told, again = iter([("10.0.0.2",)] * 2), [], threading.Event()

        def heard(status: SyncStatus) -> None:
            told.append(status)
            if len(told) == 2:
                again.set()

        worker = SyncWorker(
            session.store,
            heard,
            lambda _: None,
            address="https://127.0.0.1:1",
            timeouts=QUICK,
            backoff=Backoff(lambda _low, high: high),
            way_out=lambda: next(networks, ("192.168.7.5",)),
        )
        worker.start()
        try:
            assert again.wait(3), "the pause of four seconds was waited out"
        finally:
            assert worker.stop()


class TestABusyCentre:
    def result(self, copy: EnrolledDevice, *headers: str, status: str) -> RoundResult:
        session = copy.unlock("TEL-1")
        with canned(copy.server.centre, answer(status, b"", *headers)) as other:
            return sync(session, address=other.address)

    @pytest.mark.parametrize(
        ("status", "header", "seconds"),
        [
            ("503 Busy", "Retry-After: 120", 120),
            ("429 Too Many", "Retry-After: 7", 7),
            ("503 Busy", "Retry-After: soon", 0),
            ("503 Busy", "Retry-After: 999999999", LONGEST_RETRY_S),
            ("503 Busy", "Retry-After: Tue, 24 Nov 2026 10:01:30 GMT", 90),
        ],
    )
    def test_it_is_left_alone_for_as_long_as_it_asks(
        self, copy: EnrolledDevice, status: str, header: str, seconds: int
    ) -> None:
        found = self.result(copy, header, "Date: Tue, 24 Nov 2026 10:00:00 GMT", status=status)
        assert found.outcome is Outcome.BUSY
        assert found.sentence("ar") == "خادم المركز مشغول الآن."
        pause = pause_after(found, Backoff(lambda low, _high: low))
        assert pause == timedelta(seconds=seconds + 2)


def test_a_pause_without_a_wish_is_the_back_off_alone() -> None:
    offline = RoundResult(Outcome.OFFLINE, KnownError("sync.offline"))
    assert pause_after(offline, Backoff(lambda _low, high: high)) == timedelta(seconds=4)
