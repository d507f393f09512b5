"""Turns a line of text into glyphs at exact places: direction runs, font fallback per run, HarfBuzz per run.

Paper and PDF draw the same glyphs, so what was looked at on one is what stands on the other. Measures are
in font units of 1000 per em until a size is applied. No Qt, no PDF here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

import uharfbuzz as hb

from kiosk.documents.uax9 import REMOVED, Paragraph, visual_order
from kiosk.resources import resources_folder

Weight = Literal["regular", "medium", "bold"]
EM = 1000
"""Font units per em in which all measures of this module are given."""
REPLACEMENT = "\ufffd"

_FILES: dict[Weight, tuple[str, ...]] = {
    "regular": ("IBMPlexSansArabic-Regular.ttf", "DejaVuSans.ttf"),
    "medium": ("IBMPlexSansArabic-Medium.ttf", "DejaVuSans.ttf"),
    "bold": ("IBMPlexSansArabic-Bold.ttf", "DejaVuSans-Bold.ttf"),
}


def font_path(name: str) -> Path:
    """Where a shipped font file lies."""
    return resources_folder() / "fonts" / name


class Font:
    """One font file: its HarfBuzz face and which characters it has."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data = font_path(name).read_bytes()
        self.face = hb.Face(self.data)
        self.hb_font = hb.Font(self.face)
        self.hb_font.scale = (EM, EM)
        self._has: dict[str, bool] = {}

    def has(self, character: str) -> bool:
        """Whether the font draws this character."""
        known = self._has.get(character)
        if known is None:
            known = self._has[character] = bool(self.hb_font.get_nominal_glyph(ord(character)))
        return known

    @cached_property
    def stem(self) -> str:
        """Name of the file without its ending: the PostScript name."""
        return self.name.removesuffix(".ttf")


@cache
def font(name: str) -> Font:
    """Load a shipped font once."""
    return Font(name)


@dataclass(frozen=True)
class Glyph:
    """One glyph: index in the font, origin from the line's left end, and the text it stands for.

    A cluster of several glyphs (a letter with its marks) gives its text to the widest; the others have none.
    """

    index: int
    x: int
    y: int
    advance: int
    text: str


@dataclass(frozen=True)
class GlyphRun:
    """Glyphs of one font in one direction, left to right on the page."""

    font: str
    right_to_left: bool
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class ShapedLine:
    """A finished line in units of 1000 per em: visual runs and total advance."""

    text: str
    weight: Weight
    runs: tuple[GlyphRun, ...]
    width: int

    def width_at(self, size: int) -> int:
        """Width in dots at a font size in dots, rounded up."""
        return -(-self.width * size // EM)


@lru_cache(maxsize=2048)
def _shape_run(text: str, font_name: str, right_to_left: bool, arabic: bool) -> tuple[tuple[Glyph, ...], int]:
    """Shape one run; text is in logical order, glyphs come back in visual order with x from 0."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction = "rtl" if right_to_left else "ltr"
    buffer.script = "Arab" if arabic else "Latn"
    buffer.language = "ar" if arabic else "en"
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
    buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    hb.shape(font(font_name).hb_font, buffer)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    if not infos:
        return (), 0  # nothing but characters that leave no mark, such as variation selectors
    starts = sorted({info.cluster for info in infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    widest: dict[int, int] = {}
    for at, (info, position) in enumerate(zip(infos, positions, strict=True)):
        best = widest.get(info.cluster)
        if best is None or position.x_advance > positions[best].x_advance:
            widest[info.cluster] = at
    glyphs: list[Glyph] = []
    pen = 0
    for at, (info, position) in enumerate(zip(infos, positions, strict=True)):
        start = info.cluster
        own = text[start : ends[start]] if widest[start] == at else ""
        x, y = pen + position.x_offset, position.y_offset
        glyphs.append(Glyph(info.codepoint, x, y, position.x_advance, own))
        pen += position.x_advance
    return tuple(glyphs), pen


def _font_for(character: str, weight: Weight, before: str) -> str:
    """First font that has the character; marks and joiners stay with the letter before them if they can."""
    names = _FILES[weight]
    if before and category(character) in ("Mn", "Me", "Cf"):
        names = (before, *names)
    return next((name for name in names if font(name).has(character)), "")


def _is_arabic(text: str) -> bool:
    """Whether a run is shaped as Arabic; digits alone are not, so they keep their full height on paper."""
    return any("\u0600" <= character <= "\u08ff" or "\ufb50" <= character <= "\ufeff" for character in text)


def _runs(text: str, levels: list[int], weight: Weight) -> Iterator[tuple[int, str, str]]:
    """Cut a line into (level, font, text) in logical order; a character nobody has becomes U+FFFD."""
    level, name, piece = REMOVED, "", ""
    for character, at in zip(text, levels, strict=True):
        if at == REMOVED or character in "\u200e\u200f\u061c\u2066\u2067\u2068\u2069":
            continue
        chosen = _font_for(character, weight, name if at == level else "")
        if not chosen and category(character) == "Cf":
            continue
        if not chosen:
            character, chosen = REPLACEMENT, _FILES[weight][-1]
        if (at, chosen) != (level, name) and piece:
            yield level, name, piece
            piece = ""
        level, name = at, chosen
        piece += character
    if piece:
        yield level, name, piece


@lru_cache(maxsize=1024)
def shape(paragraph: Paragraph, start: int, end: int, weight: Weight) -> ShapedLine:
    """Shape one line of a paragraph: characters `start` to `end`."""
    text = paragraph.text[start:end]
    runs = list(_runs(text, paragraph.line_levels(start, end), weight))
    drawn: list[GlyphRun] = []
    pen = 0
    for at in visual_order([level for level, _, _ in runs]):
        level, name, piece = runs[at]
        glyphs, advance = _shape_run(piece, name, bool(level % 2), _is_arabic(piece))
        moved = tuple(Glyph(g.index, g.x + pen, g.y, g.advance, g.text) for g in glyphs)
        drawn.append(GlyphRun(name, bool(level % 2), moved))
        pen += advance
    return ShapedLine(text, weight, tuple(drawn), pen)


def ink(line: ShapedLine) -> tuple[int, int, int, int]:
    """Left, right, top and bottom of the line's ink in units of 1000 per em, y upwards from the baseline."""
    left, right, top, bottom = line.width, 0, 0, 0
    for run in line.runs:
        measure: Any = font(run.font).hb_font.get_glyph_extents
        for glyph in run.glyphs:
            box = measure(glyph.index)
            if box is None or not box.width:
                continue
            x, y = glyph.x + box.x_bearing, glyph.y + box.y_bearing
            left, right = min(left, x), max(right, x + box.width)
            top, bottom = max(top, y), min(bottom, y + box.height)
    return left, right, top, bottom
