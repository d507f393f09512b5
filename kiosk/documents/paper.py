"""Paints a layout as a paper bitmap. The only module of this package that may import Qt.

Glyphs were chosen and placed by kiosk.documents.shaping; Qt turns their outlines into dots. One dot is black
when at least half of it is covered: no dithering, which makes patterns that printers take for commands.
"""

import threading
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QGlyphRun, QImage, QPainter, QRawFont, Qt

from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet, Spot
from kiosk.documents.canvas import Canvas, Stamp, picture, symbol_stamp
from kiosk.documents.layout import Box, Item, Layout, Picture, Placed, Symbol
from kiosk.documents.resident import resident_runs
from kiosk.documents.shaping import EM, GlyphRun, font

_local = threading.local()
_MOST_KEPT = 1024
"""Runs of glyphs whose dots a thread keeps: a few kilobytes each."""
_BLACK, _WHITE = QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)


def paint(layout: Layout) -> Bitmap:
    """Paint a roll. Needs a running QGuiApplication; may be called from any thread.

    Raises BugError for a layout of pages.
    """
    return paint_sheet(layout).bitmap


def paint_sheet(layout: Layout, *, texts: bool = False) -> Sheet:
    """Paint a roll and say which parts of it a printer may draw by itself; as `paint`.

    `texts`: also the pieces of Latin text that it may set in its own type, and the dots without them.
    """
    if layout.style.height is not None:
        raise BugError("pages are painted as PDF")
    page = layout.pages[0]
    canvas = Canvas(layout.style.width, page.height)
    spots = [*_spots(page.items)]
    left_out: list[tuple[Placed, GlyphRun]] = []
    for item in page.items:
        if isinstance(item, Box):
            _box(canvas, item)
        elif isinstance(item, Symbol):
            canvas.ink(symbol_stamp(item.matrix, item.dot), item.x, item.y)
        elif isinstance(item, Picture):
            canvas.ink(picture(item.dots), item.x, item.y)
        else:
            found = resident_runs(item) if texts else ()
            own = [run for run, _ in found]
            spots += [spot for _, spot in found]
            left_out += [(item, run) for run in own]
            for run in item.line.runs:
                if run not in own:
                    _text(canvas, item, run)
    bare = canvas.bitmap() if left_out else None
    for item, run in left_out:
        _text(canvas, item, run)
    return Sheet(canvas.bitmap(), tuple(spots), bare)


def read_picture(data: bytes, width: int) -> Bitmap | None:
    """Read a picture file (PNG and what else Qt reads) as dots at most `width` wide; None for no picture."""
    image = QImage.fromData(data)
    if image.isNull():
        return None
    if image.width() > width:
        image = image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    flat = _grey(image.width(), image.height())
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return _bitmap(flat, image.width())


def _spots(items: tuple[Item, ...]) -> list[Spot]:
    found: list[Spot] = []
    for item in items:
        if isinstance(item, Symbol) and item.text:
            found.append(QrSpot(item.x, item.y, len(item.matrix), item.dot, item.text))
        elif isinstance(item, Picture):
            found.append(LogoSpot(item.x, item.y, item.dots.width, item.dots.height))
    return found


