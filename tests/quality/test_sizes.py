"""Files and functions stay small enough to hold in the head, and each file says what it is for."""

import ast
from collections.abc import Iterator

from tests.quality.tails import LONGEST_FILE, LONGEST_FUNCTION, file_length, function_lengths, summary
from tests.quality.tree import Source, bites, expect_none, findings, python_files

ONE_FILE = frozenset({"resources/auditor/verify_journal.py"})
"""An auditor takes it away alone, reads it whole and runs it where nothing of ours is installed."""


def is_too_long(source: Source) -> Iterator[str]:
    if file_length(source).lines > LONGEST_FILE and source.path not in ONE_FILE:
        yield f"{source.path}: {file_length(source).lines} lines, over {LONGEST_FILE}"
    for length in function_lengths(source):
        if length.lines > LONGEST_FUNCTION:
            yield f"{length.where}: {length.lines} lines, over {LONGEST_FUNCTION}"


def lacks_a_purpose(source: Source) -> Iterator[str]:
    """Every file with code opens with a sentence on its first line."""
    if not source.text.strip():
        return
    said = ast.get_docstring(source.tree, clean=False)
    first = said.splitlines()[0].strip() if said and said.strip() else ""
    if not first:
        yield f"{source.path}:1: say in one line what the module is for"
    elif not first.endswith((".", ":", "?")):
        yield f"{source.path}:1: the first line is not a whole sentence"


def test_no_file_or_function_is_over_the_hard_limit() -> None:
    expect_none(findings(is_too_long, python_files()))


def test_every_module_says_what_it_is_for() -> None:
    expect_none(findings(lacks_a_purpose, python_files()))


def test_a_long_file_and_a_long_function_are_found() -> None:
    assert bites(is_too_long, "kiosk/core/a.py", "x = 1\n" * (LONGEST_FILE + 1))
    assert not bites(is_too_long, "kiosk/core/a.py", "x = 1\n\n\n" * LONGEST_FILE)
    assert bites(is_too_long, "kiosk/core/a.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION)
    assert not bites(is_too_long, "kiosk/core/a.py", "def f():\n" + "    x = 1\n\n" * (LONGEST_FUNCTION - 1))


def test_a_module_without_a_purpose_is_found() -> None:
    assert bites(lacks_a_purpose, "kiosk/core/a.py", "import re")
    assert bites(lacks_a_purpose, "kiosk/core/a.py", '"""\nLate.\n"""')
    assert bites(lacks_a_purpose, "kiosk/core/a.py", '"""money"""')
    assert not bites(lacks_a_purpose, "kiosk/core/a.py", '"""Money in piastres."""')
    assert not bites(lacks_a_purpose, "kiosk/core/__init__.py", "")


def test_the_summary_names_the_longest_first() -> None:
    short, long = Source("a.py", "x = 1\n"), Source("b.py", "def f():\n    return 1\n\n\ny = 2\n")
    said = summary([short, long])
    assert "median has 1 " in said[0]
    assert said[2] == "     3 b.py"
    assert said[-1] == "     2 b.py:1 f"
