"""The longest files and functions, printed after the quality tests: growth is seen before it hurts."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from tests.quality.tree import Source, python_files

LONGEST_FILE, LONGEST_FUNCTION = 600, 80
"""Hard limits in non-blank lines; CONTRIBUTING.md asks for about 400 and 50."""


@dataclass(frozen=True, order=True)
class Length:
    """How many non-blank lines a file or function has."""

    lines: int
    where: str


def file_length(source: Source) -> Length:
    return Length(_written(source.text.splitlines()), source.path)


def function_lengths(source: Source) -> Iterator[Length]:
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = lines[node.lineno - 1 : node.end_lineno]
            yield Length(_written(body), f"{source.path}:{node.lineno} {node.name}")


def _written(lines: Iterable[str]) -> int:
    return sum(1 for line in lines if line.strip())


def summary(sources: list[Source]) -> list[str]:
    """The five longest of each and the median file, as lines of text."""
    files = sorted(map(file_length, sources), reverse=True)
    functions = sorted((length for source in sources for length in function_lengths(source)), reverse=True)
    said = [f"{len(files)} files, the median has {files[len(files) // 2].lines} lines (non-blank)"]
    for title, longest in (("longest files", files), ("longest functions", functions)):
        said.append(f"{title}:")
        said += [f"  {length.lines:4} {length.where}" for length in longest[:5]]
    return said


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say the tails once, when the test of sizes was among those that ran."""
    ran = (report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome))
    if any(report.nodeid.startswith("tests/quality/test_sizes.py") for report in ran):
        terminalreporter.section("size of the code")
        for line in summary(list(python_files())):
            terminalreporter.line(line)
