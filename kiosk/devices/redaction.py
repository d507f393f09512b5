"""What may be kept of an exchange, protocol by protocol: commands and states, never what they carry.

A redactor parses; what it does not understand it hides. So an unknown byte is never kept, only how many
there were. Amounts are hidden too: no file of the data folder shows one. A hidden piece has a mark that is
equal for equal bytes of one recording (so "the terminal echoed another amount" is seen), made with a key that
is never stored.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Protocol

from kiosk.devices.redaction_escpos import EscPosRedactor
from kiosk.devices.redaction_zvt import ZvtRedactor
from kiosk.devices.transcript import Hidden, Piece


class Redactor(Protocol):
    """Parses one connection from its opening on; bytes come in any pieces."""

    def sent(self, data: bytes) -> list[Piece]:
        """What is kept of bytes to the device. May hold bytes back until it knows what they are."""

    def heard(self, data: bytes) -> list[Piece]:
        """What is kept of bytes from the device."""

    def rest(self) -> list[Piece]:
        """What was held back of the bytes to the device, at the end of the connection."""


Hide = Callable[[str, bytes], Hidden]
"""Makes the hidden piece of some bytes: their class (small letters and hyphens), and the bytes."""


def new_hide() -> Hide:
    """A `Hide` with a key of its own, forgotten with it."""
    key = secrets.token_bytes(32)

    def hide(what: str, data: bytes) -> Hidden:
        mark = hmac.new(key, data, hashlib.sha256).hexdigest()[:8]
        return Hidden(what, len(data), mark)

    return hide


class OpaqueRedactor:
    """Of a protocol that nobody described nothing but lengths is kept."""

    def __init__(self, hide: Hide) -> None:
        self._hide = hide

    def sent(self, data: bytes) -> list[Piece]:
        """Its length."""
        return [self._hide("unknown", data)]

    def heard(self, data: bytes) -> list[Piece]:
        """Its length."""
        return [self._hide("unknown", data)]

    def rest(self) -> list[Piece]:
        """Nothing is held back."""
        return []


REDACTORS: dict[str, Callable[[Hide], Redactor]] = {
    "escpos": EscPosRedactor,
    "zvt-serial": ZvtRedactor,
    "zvt-tcp": lambda hide: ZvtRedactor(hide, framed=False),
}
"""By protocol; whoever adds a driver adds its line. Any other protocol is opaque."""


def redactor_for(protocol: str, hide: Hide) -> Redactor:
    """The redactor of a protocol, as its driver calls it."""
    return REDACTORS.get(protocol, OpaqueRedactor)(hide)
