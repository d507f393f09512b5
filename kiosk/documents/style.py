"""Measures of each kind of paper, in dots: receipt rolls at 203 dots per inch, A5 and A4 pages at 300."""

from dataclasses import dataclass, replace

from kiosk.documents.nodes import Size


@dataclass(frozen=True)
class Style:
    """Sizes, distances and habits of one kind of paper; all in dots.

    `height` is None for a roll. `leading` is the height of a line of each size; its ink begins at the top.
    On a roll the leading of body text leaves empty rows under 24 rows of ink, so that each line is one strip
    of a dot-matrix command. `code_by_printer`: QR codes keep the room of the largest symbol that a printer
    may make of the same text. `lean`: rules instead of frames. `compact`: what costs
    bytes is left out or small.
    """

    name: str
    width: int
    height: int | None
    margin: int
    sizes: dict[Size, int]
    leading: dict[Size, int]
    total_size: int
    gap: int
    pair_columns: int
    stroke: int
    qr_dot: int
    qr_beside: bool
    signature_height: int
    shaded: bool
    dots_per_inch: int
    code_by_printer: bool = False
    lean: bool = False
    compact: bool = False

    @property
    def inner(self) -> int:
        """Width between the margins."""
        return self.width - 2 * self.margin

    @property
    def narrow(self) -> bool:
        """Whether tables fold their lesser columns."""
        return self.inner < 460


def _roll(name: str, width: int, *, beside: bool) -> Style:
    return Style(
        name=name,
        width=width,
        height=None,
        margin=8,
        sizes={"small": 22, "body": 22, "large": 28, "title": 34},
        leading={"small": 31, "body": 31, "large": 40, "title": 48},
        total_size=36,
        gap=8,
        pair_columns=1,
        stroke=2,
        qr_dot=6,
        qr_beside=beside,
        signature_height=72,
        shaded=False,
        dots_per_inch=203,
    )


def _page(name: str, width: int, height: int, margin: int, body: int) -> Style:
    small, large, title = body * 4 // 5, body * 6 // 5, body * 8 // 5
    sizes: dict[Size, int] = {"small": small, "body": body, "large": large, "title": title}
    return Style(
        name=name,
        width=width,
        height=height,
        margin=margin,
        sizes=sizes,
        leading={size: dots * 29 // 20 for size, dots in sizes.items()},
        total_size=body * 3 // 2,
        gap=body * 2 // 5,
        pair_columns=2,
        stroke=3,
        qr_dot=6,
        qr_beside=True,
        signature_height=body * 3,
        shaded=True,
        dots_per_inch=300,
    )


ROLL_80 = _roll("80mm", 576, beside=True)
ROLL_80_512 = _roll("80mm-512", 512, beside=False)
ROLL_58 = _roll("58mm", 384, beside=False)
ROLLS = {style.width: style for style in (ROLL_80, ROLL_80_512, ROLL_58)}
"""Styles of receipt rolls by their width in dots."""


def roll_style(width: int, *, code_by_printer: bool = False, compact: bool = False) -> Style:
    """The style of a roll `width` dots wide. Raises KeyError for a width that no roll has.

    `code_by_printer`: the printer draws QR codes itself, so nothing stands beside one; what it does
    not draw costs bytes, so rules stand for frames. `compact`: no type
    above 28 dots and smaller codes and boxes, for lines on which a receipt takes long.
    """
    style = ROLLS[width]
    if code_by_printer:
        style = replace(style, name=f"{style.name}-code", qr_beside=False, code_by_printer=True, lean=True)
    if compact:
        style = replace(
            style,
            name=f"{style.name}-compact",
            sizes={**style.sizes, "large": 22, "title": 28},
            leading={**style.leading, "large": 31, "title": 40},
            total_size=28,
            qr_dot=5,
            signature_height=40,
            lean=True,
            compact=True,
        )
    return style


A5 = _page("A5", 1748, 2480, 106, 37)
A4 = _page("A4", 2480, 3508, 177, 42)
PAGES = {style.name: style for style in (A5, A4)}
