"""The project's own files as the quality rules read them: text, syntax tree and dotted name."""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One text file of the project; `path` is relative to the root, with forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """Dotted name; a package's `__init__` has the name of the package."""
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def under(self, *places: str) -> bool:
        """Is this file one of these files, or inside one of these folders?"""
        return any(self.path == place or self.path.startswith(f"{place}/") for place in places)

    def at(self, node: ast.AST, what: str) -> str:
        """A finding: where and what."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {what}"


Rule = Callable[[Source], Iterable[str]]
"""Looks at one file and yields a finding for each place that breaks the rule."""


@cache
def file_names() -> tuple[str, ...]:
    """Every file that is tracked or would be: new files count before they are committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}))


@cache
def read(name: str) -> Source | None:
    """Read one file of the project; None when it is not text."""
    try:
        return Source(name, (ROOT / name).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None


def text_files() -> Iterator[Source]:
    """Every text file of the project."""
    return (source for source in map(read, file_names()) if source is not None)


def python_files(*places: str) -> Iterator[Source]:
    """Every Python file, or those in these places."""
    return (
        source
        for source in text_files()
        if source.path.endswith(".py") and (not places or source.under(*places))
    )


def findings(rule: Rule, sources: Iterable[Source]) -> list[str]:
    """What the rule finds in these files."""
    return [finding for source in sources for finding in rule(source)]


def expect_none(found: list[str]) -> None:
    """Fail with the findings alone, one on each line: they say what to mend and where."""
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def bites(rule: Rule, path: str, code: str) -> bool:
    """Does the rule find fault with this snippet, as if it stood at `path`?"""
    return bool(list(rule(Source(path, code))))


def dotted(node: ast.AST) -> str:
    """The dotted name that an expression spells (`a.b.c`), or '' when it is not a plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr}" if above else ""
    return ""


def imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every imported name in full (`from a import b` is `a.b`), wherever in the file it stands."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = source.module.split(".")
                if not source.path.endswith("__init__.py"):
                    package = package[:-1]
                kept = package[: len(package) - node.level + 1]
                base = ".".join([*kept, base] if base else kept)
            for alias in node.names:
                yield node, f"{base}.{alias.name}"
