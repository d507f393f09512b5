"""Frames of serial terminals as a table: signs, check, time-outs. A bank's private document is one row.

Two families cover what is in use: STX … ETX with a check of one byte (LRC), and DLE STX … DLE ETX with a
CRC-16, where a DLE of the content is doubled (ZVT). A third row has no frame at all: lengths, over TCP.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

STX, ETX, EOT, ENQ, ACK, DLE, NAK = 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x15


class Sign(Enum):
    """What a line says outside of frames."""

    ACK = "ack"
    NAK = "nak"
    ENQ = "enq"
    EOT = "eot"
    GARBLED = "garbled"
    """Bytes that are no frame, or a frame whose check does not hold."""


@dataclass(frozen=True)
class Framing:
    """One way to put a message on a line. Times are seconds.

    `escape`: the byte before start and end, doubled in the content (None: the content holds no control byte).
    `check` gets the content as it was before doubling and returns the check bytes. `enquires`: a message is
    announced with ENQ and ended with EOT. `gap`: the longest pause within a frame; `answer`: for ACK or NAK;
    `tries`: how often a frame that may be repeated is sent, and how often a garbled one is asked for again.
    """

    name: str
    check: Callable[[bytes], bytes]
    check_length: int
    escape: int | None = None
    acknowledges: bool = True
    enquires: bool = False
    gap: float = 1.0
    answer: float = 5.0
    tries: int = 3
    longest: int = 2048


def lrc(seed: int, *, with_end: bool) -> Callable[[bytes], bytes]:
    """A check of one byte: all bytes of the content, and the ETX if `with_end`, by exclusive or."""

    def check(content: bytes) -> bytes:
        value = seed
        for byte in content:
            value ^= byte
        return bytes((value ^ ETX if with_end else value,))

    return check


def crc16(content: bytes) -> bytes:
    """CRC-16 with the reflected polynomial 0x8408 and seed 0 over content and ETX, low byte first (ZVT)."""
    value = 0
    for byte in (*content, ETX):
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0x8408 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


ZVT_SERIAL = Framing("zvt-serial", crc16, 2, escape=DLE, gap=0.5, answer=5.0, tries=3)
"""ZVT over RS-232 (PA00P015 annex; measured on a foreign codec)."""
STX_ETX = Framing("stx-etx", lrc(0, with_end=True), 1, enquires=True, gap=1.0, answer=2.0, tries=3)
"""The acquirer style: ENQ, STX … ETX LRC, EOT."""


def frame(framing: Framing, content: bytes) -> bytes:
    """A message as it goes on the line. Raises ValueError for content that this framing cannot carry."""
    if len(content) > framing.longest:
        raise ValueError("longer than a frame can be")
    check = framing.check(content)
    if framing.escape is None:
        if not {STX, ETX, EOT, ENQ}.isdisjoint(content):
            raise ValueError("a control byte in the content")
        return bytes((STX, *content, ETX)) + check
    sign = bytes((framing.escape,))
    return sign + bytes((STX,)) + content.replace(sign, sign * 2) + sign + bytes((ETX,)) + check


@dataclass
class Deframer:
    """Takes a line apart, in any pieces: whole messages as bytes, and what is said outside of them."""

    framing: Framing
    _held: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[bytes | Sign]:
        """What has become whole by these bytes, in order."""
        self._held += data
        while self._held:
            taken = self._take()
            if taken is None:
                if len(self._held) <= 2 * self.framing.longest + 8:
                    return
                self._held.clear()
                taken = Sign.GARBLED
            yield taken

    @property
    def within(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._held)

    def give_up(self) -> bool:
        """Throw away what has begun: the pause was too long. Whether there was any."""
        had = bool(self._held)
        self._held.clear()
        return had

    # --- inside

    def _take(self) -> bytes | Sign | None:
        first = self._held[0]
        start = bytes((STX,)) if self.framing.escape is None else bytes((self.framing.escape, STX))
        if self._held.startswith(start):
            return self._take_frame(len(start))
        if start.startswith(bytes(self._held)):
            return None
        signs = {ACK: Sign.ACK, NAK: Sign.NAK, ENQ: Sign.ENQ, EOT: Sign.EOT}
        del self._held[0]
        if first in signs:
            return signs[first]
        self._skip(start)
        return Sign.GARBLED

    def _skip(self, start: bytes) -> None:
        """Drop noise up to what may be a frame or a sign."""
        known = {start[0], ACK, NAK, ENQ, EOT}
        while self._held and self._held[0] not in known:
            del self._held[0]

    def _take_frame(self, at: int) -> bytes | Sign | None:
        content, end = self._content(at)
        if end is None:
            return None
        if end < 0:
            del self._held[:-end]
            return Sign.GARBLED
        whole = end + self.framing.check_length
        if len(self._held) < whole:
            return None
        check = bytes(self._held[end:whole])
        del self._held[:whole]
        good = check == self.framing.check(content) and len(content) <= self.framing.longest
        return content if good else Sign.GARBLED

    def _content(self, at: int) -> tuple[bytes, int | None]:
        """The content from `at`, and where its check begins; None: not yet; below zero: broken there."""
        escape = self.framing.escape
        content = bytearray()
        while at < len(self._held):
            byte = self._held[at]
            if escape is None and byte == ETX:
                return bytes(content), at + 1
            if escape is None or byte != escape:
                content.append(byte)
                at += 1
                continue
            if at + 1 == len(self._held):
                break
            after = self._held[at + 1]
            if after == ETX:
                return bytes(content), at + 2
            if after != escape:
                return b"", -max(1, at)
            content.append(byte)
            at += 2
        return b"", None
