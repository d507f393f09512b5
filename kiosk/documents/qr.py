"""QR symbols: modules of a code, error correction M, the smallest version that holds it.

What decides whether a phone reads worn paper is the dots per module, not the correction letter (measured:
5 dots 100 %, 4 dots 58 to 88 %, 3 dots 2 to 70 %), so painters give a module 5 dots or more.
"""

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from kiosk.core.errors import BugError

Matrix = tuple[tuple[bool, ...], ...]
"""Rows of modules, True is dark; no quiet zone."""
QUIET = 4
"""Modules of quiet zone that must stay white on each side."""
LARGEST_VERSION = 15
"""Beyond this the modules get too small for a roll."""

_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@lru_cache(maxsize=64)
def symbol(segments: tuple[str, ...]) -> Matrix:
    """Make the symbol of a text given in segments; each is alphanumeric if it can be, else bytes.

    Takes about 25 ms (the mask is chosen by the standard's rule); the last 64 are remembered.
    Raises BugError for a text too long for paper.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    for segment in segments:
        data = segment.encode()
        mode = MODE_ALPHA_NUM if _ALPHANUMERIC.issuperset(data) else MODE_8BIT_BYTE
        code.add_data(QRData(data, mode=mode), optimize=0)
    try:
        code.make(fit=True)
    except ValueError as error:
        raise BugError(f"a code of {sum(map(len, segments))} characters fits no symbol") from error
    if code.version > LARGEST_VERSION:
        raise BugError(f"a code of {sum(map(len, segments))} characters does not fit on paper")
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
