"""A filled document: what stands on the paper, in order, before anyone knows how wide it is."""

from dataclasses import dataclass
from typing import Literal

Align = Literal["start", "center", "end"]
Size = Literal["small", "body", "large", "title"]
Emphasis = Literal["regular", "medium", "bold"]


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    align: Align = "start"
    size: Size = "body"
    weight: Emphasis = "medium"


@dataclass(frozen=True)
class Heading:
    """Opens a section."""

    text: str


@dataclass(frozen=True)
class Banner:
    """A mark that nobody may miss: copy, void, training."""

    text: str


@dataclass(frozen=True)
class Pairs:
    """Labels with their values."""

    rows: tuple[tuple[str, str], ...]
    weight: Emphasis = "medium"


@dataclass(frozen=True)
class TableColumn:
    """Head and behaviour of a column; the first column stands at the right."""

    head: str
    kind: Literal["text", "amount", "count"] = "text"
    narrow: Literal["", "under", "drop"] = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells in the order of the columns."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Total:
    """The figure that matters."""

    label: str
    value: str


@dataclass(frozen=True)
class Words:
    """The amount in words."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A line across."""

    kind: Literal["thin", "thick", "dashed"] = "thin"


@dataclass(frozen=True)
class Space:
    """Empty rows."""

    kind: Literal["small", "large"] = "small"


@dataclass(frozen=True)
class Code:
    """A QR code in segments, with what stands beside it where there is room."""

    segments: tuple[str, ...]
    beside: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Signatures:
    """Boxes to sign in."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class Checklist:
    """Lines with a box before each."""

    items: tuple[str, ...]
    ticked: bool


Node = Text | Heading | Banner | Pairs | Table | Total | Words | Rule | Space | Code | Signatures | Checklist


@dataclass(frozen=True)
class Document:
    """A whole paper with its title."""

    title: str
    nodes: tuple[Node, ...]
