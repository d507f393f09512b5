"""A sheet of dots under way: each row is one whole number, its first dot the highest bit. No Qt here."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kiosk.core.raster import Bitmap
from kiosk.documents.qr import Matrix


@dataclass(frozen=True)
class Stamp:
    """A piece of ink, all in dots: `left` and `top` from where it is set down, rows of `width` bits."""

    left: int
    top: int
    width: int
    rows: tuple[int, ...]


class Canvas:
    """A white sheet of `width` x `height` dots; what reaches beyond its edges is lost."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self._rows = [0] * height
        self._all = (1 << width) - 1

    def ink(self, stamp: Stamp, x: int, y: int) -> None:
        """Set a stamp down in black with its origin at (x, y)."""
        rows, shift, within = self._rows, self._shift(stamp, x), self._all
        for at, dots in self._seen(stamp, y):
            rows[at] |= (dots << shift if shift >= 0 else dots >> -shift) & within

    def clear(self, stamp: Stamp, x: int, y: int) -> None:
        """The same in white."""
        rows, shift = self._rows, self._shift(stamp, x)
        for at, dots in self._seen(stamp, y):
            rows[at] &= ~(dots << shift if shift >= 0 else dots >> -shift)

    def fill(self, x: int, y: int, width: int, height: int, *, white: bool = False) -> None:
        """Fill a box."""
        left, right = max(0, x), min(self.width, x + width)
        if right <= left:
            return
        dots = ((1 << right - left) - 1) << self.width - right
        for at in range(max(0, y), min(len(self._rows), y + height)):
            self._rows[at] = self._rows[at] & ~dots if white else self._rows[at] | dots

    def bitmap(self) -> Bitmap:
        """The sheet as it is."""
        stride = -(-self.width // 8)
        spare, blank = stride * 8 - self.width, bytes(stride)
        rows = [(row << spare).to_bytes(stride, "big") if row else blank for row in self._rows]
        return Bitmap(self.width, b"".join(rows))

    def _shift(self, stamp: Stamp, x: int) -> int:
        """How far the rows of a stamp are moved to become rows of the sheet."""
        return self.width - (x + stamp.left + stamp.width)

    def _seen(self, stamp: Stamp, y: int) -> Iterable[tuple[int, int]]:
        """The rows of a stamp that are on the sheet, with their place."""
        top = y + stamp.top
        first, last = max(0, -top), len(self._rows) - top
        return enumerate(stamp.rows[first:last] if last > 0 else (), top + first)


@lru_cache(maxsize=4)
def picture(dots: Bitmap) -> Stamp:
    """A bitmap as a stamp, from its top left corner."""
    stride, spare = dots.stride, dots.stride * 8 - dots.width
    rows = (int.from_bytes(dots.rows[at : at + stride], "big") for at in range(0, len(dots.rows), stride))
    return Stamp(0, 0, dots.width, tuple(row >> spare for row in rows))


@lru_cache(maxsize=16)
def symbol_stamp(matrix: Matrix, dot: int) -> Stamp:
    """A symbol with `dot` dots a module."""
    black, white = "1" * dot, "0" * dot
    rows: list[int] = []
    for line in matrix:
        rows += [int("".join([black if module else white for module in line]), 2)] * dot
    return Stamp(0, 0, len(matrix) * dot, tuple(rows))
