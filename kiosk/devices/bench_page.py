"""The test page of a receipt printer, on which a technician sees that every dot and command arrives."""

from collections.abc import Sequence

from kiosk.core.raster import Bitmap, QrSpot, Sheet
from kiosk.devices.profiles import Profile

TEXT = "KIOSK TEST PAGE"
"""What the code on the page says: read it with any phone."""
_MM = 8
"""Dots of a millimetre at 203 dots an inch, closely enough for a ruler."""


def bench_page(profile: Profile, code: Sequence[Sequence[bool]], dot: int = 6) -> Sheet:
    """A frame at the very edges, a ruler in millimetres, fine and coarse patterns, and a QR code.

    `code`: the modules of `TEXT` as a symbol, `dot` dots each.
    """
    width = profile.width_dots
    full = (1 << width) - 1
    rows = [full] * 4
    rows += [_framed(row, width) for row in _ruler(width)]
    rows += [_framed(0, width)] * _MM
    rows += [_framed(_pattern(width, 1 if y % 2 else 0, 1), width) for y in range(4 * _MM)]
    rows += [_framed(_pattern(width, y // _MM % 2, _MM), width) for y in range(4 * _MM)]
    rows += [_framed((1 << width - y * width // 64) - 1, width) for y in range(64)]
    rows += [_framed(0, width)] * (4 * dot)
    side = len(code) * dot
    spot = QrSpot((width - side) // 2, len(rows), len(code), dot, TEXT)
    symbol = [_widened(line, dot) << width - spot.x - side for line in code]
    # No frame beside the code: a printer that draws it by itself draws nothing else on these rows.
    rows += [row for row in symbol for _ in range(dot)]
    rows += [_framed(0, width)] * (4 * dot) + [full] * 4
    stride = profile.stride
    packed = b"".join((row << stride * 8 - width).to_bytes(stride, "big") for row in rows)
    return Sheet(Bitmap(width, packed), (spot,))


def _framed(row: int, width: int) -> int:
    edge = 0b1111
    return row | edge | edge << width - 4


def _ruler(width: int) -> list[int]:
    ticks = {5: 0, 3: 0, 2: 0}
    for millimetre in range(width // _MM):
        bit = 1 << width - 1 - millimetre * _MM
        for height in ticks:
            longest = 5 if millimetre % 10 == 0 else 3 if millimetre % 5 == 0 else 2
            if height <= longest:
                ticks[height] |= bit
    return [ticks[2]] * 16 + [ticks[3]] * 8 + [ticks[5]] * 16


def _pattern(width: int, phase: int, size: int) -> int:
    row = 0
    for x in range(width):
        row = row << 1 | ((x // size + phase) % 2)
    return row


def _widened(line: Sequence[bool], dot: int) -> int:
    row = 0
    for module in line:
        row = row << dot | ((1 << dot) - 1 if module else 0)
    return row
