"""The server may die at any moment: what it acknowledged is there, what was lost on the way comes again."""

import signal
import threading
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from central.schema import journal, payment
from tests.central.device import Device
from tests.central.server import STOP_S, Clock, TestServer, client, make_centre, process
from tools.steady_port import steady_port

DIES_AFTER_STORING = """
import os, signal, sys
import central.app, central.ingest
from central.__main__ import main
real = central.ingest.take_batch
def stored_then_dead(centre, data):
    real(centre, data)
    os.kill(os.getpid(), signal.SIGKILL)
central.app.take_batch = stored_then_dead
sys.argv = ["kiosk-central", *sys.argv[1:]]
main()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    """No address for SQLite, else that of a new database."""
    on_postgres = request.param == "postgresql"
    return request.getfixturevalue("postgres").new_database() if on_postgres else None


def test_a_server_killed_between_storing_and_answering_keeps_the_batch_once(
    tmp_path: Path, database: str | None
) -> None:
    clock = Clock()
    centre, carried = make_centre(tmp_path, clock, database=database)
    port = steady_port()
    server = TestServer(f"https://127.0.0.1:{port}", centre, clock, carried)
    server.add_people()
    with client(server.ca_file) as http:
        device = Device(server, http)
        with process(tmp_path, port=port):
            device.enrol().begin()
        device.pay()
        with process(tmp_path, port=port, script=DIES_AFTER_STORING) as dying:
            try:
                answer = device.post("/v1/journal", device.pack())
            except requests.exceptions.ConnectionError:
                answer = None
            assert answer is None
            assert dying.process.wait(STOP_S) == -signal.SIGKILL
        with process(tmp_path, port=port):
            ack = device.send()
            assert (ack.outcome, ack.stored_through) == ("repeat", len(device.records))
        with centre.storage.read() as db:
            kept = db.execute(select(journal.c.seq, journal.c.bytes).order_by(journal.c.seq)).all()
            assert [tuple(row) for row in kept] == [(one.seq, one.data) for one in device.records]
            assert db.execute(select(payment.c.total)).scalars().all() == [10_000]
    centre.close()


def test_a_killed_server_leaves_a_sound_database(tmp_path: Path, database: str | None) -> None:
    clock = Clock()
    centre, carried = make_centre(tmp_path, clock, database=database)
    with process(tmp_path) as running:
        server = TestServer(running.address, centre, clock, carried)
        server.add_people()
        with client(server.ca_file) as http:
            device = Device(server, http).enrol().begin()
            acknowledged = device.send().stored_through
            sender = threading.Thread(target=_send_until_dead, args=(device,))
            sender.start()
            running.kill()
            sender.join(STOP_S)
    with centre.storage.read() as db:
        if database is None:
            assert db.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        rows = db.execute(select(journal.c.seq, journal.c.hash).order_by(journal.c.seq)).all()
    assert len(rows) >= acknowledged
    assert [tuple(row) for row in rows] == [(one.seq, one.hash) for one in device.records[: len(rows)]]
    centre.close()


def _send_until_dead(device: Device) -> None:
    for _ in range(200):
        first = len(device.records) + 1
        device.pay()
        try:
            device.post("/v1/journal", device.pack(first))
        except requests.exceptions.ConnectionError:
            return
