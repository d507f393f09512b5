"""The layout engine: arranges the nodes of a document for a style, right to left, and breaks pages.

Sizes come from the style only. Nothing may leave the margins: texts wrap, columns fold, symbols shrink to
whole dots.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kiosk.core.bidi import ltr
from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap
from kiosk.documents import nodes
from kiosk.documents.area import ASCENT, Area
from kiosk.documents.layout import Box, Group, Item, Layout, Page, Picture, Shade, Symbol, paginate, stack
from kiosk.documents.nodes import Document, Node
from kiosk.documents.pairs import pair_groups, widest_label
from kiosk.documents.qr import QUIET, symbol
from kiosk.documents.style import Style
from kiosk.documents.tables import table_groups
from kiosk.documents.wrapping import wrap

SMALLEST_DOT = 5
"""Fewest dots of a QR module (see kiosk.documents.qr)."""


def arrange(document: Document, style: Style, logo: Bitmap | None = None) -> Layout:
    """Lay a document out. `logo` stands at the head of a roll that is not compact."""
    area = Area(style, style.margin, style.inner, widest_label(document.nodes, style))
    groups = [*_head(area, logo)]
    for place, node in enumerate(document.nodes):
        if isinstance(node, nodes.Total) or place == len(document.nodes) - 1:
            groups = _kept(groups)
        groups += _groups(area, node)
    pages = paginate(groups, style)
    if len(pages) > 1:
        pages = paginate(groups, style, foot=style.leading["small"])
        pages = tuple(_numbered(page, number, len(pages), area) for number, page in enumerate(pages, 1))
    return Layout(document.title, style, pages)


def _head(area: Area, logo: Bitmap | None) -> Iterator[Group]:
    """The logo in the middle, where it fits and the paper has one."""
    style = area.style
    if logo is None or style.compact or style.height is not None or logo.width > style.inner:
        return
    picture = Picture((style.width - logo.width) // 2, 0, logo)
    yield Group(logo.height + style.gap, (picture,))


def _kept(groups: list[Group]) -> list[Group]:
    """Hold the last line so far together with what follows: no total or last line stands alone on a page."""
    first = len(groups)
    while first > 0:
        first -= 1
        groups[first] = replace(groups[first], keep=True)
        if groups[first].items:
            break
    return groups


def _numbered(page: Page, number: int, count: int, area: Area) -> Page:
    """Write `page n of m` at the foot."""
    style = area.style
    text = f"صفحة {ltr(str(number))} من {ltr(str(count))}"
    foot = stack(area.text(text, "small", "regular", "center", "soft"))
    top = page.height - style.margin - foot.height
    return Page(page.height, (*page.items, *foot.moved(0, top).items))


def _groups(area: Area, node: Node) -> Iterator[Group]:
    arranger = _ARRANGE.get(type(node))
    if arranger is None:
        raise BugError(f"no arrangement for {type(node).__name__}")
    yield from arranger(area, node)


def _text(area: Area, node: nodes.Text) -> Iterator[Group]:
    shade: Shade = "soft" if node.size == "small" else "ink"
    yield from area.text(node.text, node.size, node.weight, node.align, shade)


def _heading(area: Area, node: nodes.Heading) -> Iterator[Group]:
    """A bold line between two rules."""
    style = area.style
    size, leading = style.sizes["body"], style.leading["body"]
    if style.lean:
        text = stack(area.text(node.text, "body", "bold", "center")).moved(0, style.gap)
        rule = area.rule(style.gap + text.height, style.stroke)
        yield Group(text.height + 2 * style.gap + style.stroke, (*text.items, rule), keep=True)
        return
    line = wrap(node.text, "bold", size, area.width * 3 // 4, 1)[0]
    top = style.gap
    half = (area.width - line.width_at(size)) // 2 - style.gap
    middle = top + size * 3 // 5
    items: tuple[Item, ...] = (
        area.placed(line, top, size, "center"),
        Box(area.left, middle, half, style.stroke, "ink"),
        Box(area.right - half, middle, half, style.stroke, "ink"),
    )
    yield Group(top + leading, items, keep=True)


def _banner(area: Area, node: nodes.Banner) -> Iterator[Group]:
    """White on black."""
    style = area.style
    size, pad = style.sizes["large"], style.gap
    lines = stack(
        area.inside(area.left + pad, area.width - 2 * pad).text(node.text, "large", "bold", "center", "paper")
    )
    spare = style.leading["large"] - size * 6 // 5
    height = lines.height - spare + 2 * pad
    band = Box(area.left, 0, area.width, height, "ink")
    yield Group(height + style.gap, (band, *lines.moved(0, pad).items))


def _total(area: Area, node: nodes.Total) -> Iterator[Group]:
    """A framed band: label at the right, figure at the left; two lines where one is too short."""
    style = area.style
    pad = style.gap + style.stroke
    room = area.inside(area.left + pad, area.width - 2 * pad)
    size, label_size = style.total_size, style.sizes["large"]
    label = wrap(node.label, "bold", label_size, room.width, 1)[0]
    value = wrap(node.value, "bold", _fitting(node.value, size, room.width), room.width, 1)[0]
    size = _fitting(node.value, size, room.width)
    height = size * 6 // 5
    beside = label.width_at(label_size) + value.width_at(size) + style.gap <= room.width
    baseline_shift = (size - label_size) * ASCENT // 100
    if beside:
        items: tuple[Item, ...] = (
            room.placed(label, pad + baseline_shift, label_size),
            room.placed(value, pad, size, "end"),
        )
    else:
        items = (
            room.placed(label, pad, label_size, "center"),
            room.placed(value, pad + style.leading["large"], size, "center"),
        )
        height += style.leading["large"]
    height += 2 * pad
    frame: tuple[Item, ...] = (
        Box(area.left, 0, area.width, height, "faint" if style.shaded else None, style.stroke),
    )
    if style.lean:
        frame = (area.rule(0, style.stroke), area.rule(height - style.stroke, style.stroke))
    yield Group(height + 2 * style.gap, (*frame, *items)).moved(0, style.gap)


def _fitting(text: str, size: int, width: int) -> int:
    """Largest size up to the wanted one at which the text stays on one line."""
    while size > 22 and len(wrap(text, "bold", size, width)) > 1:
        size -= 2
    return size


def _words(area: Area, node: nodes.Words) -> Iterator[Group]:
    yield from area.text(node.text, "body", "bold", "center")


def _rule(area: Area, node: nodes.Rule) -> Iterator[Group]:
    style = area.style
    stroke = style.stroke * 2 if node.kind == "thick" else style.stroke
    items: tuple[Item, ...] = (area.rule(style.gap, stroke),)
    if node.kind == "dashed":
        dash = style.gap + 2
        places = range(area.left, area.right - dash, 2 * dash)
        items = tuple(Box(x, style.gap, dash, stroke, "ink") for x in places)
    yield Group(2 * style.gap + stroke, items, keep=True)


def _space(area: Area, node: nodes.Space) -> Iterator[Group]:
    yield Group(area.style.gap * (3 if node.kind == "large" else 1), ())


def _code(area: Area, node: nodes.Code) -> Iterator[Group]:
    """The symbol with its quiet zone at the left and the rest beside it, or all under each other."""
    style = area.style
    said = "".join(node.segments)
    matrix = symbol((said,) if style.code_by_printer else node.segments)
    modules = len(matrix) + 2 * QUIET
    dot = min(style.qr_dot, style.width // modules)
    if dot < SMALLEST_DOT:
        raise BugError(f"a symbol of {modules} modules is too wide for {style.name}")
    side = modules * dot
    if not (style.qr_beside and node.beside and side < area.width * 2 // 3):
        x = (style.width - side) // 2 if side > area.width else area.left + (area.width - side) // 2
        yield Group(side, (Symbol(x + QUIET * dot, QUIET * dot, dot, matrix, said),))
        for inner in node.beside:
            yield from _groups(area, inner)
        return
    quiet = QUIET * dot
    left = max(0, area.left - quiet)
    text = area.inside(left + side, area.right - left - side)
    beside = stack(group for inner in node.beside for group in _groups(text, inner))
    height = max(side, beside.height)
    mark = Symbol(left + quiet, (height - side) // 2 + quiet, dot, matrix, said)
    yield Group(height, (mark, *beside.moved(0, (height - beside.height) // 2).items))


def _signatures(area: Area, node: nodes.Signatures) -> Iterator[Group]:
    """Boxes side by side from the right, two a row on a roll, with the label inside at the top.

    Lean paper has a line to sign on under each label.
    """
    style = area.style
    most = 3 if style.shaded else 2
    for first in range(0, len(node.labels), most):
        labels = node.labels[first : first + most]
        width = (area.width - (len(labels) - 1) * style.gap) // len(labels)
        items: list[Item] = []
        height = 0
        for place, label in enumerate(labels):
            left = area.right - width - place * (width + style.gap)
            inner = area.inside(left + style.gap, width - 2 * style.gap)
            text = stack(inner.text(label, "small", "medium", "center")).moved(0, style.gap)
            items += text.items
            height = max(height, text.height + style.gap + style.signature_height)
        for place in range(len(labels)):
            left = area.right - width - place * (width + style.gap)
            if style.lean:
                items.append(Box(left, height - style.stroke, width, style.stroke, "ink"))
            else:
                items.append(Box(left, 0, width, height, None, style.stroke))
        yield Group(height + style.gap, tuple(items))


def _checklist(area: Area, node: nodes.Checklist) -> Iterator[Group]:
    style = area.style
    size = style.sizes["body"]
    side = size * 4 // 5
    indent = side + style.gap * 3 // 2
    inner = area.inside(area.left, area.width - indent)
    for item in node.items:
        lines = stack(inner.text(item))
        top = size * ASCENT // 100 - side + style.stroke
        marks: tuple[Item, ...] = (Box(area.right - side, top, side, side, None, style.stroke),)
        if node.ticked:
            tick = wrap("✓", "bold", size, size * 2, 1)[0]
            marks = (area.inside(area.right - indent, indent).placed(tick, 0, size),)
        yield Group(lines.height + style.gap // 2, (*lines.items, *marks))


_ARRANGE: Mapping[type, Callable[[Area, Any], Iterator[Group]]] = {
    nodes.Text: _text,
    nodes.Heading: _heading,
    nodes.Banner: _banner,
    nodes.Pairs: pair_groups,
    nodes.Table: table_groups,
    nodes.Total: _total,
    nodes.Words: _words,
    nodes.Rule: _rule,
    nodes.Space: _space,
    nodes.Code: _code,
    nodes.Signatures: _signatures,
    nodes.Checklist: _checklist,
}
