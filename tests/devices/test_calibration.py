"""The page of rulers shows what a printer obeys, and the profile that follows prints right on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.chosen_printer import LOGO_KEY, ChosenPrinter, keep_printer, read_printer
from kiosk.devices.escpos import logo_digest, print_stream, store_logo
from kiosk.devices.estimate import is_slow, tenths, usual_bytes
from kiosk.devices.own_files import LOGO, keep_logo, keep_profile, own_codes, profile_of, read_logo
from kiosk.devices.profiles import QUIRKS, read_profile, shipped_profile, written_profile
from kiosk.devices.ruler_page import CODES, calibrated, ruler_page
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.paper_roll import Piece
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.documents.arrange import arrange
from kiosk.documents.paper import paint_sheet
from kiosk.documents.style import roll_style
from kiosk.documents.templates import document
from kiosk.paperwork.printing import draw
from tests.conftest import CommandLine
from tests.devices.judge import judged
from tests.devices.printing import EVERY_PROFILE, bitmap, printed_piece, printer_for, profile
from tests.documents.samples import FEE

LOGO_DOTS = bitmap(64, [(1 << 64) - 1] * 30)


def page_of(firmware: str) -> list[Piece]:
    """The page as a printer of that kind prints it; who calibrates knows only that it is generic."""
    printer, _ = printer_for(shipped_profile(firmware))
    generic = profile("generic-80", width_dots=shipped_profile(firmware).width_dots)
    printer.receive(ruler_page(generic))
    printer.receive(b"\x1bJ\x01\x1d(H\x06\x00000000\x1dr\x01")
    return [sheet.made_of for sheet in printer.sheets if sheet.made_of is not None]


class Eye:
    """Looks at the sections of the page as a technician does: where ink begins and ends, nothing else."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces, self.piece = pieces, pieces[0]
        heads = [one for one in self.piece.texts if one.x == 0]
        self.tops = {one.text.split(" ")[-1]: one.y for one in heads}

    def rows(self, code: str) -> list[int]:
        """The rows of a section below its label, up to the next label."""
        top = self.tops[code] + 24
        below = [y for y in self.tops.values() if y > top]
        dots = self.piece.dots
        end = min(below, default=dots.height)
        spare = dots.stride * 8 - dots.width
        return [int.from_bytes(dots.row(y), "big") >> spare for y in range(top, end)]

    def blocks_down(self, code: str) -> int:
        rows = [bool(row) for row in self.rows(code)]
        return sum(now and not before for before, now in zip([False, *rows], rows, strict=False))

    def blocks_across(self, code: str) -> int:
        joined = 0
        for row in self.rows(code):
            joined |= row
        return (joined & ~(joined >> 1)).bit_count()

    def left_edges(self, code: str) -> int:
        width = self.piece.dots.width
        return len({width - row.bit_length() for row in self.rows(code) if row})

    def widths(self, code: str) -> set[int]:
        return {row.bit_count() for row in self.rows(code) if row}

    def seen(self) -> frozenset[str]:
        found = {code for code in ("feed", "esc-j", "lf") if self.blocks_down(code) == 2}
        found |= {code for code in ("leap", "back") if self.blocks_across(code) == 2}
        found |= {"margins"} if self.left_edges("margins") == 2 else set()
        found |= {"columns"} if any(self.rows("columns")) else set()
        letters = [one for one in self.piece.texts if one.text.startswith("0123")]
        found |= {"letters"} if letters and len(letters[0].text) * 12 == 240 else set()
        found |= {"qr"} if self.piece.codes else set()
        found |= {"height"} if self.widths("height") == {48, 16} else set()
        return frozenset(found)


@pytest.mark.parametrize(
    ("code", "tier"), [("epson-tm-t20", 4), ("nt-5890k", 3), ("xprinter-80", 3), ("generic-80", 4)]
)
@pytest.mark.usefixtures("qapp")
def test_what_the_page_shows_becomes_a_profile_that_prints_right(code: str, tier: int) -> None:
    real = shipped_profile(code)
    seen = Eye(page_of(code)).seen()
    made = calibrated(real, "mine", {*seen, "cut"}, width=real.width_dots, baseline=19)
    expected = {quirk for quirk in real.quirks if quirk != "cut-66-does-not-feed"}
    assert expected <= set(made.quirks)
    assert made.tier == tier
    assert "feed" in seen
    style = roll_style(made.width_dots, code_by_printer=made.draws_codes)
    sheet = paint_sheet(arrange(document(FEE), style), texts=made.sets_text)
    printer, _ = printer_for(real)
    printer.cutter = True
    printer.receive(print_stream(sheet, made))
    piece = printer.sheets[0].made_of
    assert piece is not None
    assert judged(sheet, piece, made).dots == 0


def test_a_page_without_anything_gives_the_first_tier_and_every_quirk() -> None:
    made = calibrated(shipped_profile("generic-80"), "bad", (), width=384, baseline=19)
    assert (made.tier, made.width_dots, made.qr, made.cut) == (1, 384, False, "none")
    assert set(made.quirks) == set(QUIRKS)


def test_a_profile_reads_as_it_was_written() -> None:
    for code in EVERY_PROFILE:
        kind = shipped_profile(code)
        assert read_profile(written_profile(kind), f"{code}.yaml") == kind


