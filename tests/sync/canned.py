"""A TLS server on loopback that answers every request with the same bytes, or with none at all."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from central.centre import Centre
from central.keys import TLS_CHAIN, TLS_KEY


def answer(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Canned:
    """`said` is sent to whoever asks; None: silence until the other side gives up."""

    listening: socket.socket
    context: ssl.SSLContext
    said: bytes | None
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        host, port = self.listening.getsockname()[:2]
        return f"https://{host}:{port}"

    def serve(self) -> None:
        while not self.ending.is_set():
            with suppress(OSError):
                plain, _ = self.listening.accept()
                plain.settimeout(5)
                with plain, suppress(OSError), self.context.wrap_socket(plain, server_side=True) as line:
                    self._answer(line)

    def _answer(self, line: ssl.SSLSocket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += line.recv(65536) or b"\r\n\r\n"
        if self.said is None:
            self.ending.wait(5)
            return
        line.sendall(self.said)
        with suppress(OSError):
            line.unwrap()


@contextmanager
def canned(centre: Centre, said: bytes | None) -> Iterator[Canned]:
    """Answer in the name of this centre: with its TLS certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(centre.folder.key(TLS_CHAIN), centre.folder.key(TLS_KEY))
    server = Canned(socket.create_server(("127.0.0.1", 0)), context, said)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        with suppress(OSError):
            socket.create_connection(server.listening.getsockname()[:2], timeout=1).close()
        thread.join(6)
        server.listening.close()
