"""QR symbols: our way to choose the mask is that of the library, module by module."""

import random

import pytest
import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from kiosk.core.errors import BugError
from kiosk.documents.qr import Matrix, symbol

CHANCE = random.Random(6)


def theirs(*segments: tuple[str, int]) -> Matrix:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    for text, mode in segments:
        code.add_data(QRData(text.encode(), mode=mode), optimize=0)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


@pytest.mark.parametrize("length", [1, 9, 20, 37, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 400])
def test_a_symbol_is_the_librarys_own(length: int) -> None:
    text = "".join(CHANCE.choice("abcdefghij -/#xyz0123456789") for _ in range(length)) + "é"
    assert symbol((text,)) == theirs((text, MODE_8BIT_BYTE))


@pytest.mark.parametrize("length", range(150, 216, 13))
def test_the_segments_of_a_receipt_are_the_librarys_too(length: int) -> None:
    sealed = "".join(CHANCE.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(length))
    segments = ("HTTPS://TAHAKOK.GIZA.GOV.EG/R", "#", sealed)
    modes = (MODE_ALPHA_NUM, MODE_8BIT_BYTE, MODE_ALPHA_NUM)
    assert symbol(segments) == theirs(*zip(segments, modes, strict=True))


def test_what_fits_no_symbol_of_a_roll_is_a_fault_of_ours() -> None:
    with pytest.raises(BugError):
        symbol(("x" * 500,))
    with pytest.raises(BugError):
        symbol(("x" * 5000,))
