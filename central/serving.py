"""Runs the application over TLS, or behind a proxy that does the TLS, alone in its process or in a thread."""

import logging
import os
import socket
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn

from central.app import create_app
from central.centre import Centre
from central.keys import TLS_CHAIN, TLS_KEY
from kiosk.core.errors import KnownError

KEEP_ALIVE_S, SHUTDOWN_S, BEHIND_SHUTDOWN_S = 75, 2, 20
BACKLOG = 512
"""Devices that may knock at once: a region comes back together when its mast does."""


@dataclass(frozen=True)
class Way:
    """How requests reach the server. `proxied`: a proxy on this machine does the TLS, and says in
    `X-Forwarded-For` whose request it is; it is believed because only this machine reaches the socket.
    Without it the server does the TLS and believes no such header. `log`: one line a request, with who asked.
    """

    proxied: bool = False
    log: bool = False


class Serving(uvicorn.Server):
    """A server on one socket; `started` is told its address once it listens."""

    def __init__(
        self,
        centre: Centre,
        listening: socket.socket,
        started: Callable[[str], None],
        way: Way | None = None,
    ) -> None:
        self._way = way or Way()
        self._listening = listening
        self._started = started
        config = uvicorn.Config(
            create_app(centre),
            **self._transport(centre),
            log_level="warning",
            access_log=self._way.log,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        if self._way.log:
            log = logging.getLogger("uvicorn.access")
            log.setLevel(logging.INFO)
            log.addFilter(_not_of_the_balancer)
        super().__init__(config)

    def _transport(self, centre: Centre) -> dict[str, Any]:
        """TLS of our own, or trust in the proxy; never what the environment says (FORWARDED_ALLOW_IPS)."""
        if not self._way.proxied:
            return {
                "ssl_certfile": str(centre.folder.key(TLS_CHAIN)),
                "ssl_keyfile": str(centre.folder.key(TLS_KEY)),
                "proxy_headers": False,
                "forwarded_allow_ips": [],
                "timeout_graceful_shutdown": SHUTDOWN_S,
            }
        return {
            "proxy_headers": True,
            "forwarded_allow_ips": "*",
            "timeout_graceful_shutdown": BEHIND_SHUTDOWN_S,
        }

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say where."""
        await super().startup(sockets)
        self._started(_address(self._listening, secure=not self._way.proxied))

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


def _not_of_the_balancer(record: logging.LogRecord) -> bool:
    """A balancer looks every second or two whether a server lives: no line for that."""
    return not (isinstance(record.args, tuple) and record.args[2] == "/health")


def _address(listening: socket.socket, *, secure: bool) -> str:
    where = listening.getsockname()
    if isinstance(where, str):
        return f"unix:{where}"
    host, port = where[:2]
    return f"http{'s' if secure else ''}://{f'[{host}]' if ':' in host else host}:{port}"


def check_loopback(host: str) -> None:
    """Without TLS the server listens on this machine only. Raises KnownError `central.not_loopback`."""
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        raise KnownError("central.not_loopback", host=host)


def listen_unix(path: Path) -> socket.socket:
    """A socket in the file system, for its owner and group alone. One that a server left behind is replaced.

    Raises KnownError `central.cannot_listen_unix`.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise KnownError("central.cannot_listen_unix", path=path, reason="AF_UNIX")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        listening.bind(str(path))
        path.chmod(0o660)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise KnownError(
            "central.cannot_listen_unix", path=path, reason=error.strerror or str(error)
        ) from error
    return listening


def _remove_stale(path: Path) -> None:
    """Remove a socket on which nobody listens. Raises OSError for one that is in use, or another file."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(None, "not a socket")
    with (
        closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking,
        suppress(ConnectionRefusedError),
    ):
        asking.connect(str(path))
        raise FileExistsError(None, "in use")
    path.unlink()


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
