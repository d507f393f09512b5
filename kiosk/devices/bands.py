"""Cuts the ink of a sheet into pictures of which none holds a real-time code, without changing a dot.

A code that reaches from one row into the next is cut apart. One inside a row is moved to other byte borders
by starting the picture a few dots further left or right, where the row has white edges. Else 24 rows go as
columns, in which the bytes run down; where those begin is chosen so that no column holds a code. Only a
picture made for the purpose defeats all that; there one dot is added beside a black one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.devices.columns import DEPTH, STRIP, Strip, columns, parted
from kiosk.devices.ink import Ink
from kiosk.devices.realtime import first_hit, hits

WORTH_A_MARGIN = 16
"""Bytes that a margin must save: to set and to reset it costs as many."""

BESIDE = 24
"""Bytes that it costs to begin a picture: its head, a margin set and reset."""


@dataclass(frozen=True)
class Band:
    """Rows as they are, from dot `left` on."""

    top: int
    rows: int
    left: int
    data: bytes

    @property
    def bottom(self) -> int:
        """The first row below."""
        return self.top + self.rows


Piece = Band | Strip


@dataclass(frozen=True)
class Cut:
    """How a printer takes pictures: `most_rows` at once; `margins`: not only from its left edge on."""

    most_rows: int
    margins: bool

    def hard_rows(self, ink: Ink, top: int, end: int) -> set[int]:
        """Rows that hold a code however their picture is started."""
        return _Cutter(ink, top, end, self).hard_rows()

    def bands(self, ink: Ink, top: int, end: int) -> list[Band]:
        """Pictures of rows of which none is hard."""
        return [*_Cutter(ink, top, end, self).bands(top, end)]


def cut(ink: Ink, top: int, end: int, how: Cut) -> list[Piece]:
    """Pieces from above to below that hold all ink of the rows `top` up to `end`; between them is white.

    The last piece may reach beyond the sheet, never beyond `end` within it.
    """
    while True:
        cutter = _Cutter(ink, top, end, how)
        strips = cutter.strips()
        if strips is not None:
            return cutter.pieces(strips)
        ink = _thickened(ink, cutter.stuck)


class _Cutter:
    """One try on the rows `top` up to `end`. `stuck`: a row that no piece can hold."""

    def __init__(self, ink: Ink, top: int, end: int, how: Cut) -> None:
        self.stuck = 0
        self._ink = ink
        self._top = top
        self._end = end
        self._most = how.most_rows
        self._margins = how.margins

    def strips(self) -> dict[int, Strip] | None:
        """The fewest strips that hold every row that cannot be sent as it is, by their tops; or None."""
        hard = self.hard_rows()
        if not hard:
            return {}
        made: dict[int, Strip] = {}
        never = self._end + 1
        cost = [never] * (self._end - self._top) + [0] * (STRIP + 1)
        for y in range(self._end - 1, self._top - 1, -1):
            at = y - self._top
            straight = never if y in hard else cost[at + 1]
            strip = self._strip(y) if self._near(y, hard) else None
            with_strip = cost[at + STRIP] + 1 if strip else never
            cost[at] = min(straight, with_strip, never)
            if strip and with_strip < straight:
                made[y] = strip
            if cost[at] == never and y in hard:
                self.stuck = y
        if cost[0] == never:
            return None
        return made

    def pieces(self, strips: dict[int, Strip]) -> list[Piece]:
        """Walk down: a strip where one was chosen, bands between them."""
        found: list[Piece] = []
        y = top = self._top
        while y < self._end:
            if y in strips:
                found += self.bands(top, y)
                found.append(strips[y])
                y = top = strips[y].bottom
            else:
                y += 1
        return [*found, *self.bands(top, self._end)]

    def hard_rows(self) -> set[int]:
        """Rows that hold a code however their picture is started."""
        ink = self._ink
        if first_hit(ink.packed(self._top, self._end, 0, ink.width)) < 0:
            return set()
        rows = (y for y in range(self._top, self._end) if not ink.blank(y))
        return {y for y in rows if self._aligned(y, y + 1) is None}

    def _near(self, y: int, hard: set[int]) -> bool:
        """Whether a strip from `y` on stays on the sheet's rows and holds a hard row."""
        if y + STRIP > self._end and self._end < self._ink.height:
            return False
        return any(row in hard for row in range(y, y + STRIP))

    def bands(self, y: int, end: int) -> Iterator[Band]:
        """Rows that can all be sent as they are, in runs of ink, parted where that leaves white unsent."""
        while y < end:
            if self._ink.blank(y):
                y += 1
                continue
            bottom = y
            while bottom < end and not self._ink.blank(bottom):
                bottom += 1
            for top, below in self._blocks(y, bottom):
                for at in range(top, below, self._most):
                    yield from self._run(at, min(below, at + self._most))
            y = bottom

    def _blocks(self, top: int, bottom: int) -> list[tuple[int, int]]:
        """Part a run of ink where rows of another width begin, if a picture of their own costs less."""
        if not self._margins or bottom - top < 2:
            return [(top, bottom)]
        blocks: list[tuple[int, int, int, int]] = []
        for y in range(top, bottom):
            left, right = self._ink.extent(y, y + 1)
            blocks.append((y, y + 1, left // 8, -(-right // 8)))
            while len(blocks) > 1 and _worth_joining(blocks[-2], blocks[-1]):
                blocks.append(_joined(blocks.pop(-2), blocks.pop()))
        return [(first, below) for first, below, _, _ in blocks]

    def _run(self, top: int, bottom: int) -> Iterator[Band]:
        while top < bottom:
            band = self._aligned(top, bottom)
            if band is not None:
                yield band
                return
            left, right = self._extent(top, bottom)
            stride = -(-(right - left) // 8)
            at = first_hit(self._ink.packed(top, bottom, left, right))
            row = top + at // stride
            into_next = at % stride == stride - 1
            below = row + 1 if into_next or row == top else row
            yield from self._run(top, below)
            top = below

    def _extent(self, top: int, bottom: int) -> tuple[int, int]:
        """Left and right edge of what is sent when nothing speaks against it; whole bytes from the left."""
        left, right = self._ink.extent(top, bottom)
        left -= left % 8
        saved = left // 8 * (bottom - top)
        return (left if self._margins and saved > WORTH_A_MARGIN else 0), right

    def _aligned(self, top: int, bottom: int) -> Band | None:
        """Rows as one picture, started elsewhere if a code occurs; None when no start helps."""
        plain, right = self._extent(top, bottom)
        ink_left = self._ink.extent(top, bottom)[0]
        starts = range(ink_left, max(ink_left - 8, -1), -1) if self._margins else ()
        for left in (plain, *starts):
            data = self._ink.packed(top, bottom, left, right)
            if first_hit(data) < 0:
                return Band(top, bottom - top, left, data)
        return None

    def _strip(self, top: int) -> Strip | None:
        """24 rows as columns, parted where a code would reach from one column into the next."""
        ink = self._ink
        rows = [ink.rows[y] if y < ink.height else 0 for y in range(top, top + STRIP)]
        right = ink.extent(top, min(top + STRIP, ink.height))[1]
        parts = parted(0, columns(rows, ink.width)[: DEPTH * right])
        return None if parts is None else Strip(top, tuple(parts))


def _joined(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return one[0], two[1], min(one[2], two[2]), max(one[3], two[3])


def _worth_joining(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> bool:
    """Whether two blocks (first row, row below, first byte, byte after the last) cost less as one."""
    apart = sum((below - top) * (right - left) for top, below, left, right in (one, two))
    top, below, left, right = _joined(one, two)
    return (below - top) * (right - left) <= apart + BESIDE


def _thickened(ink: Ink, y: int) -> Ink:
    """The ink with dots added to one row, an eighth of a millimetre each, so that its bytes hold no code."""
    data = bytearray(ink.packed(y, y + 1, 0, ink.width))
    for at in hits(bytes(data)):
        data[at + 1] |= 0x08
    row = int.from_bytes(data, "big") >> len(data) * 8 - ink.width
    return Ink(ink.width, (*ink.rows[:y], row, *ink.rows[y + 1 :]))
