"""The bitmap keeps its dots, alone and as a PNG that others read."""

import pytest
from PySide6.QtGui import QImage

from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap


def test_dots_are_packed_from_the_highest_bit() -> None:
    paper = Bitmap(10, bytes([0b1000_0001, 0b0100_0000, 0, 0]))
    assert (paper.stride, paper.height) == (2, 2)
    assert [x for x in range(10) if paper.dot(x, 0)] == [0, 7, 9]
    assert paper.row(1) == b"\0\0"


def test_the_png_is_the_same_picture() -> None:
    paper = Bitmap(10, bytes([0b1000_0001, 0b0100_0000, 0, 0b1000_0000]))
    image = QImage.fromData(paper.png())
    assert (image.width(), image.height()) == (10, 2)
    black = {(x, y) for y in range(2) for x in range(10) if image.pixelColor(x, y).value() == 0}
    assert black == {(0, 0), (7, 0), (9, 0), (8, 1)}


def test_bytes_that_are_no_rows_are_a_bug() -> None:
    for width, rows in ((10, b"abc"), (0, b"")):
        with pytest.raises(BugError):
            Bitmap(width, rows)
