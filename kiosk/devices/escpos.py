"""Writes a sheet as ESC/POS, tiers 1 and 2: pictures in bands, white as feeds, native QR and a stored logo.

Each choice was paid for by somebody (docs/devices.md): white is `ESC 3 n` + LF because a common clone ignores
`ESC J`; `GS W` follows every `GS L` because the margin alone leaves the area shrunk; no picture is a multiple
of 48 rows high because one firmware then eats the next command; `FS .` follows `ESC @` because clones from
China start in Kanji mode; `GS P` comes before all motion because units differ; nothing is sent that holds a
real-time code, because a printer obeys it even inside a picture.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import pairwise

from kiosk.core.errors import BugError, KnownError
from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet
from kiosk.devices.ink import Ink
from kiosk.devices.profiles import Profile
from kiosk.devices.realtime import first_hit, hits

INIT = b"\x1b@\x1c."
STRIP = 24
"""Rows of one pass of `ESC * 33`."""
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
            if self._spacing != step:
                self.out += b"\x1b3" + bytes((step,))
                self._spacing = step
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
        """Rows `y` up to `end`: white is fed, ink is sent in bands."""
        while y < end:
            top = y
            while y < end and self._ink.blank(y):
                y += 1
            self.feed(y - top)
            top = y
            while y < end and not self._ink.blank(y):
                y += 1
            if y > top:
                y = self._inked(top, y, end)

    def _inked(self, y: int, bottom: int, end: int) -> int:
        """Send rows that have ink; returns the first row not sent, which may lie beyond `bottom`."""
        most = max(1, self._profile.band_bytes // self._profile.stride)
        while y < bottom:
            stop = min(bottom, y + most)
            if self._band(y, stop):
                y = stop
                continue
            left, right = self._plain_extent(y, stop)
            stride = -(-(right - left) // 8)
            hit = first_hit(self._ink.packed(y, stop, left, right))
            row = y + hit // stride
            if hit % stride == stride - 1:  # from one row into the next: a new picture between them is enough
                y = self._inked(y, row + 1, row + 1)
            else:
                y = self._unsafe_row(y, row, end)
        return y

    def _unsafe_row(self, y: int, row: int, end: int) -> int:
        """Send rows `y` up to `row`, which hold no code, and a row that does at its plain place."""
        if self._aligned(row, row + 1) is not None:
            self._inked(y, row, row)
            self._band(row, row + 1)
            return row + 1
        for top in range(row, max(y, row - STRIP + 1) - 1, -1):
            if top + STRIP > end and end < self._ink.height:
                continue
            strip = self._strip(top)
            if strip is not None:
                self._inked(y, top, top)
                self.out += strip
                self._spacing = STRIP
                return min(top + STRIP, end)
        self._inked(y, row, row)
        left, right = self._plain_extent(row, row + 1)
        self._picture(left, 1, _thickened(self._ink.packed(row, row + 1, left, right)))
        return row + 1

    def _plain_extent(self, top: int, bottom: int) -> tuple[int, int]:
        """Left and right edge of what is sent when nothing speaks against it; whole bytes from the left."""
        left, right = self._ink.extent(top, bottom)
        left -= left % 8
        saved = left // 8 * (bottom - top)
        return (left if self._profile.margins and saved > 16 else 0), right

    def _band(self, top: int, bottom: int) -> bool:
        """Send rows as one picture, shifted within its bytes if a code occurs; False when no shift helps."""
        found = self._aligned(top, bottom)
        if found is not None:
            self._picture(found[0], bottom - top, found[1])
        return found is not None

    def _aligned(self, top: int, bottom: int) -> tuple[int, bytes] | None:
        """A left edge and the picture from there, without real-time codes."""
        plain, right = self._plain_extent(top, bottom)
        ink_left = self._ink.extent(top, bottom)[0]
        shifts = range(ink_left, max(ink_left - 8, -1), -1) if self._profile.margins else ()
        for left in (plain, *shifts):
            data = self._ink.packed(top, bottom, left, right)
            if first_hit(data) < 0:
                return left, data
        return None

    def _picture(self, left: int, rows: int, data: bytes) -> None:
        """`GS v 0` at a left edge. Of a bad multiple of rows the last one is a picture of its own."""
        stride = len(data) // rows
        self._margins(left, self._profile.width_dots - left)
        first = rows - 1 if rows % BAD_MULTIPLE == 0 else rows
        for count, part in ((first, data[: first * stride]), (rows - first, data[first * stride :])):
            if count:
                self.out += b"\x1dv0\x00" + _two(stride) + _two(count) + part

    def _strip(self, top: int) -> bytes | None:
        """24 rows as columns (`ESC *`), broken where a code would reach from one column into the next.

        Bytes run down here, so what is a code in rows is none in columns. None when one column holds one.
        """
        ink = self._ink
        rows = [ink.rows[y] if y < ink.height else 0 for y in range(top, top + STRIP)]
        right = max(ink.extent(top, min(top + STRIP, ink.height))[1], 1)
        columns = [_column(rows, ink.width - 1 - x) for x in range(right)]
        if any(first_hit(column) >= 0 for column in columns):
            return None
        parts: list[list[bytes]] = [[columns[0]]]
        for before, column in pairwise(columns):
            if first_hit(before[-1:] + column[:1]) >= 0:
                parts.append([])
            parts[-1].append(column)
        head = self._margin_bytes(0, self._profile.width_dots)
        self._frame = (0, self._profile.width_dots)
        segments = b"".join(b"\x1b*\x21" + _two(len(part)) + b"".join(part) for part in parts)
        return head + b"\x1b3" + bytes((STRIP,)) + segments + b"\n"

    def _margins(self, left: int, area: int) -> None:
        self.out += self._margin_bytes(left, area)
        self._frame = (left, area)

    def _margin_bytes(self, left: int, area: int) -> bytes:
        if (left, area) == self._frame:
            return b""
        return b"\x1dL" + _two(left) + b"\x1dW" + _two(area)


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


def _column(rows: list[int], bit: int) -> bytes:
    value = 0
    for row in rows:
        value = value << 1 | row >> bit & 1
    return value.to_bytes(STRIP // 8, "big")


def _thickened(data: bytes) -> bytes:
    """A row that no arrangement makes safe: one black dot beside another more, an eighth of a millimetre."""
    changed = bytearray(data)
    for at in hits(data):
        changed[at + 1] |= 0x08
    return bytes(changed)
