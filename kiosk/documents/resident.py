"""Finds the pieces of a line that a printer may set in its own type: Latin letters and numbers.

Only dark on white at the size of body text, which is as high as a printer's usual type; everything else stays
dots.
"""

from kiosk.core.raster import TextSpot
from kiosk.documents.layout import Placed
from kiosk.documents.shaping import EM, Glyph, GlyphRun

SIZE = 22
"""Dots: the size of type that a printer's own type of 24 rows replaces."""
_NBSP = "\u00a0"


def resident_runs(placed: Placed) -> list[tuple[GlyphRun, TextSpot]]:
    """The runs of a line that a printer may set, each with its spot."""
    if placed.size != SIZE or placed.shade == "paper":
        return []
    runs = placed.line.runs
    found = []
    for run in runs:
        spot = _spot(placed, run, alone=len(runs) == 1)
        if spot is not None:
            found.append((run, spot))
    return found


def _spot(placed: Placed, run: GlyphRun, *, alone: bool) -> TextSpot | None:
    if run.right_to_left:
        return None
    glyphs = [*run.glyphs]
    while glyphs and _blank(glyphs[0]):
        glyphs.pop(0)
    while glyphs and _blank(glyphs[-1]):
        glyphs.pop()
    text = "".join([glyph.text for glyph in glyphs]).replace(_NBSP, " ")
    if not text or len(text) != len(glyphs) or not (text.isascii() and text.isprintable()):
        return None
    left = placed.x + glyphs[0].x * placed.size // EM
    right = placed.x + -(-(glyphs[-1].x + glyphs[-1].advance) * placed.size // EM)
    over, under = placed.size * 9 // 11, placed.size // 3
    return TextSpot(
        x=left - 2,
        y=placed.baseline - over,
        width=right - left + 4,
        height=over + under,
        left=left,
        right=right,
        baseline=placed.baseline,
        text=text,
        bold=placed.line.weight == "bold",
        alone=alone,
    )


def _blank(glyph: Glyph) -> bool:
    return glyph.text in (" ", _NBSP, "")
