"""While debts load the money goes first: what is taken meanwhile is sent, and a person may stop the load."""

import pytest

from kiosk.core.errors import KnownError
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.debts.load import SoFar
from kiosk.store.debts.read import data_version
from kiosk.store.queries.queue import queue
from kiosk.sync.outcomes import Outcome
from kiosk.sync.worker import SyncStatus, SyncWorker
from tests.acts import begin, collection
from tests.sync.enrolled import EnrolledDevice, add_centre_debts, rounds, sync

MINUTE_NS = 60 * 10**9


def renewed(device: EnrolledDevice) -> Session:
    """At work, with all that waited sent, while the centre has debts that the device does not have."""
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    add_centre_debts(device.server)
    return session


@pytest.fixture(autouse=True)
def no_deltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The centre makes snapshots only, as if all that changed were a great deal."""
    monkeypatch.setattr("central.debt_files._FEW", 0)
    monkeypatch.setattr("central.debt_files.PART_OF_ALL", 1 << 30)


def test_money_taken_while_debts_load_is_sent_before_they_are_all_there(device: EnrolledDevice) -> None:
    session = renewed(device)
    waiting: list[int] = []
    looks = iter(range(0, 10**15, MINUTE_NS))

    def take_money(_so_far: SoFar, _rows: int) -> None:
        waiting.append(queue(session.store.db).waiting)
        if len(waiting) == 1:
            collect(session, collection(session), Offer(cash=150_00))

    version = data_version(session.store.db).version
    with rounds(session, loading=take_money, clock=lambda: next(looks)) as one:
        result = one.run()
    assert data_version(session.store.db).version > version
    assert waiting[0] == 0
    assert waiting[2] == 0
    assert result.waiting == 0


def test_a_load_that_is_stopped_goes_on_in_the_next_round(device: EnrolledDevice) -> None:
    session = renewed(device)
    told: list[SoFar] = []

    def stop(so_far: SoFar, debtors: int) -> None:
        told.append(so_far)
        assert debtors == so_far.debtors
        raise KnownError("sync.stopped")

    version = data_version(session.store.db).version
    with rounds(session, loading=stop) as one:
        assert one.run().outcome is Outcome.STOPPED
    assert data_version(session.store.db).version == version
    assert [one.searchable for one in told] == [False]
    assert session.store.db.execute("SELECT debtors FROM debts_in_use").fetchone() == (told[0].debtors,)
    assert "debts" in sync(session).applied
    assert session.store.db.execute("SELECT debtors FROM debts_in_use").fetchone() == (0,)


def test_the_worker_tells_how_far_a_load_is_at_every_hundredth_and_no_oftener(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    told: list[SyncStatus] = []

    def bug(error: Exception) -> None:
        raise error

    worker = SyncWorker(session.store, told.append, bug)
    for rows in range(0, 4_000, 10):
        worker._tell_loading(SoFar(rows), 4_000)
    worker._tell_loading(SoFar(4_000, searchable=True), 4_000)
    worker._tell_loading(SoFar(4_000, searchable=True), 4_000)
    loads = [one.loading for one in told if one.loading]
    assert [load.done for load in loads] == [*range(0, 4_000, 40), 4_000]
    assert [load.searchable for load in loads].count(True) == 1
