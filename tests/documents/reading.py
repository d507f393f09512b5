"""What tests read back from paper: dots as an image, codes by zxing, words by poppler."""

import subprocess
from collections import Counter
from pathlib import Path

import zxingcpp
from PIL import Image

from kiosk.core.bidi import strip_marks
from kiosk.core.raster import Bitmap

QR_CODE = zxingcpp.barcode_formats_from_str("QRCode")


def grey(bitmap: Bitmap) -> bytes:
    """One byte a dot, 0 is black, row after row."""
    size = bitmap.width, bitmap.height
    return Image.frombytes("1", size, bitmap.rows, "raw", "1;I").convert("L").tobytes()


def codes(pixels: bytes, width: int) -> list[str]:
    """Texts of the QR codes in a grey picture, not bars seen in the noise of one."""
    view = memoryview(pixels).cast("B", shape=[len(pixels) // width, width])
    return [found.text for found in zxingcpp.read_barcodes(view, formats=QR_CODE)]


def words(lines: list[str]) -> Counter[str]:
    """Words of lines without direction marks and without the boxes of a checklist, which are drawn."""
    text = strip_marks(" ".join(lines)).replace("\u00a0", " ").replace("□", " ")
    return Counter(text.split())


def pdf_text(pdf: bytes, folder: Path, *options: str) -> str:
    """Text copied out by poppler."""
    file = folder / "copied.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", *options, "-enc", "UTF-8", str(file), "-"], capture_output=True, check=True, timeout=30
    )
    return done.stdout.decode()


def pdf_pages(pdf: bytes, folder: Path, dots_per_inch: int = 150) -> list[tuple[bytes, int]]:
    """Pages as grey pixels with their width, by poppler."""
    file = folder / "pages.pdf"
    file.write_bytes(pdf)
    command = ["pdftoppm", "-gray", "-r", str(dots_per_inch), str(file), str(folder / "page")]
    subprocess.run(command, check=True, timeout=60)
    return [_read_pgm(page) for page in sorted(folder.glob("page-*.pgm"))]


def _read_pgm(file: Path) -> tuple[bytes, int]:
    data = file.read_bytes()
    magic, size, depth, pixels = data.split(b"\n", 3)
    assert (magic, depth) == (b"P5", b"255")
    width, height = map(int, size.split())
    assert len(pixels) == width * height
    return pixels, width
