"""The words of a QR symbol: its text as bits, in the smallest version that holds them, with their correction.

The tables (blocks, lengths, the field) are those of `qrcode`; its own loops take 15 ms for a receipt's code.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, zip_longest

from qrcode.base import RSBlock, gexp, glog, rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, length_in_bits

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: at for at, letter in enumerate(_ALPHABET)}
_PADS = ("11101100", "00010001")


def words(segments: Sequence[str], largest: int) -> tuple[int, bytes] | None:
    """The version, and the words in the order in which they are laid; None when `largest` holds too little.

    Each segment is alphanumeric if it can be, else bytes.
    """
    parts = [_part(segment) for segment in segments if segment]
    for version in range(1, largest + 1):
        blocks = _blocks(version)
        room = 8 * sum(block.data_count for block in blocks)
        bits = "".join([_head(mode, count, version) + payload for mode, count, payload in parts])
        if len(bits) <= room:
            return version, _corrected(_filled(bits, room), blocks)
    return None


def _part(text: str) -> tuple[int, int, str]:
    """Mode, how many letters or bytes, and the bits of a segment."""
    if all(letter in _VALUES for letter in text):
        values = [_VALUES[letter] for letter in text]
        pairs = [f"{45 * a + b:011b}" for a, b in zip(values[::2], values[1::2], strict=False)]
        return MODE_ALPHA_NUM, len(text), "".join(pairs) + (f"{values[-1]:06b}" if len(text) % 2 else "")
    data = text.encode()
    return MODE_8BIT_BYTE, len(data), f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"


def _head(mode: int, count: int, version: int) -> str:
    return f"{mode:04b}{count:0{length_in_bits(mode, version)}b}"


def _filled(bits: str, room: int) -> bytes:
    """The bits ended, filled up to whole words, and the words that nothing needs."""
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    spare = (room - len(bits)) // 8
    bits += "".join(_PADS) * (spare // 2) + _PADS[0] * (spare % 2)
    return int(bits, 2).to_bytes(room // 8, "big")


def _corrected(data: bytes, blocks: Sequence[RSBlock]) -> bytes:
    """Data and correction, each block's words after each other by turns."""
    own: list[bytes] = []
    correction: list[bytes] = []
    at = 0
    for block in blocks:
        own.append(data[at : at + block.data_count])
        correction.append(_remainder(own[-1], block.total_count - block.data_count))
        at += block.data_count
    turns = chain(chain.from_iterable(zip_longest(*own)), chain.from_iterable(zip(*correction, strict=True)))
    return bytes([word for word in turns if word is not None])


def _remainder(data: bytes, count: int) -> bytes:
    """The correction words of a block: the rest of its division by the generator."""
    table, rest, within = _steps(count), 0, (1 << 8 * count) - 1
    high = 8 * (count - 1)
    for word in data:
        rest = (rest << 8) & within ^ table[word ^ rest >> high]
    return rest.to_bytes(count, "big")


@lru_cache(maxsize=16)
def _steps(count: int) -> tuple[int, ...]:
    """What each leading word takes away: the generator of `count` roots, without its first word, times it."""
    generator = [1]
    for root in range(count):
        longer = [*generator, 0]
        for at, one in enumerate(generator):
            longer[at + 1] ^= _times(one, gexp(root))
        generator = longer
    return tuple(
        int.from_bytes(bytes([_times(one, word) for one in generator[1:]]), "big") for word in range(256)
    )


def _times(a: int, b: int) -> int:
    return gexp(glog(a) + glog(b)) if a and b else 0


@lru_cache(maxsize=64)
def _blocks(version: int) -> Sequence[RSBlock]:
    found: Sequence[RSBlock] = rs_blocks(version, ERROR_CORRECT_M)
    return found