def _grey(width: int, height: int, shade: int = 255) -> QImage:
    """A white picture as wide as whole bytes of dots are, so that its rows have no gaps between them."""
    image = QImage(-(-width // 8) * 8, height, QImage.Format.Format_Grayscale8)
    image.fill(shade)
    return image


def _bitmap(image: QImage, width: int) -> Bitmap:
    """The dots of a picture of `_grey`."""
    return Bitmap(width, _packed(bytes(image.constBits())))


def _packed(greys: bytes) -> bytes:
    """Eight greys a byte: a dot is black when half of it or more is covered, that is without the highest bit.

    Every eighth grey makes a number, and the highest bits of eight numbers are laid into each other.
    """
    size = len(greys) // 8
    white, high = _masks(size)
    light = 0
    for place in range(8):
        light |= (int.from_bytes(greys[place::8], "big") & high) >> place
    return (light ^ white).to_bytes(size, "big")


@lru_cache(maxsize=64)
def _masks(size: int) -> tuple[int, int]:
    """So many bytes of ones, and of highest bits."""
    return int.from_bytes(b"\xff" * size, "big"), int.from_bytes(b"\x80" * size, "big")


def _box(canvas: Canvas, box: Box) -> None:
    if box.fill in ("ink", "soft", "paper"):
        canvas.fill(box.x, box.y, box.width, box.height, white=box.fill == "paper")
    edge = box.stroke
    if edge:
        for x, y in ((box.x, box.y), (box.x, box.y + box.height - edge)):
            canvas.fill(x, y, box.width, edge)
        for x, y in ((box.x, box.y), (box.x + box.width - edge, box.y)):
            canvas.fill(x, y, edge, box.height)


def _text(canvas: Canvas, placed: Placed, run: GlyphRun) -> None:
    """Draw one run of a shaped line."""
    white = placed.shade == "paper"
    (canvas.clear if white else canvas.ink)(_stamp(run, placed.size, white=white), placed.x, placed.baseline)


def _stamp(run: GlyphRun, size: int, *, white: bool) -> Stamp:
    """The dots of a run from its place on the baseline.

    Shaped lines are kept and come again, on every paper of a kind, so their dots are kept as well: only what
    is new on a paper is drawn.
    """
    kept: dict[tuple[int, int, bool], tuple[GlyphRun, Stamp]] = _local.__dict__.setdefault("stamps", {})
    found = kept.get((id(run), size, white))
    if found is not None:
        return found[1]
    made = _drawn(run, size, white=white)
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[id(run), size, white] = run, made  # the run is kept too, so that its id is not given to another
    return made


def _drawn(run: GlyphRun, size: int, *, white: bool) -> Stamp:
    """Let Qt draw a run; `white`: on black, and its white dots are the stamp."""
    end = max((glyph.x + max(glyph.advance, 0) for glyph in run.glyphs), default=0)
    width = 2 * size + -(-end * size // EM)
    image = _grey(width, 3 * size, 0 if white else 255)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(_WHITE if white else _BLACK)
    painter.drawGlyphRun(QPointF(size, 2 * size), _glyphs(run, size))
    painter.end()
    stride, every = image.width() // 8, (1 << image.width()) - 1
    packed = _packed(bytes(image.constBits()))
    dots = [int.from_bytes(packed[at : at + stride], "big") for at in range(0, len(packed), stride)]
    rows = [row ^ every for row in dots] if white else dots
    inked = [at for at, row in enumerate(rows) if row]
    if not inked:
        return Stamp(0, 0, 0, ())
    top, end = inked[0], inked[-1] + 1
    return Stamp(-size, top - 2 * size, image.width(), tuple(rows[top:end]))


def _glyphs(run: GlyphRun, size: int) -> QGlyphRun:
    """A run as Qt draws it."""
    glyphs = QGlyphRun()
    glyphs.setRawFont(_raw_font(run.font, size))
    glyphs.setRightToLeft(False)
    glyphs.setGlyphIndexes([glyph.index for glyph in run.glyphs])
    scale = size / EM
    glyphs.setPositions([QPointF(glyph.x * scale, -glyph.y * scale) for glyph in run.glyphs])
    return glyphs


def _raw_font(name: str, size: int) -> QRawFont:
    """Load a font at a size once a thread: Qt binds raw fonts to the thread that made them."""
    fonts: dict[tuple[str, int], QRawFont] = _local.__dict__.setdefault("fonts", {})
    raw = fonts.get((name, size))
    if raw is None:
        raw = QRawFont(font(name).data, size, QFont.HintingPreference.PreferNoHinting)
        if not raw.isValid():
            raise BugError(f"Qt cannot read the font {name}")
        fonts[name, size] = raw
    return raw
