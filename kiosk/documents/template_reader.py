"""Reads the template language: a small YAML of blocks (docs/paper/README.md), checked against its data.

A template is read once and becomes typed blocks; a mistake is named with its file and line. The hash of its
bytes is printed, so that every paper says which wording it was made from.
"""

import dataclasses
import hashlib
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.documents.template import (
    ENGINE_FIELDS,
    SUBJECTS,
    Block,
    Column,
    Condition,
    Hole,
    Phrase,
    Template,
)
from kiosk.documents.values import FORMS

_HOLE = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z]+))?\}", re.ASCII)
_WORD = re.compile(r"[a-z_][a-z0-9_.]*", re.ASCII)


@dataclass(frozen=True)
class _Kind:
    """What a kind of block needs: its own value, then options with their allowed words ("" = any phrase)."""

    value: str
    options: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    phrases: tuple[str, ...] = ()


_ALIGN = ("start", "center", "end")
_SIZE = ("small", "body", "large", "title")
_WEIGHT = ("regular", "medium", "bold")
_KINDS: Mapping[str, _Kind] = {
    "text": _Kind("phrase", {"align": _ALIGN, "size": _SIZE, "weight": _WEIGHT}),
    "heading": _Kind("phrase"),
    "banner": _Kind("phrase"),
    "pairs": _Kind("pairs", {"weight": _WEIGHT}),
    "table": _Kind("table"),
    "total": _Kind("phrase", phrases=("value",)),
    "words": _Kind("phrase"),
    "rule": _Kind("word", {"rule": ("thin", "thick", "dashed")}),
    "space": _Kind("word", {"space": ("small", "large")}),
    "qr": _Kind("field"),
    "signatures": _Kind("phrases"),
    "checklist": _Kind("rows", {"mark": ("empty", "ticked")}, phrases=("item",)),
    "when": _Kind("condition"),
    "each": _Kind("rows"),
}


def load_template(text: str, file: str) -> Template:
    """Read and check a template; `file` is its name in errors.

    Raises KnownError `template.unknown_word`, `template.unknown_field`, `template.missing`, `yaml.*`.
    """
    root = read_marked(text, file)
    top = _map(root, "template")
    _allow(root, top, ("template", "version", "for", "title", "blocks"))
    subject_name = _scalar(_need(root, "for"), "for")
    if subject_name not in SUBJECTS:
        raise _unknown(top["for"], subject_name, SUBJECTS)
    version = _scalar(_need(root, "version"), "version")
    if not re.fullmatch("[1-9][0-9]{0,5}", version, re.ASCII):
        raise _missing(top["version"], "version")
    reader = _Reader(SUBJECTS[subject_name])
    return Template(
        name=_scalar(_need(root, "template"), "template"),
        version=int(version),
        subject=reader.scope,
        title=reader.phrase(_need(root, "title")),
        blocks=reader.blocks(_need(root, "blocks")),
        hash=hashlib.sha256(text.encode()).hexdigest()[:8],
    )


class _Reader:
    """Reads blocks in the scope of one record type: the document, or the rows of an `each` or `table`."""

    def __init__(self, scope: type) -> None:
        self.scope = scope

    def blocks(self, marked: Marked) -> tuple[Block, ...]:
        if marked.items is None:
            raise _missing(marked, "blocks")
        return tuple(map(self.block, marked.items))

    def block(self, marked: Marked) -> Block:
        entries = _map(marked, "block")
        kind = next((word for word in entries if word in _KINDS), None)
        if kind is None:
            raise _unknown(marked, next(iter(entries), ""), _KINDS)
        rule = _KINDS[kind]
        extra = {"table": ("columns",), "when": ("blocks", "else"), "each": ("blocks",)}.get(kind, ())
        beside = ("beside",) if kind == "qr" else ()
        _allow(marked, entries, (kind, *rule.options, *rule.phrases, *extra, *beside))
        words = {
            option: self._word(entries[option], allowed)
            for option, allowed in rule.options.items()
            if option in entries
        }
        phrases = {}
        inner = self
        if kind in ("table", "each", "checklist"):
            inner = _Reader(self._row_type(entries[kind]))
        for name in rule.phrases:
            phrases[name] = inner.phrase(_need(marked, name))
        return _READ[rule.value](self, inner, Block(kind, marked.line, phrases, words), entries)

    def phrase(self, marked: Marked) -> Phrase:
        text = _scalar(marked, "text")
        parts: list[str | Hole] = []
        at = 0
        for match in _HOLE.finditer(text):
            parts.append(text[at : match.start()])
            field, form = match[1], match[2] or ""
            self.check(marked, field)
            if form not in FORMS:
                raise _unknown(marked, form, FORMS)
            parts.append(Hole(field, form))
            at = match.end()
        parts.append(text[at:])
        if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
            raise _unknown(marked, text, ("{field}", "{field|form}"))
        return Phrase(tuple(part for part in parts if part))

    def condition(self, marked: Marked) -> Condition:
        text = _scalar(marked, "when")
        negated = text.startswith("not ")
        field = text.removeprefix("not ").strip()
        self.check(marked, field)
        return Condition(field, negated)

    def check(self, marked: Marked, path: str) -> object:
        """Return the type of a field, or raise `template.unknown_field`."""
        if path in ENGINE_FIELDS:
            return ENGINE_FIELDS[path]
        here: object = self.scope
        for name in path.split("."):
            fields = _fields_of(here)
            if not _WORD.fullmatch(name) or name not in fields:
                raise KnownError("template.unknown_field", file=marked.file, line=marked.line, field=path)
            here = fields[name]
        return here

    def _row_type(self, marked: Marked) -> type:
        path = _scalar(marked, "rows")
        found = self.check(marked, path)
        inside = typing.get_args(found)
        if typing.get_origin(found) is not tuple or not inside or not isinstance(inside[0], type):
            raise KnownError("template.unknown_field", file=marked.file, line=marked.line, field=path)
        return inside[0]

    def _word(self, marked: Marked, allowed: tuple[str, ...]) -> str:
        word = _scalar(marked, "word")
        if word not in allowed:
            raise _unknown(marked, word, allowed)
        return word

    def column(self, marked: Marked) -> Column:
        entries = _map(marked, "column")
        _allow(marked, entries, ("head", "cell", "kind", "narrow"))
        kind = self._word(entries["kind"], ("text", "amount", "count")) if "kind" in entries else "text"
        narrow = self._word(entries["narrow"], ("under", "drop")) if "narrow" in entries else ""
        return Column(self.phrase(_need(marked, "head")), self.phrase(_need(marked, "cell")), kind, narrow)


