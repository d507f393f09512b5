"""Judges paper from a printer of software against the sheet that went in: dots, letters, codes."""

from dataclasses import dataclass

from kiosk.core.raster import Bitmap, QrSpot, Sheet, TextSpot
from kiosk.devices.profiles import Profile
from kiosk.devices.simulators.paper_roll import Piece, PrintedText
from tests.devices.printing import bitmap, widened

LEVEL = 3
"""Rows that letters may stand higher or lower than the dots beside them."""


@dataclass(frozen=True)
class Judgement:
    """`dots`: how many differ from the layout; `letters`: texts that came out in the printer's own type."""

    dots: int
    letters: tuple[str, ...]


def judged(sheet: Sheet, piece: Piece, kind: Profile) -> Judgement:
    """Compare a sheet with its paper; letters must stand where their dots would have stood."""
    left = [*piece.texts]
    wanted = _rows(sheet.bitmap)
    bare = _rows(sheet.bare) if sheet.bare else wanted
    said = []
    for spot in sheet.texts:
        found = next((one for one in left if _stands_for(one, spot, kind)), None)
        if found is None:
            continue
        left.remove(found)
        said.append(found.text)
        assert not _under(found, piece, kind), f"ink under the letters {found.text}"
        box = _box(spot, sheet.bitmap.width)
        for y in range(spot.y, spot.y + spot.height):
            wanted[y] = wanted[y] & ~box | bare[y] & box
    assert left == [], "letters that nobody asked for, or not in their place"
    assert _codes(piece) == _native(sheet, piece)
    paper = _rows(piece.dots)
    wide = _rows(widened(bitmap(sheet.bitmap.width, wanted), kind.width_dots))
    wide += [0] * (len(paper) - len(wide))
    return Judgement(sum((one ^ two).bit_count() for one, two in zip(wide, paper, strict=True)), tuple(said))


def _stands_for(one: PrintedText, spot: TextSpot, kind: Profile) -> bool:
    wide = kind.cell_width * len(spot.text)
    left = spot.right - wide if spot.alone else (spot.left + spot.right - wide) // 2
    level = abs(one.y + kind.cell_baseline - spot.baseline) <= LEVEL
    return one.text == spot.text and one.bold == spot.bold and one.x == left and level


def _under(one: PrintedText, piece: Piece, kind: Profile) -> bool:
    """Whether dots were printed where letters stand."""
    wide = kind.cell_width * len(one.text)
    box = ((1 << wide) - 1) << kind.width_dots - one.x - wide
    return any(row & box for row in _rows(piece.dots)[one.y : one.y + kind.cell_height])


def _codes(piece: Piece) -> list[tuple[int, int, int, int, str]]:
    return [(one.x, one.y, one.dot, one.modules, one.text) for one in piece.codes]


def _native(sheet: Sheet, piece: Piece) -> list[tuple[int, int, int, int, str]]:
    """The codes of the sheet that the printer drew by itself, by place, module and size of the symbol."""
    spots = [spot for spot in sheet.spots if isinstance(spot, QrSpot)] if piece.codes else []
    return [(spot.x, spot.y, spot.dot, spot.modules, spot.text) for spot in spots]


def _rows(dots: Bitmap) -> list[int]:
    spare = dots.stride * 8 - dots.width
    return [int.from_bytes(dots.row(y), "big") >> spare for y in range(dots.height)]


def _box(spot: TextSpot, width: int) -> int:
    return ((1 << spot.width) - 1) << width - spot.x - spot.width
