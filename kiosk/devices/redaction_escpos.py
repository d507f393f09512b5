"""Takes what is printed out of an ESC/POS stream: commands stay, pictures, text and code contents do not.

It shares nothing with the writer: a command that it does not know hides everything up to the next `ESC @`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.devices.transcript import Hidden, Kept, Piece

_DLE, _ESC, _FS, _GS = 0x10, 0x1B, 0x1C, 0x1D
_RESET = b"\x1b@"
_ONE = b"\x09\x0a\x0c\x0d\x18"
"""Motions and CAN: commands of one byte."""
_FIXED = {
    _ESC: {2: b"@2<im", 3: b" !-3EGJMRTUVadert{", 4: b"$\\", 5: b"p"},
    _FS: {2: b".&", 3: b"!-W", 4: b"p"},
    _GS: {3: b"!BEHIabfhrw", 4: b"$LPW\\"},
}
"""Length of a command by its first two bytes."""
_SHORT_PARAMETERS = 10
_LETTERS = 4
_NUMBERED_SIZE = 7


@dataclass(frozen=True)
class _Command:
    """`head` bytes that are kept, then `body` bytes that are `what`."""

    head: int
    body: int = 0
    what: str = ""


class _MoreError(Exception):
    """The command cannot be told yet."""


@dataclass
class EscPosRedactor:
    """Of one connection to a printer; see `Redactor`."""

    hide: Callable[[str, bytes], Hidden]
    _held: bytearray = field(default_factory=bytearray)
    _left: int = 0
    """Bytes of the command's content that are still to come."""
    _what: str = ""
    _lost: bool = False
    """Whether a command was not understood, so that nothing is until the next reset."""
    _told: bytearray = field(default_factory=bytearray)
    """The beginning of an answer that is not whole."""
    _letters: int = 0
    """Answers in a row that are letters or digits as well."""

    def sent(self, data: bytes) -> list[Piece]:
        """Commands without their content."""
        self._letters = 0
        self._held += data
        pieces: list[Piece] = []
        while self._held:
            try:
                pieces.append(self._next())
            except _MoreError:
                break
        return _joined(pieces)

    def heard(self, data: bytes) -> list[Piece]:
        """Status bytes; anything else is hidden.

        Every even digit looks like a status too, so of a row of letters and digits only the first few are
        kept: somebody may have chosen the port of another device.
        """
        self._told += data
        pieces: list[Piece] = []
        while self._told:
            size = _answer(self._told)
            if size is None:
                break
            told = bytes(self._told[: size or 1])
            del self._told[: size or 1]
            if size != _NUMBERED_SIZE:
                self._letters = self._letters + 1 if 0x20 <= told[0] < 0x7F else 0
            known = size and self._letters <= _LETTERS
            pieces.append(Kept(told) if known else self.hide("noise", told))
        return _joined(pieces)

    def rest(self) -> list[Piece]:
        """Half a command is hidden."""
        held = bytes(self._held)
        self._held.clear()
        return [self.hide("unknown", held)] if held else []

    # --- inside

    def _next(self) -> Piece:
        """Take one piece off what is held. Raises _MoreError."""
        if self._left:
            return self._content()
        if self._lost:
            return self._until_reset()
        first = self._held[0]
        if first in _ONE:
            return self._keep(1)
        if first not in (_DLE, _ESC, _FS, _GS):
            end = next((n for n, byte in enumerate(self._held) if byte < 0x20), len(self._held))
            return self._take("text" if end else "unknown", max(1, end))
        command = _command(self._held)
        if command is None:
            self._lost = True
            return self._until_reset()
        if len(self._held) < command.head:
            raise _MoreError
        self._left, self._what = command.body, command.what
        return self._keep(command.head)

    def _content(self) -> Piece:
        size = min(self._left, len(self._held))
        self._left -= size
        return self._take(self._what, size)

    def _until_reset(self) -> Piece:
        at = self._held.find(_RESET)
        if at == 0:
            self._lost = False
            return self._keep(len(_RESET))
        if at < 0 and self._held == _RESET[:1]:
            raise _MoreError
        end = at if at > 0 else len(self._held) - self._held.endswith(_RESET[:1])
        return self._take("unknown", end)

    def _keep(self, size: int) -> Kept:
        return Kept(self._off(size))

    def _take(self, what: str, size: int) -> Hidden:
        return self.hide(what, self._off(size))

    def _off(self, size: int) -> bytes:
        data = bytes(self._held[:size])
        del self._held[:size]
        return data


