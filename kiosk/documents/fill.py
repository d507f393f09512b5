"""Fills a template with its data and gives a document.

What has holes and finds all of them empty is left out: a pair without a value, a line without its number.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from kiosk.core.errors import BugError
from kiosk.core.seal import SealedCode
from kiosk.documents import nodes
from kiosk.documents.model import Printable
from kiosk.documents.template import Block, Hole, Phrase, Template
from kiosk.documents.values import FORMS


def fill(template: Template, data: Printable) -> nodes.Document:
    """Fill a template. Raises BugError when the data is not what the template is for."""
    if not isinstance(data, template.subject):
        raise BugError(f"template {template.name} is not for {type(data).__name__}")
    own: dict[str, object] = {"template.mark": f"{template.version}/{template.hash}"}
    filler = _Filler(data, own)
    return nodes.Document(filler.phrase(template.title), tuple(_joined(filler.nodes(template.blocks))))


def _joined(loose: Iterator[nodes.Node]) -> Iterator[nodes.Node]:
    """Join neighbouring pairs, so that conditions in a template leave no ragged rows."""
    waiting: nodes.Pairs | None = None
    for node in loose:
        if isinstance(node, nodes.Pairs) and waiting and waiting.weight == node.weight:
            waiting = nodes.Pairs(waiting.rows + node.rows, node.weight)
            continue
        if waiting:
            yield waiting
        waiting = node if isinstance(node, nodes.Pairs) else None
        if waiting is None:
            yield node
    if waiting:
        yield waiting


class _Filler:
    """Fills blocks from one record."""

    def __init__(self, record: object, own: Mapping[str, object]) -> None:
        self.record, self.own = record, own

    def value(self, path: str) -> object:
        if path in self.own:
            return self.own[path]
        here: object = self.record
        for name in path.split("."):
            if here is None:
                return None
            here = getattr(here, name)
        return here

    def phrase(self, phrase: Phrase) -> str:
        """Fill the holes; empty when there are holes and none has anything to say."""
        said, spoke, holes = [], False, False
        for part in phrase.parts:
            if not isinstance(part, Hole):
                said.append(part)
                continue
            holes = True
            value = self.value(part.field)
            text = "" if value is None or value == "" else FORMS[part.form](value)
            spoke = spoke or bool(text)
            said.append(text)
        return "".join(said) if spoke or not holes else ""

    def nodes(self, blocks: tuple[Block, ...]) -> Iterator[nodes.Node]:
        for block in blocks:
            if block.kind == "when" and block.condition is not None:
                holds = bool(self.value(block.condition.field)) != block.condition.negated
                yield from self.nodes(block.blocks if holds else block.otherwise)
            elif block.kind == "each":
                for inner in self.inner(block):
                    yield from inner.nodes(block.blocks)
            else:
                yield from _FILL[block.kind](self, block)

    def inner(self, block: Block) -> list["_Filler"]:
        rows = cast(tuple[object, ...], self.value(block.rows))
        return [_Filler(row, self.own) for row in rows]


def _text(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    text = filler.phrase(block.phrases["text"])
    if text:
        yield nodes.Text(text, **cast(Any, block.words))


def _simple(make: Callable[[str], nodes.Node], key: str) -> Callable[[_Filler, Block], Iterator[nodes.Node]]:
    def one(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
        text = filler.phrase(block.phrases[key])
        if text:
            yield make(text)

    return one


def _pairs(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    filled = [(filler.phrase(label), filler.phrase(value)) for label, value in block.pairs]
    rows = tuple((label, value) for label, value in filled if label and value)
    if rows:
        yield nodes.Pairs(rows, **cast(Any, block.words))


def _table(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    columns = tuple(
        nodes.TableColumn(filler.phrase(c.head), cast(Any, c.kind), cast(Any, c.when_narrow))
        for c in block.columns
    )
    rows = tuple(tuple(row.phrase(c.cell) for c in block.columns) for row in filler.inner(block))
    if rows:
        yield nodes.Table(columns, rows)


def _total(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    value = filler.phrase(block.phrases["value"])
    if value:
        yield nodes.Total(filler.phrase(block.phrases["total"]), value)


def _rule(_filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    yield nodes.Rule(cast(Any, block.words["rule"]))


def _space(_filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    yield nodes.Space(cast(Any, block.words["space"]))


def _qr(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    value = filler.value(block.rows)
    beside = tuple(filler.nodes(block.blocks))
    if isinstance(value, SealedCode):
        yield nodes.Code(value.segments, beside)
    elif isinstance(value, str) and value:
        yield nodes.Code((value,), beside)
    else:
        yield from beside


def _signatures(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    labels = tuple(filter(None, (filler.phrase(label) for label, _ in block.pairs)))
    if labels:
        yield nodes.Signatures(labels)


def _checklist(filler: _Filler, block: Block) -> Iterator[nodes.Node]:
    items = tuple(row.phrase(block.phrases["item"]) for row in filler.inner(block))
    if items:
        yield nodes.Checklist(items, block.words.get("mark") == "ticked")


_FILL: Mapping[str, Callable[[_Filler, Block], Iterator[nodes.Node]]] = {
    "text": _text,
    "heading": _simple(nodes.Heading, "heading"),
    "banner": _simple(nodes.Banner, "banner"),
    "words": _simple(nodes.Words, "words"),
    "pairs": _pairs,
    "table": _table,
    "total": _total,
    "rule": _rule,
    "space": _space,
    "qr": _qr,
    "signatures": _signatures,
    "checklist": _checklist,
}
