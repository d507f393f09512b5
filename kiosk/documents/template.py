"""What a template is once it is read: typed blocks with phrases. `template_reader` reads and checks it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.documents import model

SUBJECTS: Mapping[str, type] = {
    "receipt": model.Receipt,
    "papers_missing": model.PapersMissing,
    "x_report": model.XReport,
    "z_report": model.ZReport,
    "handover": model.Handover,
}
"""What templates can be for."""
ENGINE_FIELDS: Mapping[str, type] = {"template.mark": str}
"""Fields that every template may print about itself: `version/hash`."""


@dataclass(frozen=True)
class Hole:
    """A place in a phrase that a field fills."""

    field: str
    form: str


@dataclass(frozen=True)
class Phrase:
    """Text with holes."""

    parts: tuple[str | Hole, ...]


@dataclass(frozen=True)
class Condition:
    """`field` or `not field`: whether the field is there and not empty, zero or False."""

    field: str
    negated: bool


@dataclass(frozen=True)
class Column:
    """One column of a table, from the right: `amount` aligns digits, `under` moves below when narrow."""

    head: Phrase
    cell: Phrase
    kind: str
    when_narrow: str


@dataclass(frozen=True)
class Block:
    """One block: its kind and the parts that the kind has."""

    kind: str
    line: int
    phrases: Mapping[str, Phrase]
    words: Mapping[str, str]
    rows: str = ""
    pairs: tuple[tuple[Phrase, Phrase], ...] = ()
    columns: tuple[Column, ...] = ()
    blocks: tuple["Block", ...] = ()
    otherwise: tuple["Block", ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class Template:
    """A checked template. `hash` is the first 8 hex digits of SHA-256 over its text."""

    name: str
    version: int
    subject: type
    title: Phrase
    blocks: tuple[Block, ...]
    hash: str
