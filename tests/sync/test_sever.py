"""Locking waits for no line that hangs, wherever it hangs, and what was on its way is sent again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from kiosk.store.queries.queue import queue
from kiosk.sync.worker import SyncWorker
from tests.acts import begin
from tests.sync.canned import canned
from tests.sync.enrolled import EnrolledDevice, sync

SOON_S = 4
"""Far less than the silence that the line itself is allowed."""


@contextmanager
def silent() -> Iterator[tuple[str, threading.Event]]:
    """A server that takes connections and says nothing, not even its certificate."""
    listening = socket.create_server(("127.0.0.1", 0))
    reached, over = threading.Event(), threading.Event()

    def serve() -> None:
        with suppress(OSError):
            line, _ = listening.accept()
            with line:
                line.recv(65536)
                reached.set()
                over.wait(60)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}", reached
    over.set()
    listening.close()
    thread.join(5)


def stopped_while_it_hangs(device: EnrolledDevice, address: str, hangs: threading.Event) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    bugs: list[Exception] = []
    worker = SyncWorker(session.store, lambda _status: None, bugs.append, address=address)
    worker.start()
    assert hangs.wait(30)
    assert worker.stop(SOON_S), "the line was not cut"
    assert not bugs
    assert queue(session.store.db).waiting > 0
    sync(session)
    assert queue(session.store.db).waiting == 0


def test_a_handshake_that_hangs_is_cut(device: EnrolledDevice) -> None:
    with silent() as (address, reached):
        stopped_while_it_hangs(device, address, reached)


def test_an_answer_that_does_not_come_is_cut(device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    with canned(device.server.centre, None) as other:
        asked, over = threading.Event(), threading.Event()

        def hang(_seconds: float) -> None:
            asked.set()
            over.wait(60)

        monkeypatch.setattr(other.ending, "wait", hang)
        stopped_while_it_hangs(device, other.address, asked)
        over.set()
