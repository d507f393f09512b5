"""Paints a layout as a paper bitmap. The only module of this package that may import Qt.

Glyphs were chosen and placed by kiosk.documents.shaping; Qt turns their outlines into dots. One dot is black
when at least half of it is covered: no dithering, which makes patterns that printers take for commands.
"""

import threading

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QFont, QGlyphRun, QImage, QPainter, QRawFont, Qt

from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap
from kiosk.documents.layout import Box, Layout, Placed, Symbol
from kiosk.documents.shaping import EM, font

_local = threading.local()


def paint(layout: Layout) -> Bitmap:
    """Paint a roll. Needs a running QGuiApplication; may be called from any thread.

    Raises BugError for a layout of pages.
    """
    if layout.style.height is not None:
        raise BugError("pages are painted as PDF")
    page = layout.pages[0]
    image = QImage(layout.style.width, page.height, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    for item in page.items:
        if isinstance(item, Box):
            _box(painter, item)
        elif isinstance(item, Symbol):
            _symbol(painter, item)
        else:
            _line(painter, item)
    painter.end()
    return _bitmap(image)


def _bitmap(image: QImage) -> Bitmap:
    flags = Qt.ImageConversionFlag.MonoOnly | Qt.ImageConversionFlag.ThresholdDither
    mono = image.convertToFormat(QImage.Format.Format_Mono, flags | Qt.ImageConversionFlag.AvoidDither)
    stride = -(-mono.width() // 8)
    data, line = bytes(mono.constBits()), mono.bytesPerLine()
    spare = stride * 8 - mono.width()
    mask = 0xFF << spare & 0xFF
    rows = bytearray()
    for y in range(mono.height()):
        row = bytearray(data[y * line : y * line + stride])
        row[-1] &= mask
        rows += row
    return Bitmap(mono.width(), bytes(rows))


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
    black = _colour("ink")
    for x, y, width in symbol.bars():
        painter.fillRect(x, y, width, symbol.dot, black)


def _line(painter: QPainter, placed: Placed) -> None:
    """Draw one shaped line."""
    painter.setPen(_colour(placed.shade))
    for run in placed.line.runs:
        glyphs = QGlyphRun()
        glyphs.setRawFont(_raw_font(run.font, placed.size))
        glyphs.setRightToLeft(False)
        glyphs.setGlyphIndexes([glyph.index for glyph in run.glyphs])
        scale = placed.size / EM
        glyphs.setPositions([QPointF(glyph.x * scale, -glyph.y * scale) for glyph in run.glyphs])
        painter.drawGlyphRun(QPointF(placed.x, placed.baseline), glyphs)


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
