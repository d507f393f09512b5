"""Breaks text into lines that fit a width; what exceeds the allowed lines ends with an ellipsis."""

from functools import lru_cache

from kiosk.documents.shaping import EM, ShapedLine, Weight, shape
from kiosk.documents.uax9 import Paragraph, paragraph

ELLIPSIS = "…"
RIGHT_TO_LEFT = 1


@lru_cache(maxsize=1024)
def wrap(text: str, weight: Weight, size: int, width: int, most: int = 99) -> tuple[ShapedLine, ...]:
    """Break a right-to-left paragraph at spaces, inside a word only when the word alone is too long.

    `size` and `width` in dots; at most `most` lines. A text of no characters gives no lines.
    """
    if not text:
        return ()
    whole = paragraph(text, RIGHT_TO_LEFT)
    lines: list[ShapedLine] = []
    start = 0
    while start < len(text):
        end = _line_end(whole, start, weight, size, width)
        if len(lines) == most - 1 and end < len(text):
            lines.append(_cut(text[start:], weight, size, width))
            break
        lines.append(shape(whole, start, _trimmed(text, start, end), weight))
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return tuple(lines)


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1] == " ":
        end -= 1
    return end


def _fits(whole: Paragraph, start: int, end: int, weight: Weight, size: int, width: int) -> bool:
    return shape(whole, start, end, weight).width * size <= width * EM


def _line_end(whole: Paragraph, start: int, weight: Weight, size: int, width: int) -> int:
    """Return where the line that begins at `start` ends: after the last word that fits."""
    text, best = whole.text, start
    if _may_fit(start, len(text), size, width) and _fits(whole, start, len(text), weight, size, width):
        return len(text)
    at = start
    while at < len(text):
        space = text.find(" ", at)
        end = len(text) if space < 0 else space
        if not _may_fit(start, end, size, width) or not _fits(whole, start, end, weight, size, width):
            break
        best = at = end
        while at < len(text) and text[at] == " ":
            at += 1
    return best if best > start else _inside_word(whole, start, weight, size, width)


def _may_fit(start: int, end: int, size: int, width: int) -> bool:
    """Cheap refusal of texts that cannot fit whatever their letters: an average below a tenth of an em."""
    return (end - start) * size <= width * 10


def _inside_word(whole: Paragraph, start: int, weight: Weight, size: int, width: int) -> int:
    """Longest beginning of an overlong word that fits; at least one character, so that work always ends."""
    low, high = start + 1, min(len(whole.text), start + max(1, width * 10 // size))
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(whole, start, middle, weight, size, width):
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, weight: Weight, size: int, width: int) -> ShapedLine:
    """One line with as much of the text as fits before an ellipsis."""
    low, high = 0, min(len(text), max(1, width * 10 // size))
    while low < high:
        middle = (low + high + 1) // 2
        if _ended(text, middle, weight).width * size <= width * EM:
            low = middle
        else:
            high = middle - 1
    return _ended(text, low, weight)


def _ended(text: str, length: int, weight: Weight) -> ShapedLine:
    shown = text[:length].rstrip() + ELLIPSIS
    return shape(paragraph(shown, RIGHT_TO_LEFT), 0, len(shown), weight)
