"""Every situation is raised somewhere, and every error raised is in the table with all its parameters."""

import ast
from collections.abc import Iterator

import pytest

from kiosk.core.situations import SITUATIONS
from tests.quality.tree import Source, bites, dotted, expect_none, findings, python_files

TABLE = "kiosk/core/situations"


def raises_unknown(source: Source) -> Iterator[str]:
    """Look at each `KnownError("code", name=…)` that is written out."""
    for node in ast.walk(source.tree):
        if (
            not isinstance(node, ast.Call)
            or dotted(node.func).rpartition(".")[2] != "KnownError"
            or not node.args
        ):
            continue
        if isinstance(node.args[0], ast.JoinedStr) and not area_of(node.args[0]):
            yield source.at(node, "write the code out, or give the area in front: f'catalogue.{name}'")
        for code in _literals(node.args[0]):
            if code not in SITUATIONS:
                yield source.at(node, f"no such situation: {code}")
                continue
            given = {keyword.arg for keyword in node.keywords}
            missing = SITUATIONS[code].placeholders() - {name for name in given if name}
            if missing and None not in given:
                yield source.at(node, f"{code} lacks {', '.join(sorted(missing))}")


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def area_of(code: ast.expr) -> str:
    """The area of a code that is put together as `f"area.{name}"`, else ''."""
    if isinstance(code, ast.JoinedStr) and len(code.values) == 2 and isinstance(code.values[0], ast.Constant):
        area = str(code.values[0].value)
        return area.removesuffix(".") if area.endswith(".") else ""
    return ""


def words_of(source: Source) -> set[str]:
    """Every text constant of a file."""
    nodes = ast.walk(source.tree)
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def unused(codes: set[str], sources: Iterator[Source]) -> list[str]:
    """The codes that no file spells: whole, or without its area in a package that puts the area in front."""
    words: dict[str, set[str]] = {}
    areas: list[tuple[str, str]] = []
    for source in sources:
        folder = source.path.rpartition("/")[0]
        words.setdefault(folder, set()).update(words_of(source))
        joined = (area_of(node) for node in ast.walk(source.tree) if isinstance(node, ast.JoinedStr))
        areas += [(area, folder) for area in joined if area]
    used = set().union(*words.values())
    used |= {f"{area}.{word}" for area, folder in areas for word in words[folder]}
    return sorted(codes - used)


def test_every_error_that_is_raised_is_in_the_table() -> None:
    expect_none(findings(raises_unknown, python_files("kiosk", "central", "tools")))


def test_every_situation_is_raised_somewhere() -> None:
    users = (source for source in python_files("kiosk", "central") if not source.under(TABLE))
    expect_none(unused(set(SITUATIONS), users))


@pytest.mark.parametrize(
    "code",
    [
        "raise KnownError('no.such.code')",
        "raise errors.KnownError('file.missing' if a else 'file.lost', path=p)",
        "raise KnownError('file.missing')",
        "raise KnownError(f'{area}.{kind}', path=p)",
        "raise KnownError(f'file_{kind}', path=p)",
    ],
)
def test_an_unknown_code_or_a_missing_parameter_is_found(code: str) -> None:
    assert bites(raises_unknown, "kiosk/desk/pay.py", code)


def test_a_known_code_is_left_alone() -> None:
    for code in (
        "raise KnownError('file.missing', path=p)",
        "KnownError('file.missing', **facts)",
        "KnownError(code)",
    ):
        assert not bites(raises_unknown, "kiosk/desk/pay.py", code)


def test_a_situation_that_nobody_raises_is_found() -> None:
    sources = [
        Source("kiosk/desk/a.py", "refuse('cash.limit')\nrefuse('forgotten')"),
        Source("kiosk/core/fees/b.py", "raise KnownError(f'fees.{name}')"),
        Source("kiosk/core/fees/c.py", "note('cycle')"),
    ]
    codes = {"cash.limit", "cash.forgotten", "fees.cycle", "fees.forgotten"}
    assert unused(codes, iter(sources)) == ["cash.forgotten", "fees.forgotten"]
