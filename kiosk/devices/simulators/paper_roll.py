"""The paper of a simulated printer: rows of dots as whole numbers, torn off or cut into sheets.

Pictures and the printer's own letters are kept apart, so that each can be judged by its own rule; the paper
that people see shows both.
"""

from dataclasses import dataclass

from kiosk.core.raster import Bitmap
from kiosk.devices.simulators.font_a import HEIGHT, WIDTH, letter


@dataclass(frozen=True)
class PrintedText:
    """Letters of the printer's own type: the top left of the first cell on the sheet, in dots."""

    x: int
    y: int
    text: str
    bold: bool = False


@dataclass(frozen=True)
class DrawnCode:
    """A QR code that the printer drew itself: its top left on the sheet, dots a module, modules a side."""

    x: int
    y: int
    dot: int
    modules: int
    text: str


@dataclass(frozen=True)
class Piece:
    """A piece of paper as it looks, and what it is made of: `dots` are the pictures without letters."""

    bitmap: Bitmap
    dots: Bitmap
    texts: tuple[PrintedText, ...]
    codes: tuple[DrawnCode, ...]


class PaperRoll:
    """Paper `width` dots wide. `left`: rows until the roll ends, None for a roll that never does."""

    def __init__(self, width: int, left: int | None = None) -> None:
        self.width = width
        self.left = left
        self._rows: list[int] = []
        self._texts: list[PrintedText] = []
        self._codes: list[DrawnCode] = []

    @property
    def rows(self) -> int:
        """Rows printed since the last cut."""
        return len(self._rows)

    @property
    def ended(self) -> bool:
        """Whether the roll is used up."""
        return self.left is not None and self.left <= 0

    def burn(self, rows: list[int], feed: int) -> None:
        """Blacken dots from where the paper stands downwards, then move it by `feed` rows.

        A row is a number of `width` bits. What the end of the roll cuts off is lost.
        """
        able = feed if self.left is None else max(0, min(feed, self.left))
        moved = [rows[n] if n < len(rows) else 0 for n in range(able)]
        self._rows += moved
        if self.left is not None:
            self.left -= able

    def write(self, texts: list[PrintedText]) -> None:
        """Note letters at the row where the paper stands; called before the paper moves."""
        self._texts += [PrintedText(one.x, self.rows, one.text, one.bold) for one in texts]

    def note_code(self, x: int, dot: int, modules: int, text: str) -> None:
        """Note a QR code at the row where the paper stands; called before it is burnt."""
        self._codes.append(DrawnCode(x, self.rows, dot, modules, text))

    def tear(self) -> Piece:
        """Take off what was printed."""
        dots = _packed(self._rows, self.width)
        seen = [*self._rows]
        for one in self._texts:
            _draw(seen, one, self.width)
        piece = Piece(_packed(seen, self.width), dots, tuple(self._texts), tuple(self._codes))
        self._rows.clear()
        self._texts.clear()
        self._codes.clear()
        return piece


def _packed(rows: list[int], width: int) -> Bitmap:
    stride = -(-width // 8)
    spare = stride * 8 - width
    return Bitmap(width, b"".join((row << spare).to_bytes(stride, "big") for row in rows))


def _draw(rows: list[int], one: PrintedText, width: int) -> None:
    """Blacken the letters of a text on the rows that the paper has."""
    for place, character in enumerate(one.text):
        shift = width - one.x - (place + 1) * WIDTH
        for down, bits in enumerate(letter(character, bold=one.bold)[:HEIGHT]):
            if one.y + down < len(rows):
                rows[one.y + down] |= bits << shift if shift >= 0 else bits >> -shift
