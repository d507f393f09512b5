"""Writes docs/paper/ and tests/data/golden_paper/ again: every paper as dots and as pages. Then look.

python -m tools.paper_pictures [PAPER …]: all of them, or only those named.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QGuiApplication

from kiosk.documents.arrange import arrange
from kiosk.documents.paper import paint
from kiosk.documents.pdf import paint_pdf
from kiosk.documents.style import PAGES, ROLLS, roll_style
from kiosk.documents.templates import document, watermark
from tests.documents.samples import ALL, GOLDEN

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "paper"
GOLDEN_FOLDER = ROOT / "tests" / "data" / "golden_paper"
PAGE_STYLE = dict.fromkeys(ALL, "A5") | {"z-report": "A4", "x-report": "A4"}
PAGE_DPI = "110"
COMPACT = ("receipt-fee", "receipt-debt", "receipt-copy")
"""Papers that are shown in the compact style of slow lines too."""


def main(names: Sequence[str] = ()) -> None:
    """Write the pictures, after removing those of papers that are no more."""
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    for folder in (PICTURES, GOLDEN_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            kinds = r"((compact-)?(384|576)|A[45]-\d)"
            if not names or any(re.fullmatch(f"{name}-{kinds}", old.stem) for name in names):
                old.unlink()
    for name in names or ALL:
        _paper(name)
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(ROOT)}")
    del application


def _paper(name: str) -> None:
    """One paper in both widths and as pages."""
    data = ALL[name]
    for width in (576, 384):
        png = paint(arrange(document(data), ROLLS[width])).png()
        (PICTURES / f"{name}-{width}.png").write_bytes(png)
        if name in GOLDEN:
            (GOLDEN_FOLDER / f"{name}-{width}.png").write_bytes(png)
        if name in COMPACT:
            lean = paint(arrange(document(data), roll_style(width, compact=True))).png()
            (PICTURES / f"{name}-compact-{width}.png").write_bytes(lean)
    style = PAGE_STYLE[name]
    pdf = paint_pdf(arrange(document(data), PAGES[style]), made=data.issued, watermark=watermark(data))
    _pages(pdf, PICTURES / f"{name}-{style}")


def _pages(pdf: bytes, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(pdf)
        subprocess.run(["pdftoppm", "-gray", "-r", PAGE_DPI, "-png", str(file), str(target)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