def test_a_calibrated_kind_belongs_to_its_device(tmp_path: Path) -> None:
    made = calibrated(shipped_profile("generic-80"), "bay-3", CODES, width=576, baseline=21)
    keep_profile(tmp_path, made)
    assert "bay-3" in own_codes(tmp_path)
    assert profile_of("bay-3", tmp_path) == made
    keep_printer(tmp_path, ChosenPrinter("COM3", "bay-3"))
    chosen = read_printer(tmp_path)
    assert chosen is not None
    assert chosen.kind() == made
    (tmp_path / "printers" / "bay-3.yaml").unlink()
    with pytest.raises(KnownError) as said:
        read_printer(tmp_path)
    assert said.value.code == "printer.choice_damaged"


@pytest.mark.parametrize("name", ["generic-80", "../up", "", "Bay", "a" * 41])
def test_a_name_that_is_taken_or_no_file_is_refused(tmp_path: Path, name: str) -> None:
    made = calibrated(shipped_profile("generic-80"), name, CODES, width=576, baseline=21)
    with pytest.raises(KnownError) as said:
        keep_profile(tmp_path, made)
    assert said.value.code == "printer.profile_name"


def test_the_logo_is_kept_dot_for_dot(tmp_path: Path) -> None:
    assert read_logo(tmp_path) is None
    keep_logo(tmp_path, LOGO_DOTS)
    assert read_logo(tmp_path) == LOGO_DOTS


@pytest.mark.parametrize("data", [b"", b"P5\n8 1\n\xff", b"P4\n8 2\n\xff", b"P4\n0 1\n"])
def test_a_damaged_logo_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / LOGO).write_bytes(data)
    with pytest.raises(KnownError) as said:
        read_logo(tmp_path)
    assert said.value.code == "printer.logo_damaged"


def test_a_logo_that_was_changed_since_is_not_called_from_memory(tmp_path: Path) -> None:
    keep_logo(tmp_path, LOGO_DOTS)
    keep_printer(tmp_path, ChosenPrinter("COM3", logo=logo_digest(LOGO_DOTS)))
    chosen = read_printer(tmp_path)
    assert chosen is not None
    assert chosen.logos() == {logo_digest(LOGO_DOTS): LOGO_KEY}
    keep_logo(tmp_path, bitmap(64, [1] * 30))
    assert chosen.logos() == {}


@pytest.mark.parametrize("code", EVERY_PROFILE)
@pytest.mark.usefixtures("qapp")
def test_the_estimate_of_set_up_is_near_a_real_receipt(code: str) -> None:
    kind = shipped_profile(code)
    real = len(print_stream(draw(FEE, kind), kind))
    assert abs(usual_bytes(kind) - real) * 100 < real * 12


@pytest.mark.usefixtures("qapp")
def test_a_receipt_is_compact_where_the_line_is_slow() -> None:
    quick, slow = profile("generic-80"), profile("generic-80", baud=9600)
    usual, compact = draw(FEE, quick, LOGO_DOTS), draw(FEE, slow, LOGO_DOTS)
    assert compact.bitmap.height < usual.bitmap.height
    assert len(print_stream(compact, slow)) < len(print_stream(usual, slow))
    middling = profile("generic-80", baud=57600)
    assert draw(FEE, middling, LOGO_DOTS).bitmap == usual.bitmap


def test_ten_seconds_on_the_line_are_not_slow_yet() -> None:
    assert not is_slow(9600, 9600)
    assert is_slow(9601, 9600)
    assert tenths(9601, 9600) == 101


@pytest.fixture
def clone() -> Iterator[PtyPrinter]:
    with PtyPrinter(width=384, cutter=False, firmware=Firmware.of(shipped_profile("nt-5890k"))) as line:
        yield line


def test_calibrating_by_command_writes_the_profile_and_uses_it(
    command_line: CommandLine, tmp_path: Path, clone: PtyPrinter
) -> None:
    shown = "feed,margins,columns,letters,qr"
    done = command_line(
        "devices", "printer", "calibrate", "--store", str(tmp_path), "--port", clone.path,
        "--profile", "generic-58", "--name", "bay-3", "--seen", shown, "--width", "384", "--json",
    )  # fmt: skip
    assert (done.json["tier"], done.json["answered"]) == (3, True)
    assert clone.printer.received.count(b"esc-j") == 1
    chosen = read_printer(tmp_path)
    assert chosen is not None
    assert "ignores-esc-j" in chosen.kind().quirks


def test_a_code_that_no_section_has_is_refused(command_line: CommandLine, tmp_path: Path) -> None:
    done = command_line(
        "devices", "printer", "calibrate", "--store", str(tmp_path), "--port", "COM3", "--no-print",
        "--name", "bay-3", "--seen", "colour",
    )  # fmt: skip
    assert done.code == 2
    assert not (tmp_path / "printers").exists()


@pytest.mark.usefixtures("qapp")
def test_the_logo_is_stored_once_and_printed_from_memory(command_line: CommandLine, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(LOGO_DOTS.png())
    kind = shipped_profile("epson-tm-t20")
    with PtyPrinter(firmware=Firmware.of(kind)) as line:
        keep_printer(tmp_path, ChosenPrinter(line.path, kind.code))
        arguments = ("devices", "printer", "logo", "--store", str(tmp_path), str(picture), "--json")
        first, again = command_line(*arguments), command_line(*arguments)
        assert (first.json["written_now"], again.json["written_now"]) == (True, False)
        assert line.printer.reader.logos == {LOGO_KEY: LOGO_DOTS}
        chosen = read_printer(tmp_path)
        assert chosen is not None
        sheet = draw(FEE, kind, chosen.logo_dots(), chosen.logos())
        stream = print_stream(sheet, kind, chosen.logos())
    stored = store_logo(LOGO_DOTS, LOGO_KEY)
    assert judged(sheet, printed_piece(stream, kind, stored), kind).dots == 0
    assert b"\x1d(L\x06\x00\x30\x45KL\x01\x01" in stream
