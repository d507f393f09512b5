"""Paints a layout as PDF pages: our glyphs at our places on reportlab's canvas, text that can be copied out.

reportlab's own Arabic is not used: its paragraphs keep words in left-to-right order and its shaping reverses
digits.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from unicodedata import bidirectional

import uharfbuzz as hb
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from kiosk.core.bidi import RLM, strip_marks
from kiosk.core.errors import BugError
from kiosk.documents.layout import Box, Layout, Page, Placed, Symbol
from kiosk.documents.pdf_fonts import EmbeddedFont
from kiosk.documents.shaping import EM, Glyph, GlyphRun, font
from kiosk.documents.wrapping import wrap

_GREYS = {"ink": "0 g", "soft": "0.32 g", "faint": "0.93 g", "paper": "1 g"}
_WATERMARK = "0.9 g"


def paint_pdf(layout: Layout, *, made: datetime, watermark: str = "") -> bytes:
    """Paint pages as PDF. `made` becomes the file's date; `watermark` lies behind the text as outlines.

    The same layout and date give the same bytes. Raises BugError for a layout of a roll.
    """
    if layout.style.height is None:
        raise BugError("a roll is painted as a bitmap")
    return _Painter(layout, made, watermark).paint()


class _BlankFont(pdfmetrics.Font):  # type: ignore[misc]
    """Stands for the canvas's first font, so that no foreign font is named in the file."""

    _dynamicFont = True  # noqa: N815 (reportlab's name: no font is set before the first text)

    def __init__(self) -> None:
        self.fontName = "KioskBlank"
        self.face = None


