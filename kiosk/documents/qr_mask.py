"""Lays the words of a QR symbol and chooses its mask by the standard's rule, on whole symbols as numbers.

`qrcode` weighs each of the eight masks in its own loops, 25 ms together; the choice here is the same.
A symbol of n modules a side is one number of n * n bits, row after row, its first module the highest bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import mask_func

Modules = tuple[tuple[bool, ...], ...]
_MASKS = 8
_PATTERNS = (0b10111010000, 0b00001011101)
_LENGTH = 11


@dataclass(frozen=True)
class _Version:
    """What all symbols of a version share. `places`: of each module the bit of the words that it shows, or a
    zero after them. Then, as numbers, by mask: what is added to the laid words for the weighing (there
    without format bits), the same turned, and what is added for good.
    """

    size: int
    places: Any
    weighed: Sequence[int]
    turned: Sequence[int]
    final: Sequence[int]


def laid(version: int, words: bytes) -> Modules:
    """The modules of a symbol under the best mask."""
    kind = _version(version)
    size = kind.size
    bits = f"{int.from_bytes(words, 'big'):0{8 * len(words)}b}" + "0" * 8
    digits = "".join(kind.places(bits))
    across = int(digits, 2)
    down = int("".join([digits[at::size] for at in range(size)]), 2)
    points = [
        _points(across ^ one, down ^ other, size)
        for one, other in zip(kind.weighed, kind.turned, strict=True)
    ]
    best = f"{across ^ kind.final[points.index(min(points))]:0{size * size}b}"
    return tuple(
        tuple([digit == "1" for digit in best[at : at + size]]) for at in range(0, size * size, size)
    )


def _number(modules: Any) -> int:
    return int("".join(["1" if module else "0" for module in chain.from_iterable(modules)]), 2)


def _frame(version: int, mask: int, *, final: bool) -> list[list[bool | None]]:
    """A symbol without words: None where they are laid. Its format bits are light unless it is final."""
    code: Any = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0)
    code.map_data = lambda *_: None
    code.data_cache = []
    code.makeImpl(not final, mask)
    found: list[list[bool | None]] = code.modules
    return found


@lru_cache(maxsize=16)
def _version(version: int) -> _Version:
    frame = _frame(version, 0, final=False)
    size = len(frame)
    order = [(row, column) for row, column in _way(size) if frame[row][column] is None]
    last = len(order) // 8 * 8
    place = {at: min(number, last) for number, at in enumerate(order)}
    places = [place.get((row, column), last) for row in range(size) for column in range(size)]
    masks = [_mask(frame, mask) for mask in range(_MASKS)]
    fixed = [[bool(module) for module in row] for row in frame]
    light = _number(fixed)
    return _Version(
        size,
        itemgetter(*places),
        [light ^ _number(mask) for mask in masks],
        [_number(zip(*fixed, strict=True)) ^ _number(zip(*mask, strict=True)) for mask in masks],
        [_number(_frame(version, at, final=True)) ^ _number(mask) for at, mask in enumerate(masks)],
    )


def _way(size: int) -> Sequence[tuple[int, int]]:
    """Every module in the order in which words are laid: pairs of columns from the right, up and down."""
    found: list[tuple[int, int]] = []
    rows = range(size - 1, -1, -1)
    for column in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        found += [(row, beside) for row in rows for beside in (column, column - 1)]
        rows = rows[::-1]
    return found


def _mask(frame: list[list[bool | None]], mask: int) -> list[list[bool]]:
    """Where a mask turns a module that shows a word."""
    turns = mask_func(mask)
    return [
        [module is None and bool(turns(row, column)) for column, module in enumerate(line)]
        for row, line in enumerate(frame)
    ]


def _points(across: int, down: int, size: int) -> int:
    """What the standard counts against a symbol, given by rows and by columns."""
    lines = _in_lines(across, size) + _in_lines(down, size)
    dark = across.bit_count()
    return lines + 3 * _blocks(across, size) + 10 * (abs(100 * dark - 50 * size**2) // (5 * size**2))


def _in_lines(symbol: int, size: int) -> int:
    """Runs of five and more alike, and what looks like a finder, along the rows."""
    same = _alike(symbol, 1) & _starts(size, 2)
    long = same & same << 1 & same << 2 & same << 3 & _starts(size, 5)
    found = long.bit_count() + 2 * (long & ~(long >> 1)).bit_count()
    return found + 40 * sum(_looks(symbol, size, pattern) for pattern in _PATTERNS)


def _alike(symbol: int, step: int) -> int:
    """Modules that are as the one so many places after them."""
    return ~(symbol ^ symbol << step)


def _looks(symbol: int, size: int, pattern: int) -> int:
    """How many modules begin a pattern along their row."""
    here = _starts(size, _LENGTH)
    for at in range(_LENGTH):
        dark = pattern >> _LENGTH - 1 - at & 1
        here &= symbol << at if dark else ~(symbol << at)
    return here.bit_count()


def _blocks(symbol: int, size: int) -> int:
    """Blocks of two by two alike."""
    beside = _alike(symbol, 1)
    return (
        beside & beside << size & _alike(symbol, size) & _starts(size, 2) & ~((1 << size) - 1)
    ).bit_count()


@lru_cache(maxsize=64)
def _starts(size: int, length: int) -> int:
    """The modules from which so many follow in their row, themselves included."""
    row = ((1 << size - length + 1) - 1) << length - 1
    return int((f"{row:0{size}b}") * size, 2)
