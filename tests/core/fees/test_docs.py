"""docs/fees.md names every shape and modifier, and its examples are rules that the shipped tables take."""

import re
from pathlib import Path

import pytest

from kiosk.core.fees.read_terms import Scope, read_term
from kiosk.core.fees.reading import Problems
from kiosk.core.fees.rules import SPECS
from kiosk.core.marked import Marked
from kiosk.fee_tables import shipped_fee_tables

PAGE = (Path(__file__).parents[3] / "docs" / "fees.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `[A-Z_0-9]+` \|.*\| `([^`]+)` \|$", PAGE, re.MULTILINE)


def test_every_shape_and_modifier_is_described() -> None:
    assert [shape for shape in SPECS if not re.search(rf"^\| `{shape}[`(]", PAGE, re.MULTILINE)] == []
    assert len(EXAMPLES) == sum(1 for spec in SPECS.values() if spec.phase is not None)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_is_a_sound_rule(example: str) -> None:
    tables = shipped_fee_tables()
    inputs = {item.name: item for code in tables.services() for item in tables.inputs(code)}
    problems = Problems()
    term = read_term(Marked(example, "fees.md", 1), Scope(inputs, tables.parameters), problems)
    assert term is not None
    assert problems.found == []
