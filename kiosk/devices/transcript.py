"""The text of a recorded exchange, an event a line: what is kept as hex, the rest as class, length and mark.

    0.000 > 100401
    0.012 < 12
    0.350 > 1b401c2e {picture 1728 5be20c17}
    0.910 ! device.lost

Seconds since the start, then `>` to the device, `<` from it, `!` what happened to the port.
"""

import re
from dataclasses import dataclass
from typing import Literal

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError

HEAD = "# kiosk exchange 1"
Way = Literal[">", "<", "!"]


@dataclass(frozen=True)
class Kept:
    """Bytes that may be shown: commands and answers without content."""

    data: bytes


@dataclass(frozen=True)
class Hidden:
    """Bytes that may not. `mark`: equal for equal bytes of one recording, and nothing else can be told."""

    what: str
    size: int
    mark: str


Piece = Kept | Hidden


@dataclass(frozen=True)
class Event:
    """One thing that happened, `at` milliseconds after the start; `note` is for `!` alone."""

    at: int
    way: Way
    pieces: tuple[Piece, ...] = ()
    note: str = ""

    def line(self) -> str:
        """The event as a line, without its end."""
        said = self.note if self.way == "!" else " ".join(map(_written, self.pieces))
        return f"{self.at // 1000}.{self.at % 1000:03d} {self.way} {said}"


def _written(piece: Piece) -> str:
    if isinstance(piece, Kept):
        return piece.data.hex()
    return f"{{{piece.what} {piece.size} {piece.mark}}}"


_LINE = re.compile(r"(\d{1,9})\.(\d{3}) ([<>!]) (.+)")
_PIECE = re.compile(r"((?:[0-9a-f]{2})+)|\{([a-z-]{1,20}) (\d{1,8}) ([0-9a-f]{8})\}")
_NOTE = re.compile(r"[a-z_.]{1,60}")
_BETWEEN = re.compile(r" (?![^{]*\})")


def read_transcript(text: str, file: str) -> list[Event]:
    """Read what `Event.line` wrote; lines that begin with `#` and empty ones are passed over.

    Raises KnownError `trace.damaged` with file and line.
    """
    events: list[Event] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            events.append(_event(line, file, number))
    return events


def _event(line: str, file: str, number: int) -> Event:
    found = _LINE.fullmatch(line) if line.isascii() else None
    if found is None:
        raise _damaged(line, file, number)
    at, said = int(found[1]) * 1000 + int(found[2]), found[4]
    if found[3] == "!":
        if _NOTE.fullmatch(said) is None:
            raise _damaged(line, file, number)
        return Event(at, "!", note=said)
    pieces: list[Piece] = []
    for part in _BETWEEN.split(said):
        piece = _PIECE.fullmatch(part)
        if piece is None:
            raise _damaged(line, file, number)
        kept = piece[1]
        pieces.append(Kept(bytes.fromhex(kept)) if kept else Hidden(piece[2], int(piece[3]), piece[4]))
    return Event(at, ">" if found[3] == ">" else "<", tuple(pieces))


def _damaged(line: str, file: str, number: int) -> KnownError:
    return KnownError("trace.damaged", file=file, line=number, value=excerpt(line))
