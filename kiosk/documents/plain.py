"""The document as plain lines: for screen readers, for tests, and for printers that set type themselves.

Lines are in logical order; numbers, dates and names keep their isolates, so that any bidi-aware display shows
them as the paper does.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kiosk.core.errors import BugError
from kiosk.documents import nodes
from kiosk.documents.nodes import Document, Node

EMPTY_BOX = "□"
TICK = "✓"


def plain_lines(document: Document) -> list[str]:
    """Return the lines of a document; rules, spaces and symbols give none."""
    return [line for node in document.nodes for line in _lines(node)]


def _lines(node: Node) -> Iterator[str]:
    write = _WRITE.get(type(node))
    if write is None:
        raise BugError(f"no plain form for {type(node).__name__}")
    yield from write(node)


def _text(node: Any) -> Iterator[str]:
    yield node.text


def _pairs(node: nodes.Pairs) -> Iterator[str]:
    for label, value in node.rows:
        yield f"{label} {value}"


def _table(node: nodes.Table) -> Iterator[str]:
    yield " ".join(column.head for column in node.columns)
    for row in node.rows:
        yield " ".join(cell for cell in row if cell)


def _total(node: nodes.Total) -> Iterator[str]:
    yield f"{node.label} {node.value}"


def _nothing(_node: Node) -> Iterator[str]:
    yield from ()


def _code(node: nodes.Code) -> Iterator[str]:
    for inner in node.beside:
        yield from _lines(inner)


def _signatures(node: nodes.Signatures) -> Iterator[str]:
    yield from node.labels


def _checklist(node: nodes.Checklist) -> Iterator[str]:
    for item in node.items:
        yield f"{TICK if node.ticked else EMPTY_BOX} {item}"


_WRITE: Mapping[type, Callable[[Any], Iterator[str]]] = {
    nodes.Text: _text,
    nodes.Heading: _text,
    nodes.Banner: _text,
    nodes.Words: _text,
    nodes.Pairs: _pairs,
    nodes.Table: _table,
    nodes.Total: _total,
    nodes.Rule: _nothing,
    nodes.Space: _nothing,
    nodes.Code: _code,
    nodes.Signatures: _signatures,
    nodes.Checklist: _checklist,
}
