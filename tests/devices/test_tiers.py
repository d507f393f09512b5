"""Real papers in all four tiers on every kind of printer: dots, letters and codes are those of the layout."""

from functools import cache
from pathlib import Path
from random import Random

import pytest

from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet, TextSpot
from kiosk.devices.escpos import logo_digest, print_stream, store_logo
from kiosk.devices.profiles import NO_LEAP, Profile, shipped_profile
from kiosk.devices.simulators.font_a import letter
from kiosk.documents.arrange import arrange
from kiosk.documents.paper import paint_sheet
from kiosk.documents.qr import symbol
from kiosk.documents.style import roll_style
from kiosk.documents.templates import document
from tests.devices.judge import judged
from tests.devices.printing import EVERY_PROFILE, bitmap, of_tier, printed_piece, profile
from tests.documents.reading import codes, grey
from tests.documents.samples import ALL, DEBT, FEE

GOLDEN = Path(__file__).parents[1] / "data" / "golden_escpos"
LOGO = bitmap(384, [((1 << 384) - 1) ^ (((1 << 300) - 1) << 42 if 8 < y < 80 else 0) for y in range(88)])
KEY = b"KL"

pytestmark = pytest.mark.usefixtures("qapp")


@cache
def sheet_for(name: str, kind: Profile, *, compact: bool = False, logo: bool = False) -> Sheet:
    style = roll_style(kind.width_dots, code_by_printer=kind.draws_codes, compact=compact)
    fitting = LOGO if logo and LOGO.width <= style.inner else None
    return paint_sheet(arrange(document(ALL[name]), style, fitting), texts=kind.sets_text)


@pytest.mark.parametrize("name", ["receipt-fee", "receipt-debt", "x-report"])
@pytest.mark.parametrize("code", EVERY_PROFILE)
def test_a_paper_comes_out_as_it_was_laid_out(code: str, name: str) -> None:
    kind = shipped_profile(code)
    sheet = sheet_for(name, kind)
    found = judged(sheet, printed_piece(print_stream(sheet, kind), kind), kind)
    assert found.dots == 0
    assert bool(found.letters) == kind.sets_text


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
@pytest.mark.parametrize("code", ["generic-58", "generic-80", "epson-tm-t88", "xprinter-80"])
def test_every_tier_gives_the_same_paper(code: str, tier: int) -> None:
    kind = of_tier(code, tier)
    sheet = sheet_for("receipt-fee", kind)
    piece = printed_piece(print_stream(sheet, kind), kind)
    assert judged(sheet, piece, kind).dots == 0
    assert len(piece.codes) == (tier > 1)


@pytest.mark.parametrize("code", EVERY_PROFILE)
@pytest.mark.parametrize("compact", [False, True])
def test_every_code_is_read_back_from_the_paper(code: str, *, compact: bool) -> None:
    kind = shipped_profile(code)
    sheet = sheet_for("receipt-debt", kind, compact=compact)
    paper = printed_piece(print_stream(sheet, kind), kind).bitmap
    assert DEBT.seal is not None
    assert codes(grey(paper), paper.width) == [DEBT.seal.url]


def test_numbers_are_set_in_the_type_of_an_epson_and_arabic_never_is() -> None:
    kind = shipped_profile("epson-tm-t20")
    sheet = sheet_for("receipt-fee", kind)
    piece = printed_piece(print_stream(sheet, kind), kind)
    texts = [one.text for one in piece.texts]
    assert {FEE.number, "212.00", "200.00", "**********4567", "12:40"} <= set(texts)
    assert all(text.isascii() for text in texts)


def test_the_firmware_of_a_clone_gives_the_same_paper_as_one_that_does_all_right() -> None:
    clone = shipped_profile("nt-5890k")
    right = profile("nt-5890k", quirks=())
    sheet = sheet_for("receipt-fee", clone)
    stream = print_stream(sheet, clone)
    assert printed_piece(stream, clone).dots == printed_piece(stream, right).dots


def test_a_clone_that_cannot_leap_within_a_line_would_show_it() -> None:
    """The reader is no flatterer: a stream for an Epson comes out wrong on a clone."""
    epson = of_tier("xprinter-80", 4)
    clone = profile("xprinter-80", tier=4, quirks=(NO_LEAP,))
    sheet = Sheet(sheet_for("receipt-fee", shipped_profile("xprinter-80")).bitmap)
    stream = print_stream(sheet, epson)
    assert b"\x1b$" in stream
    assert printed_piece(stream, clone).dots != printed_piece(stream, epson).dots


def test_the_logo_is_called_from_the_memory_of_the_printer() -> None:
    kind = shipped_profile("generic-80")
    sheet = sheet_for("receipt-fee", kind, logo=True)
    held = {logo_digest(LOGO): KEY}
    stream, without = print_stream(sheet, kind, held), print_stream(sheet, kind)
    assert len(without) - len(stream) > 4000
    assert judged(sheet, printed_piece(stream, kind, store_logo(LOGO, KEY)), kind).dots == 0
    assert judged(sheet, printed_piece(without, kind), kind).dots == 0


