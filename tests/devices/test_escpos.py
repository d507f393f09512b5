"""Printed paper equals the bitmap, dot for dot, on every profile and tier; nothing hostile gets through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.raster import Bitmap, LogoSpot, QrSpot, Sheet
from kiosk.devices.escpos import checked, logo_digest, print_stream, store_logo
from kiosk.devices.realtime import first_hit, hits
from tests.devices.printing import (
    EVERY_PROFILE,
    PROFILES,
    bitmap,
    drawn_qr,
    hostile_rows,
    of_tier,
    printed,
    printer_for,
    profile,
    same_dots,
)
from tests.documents.reading import codes, grey

LINK = "HTTPS://TAHAQAQ.EXAMPLE/R/ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CASES = [(code, tier) for code in EVERY_PROFILE for tier in (1, 2, 3, 4)]


@pytest.mark.parametrize(("code", "tier"), CASES)
@given(data=st.data())
@settings(max_examples=6)
def test_any_bitmap_comes_out_dot_for_dot(code: str, tier: int, data: st.DataObject) -> None:
    kind = of_tier(code, tier)
    picture = data.draw(hostile_rows(kind.width_dots))
    stream = print_stream(Sheet(picture), kind)
    assert first_hit(stream) < 0
    assert same_dots(printed(stream, kind), picture, kind)


@pytest.mark.parametrize("code", PROFILES)
@given(data=st.data())
@settings(max_examples=10)
def test_a_printer_that_knows_no_margins_prints_the_same(code: str, data: st.DataObject) -> None:
    kind = profile(code, margins=False)
    picture = data.draw(hostile_rows(kind.width_dots))
    stream = print_stream(Sheet(picture), kind)
    assert b"\x1dL" not in stream.split(b"\x1dv0")[0]
    assert same_dots(printed(stream, kind), picture, kind)


@given(data=st.data())
@settings(max_examples=15)
def test_even_without_white_above_no_dot_is_lost(data: st.DataObject) -> None:
    kind = profile("generic-80")
    picture = data.draw(hostile_rows(576, white=0))
    paper = printed(print_stream(Sheet(picture), kind), kind)
    wanted = int.from_bytes(picture.rows, "big")
    found = int.from_bytes(paper.rows[: len(picture.rows)], "big")
    assert wanted & ~found == 0
    assert (found & ~wanted).bit_count() <= len(hits(picture.rows))


def test_a_narrow_document_stands_at_the_left_edge() -> None:
    kind = profile("generic-80")
    picture = bitmap(101, [1 << 100 | 1, 0, 0b101])
    assert same_dots(printed(print_stream(Sheet(picture), kind), kind), picture, kind)


def test_a_document_wider_than_the_paper_is_refused() -> None:
    with pytest.raises(KnownError) as caught:
        print_stream(Sheet(bitmap(577, [1])), profile("generic-80"))
    assert caught.value.code == "printer.too_narrow"


def test_white_is_fed_and_not_sent() -> None:
    kind = profile("generic-80")
    ink = (1 << 576) - 1
    stream = print_stream(Sheet(bitmap(576, [0] * 1000 + [ink])), kind)
    assert len(stream) < 72 + 60
    assert b"\x1bJ" not in stream
    assert printed(stream, kind).height == 1001 + kind.tail_rows


@pytest.mark.parametrize("height", [48, 96, 144])
def test_no_picture_is_a_multiple_of_48_rows_high(height: int) -> None:
    kind = profile("generic-80", band_bytes=65_000)
    picture = bitmap(576, [(1 << 576) - 1] * height)
    stream = print_stream(Sheet(picture), kind)  # the strict reader refuses such a picture
    assert same_dots(printed(stream, kind), picture, kind)


def test_white_edges_are_not_sent_where_margins_are_known() -> None:
    picture = bitmap(576, [0b1111 << 200] * 40)
    with_margins = print_stream(Sheet(picture), profile("generic-80"))
    without = print_stream(Sheet(picture), profile("generic-80", margins=False))
    assert len(with_margins) * 5 < len(without)
    assert with_margins.count(b"\x1dL") == with_margins.count(b"\x1dW")


def row_of(data: bytes) -> int:
    return int.from_bytes(data.ljust(72, b"\0"), "big")


@pytest.mark.parametrize("code", [b"\x10\x04\x01", b"\x10\x05\x01", b"\x10\x14\x01\x00\x05"])
def test_a_code_in_a_row_is_shifted_away(code: bytes) -> None:
    kind = profile("generic-80")
    picture = bitmap(576, [row_of(b"\x00\x0f"), row_of(b"\x00" * 20 + code), row_of(b"\xff")])
    stream = print_stream(Sheet(picture), kind)
    assert b"\x1b*" not in stream
    assert same_dots(printed(stream, kind), picture, kind)


def test_a_code_from_one_row_into_the_next_needs_only_another_picture() -> None:
    kind = profile("generic-80")
    picture = bitmap(576, [row_of(b"\x80" + b"\0" * 70 + b"\x10"), row_of(b"\x04" + b"\0" * 70 + b"\x10")])
    stream = print_stream(Sheet(picture), kind)
    assert stream.count(b"\x1dv0") == 2
    assert same_dots(printed(stream, kind), picture, kind)


def test_a_code_in_a_row_without_white_edges_goes_by_columns() -> None:
    kind = profile("generic-80")
    picture = bitmap(576, [(1 << 576) - 1, row_of(b"\x81\x10\x04\x01"), (1 << 576) - 1, 0, 5])
    stream = print_stream(Sheet(picture), kind)
    assert b"\x1b*" in stream
    assert same_dots(printed(stream, kind), picture, kind)


def test_a_row_that_nothing_makes_safe_gets_one_dot_more() -> None:
    kind = profile("generic-80")
    across = row_of(b"\x81\x10\x04\x01")
    # 24 columns hold a code, each a row further down: wherever a strip begins, one of them is a code in it.
    down = [sum(1 << 475 - k for k in range(24) if (n - k) % 24 in (3, 13)) for n in range(30)]
    picture = bitmap(576, [across | dots for dots in down])
    stream = print_stream(Sheet(picture), kind)
    assert first_hit(stream) < 0
    paper = printed(stream, kind)
    before = [int.from_bytes(picture.row(y), "big") for y in range(30)]
    after = [int.from_bytes(paper.row(y), "big") for y in range(30)]
    assert all(new & old == old for new, old in zip(after, before, strict=True))
    changed = [(new ^ old).bit_count() for new, old in zip(after, before, strict=True)]
    assert set(changed) == {0, 1}


def test_a_finished_stream_with_a_code_is_a_bug() -> None:
    with pytest.raises(BugError, match="byte 3"):
        checked(b"abc\x10\x04\x01")


@pytest.mark.parametrize("code", PROFILES)
@pytest.mark.parametrize("tier", [1, 2])
def test_a_qr_code_is_read_back_by_others(code: str, tier: int) -> None:
    kind = of_tier(code, tier)
    sheet = drawn_qr(kind.width_dots, LINK, x=kind.width_dots // 2 - 90, y=40, dot=5, height=300)
    stream = print_stream(sheet, kind)
    paper = printed(stream, kind)
    assert codes(grey(paper), paper.width) == [LINK]
    assert (LINK.encode() in stream) == (tier == 2)
    assert same_dots(paper, sheet.bitmap, kind)
    if tier == 2:
        assert len(stream) < 250


@pytest.mark.parametrize(
    ("change", "text"),
    [("beside", LINK), ("beyond", LINK), ("letters", "عربي"), ("module", LINK)],
)
def test_a_qr_code_that_the_printer_cannot_draw_alike_is_sent_as_dots(change: str, text: str) -> None:
    kind = profile("generic-80")
    sheet = drawn_qr(576, text, x=200, y=10, dot=5, height=300)
    spot = sheet.spots[0]
    assert isinstance(spot, QrSpot)
    picture = sheet.bitmap
    if change == "beside":
        picture = Bitmap(576, bytes([picture.rows[0]]) + picture.rows[1:720] + b"\x80" + picture.rows[721:])
    if change == "beyond":
        spot = QrSpot(570, 10, spot.modules, spot.dot, text)
    if change == "module":
        spot = QrSpot(spot.x, spot.y, 1, spot.modules * spot.dot, text)
    stream = print_stream(Sheet(picture, (spot,)), kind)
    assert b"\x1d(k" not in stream
    assert same_dots(printed(stream, kind), picture, kind)


def test_a_stored_logo_is_called_by_its_key_and_only_while_it_is_the_same() -> None:
    kind = profile("generic-80")
    logo = bitmap(64, [0xF0F0F0F0F0F0F0F0] * 30)
    row = 0xF0F0F0F0F0F0F0F0 << 256
    sheet = Sheet(bitmap(576, [0] * 5 + [row] * 30 + [0] * 5 + [1]), (LogoSpot(256, 5, 64, 30),))
    stream = print_stream(sheet, kind, {logo_digest(logo): b"MC"})
    assert b"\x1d(L\x06\x00\x30\x45MC\x01\x01" in stream
    printer, _ = printer_for(kind)
    printer.receive(store_logo(logo, b"MC") + stream)
    assert printer.violations == []
    assert same_dots(printer.sheets[0].bitmap, sheet.bitmap, kind)
    changed = bitmap(64, [0xF0F0F0F0F0F0F0F1] * 30)
    other = print_stream(sheet, kind, {logo_digest(changed): b"MC"})
    assert b"\x1d(L" not in other
    assert same_dots(printed(other, kind), sheet.bitmap, kind)


@pytest.mark.parametrize(("width", "height", "key"), [(8, 1, b"A"), (8, 1, b"\x01\x02"), (9000, 1, b"MC")])
def test_a_logo_that_no_printer_can_hold_is_a_bug(width: int, height: int, key: bytes) -> None:
    with pytest.raises(BugError):
        store_logo(bitmap(width, [1] * height), key)


def test_a_printer_without_a_cutter_gets_no_cut() -> None:
    kind = profile("generic-58")
    stream = print_stream(Sheet(bitmap(384, [1])), kind)
    assert b"\x1dV" not in stream


@pytest.mark.parametrize(
    ("cut", "feeds", "code"),
    [
        ("partial", True, b"\x1dVB\x00"),
        ("full", True, b"\x1dVA\x00"),
        ("partial", False, b"\x1dV\x01"),
        ("full", False, b"\x1dV\x00"),
    ],
)
def test_the_cut_is_the_one_that_this_printer_obeys(cut: str, feeds: bool, code: bytes) -> None:
    kind = profile("generic-80", cut=cut, cut_feeds=feeds)
    assert print_stream(Sheet(bitmap(384, [1])), kind).endswith(b"\n" + code)