Entries = Mapping[str, Marked]


def _read_phrase(reader: _Reader, _inner: _Reader, block: Block, entries: Entries) -> Block:
    own = {block.kind: reader.phrase(entries[block.kind])}
    return dataclasses.replace(block, phrases={**block.phrases, **own})


def _read_word(_reader: _Reader, _inner: _Reader, block: Block, _entries: Entries) -> Block:
    return block


def _read_pairs(reader: _Reader, _inner: _Reader, block: Block, entries: Entries) -> Block:
    pairs = _map(entries["pairs"], "pairs")
    own = entries["pairs"]
    label = [Marked(word, own.file, value.line) for word, value in pairs.items()]
    values = [reader.phrase(value) for value in pairs.values()]
    return dataclasses.replace(block, pairs=tuple(zip(map(reader.phrase, label), values, strict=True)))


def _read_table(_reader: _Reader, inner: _Reader, block: Block, entries: Entries) -> Block:
    columns = entries.get("columns")
    if columns is None or not columns.items:
        raise _missing(entries["table"], "columns")
    rows = _scalar(entries["table"], "table")
    return dataclasses.replace(block, rows=rows, columns=tuple(map(inner.column, columns.items)))


def _read_field(reader: _Reader, _inner: _Reader, block: Block, entries: Entries) -> Block:
    field = _scalar(entries["qr"], "qr")
    reader.check(entries["qr"], field)
    beside = reader.blocks(entries["beside"]) if "beside" in entries else ()
    return dataclasses.replace(block, rows=field, blocks=beside)


def _read_phrases(reader: _Reader, _inner: _Reader, block: Block, entries: Entries) -> Block:
    items = entries[block.kind].items
    if not items:
        raise _missing(entries[block.kind], block.kind)
    empty = Phrase(())
    return dataclasses.replace(block, pairs=tuple((reader.phrase(item), empty) for item in items))


def _read_rows(_reader: _Reader, inner: _Reader, block: Block, entries: Entries) -> Block:
    rows = _scalar(entries[block.kind], block.kind)
    if block.kind != "each":
        return dataclasses.replace(block, rows=rows)
    if "blocks" not in entries:
        raise _missing(entries["each"], "blocks")
    return dataclasses.replace(block, rows=rows, blocks=inner.blocks(entries["blocks"]))


def _read_condition(reader: _Reader, _inner: _Reader, block: Block, entries: Entries) -> Block:
    if "blocks" not in entries:
        raise _missing(entries["when"], "blocks")
    otherwise = reader.blocks(entries["else"]) if "else" in entries else ()
    condition = reader.condition(entries["when"])
    blocks = reader.blocks(entries["blocks"])
    return dataclasses.replace(block, condition=condition, blocks=blocks, otherwise=otherwise)


_READ: Mapping[str, Callable[[_Reader, _Reader, Block, Entries], Block]] = {
    "phrase": _read_phrase,
    "word": _read_word,
    "pairs": _read_pairs,
    "table": _read_table,
    "field": _read_field,
    "phrases": _read_phrases,
    "rows": _read_rows,
    "condition": _read_condition,
}


def _fields_of(found: object) -> dict[str, object]:
    """Names and types of the fields and properties of a record type, optional or not."""
    if isinstance(found, types.UnionType):
        inside = [one for one in typing.get_args(found) if one is not types.NoneType]
        found = inside[0] if len(inside) == 1 else None
    if not isinstance(found, type) or not dataclasses.is_dataclass(found):
        return {}
    return {**typing.get_type_hints(found), **dict(_properties(found))}


def _properties(found: type) -> Iterator[tuple[str, object]]:
    for one in found.__mro__:
        for name, value in vars(one).items():
            if isinstance(value, property):
                yield name, typing.get_type_hints(value.fget).get("return")


def _map(marked: Marked, key: str) -> dict[str, Marked]:
    if marked.map is None or not marked.map:
        raise _missing(marked, key)
    return marked.map


def _need(marked: Marked, key: str) -> Marked:
    found = _map(marked, key).get(key)
    if found is None:
        raise _missing(marked, key)
    return found


def _scalar(marked: Marked, key: str) -> str:
    if marked.text is None:
        raise _missing(marked, key)
    return marked.text


def _allow(marked: Marked, entries: Entries, allowed: tuple[str, ...]) -> None:
    for word, value in entries.items():
        if word not in allowed:
            raise _unknown(Marked("", marked.file, value.line), word, allowed)


def _missing(marked: Marked, key: str) -> KnownError:
    return KnownError("template.missing", file=marked.file, line=marked.line, key=key)


def _unknown(marked: Marked, word: str, allowed: typing.Iterable[str]) -> KnownError:
    names = " ".join(sorted(filter(None, allowed)))
    return KnownError("template.unknown_word", file=marked.file, line=marked.line, word=word, allowed=names)
