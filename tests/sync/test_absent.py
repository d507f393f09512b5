"""With the centre gone for the whole day everything goes on, says what waits, and settles when it is back."""

from datetime import timedelta
from pathlib import Path
from threading import Event

from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.link.transport import Timeouts
from kiosk.store.queries.queue import queue
from kiosk.sync.outcomes import Outcome
from kiosk.sync.worker import Backoff, SyncStatus, SyncWorker
from tests.acts import ask, begin, collection, pay_for
from tests.central.server import running
from tests.sync.enrolled import QUICK, EnrolledDevice, load_centre_debts, make_enrolled, sync
from tools.steady_port import steady_port

LONGEST_S = 20


def test_a_day_without_the_centre_settles_when_it_is_started(tmp_path: Path) -> None:
    port = steady_port()
    with running(tmp_path / "c", port=port) as server:
        server.add_people()
        server.add_data()
        load_centre_debts(server)
        device = make_enrolled(tmp_path / "device", server)
        device.add("TEL-1", "teller")
        device.close()
    session = device.unlock("TEL-1")
    assert sync(session).outcome is Outcome.OFFLINE
    begin(session)
    pay_for(session, ask(session))
    collect(session, collection(session), Offer(cash=150_00))
    result = sync(session)
    assert (result.outcome, result.waiting) == (Outcome.OFFLINE, session.store.journal.state().seq)
    with running(tmp_path / "c", port=port) as server:
        device.server = server
        assert sync(session, timeouts=Timeouts()).outcome is Outcome.DELIVERED
        assert queue(session.store.db).waiting == 0
        assert device.at_centre() == device.here()
        server.settle()
    device.close()


class Heard:
    """What a worker published."""

    def __init__(self) -> None:
        self.all: list[SyncStatus] = []
        self.bugs: list[Exception] = []
        self.came = Event()

    def __call__(self, status: SyncStatus) -> None:
        self.all.append(status)
        self.came.set()

    def next(self) -> SyncStatus:
        assert self.came.wait(LONGEST_S), self.bugs
        self.came.clear()
        return self.all[-1]


def test_the_worker_sends_while_people_work_and_stops_when_told(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    heard = Heard()
    worker = SyncWorker(session.store, heard, heard.bugs.append, timeouts=QUICK)
    worker.start()
    try:
        first = heard.next()
        assert (first.connected, first.waiting, first.outcome) == (True, 0, Outcome.DELIVERED)
        begin(session)
        pay_for(session, ask(session))
        worker.wake()
        assert heard.next().waiting == 0
        assert device.at_centre() == device.here()
        assert worker.status == heard.all[-1]
    finally:
        assert worker.stop()
    assert heard.bugs == []


def test_the_worker_says_that_the_centre_is_gone_and_what_waits(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    heard = Heard()
    worker = SyncWorker(
        session.store, heard, heard.bugs.append, address="https://127.0.0.1:1", timeouts=QUICK
    )
    worker.start()
    try:
        status = heard.next()
        assert not status.connected
        assert status.waiting == session.store.journal.state().seq
        assert status.error is not None
        worker.wake(at_once=True)
        assert heard.next().since == status.since
    finally:
        assert worker.stop()


def test_pauses_grow_to_five_minutes_with_full_jitter_and_begin_anew() -> None:
    highest = Backoff(lambda _low, high: high)
    seconds = [highest.failed() // timedelta(seconds=1) for _ in range(9)]
    assert seconds == [4, 8, 16, 32, 64, 128, 256, 300, 300]
    highest.reset()
    assert highest.failed() == timedelta(seconds=4)
    assert Backoff(lambda low, _high: low).failed() == timedelta(seconds=2)
