"""A simulated device on the network: a socket on this machine that one program at a time connects to."""

import socket
from collections.abc import Callable
from contextlib import suppress

from kiosk.devices.simulators.faults import Flow
from kiosk.devices.simulators.line import Line, M


class TcpTransport:
    """A listening socket on the loopback address and at most one connection of it."""

    def __init__(self, *, steady: bool = False) -> None:
        """`steady`: it comes back under the same number, as a device with an address of its own does."""
        self._steady, self._away = steady, False
        self.taken: Callable[[], None] = lambda: None
        """Told when a connection was taken: half a message of the one before belongs to nobody."""
        self._listener: socket.socket | None = None
        self._peer: socket.socket | None = None
        self._port = 0

    @property
    def name(self) -> str:
        """The address as pyserial writes it."""
        return f"socket://127.0.0.1:{self._port}"

    @property
    def end(self) -> int:
        """The connection, else what listens for one, or -1."""
        open_end = None if self._away else self._peer or self._listener
        return open_end.fileno() if open_end is not None else -1

    @property
    def sender(self) -> Flow:
        """A socket has no flow control that a program could forget."""
        return "rtscts"

    def plug_in(self) -> None:
        """Listen, under another number than the last one unless it is steady."""
        if self._away:
            self._come_back()
            return
        before, self._listener = self._listener, socket.create_server(("127.0.0.1", 0), backlog=1)
        self._port = self._listener.getsockname()[1]
        if before is not None:
            before.close()

    def unplug(self) -> None:
        """End the connection and refuse new ones; one that is steady leaves them without an answer."""
        if self._steady and self._listener is not None:
            self._away = True
            if self._peer is not None:
                self._peer.close()
            self._peer = None
            return
        for end in (self._peer, self._listener):
            if end is not None:
                end.close()
        self._peer = self._listener = None

    def _come_back(self) -> None:
        """Connections that were made while nobody was there are lost."""
        assert self._listener is not None
        self._away = False
        self._listener.setblocking(False)  # noqa: FBT003 - the name of the library
        with suppress(BlockingIOError):
            while True:
                self._listener.accept()[0].close()
        self._listener.setblocking(True)  # noqa: FBT003

    def read(self, size: int) -> bytes:
        """Take a connection, or what it brings. Raises OSError."""
        if self._peer is None:
            assert self._listener is not None
            self._peer, _ = self._listener.accept()
            self._peer.setblocking(False)  # noqa: FBT003 - the name of the library
            self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.taken()
            return b""
        data = self._peer.recv(size)
        if not data:
            self._peer.close()
            self._peer = None
        return data

    def write(self, data: bytes) -> None:
        """Send what the system takes at once. Raises OSError when it takes nothing."""
        if self._peer is not None:
            self._peer.send(data)

    def close(self) -> None:
        """Unplug for good."""
        self._steady = False
        with suppress(OSError):
            self.unplug()


class TcpLine(Line[M]):
    """Any simulated device on a TCP port of this machine; `path` is a `socket://` address."""

    def __init__(self, make: Callable[[Line[M]], M], *, speed: float = 1.0, steady: bool = False) -> None:
        transport = TcpTransport(steady=steady)
        super().__init__(transport, make, speed=speed)
        transport.taken = getattr(self.machine, "connected", transport.taken)
