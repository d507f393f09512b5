"""How long money that is taken while a large scan goes up waits for the centre, on a line of 3G."""

import queue
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.frame import Figure, against_limit
from kiosk.core.wire import enrolment
from kiosk.desk.attach import attach
from kiosk.desk.session import Session
from kiosk.store.attachments import State, attachments
from kiosk.store.queries.queue import acknowledged_through
from kiosk.sync.worker import SyncWorker
from tests.acts import ask, begin, pay_for
from tests.central.server import running
from tests.desk.scans import scan
from tests.sync.enrolled import load_centre_debts, make_enrolled

UP_BYTES_S, ONE_WAY_NS = 384_000 // 8, 100 * 10**6
"""384 kbit/s up and 200 ms there and back; what comes down is small and only delayed."""
SCAN = 5_000_000
PAYMENTS = 6
_PIECE = 1400
_NS = 10**9
_PATIENCE_NS = 60 * _NS


def money_behind_scan() -> Iterator[Figure]:
    """`sync.money_behind_scan`: the slowest of six payments, from its commit until it is acknowledged."""
    with tempfile.TemporaryDirectory() as folder, _under_way(Path(folder)) as (session, worker):
        waits = []
        for n in range(PAYMENTS):
            time.sleep(3 + n % 3)
            pay_for(session, ask(session))
            began, seq = time.monotonic_ns(), session.store.journal.state().seq
            worker.wake()
            while acknowledged_through(session.store.db) < seq:
                if time.monotonic_ns() - began > _PATIENCE_NS:
                    raise RuntimeError("the payment did not arrive")
                time.sleep(0.01)
            waits.append((time.monotonic_ns() - began) / _NS)
        if [one.state for one in attachments(session.store.db)] != [State.WAITING]:
            raise RuntimeError("the scan was no longer under way")
        yield against_limit("sync.money_behind_scan", max(waits), "s", limit=5.0)


@contextmanager
def _under_way(root: Path) -> Iterator[tuple[Session, SyncWorker]]:
    """A device whose scan is on its way over the slow line."""
    bugs: list[Exception] = []
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setitem(enrolment.SCRYPT, "n", 2)
        server = stack.enter_context(running(root / "central"))
        server.add_people()
        server.add_data()
        load_centre_debts(server)
        device = make_enrolled(root / "device", server)
        stack.callback(device.close)
        device.add("TEL-1", "teller")
        session = device.unlock("TEL-1")
        begin(session)
        kind = next(iter(session.reference.catalogue.papers))
        attach(session, ask(session), kind, scan(SCAN))
        line = stack.enter_context(slow_line(server.address))
        worker = SyncWorker(session.store, lambda _: None, bugs.append, address=line)
        worker.start()
        stack.callback(worker.stop)
        time.sleep(15)
        yield session, worker
        if bugs:
            raise bugs[0]


@contextmanager
def slow_line(address: str) -> Iterator[str]:
    """A line to the server at this address that carries so much and no more; its own address."""
    host, _, port = address.removeprefix("https://").rpartition(":")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                device, _ = listening.accept()
                centre = socket.create_connection((host, int(port)))
                for one in (device, centre):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _carry(device, centre, UP_BYTES_S)
                _carry(centre, device, None)

    threading.Thread(target=serve, daemon=True).start()
    try:
        own, at = listening.getsockname()[:2]
        yield f"https://{own}:{at}"
    finally:
        listening.close()


def _carry(source: socket.socket, target: socket.socket, bytes_s: int | None) -> None:
    """Carry one direction: paced where it is read, delayed where it is written."""
    on_the_way: queue.Queue[tuple[int, bytes]] = queue.Queue()

    def read() -> None:
        free = time.monotonic_ns()
        with suppress(OSError):
            while data := source.recv(_PIECE):
                if bytes_s is not None:
                    free = max(free, time.monotonic_ns()) + len(data) * _NS // bytes_s
                    _until(free)
                on_the_way.put((time.monotonic_ns() + ONE_WAY_NS, data))
        on_the_way.put((0, b""))

    def write() -> None:
        with suppress(OSError):
            while (found := on_the_way.get())[1]:
                _until(found[0])
                target.sendall(found[1])
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    for work in (read, write):
        threading.Thread(target=work, daemon=True).start()


def _until(moment: int) -> None:
    time.sleep(max(0, moment - time.monotonic_ns()) / _NS)
