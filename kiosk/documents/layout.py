"""The abstract layout: what stands where, in dots from the top left, for any painter.

Paper bitmap and PDF are painted from the same items; there is no second layout anywhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.raster import Bitmap
from kiosk.documents.qr import Matrix
from kiosk.documents.shaping import ShapedLine
from kiosk.documents.style import Style

Shade = Literal["ink", "soft", "faint", "paper"]
"""`soft` and `faint` are greys that only pages have; on a roll they are ink and nothing."""


@dataclass(frozen=True)
class Placed:
    """A shaped line: its left end and baseline, font size in dots."""

    x: int
    baseline: int
    size: int
    line: ShapedLine
    shade: Shade = "ink"

    def moved(self, x: int, y: int) -> "Placed":
        """The same line elsewhere."""
        return Placed(self.x + x, self.baseline + y, self.size, self.line, self.shade)


@dataclass(frozen=True)
class Box:
    """A rectangle: filled, or with a frame of `stroke` dots drawn inside its edges."""

    x: int
    y: int
    width: int
    height: int
    fill: Shade | None = None
    stroke: int = 0

    def moved(self, x: int, y: int) -> "Box":
        """The same rectangle elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height, self.fill, self.stroke)


@dataclass(frozen=True)
class Symbol:
    """A QR symbol without its quiet zone, `dot` dots a module. `text` is what it says."""

    x: int
    y: int
    dot: int
    matrix: Matrix
    text: str = ""

    def bars(self) -> Iterator[tuple[int, int, int]]:
        """Dark modules joined along each row: left, top, width in dots; each is `dot` high."""
        for down, row in enumerate(self.matrix):
            across = 0
            while across < len(row):
                end = across
                while end < len(row) and row[end]:
                    end += 1
                if end > across:
                    yield self.x + across * self.dot, self.y + down * self.dot, (end - across) * self.dot
                across = end + 1

    def moved(self, x: int, y: int) -> "Symbol":
        """The same symbol elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True)
class Picture:
    """Dots as they are: the logo of a roll. Pages have none."""

    x: int
    y: int
    dots: Bitmap

    def moved(self, x: int, y: int) -> "Picture":
        """The same picture elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)


Item = Placed | Box | Symbol | Picture


@dataclass(frozen=True)
class Group:
    """Items that stay on one page, placed from the group's own top.

    `keep` holds it together with the next group; `again` is repeated when a page breaks before this group.
    """

    height: int
    items: tuple[Item, ...]
    keep: bool = False
    again: "Group | None" = None

    def moved(self, x: int, y: int) -> "Group":
        """The same group with its items shifted; the height is kept."""
        return Group(self.height, tuple([item.moved(x, y) for item in self.items]), self.keep, self.again)


@dataclass(frozen=True)
class Page:
    """One page, or the whole roll."""

    height: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Layout:
    """A laid-out document."""

    title: str
    style: Style
    pages: tuple[Page, ...]

    def lines(self) -> Iterator[Placed]:
        """All lines of text in the order of the document."""
        for page in self.pages:
            for item in page.items:
                if isinstance(item, Placed):
                    yield item

    def symbols(self) -> Iterator[Symbol]:
        """All QR symbols."""
        for page in self.pages:
            for item in page.items:
                if isinstance(item, Symbol):
                    yield item


def stack(groups: Iterable[Group]) -> Group:
    """Put groups under each other into one."""
    items: list[Item] = []
    height = 0
    for group in groups:
        items += group.moved(0, height).items
        height += group.height
    return Group(height, tuple(items))


def paginate(groups: list[Group], style: Style, foot: int = 0) -> tuple[Page, ...]:
    """Put groups on pages of the style; a roll is one page as long as it must be.

    `foot` dots stay free at the bottom of each page. A group taller than a page gets a page of its own.
    """
    if style.height is None:
        whole = stack(groups)
        return (Page(whole.height + 2 * style.margin, whole.moved(0, style.margin).items),)
    bottom = style.height - style.margin - foot
    pages: list[Page] = []
    items: list[Item] = []
    at = style.margin
    for number, group in enumerate(groups):
        if items and at + _bound_height(groups, number) > bottom and at > style.margin:
            pages.append(Page(style.height, tuple(items)))
            items, at = [], style.margin
            if group.again is not None:
                items += group.again.moved(0, at).items
                at += group.again.height
        items += group.moved(0, at).items
        at += group.height
    return (*pages, Page(style.height, tuple(items)))


def _bound_height(groups: list[Group], first: int) -> int:
    """Height of a group with everything that it must stay together with."""
    height = groups[first].height
    while groups[first].keep and first + 1 < len(groups):
        first += 1
        height += groups[first].height
    return height
