"""Writes a sheet as ESC/POS in one of four tiers: pictures, native codes and logo, columns, resident text.

Each choice was paid for by somebody (docs/devices.md): white is `ESC 3 n` + LF because a common clone ignores
`ESC J`, and never a LF right after a picture, which it eats; `GS W` follows every `GS L` because the margin
alone leaves the area shrunk; no picture is a multiple of 48 rows high because one firmware then eats the next
command; `FS .` follows `ESC @` because clones from China start in Kanji mode; `GS P` comes before all motion
because units differ; nothing is sent that holds a real-time code, because a printer obeys it even inside a
picture.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from kiosk.core.errors import KnownError
from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet
from kiosk.devices.bands import Band, Cut, Piece, cut
from kiosk.devices.columns import STRIP, Cells, Strip
from kiosk.devices.escpos_codes import (
    INIT,
    PLAIN_TYPE,
    checked,
    cut_code,
    logo_digest,
    native_qr,
    store_logo,
    stored_logo,
    two,
    units,
)
from kiosk.devices.ink import Ink
from kiosk.devices.profiles import NO_LEAP, Profile
from kiosk.devices.strips import Cell, Way, plan

__all__ = ["INIT", "Logos", "checked", "logo_digest", "print_stream", "store_logo"]

BAD_MULTIPLE = 48
TALLEST_FEED = 255

Logos = Mapping[str, bytes]
"""Pictures that the printer holds: SHA-256 of the dots (`logo_digest`) and its two-letter key there."""


def print_stream(sheet: Sheet, profile: Profile, logos: Logos | None = None) -> bytes:
    """The bytes that print a sheet and cut it. Status questions are not part of it.

    Raises KnownError `printer.too_narrow` when the sheet is wider than the paper.
    """
    if sheet.bitmap.width > profile.width_dots:
        raise KnownError("printer.too_narrow", device=profile.code)
    encoder = _Encoder(sheet, profile, logos or {})
    encoder.start()
    encoder.body()
    encoder.end()
    return checked(bytes(encoder.out))


class _Encoder:
    """One stream under way. `frame`, `spacing`, `bold`: what the printer is set to, None when not known."""

    def __init__(self, sheet: Sheet, profile: Profile, logos: Logos) -> None:
        self.out = bytearray()
        self._sheet = sheet
        self._ink = Ink.of(sheet.bitmap)
        self._bare = Ink.of(sheet.bare) if sheet.bare and profile.sets_text else None
        self._profile = profile
        self._logos = logos
        self._frame = (0, profile.width_dots)
        self._spacing: int | None = None
        self._bold = False
        most = min(profile.band_rows, max(1, profile.band_bytes // profile.stride))
        self._cut = Cut(most, profile.margins)
        cell = Cell(profile.cell_width, profile.cell_height, profile.cell_baseline)
        leaps = profile.tier >= 4 and NO_LEAP not in profile.quirks
        self._way = Way(self._cut, leaps, cell if profile.sets_text else None)

    def start(self) -> None:
        """Bring the printer to a known state; one motion unit is one dot from here on."""
        self.out += INIT + units(self._profile)
        if self._bare is not None:
            self.out += PLAIN_TYPE

    def body(self) -> None:
        """Everything between the settings and the cut."""
        y = 0
        for spot in self._native_spots():
            self._rows(y, spot.y)
            self._draw(spot)
            y = spot.y + spot.height
        self._rows(y, self._ink.height)

    def end(self) -> None:
        """White tail, and the cut where there is a cutter."""
        self._margins(0, self._profile.width_dots)
        self.feed(self._profile.tail_rows)
        self.out += cut_code(self._profile)

    def feed(self, rows: int) -> None:
        """White rows."""
        while rows > 0:
            step = min(rows, TALLEST_FEED)
            self._space(step)
            self.out += b"\n"
            rows -= step

    # --- what the printer draws by itself

    def _native_spots(self) -> Iterable[QrSpot | LogoSpot]:
        """The spots that this printer can draw: nothing else stands beside them, and none overlap."""
        bottom = 0
        spots = [spot for spot in self._sheet.spots if isinstance(spot, QrSpot | LogoSpot)]
        for spot in sorted(spots, key=lambda spot: spot.y):
            if spot.y >= bottom and self._can_draw(spot):
                bottom = spot.y + spot.height
                yield spot

    def _can_draw(self, spot: QrSpot | LogoSpot) -> bool:
        profile, logo = self._profile, isinstance(spot, LogoSpot)
        right, bottom = spot.x + spot.width, spot.y + spot.height
        inside = spot.x >= 0 and right <= self._ink.width and bottom <= self._ink.height
        able = profile.keeps_logo if logo else profile.draws_codes
        if not (able and inside and self._ink.only_within(spot.y, bottom, spot.x, right)):
            return False
        whole = (0, profile.width_dots)
        if not profile.margins and _room(spot, profile.width_dots) != whole:
            return False
        if isinstance(spot, LogoSpot):
            return self._logo_key(spot) is not None
        printable = all(32 <= ord(letter) <= 126 for letter in spot.text)
        return printable and 1 <= spot.dot <= 16 and 0 < len(spot.text) <= profile.qr_longest

    def _draw(self, spot: QrSpot | LogoSpot) -> None:
        self._margins(*_room(spot, self._profile.width_dots))
        drawn = (
            native_qr(spot.text, spot.dot)
            if isinstance(spot, QrSpot)
            else stored_logo(self._logo_key(spot) or b"")
        )
        self.out += b"\x1ba\x01" + drawn + b"\x1ba\x00"
        self._spacing = None

    def _logo_key(self, spot: LogoSpot) -> bytes | None:
        if not self._logos:
            return None
        rows = self._ink.packed(spot.y, spot.y + spot.height, spot.x, spot.x + spot.width)
        return self._logos.get(logo_digest(Bitmap(spot.width, rows)))

    # --- pictures and lines

    def _rows(self, y: int, end: int) -> None:
        """Rows `y` up to `end`: white is fed, ink is sent without codes."""
        pieces = self._pieces(y, end)
        self.feed((pieces[0].top if pieces else end) - y)
        tops = [piece.top for piece in pieces] + [end]
        for piece, (_, below) in zip(pieces, pairwise(tops), strict=True):
            if isinstance(piece, Band):
                self._picture(piece)
                self.feed(below - piece.bottom)
            else:
                self._line(piece, below)

    def _pieces(self, y: int, end: int) -> list[Piece]:
        if y >= end:
            return []
        if self._profile.tier < 3:
            return cut(self._ink, y, end, self._cut)
        return plan(self._ink, self._bare, self._sheet.texts, y, end, self._way)

    def _picture(self, band: Band) -> None:
        """`GS v 0` at a left edge. Of a bad multiple of rows the last one is a picture of its own."""
        stride = len(band.data) // band.rows
        self._margins(band.left, self._profile.width_dots - band.left)
        first = band.rows - 1 if band.rows % BAD_MULTIPLE == 0 else band.rows
        parts = band.data[: first * stride], band.data[first * stride :]
        for rows, part in zip((first, band.rows - first), parts, strict=True):
            if rows:
                self.out += b"\x1dv0\x00" + two(stride) + two(rows) + part
        self._spacing = None  # so that no LF follows at once: a clone would eat it

    def _line(self, strip: Strip, below: int) -> None:
        """`ESC * 33` and text from left to right, and one line feed down to the row `below`."""
        self._margins(0, self._profile.width_dots)
        at = 0
        for part in strip.parts:
            if part.left != at:
                self.out += b"\x1b$" + two(part.left)
            if isinstance(part, Cells):
                self._embolden(on=part.bold)
                self.out += part.text.encode("ascii")
            else:
                self.out += b"\x1b*\x21" + two(part.right - part.left) + part.data
            at = part.right
        rows = max(STRIP, below - strip.top)
        step = min(rows, TALLEST_FEED)
        self._space(step)
        self.out += b"\n"
        self.feed(rows - step)

    def _embolden(self, *, on: bool) -> None:
        if on != self._bold:
            self.out += b"\x1bE" + bytes((on,))
            self._bold = on

    def _margins(self, left: int, area: int) -> None:
        if (left, area) != self._frame:
            self.out += b"\x1dL" + two(left) + b"\x1dW" + two(area)
            self._frame = (left, area)

    def _space(self, rows: int) -> None:
        if rows != self._spacing:
            self.out += b"\x1b3" + bytes((rows,))
            self._spacing = rows


def _room(spot: QrSpot | LogoSpot, width: int) -> tuple[int, int]:
    """Left edge and width of the widest area in whose middle the spot stands: a larger symbol stays there."""
    slack = min(spot.x, width - spot.x - spot.width)
    return spot.x - slack, spot.width + 2 * slack
