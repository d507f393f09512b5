"""The PDF: what is copied out is what was written, the code reads back, only our fonts are named."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError
from kiosk.documents.arrange import arrange
from kiosk.documents.model import Printable, Receipt
from kiosk.documents.nodes import Table
from kiosk.documents.pdf import paint_pdf
from kiosk.documents.plain import plain_lines
from kiosk.documents.style import A4, A5, PAGES, ROLL_80, Style
from kiosk.documents.templates import document
from tests.documents.reading import codes, pdf_pages, pdf_text, words
from tests.documents.samples import ALL, DEBT, FEE, TRAINING

PAGE_NUMBER = re.compile(r"صفحة \d+ من \d+")


def made(data: Printable, style: Style = A5, watermark: str = "") -> bytes:
    return paint_pdf(arrange(document(data), style), made=data.issued, watermark=watermark)


@pytest.mark.parametrize("style", PAGES)
@pytest.mark.parametrize("name", ALL)
def test_copied_text_is_the_words_of_the_paper(name: str, style: str, tmp_path: Path) -> None:
    paper = document(ALL[name])
    copied = words([PAGE_NUMBER.sub("", strip_marks(pdf_text(made(ALL[name], PAGES[style]), tmp_path)))])
    written = words(plain_lines(paper))
    heads = [
        words([column.head for column in node.columns]) for node in paper.nodes if isinstance(node, Table)
    ]
    assert written - copied == Counter()
    assert copied - written in (Counter(), *heads), "only the head of a broken table is said twice"


def test_copied_lines_keep_the_order_of_their_words(tmp_path: Path) -> None:
    copied = strip_marks(pdf_text(made(DEBT), tmp_path))
    flat = re.sub(r"\s+", " ", copied)
    for line in (
        "فقط وقدره ألف ومائتان وخمسة وثمانون جنيهًا وخمسون قرشًا لا غير",
        "من 1 يوليو 2025 إلى 30 يونيو 2026",
        "الأرصدة حسب بيانات يوم 21 نوفمبر 2026.",
        "إيجار أرض أملاك دولة (زراعة) – قطعة 14 حوض الرمال",
        "موقع التحقق الوحيد: tahakok.giza.gov.eg",
    ):
        assert line in flat


@pytest.mark.parametrize("style", [A5, A4])
@pytest.mark.parametrize("receipt", [FEE, DEBT])
def test_the_code_is_read_back_from_the_page(receipt: Receipt, style: Style, tmp_path: Path) -> None:
    found = [text for page in pdf_pages(made(receipt, style), tmp_path) for text in codes(*page)]
    assert receipt.seal is not None
    assert found == [receipt.seal.url]


def test_only_our_fonts_are_in_the_file_and_all_are_embedded(tmp_path: Path) -> None:
    file = tmp_path / "fonts.pdf"
    file.write_bytes(made(DEBT))
    listed = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert {font[0].partition("+")[2] for font in fonts} == {
        "IBMPlexSansArabic-Regular",
        "IBMPlexSansArabic-Medium",
        "IBMPlexSansArabic-Bold",
    }
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


def test_the_file_says_its_language_direction_title_and_date(tmp_path: Path) -> None:
    data = made(DEBT)
    assert b"/Lang (ar)" in data
    assert b"/Direction /R2L" in data
    file = tmp_path / "info.pdf"
    file.write_bytes(data)
    said = subprocess.run(["pdfinfo", "-rawdates", str(file)], capture_output=True, text=True, check=True)
    assert "إيصال تحصيل رقم D42-E1-004508" in said.stdout
    assert "D:20261124124007" in said.stdout


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert made(FEE) == made(FEE)


def test_a_watermark_is_drawn_and_is_not_part_of_the_text(tmp_path: Path) -> None:
    plain, marked = made(TRAINING), made(TRAINING, watermark="تدريب")
    assert pdf_text(marked, tmp_path) == pdf_text(plain, tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (without, _), *_ = pdf_pages(plain, tmp_path / "a")
    (with_mark, _), *_ = pdf_pages(marked, tmp_path / "b")
    assert sum(with_mark) < sum(without)


def test_a_page_is_small() -> None:
    assert len(made(DEBT)) < 60_000


def test_a_roll_is_not_painted_as_pages() -> None:
    with pytest.raises(BugError):
        paint_pdf(arrange(document(FEE), ROLL_80), made=FEE.issued)
