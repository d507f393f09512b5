"""Cuts ink into lines of 24 rows (`ESC *`) where those cost less than pictures, and sets text in them.

Tier 3: one segment a line. Tier 4: as many as white gaps are worth, with numbers and Latin text in the
printer's own type on the same line. Which rows begin a line is found by the least number of bytes over the
whole sheet: a rule is two rows of a picture, a line of text 24 rows of columns. What text is taken out of
the dots is only what the printer then sets (docs/devices.md).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from kiosk.core.raster import TextSpot
from kiosk.devices.bands import BESIDE, Band, Cut, Piece, cut
from kiosk.devices.columns import DEPTH, STRIP, Cells, Segment, Strip, columns, parted, spans
from kiosk.devices.ink import Ink

GAP = 3
"""White columns that are cheaper to print than to leap over: 9 bytes begin a segment."""
_LEAP, _HEAD, _FEED = 4, 5, 1
TOLERANCE = 3
"""Rows that text may stand higher or lower than its neighbours."""
APART = 3
"""White dots beside text, so that two numbers never look like one."""
_CROOKED = 6
"""Bytes that it is worth to have text a row nearer to the level of its neighbours."""
_NEVER = 1 << 40


@dataclass(frozen=True)
class Cell:
    """One letter of the printer's own type, in dots; `baseline`: rows from its top to where letters stand."""

    width: int
    height: int
    baseline: int


@dataclass(frozen=True)
class Way:
    """How a printer takes strips. `leaps`: moves within a line (`ESC $`); `cell` None: sets no text."""

    cut: Cut
    leaps: bool
    cell: Cell | None


@dataclass(frozen=True)
class _Line:
    """Texts on one baseline: their cells, the rows that their ink takes, and the room (`mask`) they need."""

    baseline: int
    top: int
    bottom: int
    cells: tuple[Cells, ...]
    mask: int


def plan(ink: Ink, bare: Ink | None, texts: Iterable[TextSpot], top: int, end: int, way: Way) -> list[Piece]:
    """Pieces from above to below that print the rows `top` up to `end`; between them is white.

    `bare`: the ink without all `texts`. The last piece may reach beyond the sheet, never beyond `end`
    within it.
    """
    planner = _Planner(ink, top, end, way)
    if bare is not None and way.cell is not None:
        planner.take_texts(bare, [spot for spot in texts if top <= spot.baseline < end], way.cell)
    while True:
        chosen = planner.chosen()
        if chosen is None:  # codes everywhere: only the other way knows how to go on
            return cut(ink, top, end, way.cut)
        strips = [planner.strip(y) for y in chosen]
        if all(strip is not None for strip in strips):
            return planner.pieces([strip for strip in strips if strip is not None])


