"""Writes a sheet as ESC/POS, tiers 1 and 2: pictures in bands, white as feeds, native QR and a stored logo.

Each choice was paid for by somebody (docs/devices.md): white is `ESC 3 n` + LF because a common clone ignores
`ESC J`; `GS W` follows every `GS L` because the margin alone leaves the area shrunk; no picture is a multiple
of 48 rows high because one firmware then eats the next command; `FS .` follows `ESC @` because clones from
China start in Kanji mode; `GS P` comes before all motion because units differ; nothing is sent that holds a
real-time code, because a printer obeys it even inside a picture.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from kiosk.core.errors import BugError, KnownError
from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet
from kiosk.devices.bands import STRIP, Band, Strip, cut
from kiosk.devices.ink import Ink
from kiosk.devices.profiles import Profile
from kiosk.devices.realtime import first_hit

INIT = b"\x1b@\x1c."
BAD_MULTIPLE = 48
LONGEST_QR = 700
"""Characters: beyond this clones refuse a symbol."""

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


def checked(stream: bytes) -> bytes:
    """Return a finished stream that holds no real-time code. Raises BugError for one that does."""
    at = first_hit(stream)
    if at >= 0:
        raise BugError(f"a real-time code at byte {at} of a print stream")
    return stream


def logo_digest(picture: Bitmap) -> str:
    """What names a picture: a changed logo has another name, so that the stored old one is not printed."""
    return sha256(picture.width.to_bytes(4, "big") + picture.rows).hexdigest()


def store_logo(picture: Bitmap, key: bytes) -> bytes:
    """The bytes that define a picture in the printer's own memory, once, at set-up: its writes are limited.

    `key`: two characters from 32 to 126. Raises BugError for a picture that is too large or not safe to send.
    """
    if len(key) != 2 or not all(32 <= one <= 126 for one in key):
        raise BugError(f"no key of a stored picture: {key!r}")
    head = b"\x30\x43\x30" + key + b"\x01" + _two(picture.width) + _two(picture.height) + b"\x31"
    if len(head) + len(picture.rows) > 0xFFFF:
        raise BugError("a stored picture has at most 65,535 bytes")
    return checked(INIT + b"\x1d(L" + _two(len(head) + len(picture.rows)) + head + picture.rows)


def _two(number: int) -> bytes:
    return number.to_bytes(2, "little")


class _Encoder:
    """One stream under way. `margin`, `area`, `spacing`: what the printer is set to, None when not known."""

    def __init__(self, sheet: Sheet, profile: Profile, logos: Logos) -> None:
        self.out = bytearray()
        self._sheet = sheet
        self._ink = Ink.of(sheet.bitmap)
        self._profile = profile
        self._logos = logos
        self._frame = (0, profile.width_dots)
        self._spacing: int | None = None

    def start(self) -> None:
        """Bring the printer to a known state; one motion unit is one dot from here on."""
        unit = self._profile.dots_per_inch
        self.out += INIT + b"\x1dP" + bytes((unit & 0xFF, unit & 0xFF)) if unit < 256 else INIT

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
        cuts = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b""}
        self.out += cuts[self._profile.cut]

    def feed(self, rows: int) -> None:
        """White rows."""
        while rows > 0:
            step = min(rows, 255)
            self._space(step)
            self.out += b"\n"
            rows -= step

    # --- what the printer draws by itself

    def _native_spots(self) -> Iterable[QrSpot | LogoSpot]:
        """The spots that this printer can draw: nothing else stands beside them, and none overlap."""
        bottom = 0
        for spot in sorted(self._sheet.spots, key=lambda spot: spot.y):
            if spot.y >= bottom and self._can_draw(spot):
                bottom = spot.y + spot.height
                yield spot

    def _can_draw(self, spot: QrSpot | LogoSpot) -> bool:
        right, bottom = spot.x + spot.width, spot.y + spot.height
        inside = spot.x >= 0 and right <= self._ink.width and bottom <= self._ink.height
        if not (self._profile.draws and inside and self._ink.only_within(spot.y, bottom, spot.x, right)):
            return False
        left, area = _room(spot, self._profile.width_dots)
        if not self._profile.margins and (left, area) != (0, self._profile.width_dots):
            return False
        if isinstance(spot, LogoSpot):
            return self._logo_key(spot) is not None
        printable = all(32 <= ord(letter) <= 126 for letter in spot.text)
        return printable and 1 <= spot.dot <= 16 and 0 < len(spot.text) <= LONGEST_QR

    def _draw(self, spot: QrSpot | LogoSpot) -> None:
        self._margins(*_room(spot, self._profile.width_dots))
        if isinstance(spot, QrSpot):
            drawn = _qr(spot)
        else:
            drawn = b"\x1d(L\x06\x00\x30\x45" + (self._logo_key(spot) or b"") + b"\x01\x01"
        self.out += b"\x1ba\x01" + drawn + b"\x1ba\x00"

    def _logo_key(self, spot: LogoSpot) -> bytes | None:
        if not self._logos:
            return None
        rows = self._ink.packed(spot.y, spot.y + spot.height, spot.x, spot.x + spot.width)
        return self._logos.get(logo_digest(Bitmap(spot.width, rows)))

    # --- pictures

    def _rows(self, y: int, end: int) -> None:
        """Rows `y` up to `end`: white is fed, ink is sent in pictures without codes."""
        most = max(1, self._profile.band_bytes // self._profile.stride)
        for piece in cut(self._ink, y, end, most_rows=most, margins=self._profile.margins):
            self.feed(piece.top - y)
            if isinstance(piece, Band):
                self._picture(piece)
            else:
                self._columns(piece)
            y = piece.bottom
        self.feed(end - y)

    def _picture(self, band: Band) -> None:
        """`GS v 0` at a left edge. Of a bad multiple of rows the last one is a picture of its own."""
        stride = len(band.data) // band.rows
        self._margins(band.left, self._profile.width_dots - band.left)
        first = band.rows - 1 if band.rows % BAD_MULTIPLE == 0 else band.rows
        parts = band.data[: first * stride], band.data[first * stride :]
        for rows, part in zip((first, band.rows - first), parts, strict=True):
            if rows:
                self.out += b"\x1dv0\x00" + _two(stride) + _two(rows) + part

    def _columns(self, strip: Strip) -> None:
        """`ESC * 33`, part after part on one line, and a line feed as high as the columns."""
        self._margins(0, self._profile.width_dots)
        for part in strip.parts:
            self.out += b"\x1b*\x21" + _two(len(part) // 3) + part
        self._space(STRIP)
        self.out += b"\n"

    def _margins(self, left: int, area: int) -> None:
        if (left, area) != self._frame:
            self.out += b"\x1dL" + _two(left) + b"\x1dW" + _two(area)
            self._frame = (left, area)

    def _space(self, rows: int) -> None:
        if rows != self._spacing:
            self.out += b"\x1b3" + bytes((rows,))
            self._spacing = rows


def _room(spot: QrSpot | LogoSpot, width: int) -> tuple[int, int]:
    """Left edge and width of the widest area in whose middle the spot stands: a larger symbol stays there."""
    slack = min(spot.x, width - spot.x - spot.width)
    return spot.x - slack, spot.width + 2 * slack


def _qr(spot: QrSpot) -> bytes:
    """Model 2, module size, error correction M, the text, print."""
    text = spot.text.encode("ascii")
    return b"".join(
        (
            b"\x1d(k\x04\x00\x31\x41\x32\x00",
            b"\x1d(k\x03\x00\x31\x43" + bytes((spot.dot,)),
            b"\x1d(k\x03\x00\x31\x45\x31",
            b"\x1d(k" + _two(len(text) + 3) + b"\x31\x50\x30" + text,
            b"\x1d(k\x03\x00\x31\x51\x30",
        )
    )
