"""A TCP proxy on loopback that cuts a connection after so many bytes of one direction. It knows no TLS."""

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PIECE = 1 << 16


@dataclass
class Plan:
    """When to cut: after `up` bytes from the device, or `down` bytes from the centre; None: never.

    `hard` ends with a reset, else with an orderly close.
    """

    up: int | None = None
    down: int | None = None
    hard: bool = True


@dataclass
class Proxy:
    """Forwards each connection by the plan that stands when it begins; counts the bytes of the last."""

    target: tuple[str, int]
    listening: socket.socket
    plan: Plan = field(default_factory=Plan)
    sent: int = 0
    answered: int = 0
    cuts: int = 0
    connections: int = 0
    ending: bool = False

    @property
    def address(self) -> str:
        host, port = self.listening.getsockname()[:2]
        return f"https://{host}:{port}"

    def serve(self) -> None:
        while not self.ending:
            try:
                device, _ = self.listening.accept()
            except OSError:
                return
            if self.ending:
                device.close()
                return
            self.connections += 1
            threading.Thread(target=self._forward, args=(device, self.plan), daemon=True).start()

    def _forward(self, device: socket.socket, plan: Plan) -> None:
        self.sent = self.answered = 0
        with (
            suppress(OSError),
            device,
            socket.create_connection(self.target) as centre,
            selectors.DefaultSelector() as both,
        ):
            for one in (device, centre):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                both.register(one, selectors.EVENT_READ)
            while not self.ending:
                for key, _ in both.select(1):
                    if not self._pass_on(key.fileobj, device, centre, plan):
                        return

    def _pass_on(self, source: object, device: socket.socket, centre: socket.socket, plan: Plan) -> bool:
        upwards = source is device
        data = (device if upwards else centre).recv(_PIECE)
        if not data:
            return False
        limit, so_far = (plan.up, self.sent) if upwards else (plan.down, self.answered)
        allowed = data if limit is None else data[: max(0, limit - so_far)]
        # Counted first: who has the last byte of an answer may look at once.
        if upwards:
            self.sent += len(allowed)
        else:
            self.answered += len(allowed)
        (centre if upwards else device).sendall(allowed)
        if limit is not None and (self.sent if upwards else self.answered) >= limit:
            self.cuts += 1
            if plan.hard:
                for one in (device, centre):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        return True


@contextmanager
def proxied(address: str) -> Iterator[Proxy]:
    """A proxy before the server at this address."""
    host, _, port = address.removeprefix("https://").rpartition(":")
    listening = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy((host, int(port)), listening)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.ending = True
        with suppress(OSError):
            socket.create_connection(listening.getsockname()[:2], timeout=1).close()
        thread.join(5)
        listening.close()
