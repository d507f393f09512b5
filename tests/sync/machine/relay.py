"""A relay before the centre that knows HTTP: it ends TLS in the centre's name, and does harm when told to.

It stands where a bad line, a proxy or a captive portal would. Each request counts from the moment a fault was
set; the one whose turn it is meets the fault.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from tests.sync.canned import answer


class Harm(StrEnum):
    """What happens to one request. Those after `SILENCE` happen to the two ends rather than to the line."""

    NONE = "nothing"
    EATEN = "answer eaten after the centre acted"
    TWICE = "sent twice"
    LATE = "held back, delivered later"
    LATE_TOO = "delivered now, and once more later"
    ERROR_AFTER = "502 after the centre acted"
    PORTAL = "captive portal: 200 and a page"
    PORTAL_JSON = "captive portal: 200 and JSON"
    TRUNCATED = "answer cut in its body, which claims to be whole"
    DRIP = "answer in drops"
    SILENCE = "no answer, though the centre acted"
    CENTRE_BEFORE = "the centre's power is cut before the request reaches it"
    CENTRE_AFTER = "the centre's power is cut after it acted, before the answer"
    CENTRE_COMMITS = "the centre's power is cut as it commits"
    CENTRE_ANSWERED = "the centre's power is cut right after its answer"
    DEVICE_BEFORE = "the device's power is cut as it asks"
    DEVICE_AFTER = "the device's power is cut as the answer comes"


PAGE = b"<html><body>Welcome to the hotel. Please log in.</body></html>"
_DROP = 7


@dataclass
class Fault:
    """What to do to which request: the `nth` (0: the next one). `at`: byte of the answer's body.

    With `only` the requests for other paths pass unhurt and do not count.
    """

    harm: Harm = Harm.NONE
    nth: int = 0
    at: int = 0
    only: bytes = b""


@dataclass
class Relay:
    """`centre_dies` and `device_dies` are told in the middle of a request; `centre_commits` is given the
    question during which the power is cut; `held` are requests that were not delivered.
    """

    target: tuple[str, int]
    serving: ssl.SSLContext
    asking: ssl.SSLContext
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    fault: Fault = field(default_factory=Fault)
    held: list[bytes] = field(default_factory=list)
    centre_dies: Callable[[], None] = lambda: None
    centre_commits: Callable[[Callable[[], object]], bool] = lambda ask: bool(ask())
    device_dies: Callable[[], None] = lambda: None
    met: bool = False
    ending: bool = False
    _count: int = 0

    @property
    def address(self) -> str:
        host, port = self.listening.getsockname()[:2]
        return f"https://{host}:{port}"

    def set(self, fault: Fault) -> None:
        """From now on requests count, and this is what happens."""
        self.fault, self._count, self.met = fault, 0, False

    def deliver(self) -> int:
        """Deliver now what was held back; nobody hears the answers. How many."""
        held, self.held = self.held, []
        for request in held:
            with suppress(OSError), _Upstream(self) as centre:
                centre.ask(request)
        return len(held)

    def serve(self) -> None:
        while not self.ending:
            try:
                plain, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(plain,), daemon=True).start()

    def _speak(self, plain: socket.socket) -> None:
        plain.settimeout(20)
        with (
            plain,
            suppress(OSError),
            self.serving.wrap_socket(plain, server_side=True) as device,
            _Upstream(self) as centre,
            device.makefile("rb") as reading,
        ):
            while (request := read_message(reading.readline, reading.read)) and not self.ending:
                if not self._answer(request, device, centre):
                    device.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return

    def _answer(self, request: bytes, device: ssl.SSLSocket, centre: "_Upstream") -> bool:
        """Answer one request; False when the line is to be cut."""
        counts = self.fault.only in request.partition(b"\r\n")[0]
        turn = self._count >= self.fault.nth if self.fault.harm.startswith("captive") else False
        turn = counts and (turn or self._count == self.fault.nth)
        self._count += counts
        harm = self.fault.harm if turn else Harm.NONE
        self.met = self.met or turn
        before = {Harm.CENTRE_BEFORE: self.centre_dies, Harm.DEVICE_BEFORE: self.device_dies}
        if harm in before:
            before[harm]()
            return False
        if harm is Harm.LATE:
            self.held.append(request)
            return False
        if harm in (Harm.PORTAL, Harm.PORTAL_JSON):
            body = PAGE if harm is Harm.PORTAL else b'{"ok":true}'
            device.sendall(answer("200 OK", body, "Content-Type: text/html"))
            return False
        if harm is Harm.CENTRE_COMMITS:
            self.centre_commits(lambda: centre.ask(request))
            return False
        said = centre.ask(request)
        return said is not None and self._pass_back(harm, request, said, device, centre)

    def _pass_back(
        self, harm: Harm, request: bytes, said: bytes, device: ssl.SSLSocket, centre: "_Upstream"
    ) -> bool:
        """The centre acted: do what is to be done to its answer."""
        if harm is Harm.TWICE:
            said = centre.ask(request) or said
        elif harm is Harm.LATE_TOO:
            self.held.append(request)
        elif harm is Harm.ERROR_AFTER:
            device.sendall(answer("502 Bad Gateway", PAGE, "Content-Type: text/html"))
            return False
        elif harm is Harm.TRUNCATED:
            head = said.index(b"\r\n\r\n") + 4
            device.sendall(said[: head + self.fault.at % max(1, len(said) - head)])
            return False
        elif harm is Harm.DRIP:
            for at in range(0, min(len(said), 40 * _DROP), _DROP):
                device.sendall(said[at : at + _DROP])
            device.sendall(said[40 * _DROP :])
            return True
        elif harm is Harm.SILENCE:
            device.recv(1)  # until the device gives up
            return False
        elif harm in (Harm.EATEN, Harm.CENTRE_AFTER, Harm.DEVICE_AFTER):
            {Harm.CENTRE_AFTER: self.centre_dies, Harm.DEVICE_AFTER: self.device_dies}.get(harm, int)()
            return False
        elif harm is Harm.CENTRE_ANSWERED:
            self.centre_dies()
        device.sendall(said)
        return True


def read_message(line: Callable[[], bytes], body: Callable[[int], bytes]) -> bytes:
    """One request or answer with its body, as it came; b"" when the other side has ended."""
    head, length = b"", 0
    while (one := line()) not in (b"\r\n", b""):
        head += one
        name, _, value = one.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + b"\r\n" + body(length) if one else b""


class _Upstream:
    """The relay's own line to the centre, opened when it is needed."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._line: ssl.SSLSocket | None = None

    def __enter__(self) -> "_Upstream":
        return self

    def __exit__(self, *_: object) -> None:
        if self._line is not None:
            self._line.close()

    def ask(self, request: bytes) -> bytes | None:
        """Hand a request on and return the answer; None when the centre hangs up."""
        if self._line is None:
            plain = socket.create_connection(self._relay.target, timeout=20)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._line = self._relay.asking.wrap_socket(plain, server_hostname="localhost")
        self._line.sendall(request)
        with self._line.makefile("rb") as reading:
            return read_message(reading.readline, reading.read) or None


@contextmanager
def relayed(target: tuple[str, int], serving: ssl.SSLContext, asking: ssl.SSLContext) -> Iterator[Relay]:
    """A relay before the centre at this address. `serving`: with its certificate; `asking`: trusts its CA."""
    relay = Relay(target, serving, asking)
    thread = threading.Thread(target=relay.serve, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.ending = True
        with suppress(OSError):
            socket.create_connection(relay.listening.getsockname()[:2], timeout=1).close()
        thread.join(5)
        relay.listening.close()
