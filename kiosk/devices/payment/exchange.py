"""Carries messages over a line by its table: acknowledged and repeated there, or as they are over TCP.

What must never be done twice is sent `once`: neither silence nor a NAK sends it again, because the other end
may have it. Nothing here knows what a message means.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.devices.payment.framing import ACK, ENQ, EOT, NAK, Deframer, Framing, Sign, frame


class Wire(Protocol):
    """The port, as `kiosk.devices.port.Port` is one."""

    written: int

    def write(self, data: bytes) -> None:
        """Send. Raises KnownError `device.*`."""

    def read(self, timeout: float) -> bytes:
        """What comes within the time, or nothing. Raises KnownError `device.*`."""


class Messages(Protocol):
    """A line that carries whole messages."""

    def send(self, message: bytes, *, once: bool) -> None:
        """Send one message. Raises KnownError `device.*`, `terminal.silent`, `terminal.garbled`."""

    def receive(self, seconds: float) -> bytes | None:
        """The next message, acknowledged on the line; None when none came. Raises KnownError as `send`."""

    def drain(self) -> None:
        """Throw away what came before anything was asked. Raises KnownError `device.*`."""


SLICE = 0.1
"""Seconds of one read while a message is awaited."""


@dataclass
class FramedMessages:
    """Messages in frames (`Framing`). `name`: what people call the terminal."""

    wire: Wire
    framing: Framing
    name: str
    clock: Callable[[], float] = time.monotonic
    _deframer: Deframer = field(init=False)
    _early: list[bytes] = field(default_factory=list)
    """Messages that came while an acknowledgement was awaited."""

    def __post_init__(self) -> None:
        self._deframer = Deframer(self.framing)

    def send(self, message: bytes, *, once: bool) -> None:
        """Send one message and wait until the line acknowledges it."""
        data = frame(self.framing, message)
        if self.framing.enquires:
            self._until_acknowledged(bytes((ENQ,)), self.framing.tries)
        self._until_acknowledged(data, 1 if once else self.framing.tries)
        if self.framing.enquires:
            self.wire.write(bytes((EOT,)))

    def receive(self, seconds: float) -> bytes | None:
        """The next whole message; a garbled one is asked for again, so many times."""
        limit, garbled = self.clock() + seconds, 0
        while not self._early:
            said = self._next(limit)
            if said is None:
                return None
            if isinstance(said, bytes):
                self._acknowledge(ACK)
                return said
            if said is Sign.ENQ:
                self._acknowledge(ACK)
            elif said is Sign.GARBLED:
                garbled += 1
                if garbled > self.framing.tries:
                    raise KnownError("terminal.garbled", terminal=self.name)
                self._acknowledge(NAK)
        return self._early.pop(0)

    def drain(self) -> None:
        """Throw away what has arrived."""
        self._early.clear()
        self._deframer.give_up()
        while self.wire.read(0):
            pass

    # --- inside

    def _acknowledge(self, sign: int) -> None:
        if self.framing.acknowledges:
            self.wire.write(bytes((sign,)))

    def _until_acknowledged(self, data: bytes, tries: int) -> None:
        if not self.framing.acknowledges:
            self.wire.write(data)
            return
        refused = False
        for _ in range(tries):
            self.wire.write(data)
            said = self._answer()
            if said is Sign.ACK:
                return
            refused = refused or said is not None
        raise KnownError("terminal.garbled" if refused else "terminal.silent", terminal=self.name)

    def _answer(self) -> Sign | None:
        """ACK, or NAK, or None when neither came. A message that overtakes it is kept, and is one too."""
        limit = self.clock() + self.framing.answer
        while True:
            said = self._next(limit)
            if said in (None, Sign.ACK, Sign.NAK):
                return said if isinstance(said, Sign) else None
            if isinstance(said, bytes):
                self._acknowledge(ACK)
                self._early.append(said)
                return Sign.ACK

    def _next(self, limit: float) -> bytes | Sign | None:
        """What the line says next, until a time of the clock."""
        for said in self._deframer.feed(b""):
            return said
        heard_at = self.clock()
        while True:
            now = self.clock()
            if self._deframer.within and now - heard_at > self.framing.gap:
                self._deframer.give_up()
                return Sign.GARBLED
            if now >= limit and not self._deframer.within:
                return None
            data = self.wire.read(min(SLICE, max(0.001, limit - now)))
            if not data:
                continue
            heard_at = self.clock()
            for said in self._deframer.feed(data):
                return said


@dataclass
class PlainMessages:
    """Messages that say their own length, over TCP: no frame, nothing acknowledged by the line.

    `take` finds the message at the beginning of bytes (None: more must come) and its length.
    """

    wire: Wire
    take: Callable[[bytes], tuple[object, int] | None]
    name: str
    gap: float = 2.0
    longest: int = 1 << 16
    clock: Callable[[], float] = time.monotonic
    _held: bytearray = field(default_factory=bytearray)

    def send(self, message: bytes, *, once: bool) -> None:  # noqa: ARG002 - TCP repeats by itself, or not at all
        """Send one message; TCP brings it whole or says that it did not."""
        self.wire.write(message)

    def receive(self, seconds: float) -> bytes | None:
        """The next whole message."""
        limit = self.clock() + seconds
        heard_at = self.clock()
        while True:
            for message in self._whole():
                return message
            now = self.clock()
            if self._held and now - heard_at > self.gap:
                raise KnownError("terminal.garbled", terminal=self.name)
            if now >= limit and not self._held:
                return None
            data = self.wire.read(min(SLICE, max(0.001, limit - now)))
            if data:
                heard_at = self.clock()
                self._held += data

    def drain(self) -> None:
        """Throw away what has arrived."""
        self._held.clear()
        while self.wire.read(0):
            pass

    def _whole(self) -> Iterator[bytes]:
        found = self.take(bytes(self._held))
        if found is not None:
            message = bytes(self._held[: found[1]])
            del self._held[: found[1]]
            yield message
        elif len(self._held) > self.longest:
            raise KnownError("terminal.garbled", terminal=self.name)
