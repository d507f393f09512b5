"""A column of the paper into which text is placed, right to left."""

from collections.abc import Iterator

from kiosk.documents.layout import Box, Group, Placed, Shade
from kiosk.documents.nodes import Align, Size
from kiosk.documents.shaping import ShapedLine, Weight
from kiosk.documents.style import Style
from kiosk.documents.wrapping import wrap

ASCENT = 90
"""Height of the tallest ink over the baseline in hundredths of the size (tanween over alef in bold)."""
MOST_LINES = 8
"""Most lines of one paragraph or value; hostile lengths end with an ellipsis."""


class Area:
    """A column of the paper: left edge, width, and the width that labels of pairs ask for, in dots."""

    def __init__(self, style: Style, left: int, width: int, label_width: int) -> None:
        self.style, self.left, self.width = style, left, width
        self.label_width = label_width

    @property
    def right(self) -> int:
        """First dot right of the column."""
        return self.left + self.width

    def placed(
        self, line: ShapedLine, top: int, size: int, align: Align = "start", shade: Shade = "ink"
    ) -> Placed:
        """Put a line into the column with the top of its ink at `top`."""
        free = self.width - line.width_at(size)
        x = self.left + {"start": free, "center": free // 2, "end": 0}[align]
        return Placed(x, top + -(-size * ASCENT // 100), size, line, shade)

    def text(
        self,
        text: str,
        size: Size = "body",
        weight: Weight = "medium",
        align: Align = "start",
        shade: Shade = "ink",
    ) -> Iterator[Group]:
        """Arrange a paragraph, a group for each line."""
        dots, leading = self.style.sizes[size], self.style.leading[size]
        width = self._balanced(text, weight, dots) if align == "center" else self.width
        for line in wrap(text, weight, dots, width, MOST_LINES):
            yield Group(leading, (self.placed(line, 0, dots, align, shade),))

    def _balanced(self, text: str, weight: Weight, dots: int) -> int:
        """Smallest width that needs no more lines: centred lines of like length leave no word alone."""
        count = len(wrap(text, weight, dots, self.width, MOST_LINES))
        low, high = self.width // max(count, 1), self.width
        while count > 1 and high - low > 8:
            middle = (low + high) // 2
            if len(wrap(text, weight, dots, middle, MOST_LINES)) > count:
                low = middle
            else:
                high = middle
        return high

    def inside(self, left: int, width: int) -> "Area":
        """A narrower column of the same paper."""
        return Area(self.style, left, width, self.label_width)

    def rule(self, top: int, stroke: int, shade: Shade = "ink") -> Box:
        """A line across the column."""
        return Box(self.left, top, self.width, stroke, shade)