class _Painter:
    """Paints one file."""

    def __init__(self, layout: Layout, made: datetime, watermark: str) -> None:
        style = layout.style
        if style.height is None:
            raise BugError("pages have a height")
        self.layout, self.watermark = layout, watermark
        self.points_per_dot = 72 / style.dots_per_inch
        self.size = (style.width * self.points_per_dot, style.height * self.points_per_dot)
        self.fonts: dict[str, EmbeddedFont] = {}
        blank = _BlankFont()
        pdfmetrics._fonts.setdefault(blank.fontName, blank)
        self.buffer = io.BytesIO()
        self.canvas: Any = Canvas(
            self.buffer, pagesize=self.size, pageCompression=1, invariant=1,
            initialFontName=blank.fontName, lang="ar",
        )  # fmt: skip
        self._describe(made)

    def _describe(self, made: datetime) -> None:
        canvas = self.canvas
        canvas.setTitle(strip_marks(self.layout.title))
        canvas.setAuthor("")
        canvas.setSubject("")
        canvas.setCreator("mobile-centre-kiosk")
        canvas.setProducer("mobile-centre-kiosk")
        canvas.setDateFormatter(lambda *_parts: f"D:{made:%Y%m%d%H%M%S}")
        canvas.setViewerPreference("Direction", "R2L")
        canvas.setViewerPreference("DisplayDocTitle", "true")

    def paint(self) -> bytes:
        for page in self.layout.pages:
            self.canvas._code.extend(self._page(page))
            self.canvas.showPage()
        for embedded in self.fonts.values():
            embedded.write(self.canvas._doc)
        self.canvas.save()
        return self.buffer.getvalue()

    def _page(self, page: Page) -> Iterator[str]:
        """Page operators; everything is drawn in dots, from the bottom left."""
        yield f"q {_number(self.points_per_dot)} 0 0 {_number(self.points_per_dot)} 0 0 cm"
        if self.watermark:
            yield from self._watermark(page)
        for item in page.items:
            if isinstance(item, Box):
                yield from self._box(item, page.height)
            elif isinstance(item, Symbol):
                yield from self._symbol(item, page.height)
            elif isinstance(item, Placed):
                yield from self._line(item, page.height)
        yield "Q"

    def _box(self, box: Box, height: int) -> Iterator[str]:
        bottom = height - box.y - box.height
        if box.fill:
            yield f"{_GREYS[box.fill]} {box.x} {bottom} {box.width} {box.height} re f"
        if box.stroke:
            half = box.stroke / 2
            yield (
                f"0 G {box.stroke} w {_number(box.x + half)} {_number(bottom + half)} "
                f"{box.width - box.stroke} {box.height - box.stroke} re S"
            )

    def _symbol(self, symbol: Symbol, height: int) -> Iterator[str]:
        yield "0 g"
        for x, y, width in symbol.bars():
            yield f"{x} {height - y - symbol.dot} {width} {symbol.dot} re"
        yield "f"

    def _line(self, placed: Placed, height: int) -> Iterator[str]:
        runs = placed.line.runs
        yield f"BT {_GREYS[placed.shade]}"
        for at, run in enumerate(runs):
            # Readers put spaces and colons beside a number on its wrong side, unless a mark stands between.
            left = run.right_to_left and at > 0 and not runs[at - 1].right_to_left
            right = run.right_to_left and at + 1 < len(runs) and not runs[at + 1].right_to_left
            yield from self._run(run, placed, height, (RLM if left else "", RLM if right else ""))
        yield "ET"
        for run in runs:
            marks = [glyph for glyph in run.glyphs if not glyph.text]
            if marks:
                yield from self._marks(run.font, marks, placed, height)

    def _run(self, run: GlyphRun, placed: Placed, height: int, ends: tuple[str, str]) -> Iterator[str]:
        """One run in one TJ. Declared widths are the distances between letters, so nothing needs moving.

        `ends` are marks said at the left and at the right end.
        """
        embedded = self.fonts.setdefault(run.font, EmbeddedFont(run.font, f"K{len(self.fonts)}"))
        letters = [glyph for glyph in run.glyphs if glyph.text]
        if not letters:
            return
        x = placed.x + letters[0].x * placed.size / EM
        yield f"/{embedded.resource} {placed.size} Tf 1 0 0 1 {_number(x)} {height - placed.baseline} Tm"
        codes: list[int] = []
        for at, glyph in enumerate(letters):
            end = letters[at + 1].x if at + 1 < len(letters) else glyph.x + glyph.advance
            text = _visual(glyph.text) if run.right_to_left else glyph.text
            said = f"{ends[0] if at == 0 else ''}{text}{ends[1] if at + 1 == len(letters) else ''}"
            codes += embedded.codes(glyph.index, said, end - glyph.x)
        yield f"<{''.join(f'{code:04X}' for code in codes)}> Tj"

    def _marks(self, name: str, marks: list[Glyph], placed: Placed, height: int) -> Iterator[str]:
        """Vowel marks as outlines: their characters are already said by the letters that carry them."""
        scale = _number(placed.size / EM)
        yield f"q {_GREYS[placed.shade]} {scale} 0 0 {scale} {placed.x} {height - placed.baseline} cm"
        for glyph in marks:
            yield from _outline(name, glyph)
        yield "f Q"

    def _watermark(self, page: Page) -> Iterator[str]:
        """The mark across the page as outlines: it is not part of the text that people copy."""
        width = self.layout.style.width
        line = wrap(self.watermark, "bold", EM, 100 * EM, 1)[0]
        size = min(width // 5, width * EM // max(1, line.width))
        yield f"q {_WATERMARK} 0.7071 0.7071 -0.7071 0.7071 {width // 2} {page.height // 2} cm"
        scale = size / EM
        shift = -line.width * scale / 2
        yield f"{_number(scale)} 0 0 {_number(scale)} {_number(shift)} {_number(-size / 3)} cm"
        for run in line.runs:
            for glyph in run.glyphs:
                yield from _outline(run.font, glyph)
        yield "f Q"


def _visual(text: str) -> str:
    """Right-to-left text as it lies on the page; punctuation is fenced, or readers swap it with its space."""
    fence = RLM if bidirectional(text[-1]) in ("ON", "CS", "ES", "ET") else ""
    return fence + text[::-1]


def _outline(name: str, glyph: Glyph) -> list[str]:
    """Path operators of one glyph in units of 1000 per em from the line's origin."""
    pen = _OutlinePen(glyph.x, glyph.y)
    font(name).hb_font.draw_glyph(glyph.index, pen.functions(), pen)
    return pen.operators


class _OutlinePen:
    """Collects PDF path operators of one glyph."""

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y
        self.operators: list[str] = []
        self.at = (0.0, 0.0)

    def _add(self, operator: str, *points: float) -> None:
        shifted = [value + (self.y if index % 2 else self.x) for index, value in enumerate(points)]
        self.operators.append(" ".join([*map(_number, shifted), operator]))
        if points:
            self.at = (points[-2], points[-1])

    def functions(self) -> Any:
        functions = hb.DrawFuncs()
        functions.set_move_to_func(lambda x, y, pen: pen._add("m", x, y))
        functions.set_line_to_func(lambda x, y, pen: pen._add("l", x, y))
        functions.set_cubic_to_func(lambda a, b, c, d, x, y, pen: pen._add("c", a, b, c, d, x, y))
        functions.set_quadratic_to_func(lambda a, b, x, y, pen: pen._quadratic(a, b, x, y))
        functions.set_close_path_func(lambda pen: pen._add("h"))
        return functions

    def _quadratic(self, a: float, b: float, x: float, y: float) -> None:
        """A quadratic curve as the cubic one that PDF knows."""
        left, low = self.at
        self._add(
            "c",
            left + (a - left) * 2 / 3, low + (b - low) * 2 / 3,
            x + (a - x) * 2 / 3, y + (b - y) * 2 / 3,
            x, y,
        )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
