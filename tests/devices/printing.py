"""What the tests of printing share: bitmaps, a printer of software behind a stream, and paper to compare."""

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from kiosk.core.raster import Bitmap, QrSpot, Sheet
from kiosk.devices.profiles import NO_LEAP, Profile, profile_codes, shipped_profile
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.paper_roll import Piece
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.documents.qr import symbol

PROFILES = ("generic-58", "generic-80")
EVERY_PROFILE = tuple(profile_codes())


def profile(code: str, **changes: object) -> Profile:
    return replace(shipped_profile(code), **changes)  # type: ignore[arg-type]


def of_tier(code: str, tier: int) -> Profile:
    """A kind of printer that can do all that a tier asks of it."""
    able = {"qr": True, "qr_longest": 400, "logo": True} if tier > 1 else {}
    quirks = tuple(quirk for quirk in shipped_profile(code).quirks if tier < 4 or quirk != NO_LEAP)
    return profile(code, tier=tier, quirks=quirks, **able)


def bitmap(width: int, rows: list[int]) -> Bitmap:
    """A bitmap of rows given as numbers, first dot highest."""
    stride = -(-width // 8)
    return Bitmap(width, b"".join((row << stride * 8 - width).to_bytes(stride, "big") for row in rows))


def printer_for(kind: Profile) -> tuple[SimulatedPrinter, bytearray]:
    """A printer of software and what it says."""
    said = bytearray()
    made = SimulatedPrinter(
        said.extend, kind.width_dots, cutter=kind.cut != "none", firmware=Firmware.of(kind)
    )
    return made, said


def printed(stream: bytes, kind: Profile) -> Bitmap:
    """The dots of the paper that comes out, which must be without a single wrong byte and without letters."""
    piece = printed_piece(stream, kind)
    assert piece.texts == ()
    return piece.bitmap


def printed_piece(stream: bytes, kind: Profile, stored: bytes = b"") -> Piece:
    """What comes out, pictures, letters and codes apart; `stored`: what set-up had sent before."""
    printer, said = printer_for(kind)
    printer.receive(stored + stream + b"\x1dr\x01")
    assert printer.violations == []
    assert bytes(said) == b"\0", "a status code was obeyed inside the document"
    assert printer.drawer == []
    assert len(printer.sheets) == 1
    piece = printer.sheets[0].made_of
    assert piece is not None
    return piece


def same_dots(paper: Bitmap, wanted: Bitmap, kind: Profile) -> bool:
    """Whether the paper begins with exactly these dots, at its left edge, and is white below and beside."""
    wide = widened(wanted, kind.width_dots)
    return paper.rows[: len(wide.rows)] == wide.rows and not any(paper.rows[len(wide.rows) :])


def widened(small: Bitmap, width: int) -> Bitmap:
    rows = [
        int.from_bytes(small.row(y), "big") >> small.stride * 8 - small.width for y in range(small.height)
    ]
    return bitmap(width, [row << width - small.width for row in rows])


def drawn_qr(width: int, text: str, *, x: int, y: int, dot: int, height: int) -> Sheet:
    """A sheet with nothing but a QR code."""
    matrix = symbol((text,))
    rows = [0] * height
    for line, modules in enumerate(matrix):
        row = 0
        for module in modules:
            row = row << dot | ((1 << dot) - 1 if module else 0)
        for part in range(dot):
            rows[y + line * dot + part] = row << width - x - len(matrix) * dot
    return Sheet(bitmap(width, rows), (QrSpot(x, y, len(matrix), dot, text),))


REALTIME = st.sampled_from(
    [b"\x10\x04\x01", b"\x10\x04\x04", b"\x10\x05\x02", b"\x10\x14\x01\x00\x01", b"\x10\x14\x08"]
)


@st.composite
def hostile_rows(draw: st.DrawFn, width: int, white: int = 24) -> Bitmap:
    """Text-like runs and noise, sown with real-time codes at any dot and at edges, below some white rows."""
    height = draw(st.integers(1, 130))
    noise = Random(draw(st.integers(0, 2**32)))
    rows = []
    for _ in range(height):
        kind = noise.random()
        row = 0
        if kind > 0.3:
            row = noise.getrandbits(width) & (noise.getrandbits(width) if kind < 0.8 else -1)
        rows.append(row)
    for _ in range(draw(st.integers(0, 12))):
        code = draw(REALTIME)
        bits = 8 * len(code)
        y, x = draw(st.integers(0, height - 1)), draw(st.integers(0, width - bits))
        shift = width - x - bits
        mask = ((1 << bits) - 1) << shift
        rows[y] = rows[y] & ~mask | int.from_bytes(code, "big") << shift
    return bitmap(width, [0] * white + rows)
