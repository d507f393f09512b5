"""PostgreSQL may die, restart or be shared by several servers: nothing is lost, nothing counts twice."""

import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from central.apply import apply_chunk
from central.bulk import add_rows
from central.centre import open_centre
from central.ingest import take_batch
from central.schema import incident, journal, payment, receipt, stream
from central.storage import Storage, put_setting, setting, sum_of
from central.verification import verify_rows
from tests.central.device import Device
from tests.central.postgres import Cluster, cluster
from tests.central.server import Clock, TestServer, client, make_centre, process, running

PAID = 100_00
TRIES = 500
MOMENT_S = 0.3
"""How long a first server waits for a second where a lock should keep that away."""


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A cluster that the tests of this module may kill."""
    with cluster() as started:
        yield started


@pytest.fixture
def served(own: Cluster, tmp_path: Path) -> Iterator[TestServer]:
    with running(tmp_path, database=own.new_database()) as server:
        server.add_people()
        yield server


def enrolled(server: TestServer, http: requests.Session, payments: int) -> Device:
    device = Device(server, http).enrol().begin()
    for _ in range(payments):
        device.pay()
    return device


def send_all(own: Cluster, device: Device, at_once: int = 4) -> list[int]:
    """Send the journal in small batches, each until it is taken, waiting for the database where it is away;
    returns the statuses that came.
    """
    statuses, first = [], 1
    while first <= len(device.records):
        last = min(first + at_once - 1, len(device.records))
        answer = device.post("/v1/journal", device.pack(first, last))
        statuses.append(answer.status_code)
        if answer.status_code == HTTPStatus.OK:
            first = last + 1
            continue
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE, answer.text
        assert answer.json()["error"]["code"] == "central.busy"
        assert int(answer.headers["Retry-After"]) > 0
        assert len(statuses) < TRIES, "the database does not come back"
        own.wait_until_it_answers()
    return statuses


def assert_whole(storage: Storage, devices: list[Device]) -> None:
    """Every entry is here byte for byte, and every payment and receipt was counted once."""
    with storage.read() as db:
        for device in devices:
            query = select(journal.c.seq, journal.c.bytes, journal.c.hash, journal.c.sigs)
            kept = db.execute(query.where(journal.c.stream == device.stream).order_by(journal.c.seq)).all()
            assert [tuple(row)[:3] for row in kept] == [(r.seq, r.data, r.hash) for r in device.records]
        paid = sum(device.serial for device in devices)
        assert db.execute(select(sum_of(payment.c.total))).scalar_one() == paid * PAID
        assert db.execute(select(func.count()).select_from(receipt)).scalar_one() == paid
        applied = db.execute(select(stream.c.stored - stream.c.applied)).scalars().all()
        assert set(applied) == {0}
        assert db.execute(select(incident.c.kind)).scalars().all() == []


def test_a_process_of_postgres_killed_in_the_middle_of_a_batch_costs_a_try_and_no_entry(
    own: Cluster, served: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are copied, the transaction is not committed: PostgreSQL loses it and recovers by itself."""
    address, kills = str(served.centre.storage.where), [3, 4, 7]
    stored = itertools.count(1)

    def add_then_die(*arguments: Any) -> None:
        add_rows(*arguments)
        if next(stored) in kills:
            assert own.kill_backends(address)

    monkeypatch.setattr("central.ingest.add_rows", add_then_die)
    with served.session() as http:
        device = enrolled(served, http, payments=12)
        statuses = send_all(own, device)
    assert next(stored) > max(kills)
    assert set(statuses) == {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    served.settle()
    assert_whole(served.centre.storage, [device])


def test_a_database_that_is_away_makes_devices_wait_and_they_go_on_by_themselves(
    own: Cluster, served: TestServer
) -> None:
    with served.session() as http:
        device = enrolled(served, http, payments=4)
        send_all(own, device)
        own.stop(signal.SIGQUIT)
        device.pay()
        refused = device.post("/v1/journal", device.pack(1))
        assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert refused.json()["error"]["code"] == "central.busy"
        assert device.post("/v1/heartbeat", device.heartbeat()).status_code == refused.status_code
        own.start()
        assert send_all(own, device) == [HTTPStatus.OK] * len(range(0, len(device.records), 4))
        assert device.beat().stored_through == len(device.records)
    served.settle()
    assert_whole(served.centre.storage, [device])


def test_several_servers_take_turns_with_a_stream_and_count_everything_once(
    own: Cluster, tmp_path: Path
) -> None:
    make_centre(tmp_path, Clock(), database=own.new_database())[0].close()
    with ExitStack() as stack:
        server = stack.enter_context(running(tmp_path))
        both = [server.address, stack.enter_context(process(tmp_path)).address]
        server.add_people()
        http = stack.enter_context(server.session())
        devices = [enrolled(server, http, payments=10) for _ in range(3)]

        def push(device: Device, address: str) -> None:
            with client(server.ca_file) as session:
                other = replace(server, address=address)
                send_all(own, _same_journal(device, other, session))

        with ThreadPoolExecutor(len(devices) * 2) as pool:
            pushes = [pool.submit(push, device, one) for device in devices for one in both]
        assert [one.result() for one in pushes] == [None] * len(pushes)
        server.settle()
        assert_whole(server.centre.storage, devices)


def _same_journal(device: Device, server: TestServer, http: requests.Session) -> Device:
    copy = replace(device, server=server, http=http, records=device.records)
    copy.bundle, copy.authority = device.bundle, device.authority
    return copy


def test_a_server_that_died_leaves_no_lock_behind(own: Cluster, tmp_path: Path) -> None:
    """Locks live as long as a connection: PostgreSQL notices at once that the process is gone."""
    centre, _ = make_centre(tmp_path, Clock(), database=own.new_database())
    other = Storage(centre.storage.where)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with Storage(centre.storage.where).write() as db:
            put_setting(db, "change", "99")
            os.write(write, b"x")
            signal.pause()
        os._exit(0)
    os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with other.write() as db:
        assert setting(db, "change") == "0"
    other.close()
    centre.close()


class Overlap:
    """Lets a second server begin while the first is in the middle of an act, and sees how far it comes."""

    def __init__(self, second: Callable[[], object]) -> None:
        self._second, self._pool = second, ThreadPoolExecutor(1)
        self._begun, self._met = itertools.count(1), threading.Event()
        self.result: Future[object] | None = None

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The act, in which the first caller waits a moment for the second to come here too."""

        def overlapping(*arguments: Any) -> Any:
            if next(self._begun) == 1:
                self.result = self._pool.submit(self._second)
                self._met.wait(MOMENT_S)
            else:
                self._met.set()
            return act(*arguments)

        return overlapping

    @property
    def second_came_in(self) -> bool:
        return self._met.is_set()

    def end(self) -> object:
        assert self.result is not None
        return self.result.result()


def test_the_same_batch_at_two_servers_is_stored_by_one_and_repeated_by_the_other(
    own: Cluster, served: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_centre(served.centre.folder.root)
    with served.session() as http:
        device = enrolled(served, http, payments=2)
    batch = device.pack()
    overlap = Overlap(lambda: take_batch(other, batch).outcome)
    monkeypatch.setattr("central.ingest.add_rows", overlap.around(add_rows))
    assert take_batch(served.centre, batch).outcome == "stored"
    assert overlap.end() == "repeat"
    assert not overlap.second_came_in
    served.settle()
    assert_whole(served.centre.storage, [device])
    other.close()


def test_two_servers_never_apply_the_same_entries(
    own: Cluster, served: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_centre(served.centre.folder.root)
    with served.session() as http:
        device = enrolled(served, http, payments=2)
    take_batch(served.centre, device.pack())
    overlap = Overlap(lambda: apply_chunk(other))
    monkeypatch.setattr("central.apply.verify_rows", overlap.around(verify_rows))
    assert apply_chunk(served.centre) == len(device.records)
    assert overlap.end() in (0, None)
    assert not overlap.second_came_in
    assert_whole(served.centre.storage, [device])
    other.close()


def test_another_stream_is_applied_meanwhile(
    own: Cluster, served: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_centre(served.centre.folder.root)
    with served.session() as http:
        devices = [enrolled(served, http, payments=1) for _ in range(2)]
    for device in devices:
        take_batch(served.centre, device.pack())
    overlap = Overlap(lambda: apply_chunk(other))
    monkeypatch.setattr("central.apply.verify_rows", overlap.around(verify_rows))
    assert apply_chunk(served.centre) == len(devices[0].records)
    assert overlap.end() == len(devices[1].records)
    assert overlap.second_came_in
    assert_whole(served.centre.storage, devices)
    other.close()


def test_a_batch_is_stored_while_a_long_writer_is_at_work(own: Cluster, served: TestServer) -> None:
    with served.session() as http:
        device = enrolled(served, http, payments=1)
        with served.centre.storage.write() as db:
            put_setting(db, "change", "1")
            assert device.send().outcome == "stored"