class _Planner:
    """The rows `top` up to `end` of one sheet. `_costs`: of a strip from a row on, as far as asked."""

    def __init__(self, ink: Ink, top: int, end: int, way: Way) -> None:
        self._ink, self._top, self._end, self._way = ink, top, end, way
        self._bare = ink
        self._lines: list[_Line] = []
        self._line_at: dict[int, list[_Line]] = {}
        self._whole_masks = _masks(ink, top, end)
        self._bare_masks = self._whole_masks
        self._costs: dict[int, int] = {}
        self._hard = way.cut.hard_rows(ink, top, end)

    # --- text

    def take_texts(self, bare: Ink, texts: list[TextSpot], cell: Cell) -> None:
        """Take out of the dots what can stand in cells; the rest of the text stays dots."""
        apart = _masks(bare, self._top, self._end)
        by_line: dict[int, list[TextSpot]] = {}

        def ink_from(y: int) -> int:
            return apart[min(max(y, self._top), self._end - 1) - self._top]

        for spot in _fitting(texts, ink_from, self._ink.width, cell):
            by_line.setdefault(spot.baseline, []).append(spot)
        rows = [*self._ink.rows]
        for baseline, spots in by_line.items():
            touched = [y for spot in spots for y in _own_rows(spot, self._ink, bare)]
            if not touched:
                continue
            for spot in spots:
                box = _box(spot, self._ink.width)
                for y in range(max(0, spot.y), min(len(rows), spot.y + spot.height)):
                    rows[y] = rows[y] & ~box | bare.rows[y] & box
            cells = tuple(_cells(spot, cell) for spot in spots)
            mask = 0
            for one in cells:
                mask |= _room(one, self._ink.width)
            line = _Line(baseline, min(touched), max(touched) + 1, cells, mask)
            self._lines.append(line)
            for y in range(line.top - STRIP + 1, line.bottom):
                self._line_at.setdefault(y, []).append(line)
        self._bare = Ink(self._ink.width, tuple(rows))
        self._bare_masks = _masks(self._bare, self._top, self._end)

    def _carried(self, y: int) -> list[_Line]:
        """The lines of text that a strip from row `y` on can hold: all that it meets, or none."""
        met, cell = self._line_at.get(y, []), self._way.cell
        if cell is None:
            return []
        mask = self._bare_masks[y - self._top]
        for line in met:
            inside = line.top >= y and line.bottom <= y + STRIP
            level = abs(y + cell.baseline - line.baseline) <= TOLERANCE
            if not (inside and level) or line.mask & mask:
                return []
            mask |= line.mask
        return met

    # --- the cheapest way down

    def chosen(self) -> list[int] | None:
        """The rows at which strips begin, for the fewest bytes; None when no way leads down."""
        size = self._end - self._top
        free = [0] * (size + STRIP + 1)
        opened = [0] * (size + STRIP + 1)
        strip_here = [False] * size
        rows, hard = self._ink.rows, self._hard
        starts = self._starts()
        for at in range(size - 1, -1, -1):
            y = at + self._top
            row = rows[y]
            if not row:
                free[at] = opened[at] = free[at + 1]
                if y not in starts:
                    continue
            else:
                own = _NEVER if y in hard else self._row_bytes(row)
                free[at] = BESIDE + own + opened[at + 1]
                opened[at] = own + opened[at + 1]
            with_strip = self._cost(y) + free[at + STRIP]
            if with_strip < free[at]:
                free[at] = with_strip
                strip_here[at] = True
            opened[at] = min(opened[at], free[at])
        if free[0] >= _NEVER:
            return None
        return self._walk(free, opened, strip_here)

    def _walk(self, free: list[int], opened: list[int], strip_here: list[bool]) -> list[int]:
        found: list[int] = []
        at, within = 0, False
        while at < len(strip_here):
            if within and opened[at] != free[at]:
                at += 1
                continue
            if strip_here[at]:
                found.append(at + self._top)
                at, within = at + STRIP, False
            else:
                within = bool(self._ink.rows[at + self._top])
                at += 1
        return found

    def _starts(self) -> set[int]:
        """Rows, also white ones, at which a strip with text may begin."""
        if self._way.cell is None:
            return set()
        level = (line.baseline - self._way.cell.baseline for line in self._lines)
        return {y for at in level for y in range(at - TOLERANCE, at + TOLERANCE + 1)}

    def _row_bytes(self, row: int) -> int:
        left = self._ink.width - row.bit_length() if self._way.cut.margins else 0
        right = self._ink.width - (row & -row).bit_length() + 1
        return -(-(right - left) // 8)

    def _cost(self, y: int) -> int:
        """Bytes of the strip from row `y` on; _NEVER where it cannot be."""
        known = self._costs.get(y)
        if known is None:
            beyond = y + STRIP > self._end and self._end < self._ink.height
            known = self._costs[y] = _NEVER if beyond else self._weighed(y)
        return known

    def _weighed(self, y: int) -> int:
        lines = self._carried(y) if y in self._line_at else []
        mask = (self._bare_masks if lines else self._whole_masks)[y - self._top]
        cost = _FEED
        if lines and self._way.cell is not None:
            at = y + self._way.cell.baseline
            cost += sum(_LEAP + len(one.text) for line in lines for one in line.cells)
            cost += _CROOKED * max(abs(at - line.baseline) for line in lines)
        if not mask:
            return cost
        if not self._way.leaps:
            return cost + _LEAP + _HEAD + 3 * len(range(*_outer(mask, self._ink.width)))
        wide = mask | mask >> 1
        wide |= wide >> 2  # four dots to the right of each: gaps of GAP are closed
        begun = (wide & ~(wide >> 1)).bit_count()
        inked = wide.bit_count() - GAP * begun
        return cost + (_LEAP + _HEAD) * begun + 3 * inked

    # --- what was chosen

    def strip(self, y: int) -> Strip | None:
        """Make the strip from row `y` on; None, and never again, when a column of it holds a code."""
        ink = self._ink
        lines = self._carried(y)
        taken = self._bare if lines else ink
        rows = [taken.rows[n] if n < ink.height else 0 for n in range(y, y + STRIP)]
        mask = (self._bare_masks if lines else self._whole_masks)[y - self._top]
        data = columns(rows, ink.width)
        parts: list[Segment | Cells] = [one for line in lines for one in line.cells]
        for left, right in spans(mask, ink.width, GAP) if self._way.leaps else [_outer(mask, ink.width)]:
            made = parted(left, data[DEPTH * left : DEPTH * right])
            if made is None:
                self._costs[y] = _NEVER
                return None
            parts += made
        return Strip(y, tuple(sorted(parts, key=lambda part: part.left)))

    def pieces(self, strips: list[Strip]) -> list[Piece]:
        """The strips with the pictures between them."""
        found: list[Piece] = []
        y = self._top
        for strip in strips:
            found += self._bands(y, strip.top)
            found.append(strip)
            y = strip.bottom
        return [*found, *self._bands(min(y, self._end), self._end)]

    def _bands(self, top: int, end: int) -> list[Band]:
        return self._way.cut.bands(self._ink, top, end)


def _masks(ink: Ink, top: int, end: int) -> list[int]:
    """For each row the ink of the 24 rows from it on, joined; what lies beyond `end` belongs to others."""
    one = [*ink.rows[top:end], *[0] * STRIP]
    size = end - top
    two = [a | b for a, b in pairwise(one)]
    four = [a | b for a, b in zip(two, two[2:], strict=False)]
    eight = [a | b for a, b in zip(four, four[4:], strict=False)]
    joined = [a | b | c for a, b, c in zip(eight, eight[8:], eight[16:], strict=False)]
    return [*joined, *[0] * (size - len(joined))][:size] if len(joined) < size else joined[:size]


def _outer(mask: int, width: int) -> tuple[int, int]:
    if not mask:
        return 0, 0
    return width - mask.bit_length(), width - (mask & -mask).bit_length() + 1


def _span(left: int, right: int, width: int) -> int:
    return ((1 << right - left) - 1) << width - right


def _room(cells: Cells, width: int) -> int:
    """The dots that a text needs for itself, with white beside it."""
    return _span(max(0, cells.left - APART), min(width, cells.right + APART), width)


def _box(spot: TextSpot, width: int) -> int:
    left, right = max(0, spot.x), min(width, spot.x + spot.width)
    return _span(left, right, width) if right > left else 0


def _own_rows(spot: TextSpot, ink: Ink, bare: Ink) -> list[int]:
    box = _box(spot, ink.width)
    rows = range(max(0, spot.y), min(ink.height, spot.y + spot.height))
    return [y for y in rows if (ink.rows[y] ^ bare.rows[y]) & box]


def _cells(spot: TextSpot, cell: Cell) -> Cells:
    wide = len(spot.text) * cell.width
    left = spot.right - wide if spot.alone else (spot.left + spot.right - wide) // 2
    return Cells(left, cell.width, spot.text, spot.bold)


def _fitting(texts: list[TextSpot], ink_from: Callable[[int], int], width: int, cell: Cell) -> list[TextSpot]:
    """The texts whose cells have room beside the ink of their line, beside each other, and beside the rest.

    `ink_from`: the joined ink, without any text, of the 24 rows from a row on.
    """
    found: list[TextSpot] = []
    taken: dict[int, int] = {}
    for spot in sorted(texts, key=lambda spot: spot.left):
        made = _cells(spot, cell)
        if made.left < 0 or made.right > width:
            continue
        span = _room(made, width)
        mask = taken.setdefault(spot.baseline, ink_from(spot.baseline - cell.baseline))
        if not span & mask:
            taken[spot.baseline] = mask | span
            found.append(spot)
    rest = [spot for spot in texts if spot not in found]
    while crowded := [one for one in found if any(_meet(one, other, cell) for other in rest)]:
        rest += crowded
        found = [one for one in found if one not in crowded]
    return found


def _meet(one: TextSpot, other: TextSpot, cell: Cell) -> bool:
    """Whether a text in cells, or its ink, would reach into the box of another that stays dots."""
    made = _cells(one, cell)
    left, right = min(made.left, one.x), max(made.right, one.x + one.width)
    across = min(right, other.x + other.width) - max(left, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0 and down > 0
