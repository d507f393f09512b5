"""Connections that another thread can end at once, wherever they hang: in a handshake or in a silence."""

import socket
import threading
from contextlib import suppress
from typing import Any

from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool


class Lines:
    """The open lines of one client, each as a second handle of its socket: TLS takes the first for itself."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._open: set[socket.socket] = set()
        self._severed = False

    def add(self, line: socket.socket) -> socket.socket:
        """Know a line that was just opened; return the handle that `remove` takes."""
        handle = line.dup()
        with self._door:
            self._open.add(handle)
            severed = self._severed
        if severed:
            self.sever()
        return handle

    def remove(self, handle: socket.socket) -> None:
        """The line is closed."""
        with self._door:
            self._open.discard(handle)
            handle.close()

    def sever(self) -> None:
        """End every line now, and each that is opened later: whoever waits on one gets an error at once."""
        with self._door:
            self._severed = True
            for handle in self._open:
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)


def pool_with(lines: Lines) -> type[HTTPSConnectionPool]:
    """A kind of connection pool whose connections are known to `lines`."""

    class Severable(HTTPSConnection):
        handle: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            line = super()._new_conn()
            self.handle = lines.add(line)
            return line

        def close(self) -> None:
            super().close()
            handle, self.handle = self.handle, None
            if handle is not None:
                lines.remove(handle)

    class Pool(HTTPSConnectionPool):
        ConnectionCls: Any = Severable

    return Pool
