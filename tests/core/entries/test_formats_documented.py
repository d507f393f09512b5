"""docs/formats.md describes every entry type, part and total, field by field."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import BODIES
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")


def described(kind: Any) -> str:
    """The part of the page that describes a body or a part of one."""
    if issubclass(kind, Body):
        return PAGE.partition(f"### {kind.TYPE} · {kind.TV}\n")[2].partition("\n### ")[0]
    return PAGE.partition(f"- **{kind.__name__}**:")[2].partition("\n")[0]


def parts(kind: Any) -> Iterator[Any]:
    if is_dataclass(kind):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from parts(hint)
    for argument in get_args(kind):
        yield from parts(argument)


KINDS = sorted(
    {part for body in BODIES for part in parts(body)} - {Link, Totals}, key=lambda kind: kind.__name__
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_is_on_the_page_in_its_place_and_no_other(kind: Any) -> None:
    listing = described(kind).partition("Fields: ")[2].partition("\n")[0]
    assert re.findall(r"(?:^|; )`(\w+)` ", listing) == [field.name for field in fields(kind)]


def test_every_total_is_on_the_page() -> None:
    table = PAGE.partition("## Perpetual totals")[2].partition("\n## ")[0]
    first = " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", first)) == {field.name for field in fields(Totals)}


def test_the_page_describes_no_type_that_is_gone() -> None:
    assert re.findall(r"^### (\S+) · (\d+)$", PAGE, re.MULTILINE) == [
        (body.TYPE, str(body.TV)) for body in BODIES
    ]
