"""Turns 24 rows of dots into columns (`ESC * 33`): segments at their places, and text between them."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kiosk.devices.realtime import first_hit, hits

STRIP = 24
"""Rows that `ESC * 33` prints at once."""
DEPTH = STRIP // 8
"""Bytes of one column."""


@dataclass(frozen=True)
class Segment:
    """Columns of 24 dots, three bytes each, from dot `left` on. `data` holds no real-time code."""

    left: int
    data: bytes

    @property
    def right(self) -> int:
        """First dot after it."""
        return self.left + len(self.data) // DEPTH


@dataclass(frozen=True)
class Cells:
    """Text in the printer's own type: its first cell begins at dot `left`, each is `width` dots wide."""

    left: int
    width: int
    text: str
    bold: bool

    @property
    def right(self) -> int:
        """First dot after the last cell."""
        return self.left + self.width * len(self.text)


@dataclass(frozen=True)
class Strip:
    """24 rows as one line of the printer, from left to right."""

    top: int
    parts: tuple[Segment | Cells, ...]

    @property
    def bottom(self) -> int:
        """The first row below."""
        return self.top + STRIP


def columns(rows: list[int], width: int) -> bytes:
    """24 rows, numbers of `width` bits, as columns from left to right, three bytes each, top dot highest."""
    ones = _ones(width)
    found = bytearray(DEPTH * width)
    for plane in range(DEPTH):
        joined = 0
        for row in rows[8 * plane : 8 * plane + 8]:
            joined <<= 1
            if row:  # a row as digits is one byte a dot, and a digit's lowest bit is the dot
                joined |= int.from_bytes(format(row, f"0{width}b").encode("ascii"), "big") & ones
        found[plane::DEPTH] = joined.to_bytes(width, "big")
    return bytes(found)


@lru_cache(maxsize=8)
def _ones(width: int) -> int:
    return int.from_bytes(b"\1" * width, "big")


def parted(left: int, data: bytes) -> list[Segment] | None:
    """Columns as segments that hold no code, cut where one would reach from a column into the next.

    None when a single column holds one: that begins elsewhere or not at all.
    """
    borders = [0]
    for at in hits(data):
        if at % DEPTH != DEPTH - 1:
            return None
        borders.append(at + 1)
    borders.append(len(data))
    return [Segment(left + a // DEPTH, data[a:b]) for a, b in pairwise(borders) if b > a]


def spans(mask: int, width: int, gap: int) -> list[tuple[int, int]]:
    """Where ink stands in a row of `width` bits: first dot and first dot after it, from left to right.

    White of `gap` dots or less does not part two spans.
    """
    found: list[tuple[int, int]] = []
    at = width
    while mask:
        left = width - mask.bit_length()
        # The run of ones at the top of what is left: its complement's highest bit ends it.
        run = ~mask & ((1 << width - left) - 1)
        right = width - run.bit_length()
        mask &= (1 << width - right) - 1
        if found and left - at <= gap:
            found[-1] = found[-1][0], right
        else:
            found.append((left, right))
        at = right
    return found


def holds_code(data: bytes) -> bool:
    """Whether a printer would obey something in these bytes."""
    return first_hit(data) >= 0
