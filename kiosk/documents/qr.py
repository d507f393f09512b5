"""QR symbols: modules of a code, error correction M, the smallest version that holds it.

What decides whether a phone reads worn paper is the dots per module, not the correction letter (measured:
5 dots 100 %, 4 dots 58 to 88 %, 3 dots 2 to 70 %), so painters give a module 5 dots or more.
"""

from functools import lru_cache

from kiosk.core.errors import BugError
from kiosk.documents.qr_mask import laid
from kiosk.documents.qr_words import words

Matrix = tuple[tuple[bool, ...], ...]
"""Rows of modules, True is dark; no quiet zone."""
QUIET = 4
"""Modules of quiet zone that must stay white on each side."""
LARGEST_VERSION = 15
"""Beyond this the modules get too small for a roll."""


@lru_cache(maxsize=64)
def symbol(segments: tuple[str, ...]) -> Matrix:
    """Make the symbol of a text given in segments; each is alphanumeric if it can be, else bytes.

    Takes about half a millisecond (the mask is chosen by the standard's rule); the last 64 are remembered.
    Raises BugError for a text too long for paper.
    """
    found = words(segments, LARGEST_VERSION)
    if found is None:
        raise BugError(f"a code of {sum(map(len, segments))} characters does not fit on paper")
    return laid(*found)
