"""The paper bitmap: looked-at pictures stay as they were, nothing is cut, the code can be read back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap
from kiosk.documents.arrange import arrange
from kiosk.documents.layout import Layout
from kiosk.documents.model import Receipt
from kiosk.documents.paper import paint
from kiosk.documents.shaping import EM, ink
from kiosk.documents.style import A5, ROLLS, roll_style
from kiosk.documents.templates import document
from tests.documents.reading import codes, grey
from tests.documents.samples import ALL, FEE, GOLDEN

GOLDEN_FOLDER = Path(__file__).parents[1] / "data" / "golden_paper"
WIDTHS = sorted(ROLLS)
PAPERS = [(name, width) for name in ALL for width in WIDTHS]

pytestmark = pytest.mark.usefixtures("qapp")


def laid(name: str, width: int) -> Layout:
    return arrange(document(ALL[name]), ROLLS[width])


def painted(name: str, width: int) -> Bitmap:
    return paint(laid(name, width))


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("name", GOLDEN)
def test_the_paper_looks_as_it_was_approved(name: str, width: int) -> None:
    golden = QImage(str(GOLDEN_FOLDER / f"{name}-{width}.png"))
    assert not golden.isNull(), "write the pictures again with tools/paper_pictures.py, and look at them"
    paper = QImage.fromData(painted(name, width).png())
    assert paper.size() == golden.size()
    ours, theirs = (bits(image) for image in (paper, golden))
    different = sum((one ^ two).bit_count() for one, two in zip(ours, theirs, strict=True))
    black = sum((255 - one).bit_count() for one in theirs)
    assert different * 100 <= black * 2


def bits(image: QImage) -> bytes:
    mono = image.convertToFormat(QImage.Format.Format_Mono)
    return bytes(mono.constBits())


@pytest.mark.parametrize(("name", "width"), PAPERS)
def test_nothing_is_cut_at_the_edge_of_the_paper(name: str, width: int) -> None:
    paper = painted(name, width)
    assert paper.width == width
    for y in range(paper.height):
        row = paper.row(y)
        assert not row[0] & 0b1111_1000, f"row {y}: ink in the first dots"
        assert not row[-1] & 0b0001_1111, f"row {y}: ink in the last dots"
    assert not any(paper.row(0) + paper.row(paper.height - 1))


@pytest.mark.parametrize(("name", "width"), PAPERS)
def test_type_is_never_smaller_than_22_dots_and_never_light(name: str, width: int) -> None:
    for placed in laid(name, width).lines():
        assert placed.size >= 22
        assert placed.line.weight in ("medium", "bold")


@pytest.mark.parametrize(("name", "width"), PAPERS)
def test_lines_of_text_do_not_run_into_each_other(name: str, width: int) -> None:
    boxes = []
    for placed in laid(name, width).lines():
        left, right, top, bottom = (value * placed.size // EM for value in ink(placed.line))
        boxes.append((placed.x + left, placed.x + right, placed.baseline - top, placed.baseline - bottom))
    for at, one in enumerate(boxes):
        for two in boxes[at + 1 :]:
            across = min(one[1], two[1]) - max(one[0], two[0])
            down = min(one[3], two[3]) - max(one[2], two[2])
            assert across <= 0 or down <= 1, (one, two)


def test_most_body_lines_are_one_strip_of_24_rows() -> None:
    lines = [p for name, width in PAPERS for p in laid(name, width).lines() if p.size == 22]
    fitting = [p for p in lines if (ink(p.line)[2] - ink(p.line)[3]) * 22 <= 24 * EM]
    assert len(fitting) * 100 >= len(lines) * 75


RECEIPTS = [name for name, paper in ALL.items() if isinstance(paper, Receipt) and paper.seal]


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("by_printer", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", RECEIPTS)
def test_the_code_of_every_receipt_is_read_back_from_the_dots(
    name: str, width: int, *, by_printer: bool, compact: bool
) -> None:
    receipt = ALL[name]
    assert isinstance(receipt, Receipt)
    assert receipt.seal is not None
    layout = arrange(document(receipt), roll_style(width, code_by_printer=by_printer, compact=compact))
    paper = paint(layout)
    assert codes(grey(paper), paper.width) == [receipt.seal.url]
    assert [symbol.dot >= 5 for symbol in layout.symbols()] == [True]


def test_every_kind_of_receipt_is_among_them() -> None:
    assert {"receipt-fee", "receipt-debt", "receipt-copy", "receipt-void"} <= set(RECEIPTS)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_quiet_zone_of_the_code_is_white(width: int) -> None:
    layout = laid("receipt-debt", width)
    paper = paint(layout)
    symbol = next(layout.symbols())
    side = len(symbol.matrix) * symbol.dot
    quiet = 4 * symbol.dot
    for y in range(symbol.y - quiet, symbol.y + side + quiet):
        for x in (*range(symbol.x - quiet, symbol.x), *range(symbol.x + side, symbol.x + side + quiet)):
            assert not paper.dot(x, y)
        if not symbol.y <= y < symbol.y + side:
            assert not any(paper.dot(x, y) for x in range(symbol.x, symbol.x + side))


def test_the_first_column_of_a_table_stands_at_the_right() -> None:
    lines = {strip_marks(placed.line.text): placed for placed in laid("receipt-fee", 576).lines()}
    label, code, amount = (lines[text] for text in ("دمغة وتنمية", "1/2/9/3", "11.50"))
    assert label.baseline == code.baseline == amount.baseline
    assert label.x > code.x > amount.x


def test_amounts_of_a_column_end_at_the_same_dot() -> None:
    ends = {
        placed.x + placed.line.width_at(placed.size)
        for placed in laid("handover", 576).lines()
        if placed.line.text.endswith(".00\u2069") and placed.line.weight == "bold"
    }
    assert len(ends) == 1


def test_the_same_layout_gives_the_same_dots() -> None:
    assert painted("receipt-fee", 576) == painted("receipt-fee", 576)


def test_another_thread_paints_the_same_dots() -> None:
    with ThreadPoolExecutor(1) as worker:
        assert worker.submit(painted, "papers-missing", 384).result() == painted("papers-missing", 384)


def test_pages_are_not_painted_as_a_roll() -> None:
    with pytest.raises(BugError):
        paint(arrange(document(FEE), A5))
