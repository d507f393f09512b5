"""Runs the application over TLS, alone in its process or in a thread of a test."""

import os
import socket
from collections.abc import Callable

import uvicorn

from central.app import create_app
from central.centre import Centre
from central.keys import TLS_CHAIN, TLS_KEY
from kiosk.core.errors import KnownError

KEEP_ALIVE_S, SHUTDOWN_S = 75, 2
BACKLOG = 512
"""Devices that may knock at once: a region comes back together when its mast does."""


class Serving(uvicorn.Server):
    """A server on one socket; `started` is told its address once it listens."""

    def __init__(self, centre: Centre, listening: socket.socket, started: Callable[[str], None]) -> None:
        config = uvicorn.Config(
            create_app(centre),
            ssl_certfile=str(centre.folder.key(TLS_CHAIN)),
            ssl_keyfile=str(centre.folder.key(TLS_KEY)),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
        super().__init__(config)
        self._listening = listening
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say where."""
        await super().startup(sockets)
        host, port = self._listening.getsockname()[:2]
        self._started(f"https://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: connections without a request end at once, requests under way get their time."""
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            transport = getattr(connection, "transport", None)
            if transport is not None and (cycle is None or cycle.response_complete):
                transport.abort()
        await super().shutdown(sockets)

    def serve_until_stopped(self) -> None:
        """Serve until a signal or `should_exit`."""
        self.run(sockets=[self._listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises KnownError `central.cannot_listen`.

    Made with its protocol named: asyncio sends small answers at once only on such a socket, and on any other
    each answer waits some 40 ms for the other side's acknowledgement.
    """
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, proto)
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(BACKLOG)
    except OSError as error:
        raise KnownError(
            "central.cannot_listen", host=host, port=port, reason=error.strerror or "?"
        ) from error
    return listening
