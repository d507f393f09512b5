"""The reader of the simulator is strict: it names every wrong byte with its place and obeys the right."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.raster import Bitmap
from kiosk.devices.bench_page import TEXT, bench_page
from kiosk.devices.escpos import print_stream
from kiosk.devices.simulators.control import WORDS, SheetFolder
from kiosk.devices.simulators.printer import PrintedSheet, SimulatedPrinter
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.documents.qr import symbol
from tests.devices.printing import PROFILES, bitmap, of_tier, printed, printer_for, profile, same_dots
from tests.documents.reading import codes, grey

START = b"\x1b@\x1c.\x1dP\xcb\xcb"
PICTURE = b"\x1dv0\x00\x01\x00\x02\x00\xf0\x0f"


def machine() -> tuple[SimulatedPrinter, bytearray]:
    said = bytearray()
    return SimulatedPrinter(said.extend), said


@pytest.mark.parametrize(
    ("stream", "at", "what"),
    [
        (START + b"\x80", 8, "byte 80 outside any command"),
        (START + b"\x1bK\x10", 8, "unknown command 1b 4b"),
        (START + b"\x1b$\x41\x02", 8, "ESC $ to dot 577"),
        (START + b"\x1b\\\xff\xff", 8, "ESC \\ by -1 dots"),
        (START + b"x" * 49, 8, "letters beyond the print area"),
        (START + b"\x1b!\x10", 8, "1b 21 with 16"),
        (START + b"x" + b"\x1dL\x00\x00", 9, "only at the start of a line"),
        (START + b"\x1d(H\x05\x00000000"[:12], 8, "a numbered mark of another form"),
        (b"\x1b3\x10", 0, "ESC 3 before GS P"),
        (START + b"\x1dv0\x01\x01\x00\x01\x00\xff", 8, "in mode 1"),
        (START + b"\x1dv0\x00\x00\x00\x01\x00", 8, "a picture of 0 bytes by 1 rows"),
        (START + b"\x1dv0\x00\x01\x00\x30\x00" + bytes(48), 8, "a multiple of 48 rows"),
        (START + b"\x1dv0\x00\x49\x00\x01\x00" + bytes(72) + b"\x01", 8, "ink beyond the print area"),
        (START + b"\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01", 16, "a real-time code inside data"),
        (START + b"\x1dL\x10\x00\x1dW\x40\x02", 12, "wider than the paper"),
        (START + b"\x1b*\x21\x01\x00\xff\xff\xff" + PICTURE, 16, "only at the start of a line"),
        (START + b"\x1b*\x20\x01\x00\xff", 8, "ESC * in mode 32"),
        (START + b"\x1ba\x07", 8, "justification 7"),
        (START + b"\x1dV\x07", 8, "cut 7"),
        (START + b"\x1dr\x09", 8, "GS r 9"),
        (START + b"\x1d(k\x03\x00\x31\x51\x30", 8, "a QR code to print without data"),
        (START + b"\x1d(k\x03\x00\x31\x43\x11", 8, "a QR module of no size"),
        (START + b"\x1d(L\x06\x00\x30\x45MC\x01\x01", 8, "no stored picture"),
        (START + b"\x1d(X\x00\x00", 8, "unknown command 1d 28 58"),
        (START + b"\x10\x7f", 8, "byte 10 7f outside any command"),
    ],
)
def test_a_wrong_byte_is_named_with_its_place(stream: bytes, at: int, what: str) -> None:
    printer, _ = machine()
    printer.receive(stream)
    first = printer.violations[0]
    assert first.at == at
    assert what in first.what


@given(st.binary(max_size=300), st.integers(1, 40))
def test_no_bytes_break_the_reader_and_how_they_arrive_changes_nothing(data: bytes, size: int) -> None:
    whole, said = machine()
    whole.receive(data)
    parts, said_in_parts = machine()
    for at in range(0, len(data), size):
        parts.receive(data[at : at + size])
    assert parts.violations == whole.violations
    assert parts.sheets == whole.sheets
    assert said_in_parts == said


def test_a_margin_without_a_width_leaves_the_area_shrunk() -> None:
    printer, _ = machine()
    row = b"\x1dv0\x00\x48\x00\x01\x00" + b"\xff" * 72
    printer.receive(START + b"\x1dL\x08\x00\x1dL\x00\x00" + row)
    assert "568 dots" in printer.violations[0].what


def test_status_and_marks_are_answered_in_their_bits() -> None:
    printer, said = machine()
    printer.receive(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04\x1dr\x01")
    assert bytes(said) == b"\x12\x12\x12\x00"
    said.clear()
    printer.end_paper()
    printer.receive(b"\x1dr\x01\x10\x04\x01\x10\x04\x02\x10\x04\x04")
    assert bytes(said) == b"\x1a\x32\x7e", "real-time questions are answered, the mark waits"
    printer.load_paper()
    assert bytes(said) == b"\x1a\x32\x7e\x00"
    printer.set_cover(is_open=True)
    said.clear()
    printer.receive(b"\x10\x04\x02")
    assert bytes(said) == b"\x16"


def test_a_drawer_kick_hidden_in_a_picture_is_obeyed() -> None:
    printer, _ = machine()
    printer.receive(START + b"\x1dv0\x00\x05\x00\x01\x00\x10\x14\x01\x00\x05")
    assert printer.drawer == [1]
    assert [violation.what for violation in printer.violations] == ["a real-time code inside data"]


def test_a_printer_that_was_switched_off_forgets_half_a_picture_but_not_its_logos() -> None:
    printer, _ = machine()
    printer.reader.logos[b"MC"] = Bitmap(8, b"\xff")
    printer.receive(START + b"\x1dv0\x00\x48\x00\x10\x00half")
    assert printer.reader.waiting
    printer.switch_off_and_on()
    assert not printer.reader.waiting
    assert printer.reader.logos == {b"MC": Bitmap(8, b"\xff")}


def test_paper_that_ends_cuts_off_what_does_not_fit() -> None:
    printer, _ = machine()
    printer.end_paper(after_rows=1)
    printer.receive(START + PICTURE)
    printer.load_paper()
    assert printer.sheets == [PrintedSheet(bitmap(576, [0xF0 << 568]), torn=True)]


@pytest.mark.parametrize("code", PROFILES)
@pytest.mark.parametrize("tier", [1, 2])
def test_the_test_page_shows_both_edges_and_a_code_that_can_be_read(code: str, tier: int) -> None:
    kind = of_tier(code, tier)
    sheet = bench_page(kind, symbol((TEXT,)))
    stream = print_stream(sheet, kind)
    assert (TEXT.encode() in stream) == (tier == 2)
    paper = printed(stream, kind)
    assert same_dots(paper, sheet.bitmap, kind)
    assert paper.row(0) == b"\xff" * kind.stride
    assert codes(grey(paper), paper.width) == [TEXT]


def test_sheets_are_saved_in_order_and_go_on_after_those_that_are_there(tmp_path: Path) -> None:
    paper = bitmap(16, [1, 2, 3])
    for _ in range(2):
        folder = SheetFolder(tmp_path / "paper")
        folder.save(PrintedSheet(paper, torn=False))
        folder.save(PrintedSheet(paper, torn=True))
    assert sorted(file.name for file in (tmp_path / "paper").iterdir()) == [
        "sheet-001.png",
        "sheet-002-torn.png",
        "sheet-003.png",
        "sheet-004-torn.png",
    ]
    assert (tmp_path / "paper" / "sheet-001.png").read_bytes() == paper.png()


def test_each_word_changes_the_printer_and_well_makes_it_well(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    with PtyPrinter(link=link) as line:
        for word, act in WORDS.items():
            act(line)
            if word == "paper-out":
                assert line.printer.paper_out
            if word == "cover-open":
                assert line.printer.offline
            if word == "unplug":
                assert not line.plugged
        WORDS["well"](line)
        assert not line.printer.offline
        assert line.plugged
        assert os.path.realpath(link) == line.path
    assert not link.is_symlink()


def test_a_small_printer_refuses_a_cut() -> None:
    kind = profile("generic-58")
    printer, _ = printer_for(kind)
    printer.receive(START + PICTURE + b"\x1dVB\x00")
    assert [violation.what for violation in printer.violations] == ["this printer has no cutter"]
