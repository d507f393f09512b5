"""docs/security.md names a test for what it promises, each is there, and it says what is not defended."""

import ast
import re
from pathlib import Path

import pytest

from tests.quality.tree import ROOT

PAGE = "docs/security.md"
NAMED = re.compile(r"`((?:[a-z0-9_]+/)+test_[a-z0-9_]+\.py)(?:::(test_[a-z0-9_]+))?`")
FEWEST = 50


def named_tests(page: str) -> list[tuple[str, str | None]]:
    """File below `tests/` and name of every test that a page names; of a whole file no name."""
    return [(found.group(1), found.group(2)) for found in NAMED.finditer(page)]


def missing(root: Path, page: str) -> list[str]:
    """Those that are not there."""
    gone = []
    for file, name in named_tests(page):
        path = root / "tests" / file
        functions = {
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8") if path.is_file() else ""))
            if isinstance(node, ast.FunctionDef)
        }
        if not functions or (name is not None and name not in functions):
            gone.append(f"{PAGE}: no test {file}::{name or '…'}; name the test that shows it")
    return gone


def test_every_test_that_the_page_names_is_there() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert missing(ROOT, page) == []
    assert len(named_tests(page)) >= FEWEST


def test_every_threat_has_a_test() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8").partition("\n## Not defended")[0]
    rows = [line for line in page.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    heads = ("| threat |", "| what is done |")
    bare = [
        row for row in rows if not row.startswith(heads) and not NAMED.search(row) and "the same |" not in row
    ]
    assert bare == []


def test_it_says_what_is_not_defended() -> None:
    rest = (ROOT / PAGE).read_text(encoding="utf-8").partition("\n## Not defended")[2]
    for word in ("operating system", "flush", "never syncs", "Swap", "log of wrong tries"):
        assert word in rest, word


@pytest.mark.parametrize("named", ["`store/test_gone.py::test_it`", "`store/test_verify.py::test_gone`"])
def test_a_test_that_is_not_there_is_found(named: str) -> None:
    assert len(missing(ROOT, named)) == 1
