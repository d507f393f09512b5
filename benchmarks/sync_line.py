"""What a poor line costs: a thousand entries over 3G, through a proxy that is as slow and as far as one."""

import queue
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.frame import Figure, against_limit, seconds_of
from benchmarks.sync_device import copied
from benchmarks.sync_push import send_until
from kiosk.sync.uplink import send_journal

ENTRIES = 1_000
ROUNDS = 3
ROUND_TRIP_MS = 200
UP_KBIT, DOWN_KBIT = 384, 1_024
"""Kilobits a second from the device and to it."""
_PIECE = 1_400
"""Bytes that the line carries at once, about a packet."""


def push_1k_3g() -> Iterator[Figure]:
    """`sync.push_1k_3g`: until the centre has acknowledged the last 1,000 entries; TLS begins anew."""
    taken = []
    for _ in range(ROUNDS):
        with copied() as (rounds, _):
            send_until(rounds, rounds.place.seq() - ENTRIES)
            with shaped(rounds.client.transport.address) as address:
                rounds.client.transport.address = address
                taken.append(seconds_of(lambda: send_journal(rounds.place, rounds.client)))
    yield against_limit("sync.push_1k_3g", statistics.median(taken), "s", limit=9.0)


@dataclass(frozen=True)
class _Way:
    """One direction: bytes wait for those before them, then for the distance."""

    source: socket.socket
    target: socket.socket
    kbit: int

    def carry(self) -> None:
        """Forward until the source ends; never faster than the line."""
        waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        threading.Thread(target=self._deliver, args=(waiting,), daemon=True).start()
        data = b"-"
        while data:
            data = b""
            with suppress(OSError):
                data = self.source.recv(_PIECE)
            waiting.put((time.monotonic(), data))

    def _deliver(self, waiting: "queue.SimpleQueue[tuple[float, bytes]]") -> None:
        free = 0.0
        while True:
            came, data = waiting.get()
            free = max(free, came) + len(data) * 8 / (self.kbit * 1000)
            time.sleep(max(0.0, free + ROUND_TRIP_MS / 2000 - time.monotonic()))
            with suppress(OSError):
                if not data:
                    self.target.shutdown(socket.SHUT_WR)
                    return
                self.target.sendall(data)


@contextmanager
def shaped(address: str) -> Iterator[str]:
    """The address of a line to this server that is as far and as slow as 3G; each connection costs a trip."""
    where = urlsplit(address)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                device, _ = listening.accept()
                threading.Thread(target=forward, args=(device,), daemon=True).start()

    def forward(device: socket.socket) -> None:
        time.sleep(ROUND_TRIP_MS / 1000)
        with device, socket.create_connection((where.hostname, where.port)) as centre:
            for one in (device, centre):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_Way(centre, device, DOWN_KBIT).carry, daemon=True)
            back.start()
            _Way(device, centre, UP_KBIT).carry()
            back.join()

    threading.Thread(target=serve, daemon=True).start()
    try:
        host, port = listening.getsockname()
        yield f"https://{host}:{port}"
    finally:
        listening.close()
