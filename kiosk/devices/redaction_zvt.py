"""What is kept of an exchange with a ZVT terminal: which commands and answers, never what they carry.

Kept are the kind and length of a message, its result code, and the signs of the line. Everything else is
hidden with a mark that is equal for equal bytes, so that another amount, terminal or card is seen as another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.devices.payment.framing import ZVT_SERIAL, Deframer, Sign
from kiosk.devices.payment.zvt_apdu import (
    ABORT,
    AUTHORISATION,
    INTERMEDIATE,
    STATUS,
    MalformedError,
    parse_apdu,
    pieces,
)
from kiosk.devices.transcript import Hidden, Kept, Piece

_SIGNS = {Sign.ACK: b"\x06", Sign.NAK: b"\x15", Sign.ENQ: b"\x05", Sign.EOT: b"\x04"}
_RESULT = 0x27
_NO_MARK = "00000000"
_MARKED = {0x04: "amount", 0x0B: "trace", 0x29: "terminal", 0x49: "currency", 0x87: "receipt"}


@dataclass
class ZvtRedactor:
    """Of one connection; see `kiosk.devices.redaction.Redactor`. Frames or, over TCP, bare messages."""

    hide: Callable[[str, bytes], Hidden]
    framed: bool = True
    _out: Deframer = field(default_factory=lambda: Deframer(ZVT_SERIAL))
    _in: Deframer = field(default_factory=lambda: Deframer(ZVT_SERIAL))
    _bare_out: bytearray = field(default_factory=bytearray)
    _bare_in: bytearray = field(default_factory=bytearray)

    def sent(self, data: bytes) -> list[Piece]:
        """The messages that have become whole by these bytes."""
        return self._pieces(self._out, data) if self.framed else self._bare(self._bare_out, data)

    def heard(self, data: bytes) -> list[Piece]:
        """The messages that have become whole by these bytes."""
        return self._pieces(self._in, data) if self.framed else self._bare(self._bare_in, data)

    def rest(self) -> list[Piece]:
        """Half a message is told as such, and nothing of it."""
        begun = self._out.give_up() | self._in.give_up() | bool(self._bare_out) | bool(self._bare_in)
        self._bare_out.clear()
        self._bare_in.clear()
        return [Hidden("cut-off", 0, _NO_MARK)] if begun else []

    def _bare(self, held: bytearray, data: bytes) -> list[Piece]:
        held += data
        found: list[Piece] = []
        while (whole := parse_apdu(bytes(held))) is not None:
            found += self._message(bytes(held[: whole[1]]))
            del held[: whole[1]]
        return found

    def _pieces(self, deframer: Deframer, data: bytes) -> list[Piece]:
        found: list[Piece] = []
        for said in deframer.feed(data):
            if isinstance(said, bytes):
                found += self._message(said)
            elif said in _SIGNS:
                found.append(Kept(_SIGNS[said]))
            else:
                found.append(Hidden("garbled", 0, _NO_MARK))
        return found

    def _message(self, message: bytes) -> list[Piece]:
        """Kind, then each field by its name; a message that is not understood is hidden whole."""
        kind, data = message[:2], message[3:]
        if len(message) < 3 or message[2] == 0xFF:
            return [Hidden("unknown", len(message), _NO_MARK)]
        head: list[Piece] = [Kept(message[:3])]
        if kind in (ABORT, INTERMEDIATE):
            return [*head, Kept(data[:1]), Hidden("text", len(data) - 1, _NO_MARK)] if data else head
        if kind not in (STATUS, AUTHORISATION):
            return [*head, Hidden("data", len(data), _NO_MARK)] if data else head
        try:
            return [*head, *(self._field(tag, value) for tag, value in pieces(data))]
        except MalformedError:
            return [*head, Hidden("unknown", len(data), _NO_MARK)]

    def _field(self, tag: int, value: bytes) -> Piece:
        if tag == _RESULT:
            return Kept(bytes((tag,)) + value)
        # What tells of a card has no mark either: a card would be known again by it.
        return self.hide(_MARKED[tag], value) if tag in _MARKED else Hidden("card", len(value), _NO_MARK)
