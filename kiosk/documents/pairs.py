"""Arranges labels with their values."""

from collections.abc import Iterable, Iterator

from kiosk.documents.area import Area
from kiosk.documents.layout import Group, Shade, stack
from kiosk.documents.nodes import Node, Pairs
from kiosk.documents.shaping import Weight
from kiosk.documents.style import Style
from kiosk.documents.wrapping import wrap


def pair_groups(area: Area, node: Pairs) -> Iterator[Group]:
    """Arrange pairs: one a row on a roll, two a row on a page."""
    if area.style.pair_columns == 2 and area.width > area.style.inner // 2:
        yield from _pairs_in_two(area, node)
        return
    label_width = _label_width(area)
    for label, value in node.rows:
        yield _pair(area, label, value, node.weight, label_width)


def widest_label(all_nodes: Iterable[Node], style: Style) -> int:
    """Width of the widest label of a document in dots: one column of labels runs through the whole paper."""
    size, weight = style.sizes["body"], _label_weight(style)
    labels = [label for node in all_nodes if isinstance(node, Pairs) for label, _ in node.rows]
    lines = [line for label in labels for line in wrap(label, weight, size, style.inner)]
    return max((line.width_at(size) for line in lines), default=0)


def _label_width(area: Area) -> int:
    return min(area.label_width, area.width * 9 // 20)


def _label_weight(style: Style) -> Weight:
    return "regular" if style.shaded else "medium"


def _pair(area: Area, label: str, value: str, weight: Weight, label_width: int) -> Group:
    style = area.style
    size = style.sizes["body"]
    space = size * 2 // 3
    shade: Shade = "soft" if style.shaded else "ink"
    whole = wrap(value, weight, size, area.width)
    if len(whole) == 1 and " " not in value and whole[0].width_at(size) > area.width - label_width - space:
        # A number must not break: it moves towards its label, or to a line of its own.
        natural = wrap(label, _label_weight(style), size, area.width)[0].width_at(size)
        if natural + space + whole[0].width_at(size) > area.width:
            head = area.text(label, "body", _label_weight(style), "start", shade)
            return stack([*head, *area.text(value, "body", weight)])
        label_width = natural
    labels = area.inside(area.right - label_width, label_width)
    values = area.inside(area.left, area.width - label_width - space)
    left = stack(labels.text(label, "body", _label_weight(style), "start", shade))
    right = stack(values.text(value, "body", weight))
    return Group(max(left.height, right.height), (*left.items, *right.items))


def _pairs_in_two(area: Area, node: Pairs) -> Iterator[Group]:
    """Two pairs a row; a value that does not fit its half takes the whole row."""
    between = area.style.sizes["body"]
    half = (area.width - between) // 2
    right = area.inside(area.right - half, half)
    left = area.inside(area.left, half)
    label_width = _label_width(right)
    waiting: Group | None = None
    for label, value in node.rows:
        pair = _pair(left if waiting else right, label, value, node.weight, label_width)
        if pair.height > area.style.leading["body"]:
            if waiting:
                yield waiting
                waiting = None
            yield _pair(area, label, value, node.weight, label_width)
        elif waiting:
            yield Group(waiting.height, (*waiting.items, *pair.items))
            waiting = None
        else:
            waiting = pair
    if waiting:
        yield waiting
