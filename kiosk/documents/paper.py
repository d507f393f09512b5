"""Paints a layout as a paper bitmap. The only module of this package that may import Qt.

Glyphs were chosen and placed by kiosk.documents.shaping; Qt turns their outlines into dots. One dot is black
when at least half of it is covered: no dithering, which makes patterns that printers take for commands.
"""

import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFont, QGlyphRun, QImage, QPainter, QRawFont, Qt

from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet, Spot
from kiosk.documents.layout import Box, Item, Layout, Picture, Placed, Symbol
from kiosk.documents.qr import Matrix
from kiosk.documents.resident import resident_runs
from kiosk.documents.shaping import EM, GlyphRun, font

_local = threading.local()
_MOST_KEPT = 2048
"""Runs of glyphs that a thread keeps."""


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
    width = layout.style.width
    image = _grey(width, page.height)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    spots = [*_spots(page.items)]
    left_out: list[tuple[Placed, GlyphRun]] = []
    for item in page.items:
        if isinstance(item, Box):
            _box(painter, item)
        elif isinstance(item, Symbol):
            _symbol(painter, item)
        elif isinstance(item, Picture):
            painter.drawImage(item.x, item.y, _image(item.dots))
        else:
            found = resident_runs(item) if texts else ()
            own = [run for run, _ in found]
            spots += [spot for _, spot in found]
            left_out += [(item, run) for run in own]
            _line(painter, item, [run for run in item.line.runs if run not in own] if own else None)
    bare = _bitmap(image, width) if left_out else None
    touched: set[int] = set()
    for item, run in left_out:
        _line(painter, item, [run])
        touched.update(range(item.baseline - item.size, item.baseline + item.size // 2))
    painter.end()
    whole = _bitmap(image, width) if bare is None else _changed(image, bare, touched)
    return Sheet(whole, tuple(spots), bare)


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


@lru_cache(maxsize=4)
def _image(dots: Bitmap) -> QImage:
    return QImage.fromData(dots.png())


def _grey(width: int, height: int) -> QImage:
    """A white picture as wide as whole bytes of dots are, so that its rows have no gaps between them."""
    image = QImage(-(-width // 8) * 8, height, QImage.Format.Format_Grayscale8)
    image.fill(255)
    return image


def _bitmap(image: QImage, width: int) -> Bitmap:
    """The dots of a picture of `_grey`."""
    return Bitmap(width, _packed(bytes(image.constBits())))


def _changed(image: QImage, before: Bitmap, rows: Iterable[int]) -> Bitmap:
    """As `_bitmap`, for a picture that differs from `before` in these rows only."""
    line, stride, height = image.bytesPerLine(), before.stride, before.height
    grey, dots = memoryview(image.constBits()), bytearray(before.rows)
    for top, end in _runs([y for y in rows if 0 <= y < height]):
        dots[top * stride : end * stride] = _packed(bytes(grey[top * line : end * line]))
    return Bitmap(before.width, bytes(dots))


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers that follow each other as pairs: the first and the one after the last."""
    found: list[tuple[int, int]] = []
    for one in sorted(numbers):
        if found and found[-1][1] == one:
            found[-1] = found[-1][0], one + 1
        else:
            found.append((one, one + 1))
    return found


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


@lru_cache(maxsize=8)
def _colour(shade: str | None) -> QColor:
    return QColor(Qt.GlobalColor.white if shade == "paper" else Qt.GlobalColor.black)


def _box(painter: QPainter, box: Box) -> None:
    area = QRect(box.x, box.y, box.width, box.height)
    if box.fill in ("ink", "soft", "paper"):
        painter.fillRect(area, _colour(box.fill))
    if box.stroke:
        inner = area.adjusted(box.stroke, box.stroke, -box.stroke, -box.stroke)
        top = QRect(area.left(), area.top(), area.width(), box.stroke)
        side = QRect(area.left(), area.top(), box.stroke, area.height())
        for edge in (
            top,
            side,
            top.translated(0, inner.height() + box.stroke),
            side.translated(inner.width() + box.stroke, 0),
        ):
            painter.fillRect(edge, _colour("ink"))


def _symbol(painter: QPainter, symbol: Symbol) -> None:
    side = len(symbol.matrix)
    area = QRect(symbol.x, symbol.y, side * symbol.dot, side * symbol.dot)
    painter.drawImage(area, _modules(symbol.matrix))


@lru_cache(maxsize=16)
def _modules(matrix: Matrix) -> QImage:
    """A symbol with one dot a module; Qt repeats dots when it makes a picture larger."""
    side = len(matrix)
    stride = -(-side // 8)
    digits = ("".join("1" if module else "0" for module in row) for row in matrix)
    rows = (int(row, 2) << stride * 8 - side for row in digits)
    return _image(Bitmap(side, b"".join(row.to_bytes(stride, "big") for row in rows)))


def _line(painter: QPainter, placed: Placed, runs: Sequence[GlyphRun] | None = None) -> None:
    """Draw one shaped line, or only some runs of it."""
    painter.setPen(_colour(placed.shade))
    for run in placed.line.runs if runs is None else runs:
        painter.drawGlyphRun(QPointF(placed.x, placed.baseline), _glyphs(run, placed.size))


def _glyphs(run: GlyphRun, size: int) -> QGlyphRun:
    """A run as Qt draws it. Shaped lines are kept and come again, so their glyphs are kept as well."""
    kept: dict[tuple[int, int], tuple[GlyphRun, QGlyphRun]] = _local.__dict__.setdefault("glyphs", {})
    found = kept.get((id(run), size))
    if found is not None:
        return found[1]
    glyphs = QGlyphRun()
    glyphs.setRawFont(_raw_font(run.font, size))
    glyphs.setRightToLeft(False)
    glyphs.setGlyphIndexes([glyph.index for glyph in run.glyphs])
    scale = size / EM
    glyphs.setPositions([QPointF(glyph.x * scale, -glyph.y * scale) for glyph in run.glyphs])
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[id(run), size] = run, glyphs  # the run is kept too, so that its id is not given to another
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