def _command(held: bytearray) -> _Command | None:
    """The command that begins here, None: not known. Raises _MoreError."""
    first, second = held[0], _byte(held, 1)
    if first == _DLE:
        return _realtime(second, held)
    for size, letters in _FIXED[first].items():
        if second in letters:
            return _Command(size)
    if first == _ESC:
        return _of_esc(second, held)
    return _of_gs(second, held) if first == _GS else None


def _realtime(second: int, held: bytearray) -> _Command | None:
    if second in b"\x04\x05":
        return _Command(3)
    if second != 0x14:
        return None
    return {1: _Command(5), 2: _Command(5), 8: _Command(10)}.get(_byte(held, 2))


def _of_esc(second: int, held: bytearray) -> _Command | None:
    if second == ord("*"):
        dots = _byte(held, 3) + 256 * _byte(held, 4)
        return _Command(5, dots * (3 if held[2] & 0x20 else 1), "picture")
    if second == ord("c") and _byte(held, 2) in b"345":
        return _Command(4)
    return None


def _of_gs(second: int, held: bytearray) -> _Command | None:
    if second == ord("V"):
        return _Command(3 if _byte(held, 2) in b"\x00\x0101" else 4)
    if second == ord("v"):
        wide, high = _byte(held, 4) + 256 * _byte(held, 5), _byte(held, 6) + 256 * _byte(held, 7)
        return _Command(8, wide * high, "picture")
    if second == ord("*"):
        return _Command(4, 8 * _byte(held, 2) * _byte(held, 3), "picture")
    if second == ord("8"):
        size = int.from_bytes(bytes(_byte(held, n) for n in range(3, 7)), "little")
        return _Command(7, size, "picture")
    if second == ord("("):
        return _of_bracket(_byte(held, 2), held)
    return None


def _of_bracket(kind: int, held: bytearray) -> _Command | None:
    """`GS ( x`: settings are kept, what a code says and what a picture shows are not."""
    if kind not in b"DEHKLNk":
        return None
    size = _byte(held, 3) + 256 * _byte(held, 4)
    stores_code = kind == ord("k") and size > 1 and _byte(held, 6) == 80
    if size <= _SHORT_PARAMETERS and not stores_code:
        return _Command(5 + size)
    return _Command(7, size - 2, "code" if kind == ord("k") else "picture")


_NUMBERED = re.compile(rb"7(?:\"(?:[0-9]{0,4}|[0-9]{4}\x00)?)?")


def _answer(told: bytearray) -> int | None:
    """Bytes of the answer that begins here, 0: it is none, None: that cannot be told yet."""
    first = told[0]
    if first in (0x11, 0x13) or first & 0x93 in (0x10, 0x12) or first & 0xF0 == 0:
        return 1
    if _NUMBERED.fullmatch(bytes(told[:7])):  # the answer to GS ( H
        return _NUMBERED_SIZE if len(told) >= _NUMBERED_SIZE else None
    return 0


def _byte(held: bytearray, at: int) -> int:
    if at >= len(held):
        raise _MoreError
    return held[at]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Kept pieces that follow each other as one."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Kept) and isinstance(last, Kept):
            joined[-1] = Kept(last.data + piece.data)
        else:
            joined.append(piece)
    return joined
