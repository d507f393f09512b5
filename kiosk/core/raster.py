"""The paper bitmap: rows of 1-bit dots, its PNG form, and the sheet that a printer is given. No Qt here."""

import struct
import zlib
from dataclasses import dataclass

from kiosk.core.errors import BugError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Bitmap:
    """`width` dots a row, `rows` packed 8 dots a byte, first dot in the highest bit, 1 is black.

    The unused low bits of a row's last byte are 0.
    """

    width: int
    rows: bytes

    def __post_init__(self) -> None:
        if self.width <= 0 or len(self.rows) % self.stride:
            raise BugError(f"{len(self.rows)} bytes are not rows of {self.width} dots")

    @property
    def stride(self) -> int:
        """Bytes of one row."""
        return -(-self.width // 8)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows) // self.stride

    def row(self, y: int) -> bytes:
        """The bytes of one row."""
        return self.rows[y * self.stride : (y + 1) * self.stride]

    def dot(self, x: int, y: int) -> bool:
        """Whether a dot is black."""
        return bool(self.rows[y * self.stride + x // 8] >> (7 - x % 8) & 1)

    def png(self, dots_per_inch: int = 203) -> bytes:
        """Write the bitmap as a 1-bit greyscale PNG (in PNG 0 is black, so bits are turned)."""
        flipped = self.rows.translate(_TURNED)
        lines = b"".join(b"\0" + flipped[at : at + self.stride] for at in range(0, len(flipped), self.stride))
        per_metre = dots_per_inch * 10000 // 254
        return _SIGNATURE + b"".join(
            (
                _chunk(b"IHDR", struct.pack(">IIBBBBB", self.width, self.height, 1, 0, 0, 0, 0)),
                _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
                _chunk(b"IDAT", zlib.compress(lines, 9)),
                _chunk(b"IEND", b""),
            )
        )


_TURNED = bytes(255 - value for value in range(256))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@dataclass(frozen=True)
class QrSpot:
    """A QR symbol inside a bitmap, without its quiet zone, which a printer may draw by itself.

    `x`, `y`: its top left corner in dots; `modules` a side, each of `dot` dots; `text`: what it says.
    """

    x: int
    y: int
    modules: int
    dot: int
    text: str

    @property
    def width(self) -> int:
        """Dots a side."""
        return self.modules * self.dot

    @property
    def height(self) -> int:
        """Dots a side."""
        return self.width


@dataclass(frozen=True)
class LogoSpot:
    """A picture inside a bitmap that a printer may hold in its own memory. All in dots."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class TextSpot:
    """A piece of Latin text or a number inside a bitmap that a printer may set in its own type.

    All in dots: `x`, `y`, `width`, `height`: a box that holds all its ink; `left`, `right`: where its letters
    begin and end; `baseline`: the row on which they stand. `alone`: nothing else stands on its line, so that
    it keeps its right edge; else it keeps its middle. `text` is ASCII from space to tilde.
    """

    x: int
    y: int
    width: int
    height: int
    left: int
    right: int
    baseline: int
    text: str
    bold: bool
    alone: bool


Spot = QrSpot | LogoSpot | TextSpot


@dataclass(frozen=True)
class Sheet:
    """What is to come out of a printer: every dot, and which parts of it a printer may draw by itself.

    The dots are whole without the spots: a printer that can draw nothing prints the same paper. `bare` is
    the same without the ink of all text spots; None when there are none.
    """

    bitmap: Bitmap
    spots: tuple[Spot, ...] = ()
    bare: Bitmap | None = None

    @property
    def texts(self) -> tuple[TextSpot, ...]:
        """The pieces of text that a printer may set by itself; none without the dots around them."""
        return tuple(spot for spot in self.spots if isinstance(spot, TextSpot)) if self.bare else ()