def test_compact_paper_has_no_logo_and_costs_less() -> None:
    kind = shipped_profile("generic-58")
    usual, compact = sheet_for("receipt-fee", kind), sheet_for("receipt-fee", kind, compact=True, logo=True)
    assert not [spot for spot in compact.spots if isinstance(spot, LogoSpot)]
    assert len(print_stream(compact, kind)) * 10 < len(print_stream(usual, kind)) * 9


def test_all_ink_of_a_text_lies_within_its_box() -> None:
    for name in ("receipt-debt", "x-report", "handover"):
        sheet = sheet_for(name, shipped_profile("epson-tm-t20"))
        assert sheet.bare is not None
        for y in range(sheet.bitmap.height):
            missing = int.from_bytes(sheet.bitmap.row(y), "big") ^ int.from_bytes(sheet.bare.row(y), "big")
            for spot in sheet.texts:
                if spot.y <= y < spot.y + spot.height:
                    missing &= ~(((1 << spot.width) - 1) << 576 - spot.x - spot.width)
            assert not missing, f"{name}: row {y}"


def crowded(noise: Random) -> Sheet:
    """Texts anywhere, on and beside each other and beside blocks of ink that leave them room or do not."""
    bare = [0] * 140
    for _ in range(noise.randint(0, 12)):
        x, wide = noise.randint(0, 500), noise.randint(1, 70)
        top, high = noise.randint(0, 130), noise.randint(1, 30)
        for y in range(top, min(140, top + high)):
            bare[y] |= ((1 << wide) - 1) << 576 - x - wide
    whole, spots = [*bare], []
    for _ in range(noise.randint(1, 8)):
        text = "".join(noise.choice("0123456789.,-/AB") for _ in range(noise.randint(1, 9)))
        left, baseline = noise.randint(2, 560 - 12 * len(text)), noise.randint(19, 132)
        for place, character in enumerate(text):
            for down, bits in enumerate(letter(character)):
                whole[baseline - 19 + down] |= bits << 576 - left - (place + 1) * 12
        right = left + 12 * len(text) + noise.randint(-8, 8)
        wide = 12 * len(text) + 4
        flags = noise.random() < 0.5, noise.random() < 0.5
        spots.append(TextSpot(left - 2, baseline - 18, wide, 25, left, right, baseline, text, *flags))
    return Sheet(bitmap(576, whole), tuple(spots), bitmap(576, bare))


@pytest.mark.parametrize("start", [72, *range(1000, 1300, 100)])
def test_letters_never_stand_on_ink_nor_on_each_other_and_no_ink_is_lost(start: int) -> None:
    kind = shipped_profile("epson-tm-t20")
    for seed in range(start, start + 25):
        sheet = crowded(Random(seed))
        assert judged(sheet, printed_piece(print_stream(sheet, kind), kind), kind).dots == 0, seed


def golden_sheet() -> Sheet:
    """A logo, a frame, a line with a number between two blocks, a rule, a code: drawn without any font."""
    matrix = symbol(("KIOSK",))
    rows = [0] * 8
    rows += [0xFFFF_0000_FFFF << 264] * 16
    rows += [0] * 8
    rows += [(1 << 576) - 1] * 2 + [1 << 575 | 1] * 30 + [(1 << 576) - 1] * 2 + [0] * 8
    top = len(rows)
    text = "1,245.50"
    block = 0xF0F0F0F0F0 << 500 | 0xFFFFFF << 40
    rows += [block] * 24
    bare = [*rows]
    for place, character in enumerate(text):
        for down, bits in enumerate(letter(character)):
            rows[top + down] |= bits << 576 - 300 - (place + 1) * 12
    tail = [0] * 8 + [0xAAAA << 100] * 2 + [0] * 22
    code = len(rows) + len(tail)
    for line in matrix:
        value = sum((0x1F << 5 * (len(line) - 1 - at)) for at, module in enumerate(line) if module)
        tail += [value << 235] * 5
    tail += [0] * 8
    spots = (
        LogoSpot(264, 8, 48, 16),
        TextSpot(298, top, 100, 24, 300, 396, top + 19, text, False, True),  # noqa: FBT003
        QrSpot(576 - 235 - 5 * len(matrix), code, len(matrix), 5, "KIOSK"),
    )
    return Sheet(bitmap(576, rows + tail), spots, bitmap(576, bare + tail))


GOLDEN_LOGO = Bitmap(48, bytes.fromhex("ffff0000ffff") * 16)


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_bytes_of_each_tier_stay_as_they_were(tier: int) -> None:
    kind = of_tier("generic-80", tier)
    sheet = golden_sheet()
    stream = print_stream(sheet, kind, {logo_digest(GOLDEN_LOGO): KEY})
    golden = GOLDEN / f"tier{tier}.hex"
    assert stream == bytes.fromhex(golden.read_text(encoding="ascii"))
    found = judged(sheet, printed_piece(stream, kind, store_logo(GOLDEN_LOGO, KEY)), kind)
    assert found.dots == 0
    assert found.letters == (("1,245.50",) if tier == 4 else ())
