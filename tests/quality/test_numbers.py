"""No float stands near money: whole piastres are int, parts of a unit are Decimal or Fraction.

Two rules. Where money is worked out, every float is refused. Elsewhere (`MEASURED`: screens, paper, devices,
tools) floats measure seconds and dots, and only a statement that also names money is refused.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.quality.tree import Source, bites, dotted, expect_none, findings, python_files

MEASURED = ("kiosk/devices", "kiosk/documents", "kiosk/ui", "kiosk/app.py", "benchmarks", "tools")
"""Seconds, millimetres and dots are at home here."""

ALSO_MEASURED = (
    *("tests/devices", "tests/documents", "tests/ui", "tests/benchmarks", "tests/quality"),
    *("tests/e2e/card_kiosk.py", "tests/e2e/card_lane.py", "tests/privacy/test_card_numbers.py"),
)
"""The last ones give terminals their seconds."""

ALLOWED: dict[str, str] = {
    "tests/core/wire/test_canonical.py": "hands the wire format a float to see it refused",
}
"""Single files of the exact part that may hold a float, each with the reason."""

NOT_MONEY = re.compile(r"(^|_)(s|seconds?|timeout|deadline|mm|dpi|scale|opacity|cutoff)$", re.IGNORECASE)
"""A float given straight to a name of time, space or likeness is no money: `timeout=3.05`."""

EXACT_TYPES = ("Fraction", "Decimal")
OF_MONEY = re.compile(
    r"(^|_)(piastres?|amounts?|money|fees?|totals?|balances?|egp|pounds?|price|paid|due|cash|tendered|float_kept"
    r"|deposit|debts?|charges?|cost)(_|$)",
    re.IGNORECASE,
)
OF_A_PATH = re.compile(
    r"(path|folder|root|dir|directory|parent|here|home|Path|file|resources_folder)s?$", re.IGNORECASE
)
SQL_FLOATS = re.compile(r"\b(REAL|FLOAT|DOUBLE)\b|\bAVG\s*\(|(?<![\w.])\d+\.\d+\b")
"""In the capitals of SQL words: in small letters a float is the money a drawer opens with."""
SQL = re.compile(r"\b(CREATE TABLE|SELECT .* FROM|INSERT INTO|UPDATE \w+ SET)\b", re.DOTALL)


def _exact_names(tree: ast.AST) -> set[str]:
    """Names of this file that are declared to hold or return an exact fraction."""
    found = {"Fraction", "Decimal"}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.returns and dotted(node.returns) in EXACT_TYPES:
            found.add(node.name)
        if isinstance(node, ast.arg) and node.annotation and dotted(node.annotation) in EXACT_TYPES:
            found.add(node.arg)
        if isinstance(node, ast.AnnAssign) and dotted(node.annotation) in EXACT_TYPES:
            found.add(dotted(node.target).rpartition(".")[2])
    return found


def _float_here(node: ast.AST, exact: set[str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        return f"the float {node.value}"
    if isinstance(node, ast.Name) and node.id == "float":
        return "float"
    if isinstance(node, ast.Call) and dotted(node.func) in ("round", "math.floor", "math.ceil", "math.fsum"):
        return f"{dotted(node.func)}()"
    division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    if division and not _joins_paths(node) and not _divides_exactly(node, exact):
        return "a true division"
    return None


def _divides_exactly(node: ast.AST, exact: set[str]) -> bool:
    """Is one side of this `/` declared as Fraction or Decimal?"""
    if isinstance(node, ast.AugAssign):
        return dotted(node.target).rpartition(".")[2] in exact
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else ()
    named = [side.func if isinstance(side, ast.Call) else side for side in sides]
    return any(dotted(side).rpartition(".")[2] in exact for side in named)


def _joins_paths(node: ast.AST) -> bool:
    """Is this `/` between a folder and a name?"""
    if not isinstance(node, ast.BinOp):
        return False
    for side in (node.left, node.right):
        if isinstance(side, ast.JoinedStr) or (
            isinstance(side, ast.Constant) and isinstance(side.value, str)
        ):
            return True
        if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Div) and _joins_paths(side):
            return True
        named = side.func if isinstance(side, ast.Call) else side
        last = named.attr if isinstance(named, ast.Attribute) else dotted(named)
        if last and OF_A_PATH.search(last):
            return True
    return False


def _measures(tree: ast.AST) -> set[int]:
    """What is given straight to a name of time or space, or only asks whether a value is a float."""
    found: set[int] = set()

    def take(name: str, *parts: ast.AST | None) -> None:
        if NOT_MONEY.search(name):
            found.update(id(node) for part in parts if part for node in ast.walk(part))

    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg:
            take(node.arg, node.value)
        elif isinstance(node, ast.arg):
            take(node.arg, node.annotation)
        elif isinstance(node, ast.AnnAssign):
            take(dotted(node.target).rpartition(".")[2], node.annotation, node.value)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot):
            found.update(id(side) for side in node.comparators)
        elif isinstance(node, ast.Call) and dotted(node.func) == "isinstance":
            found.update(id(part) for part in ast.walk(node.args[1]))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                take(dotted(target).rpartition(".")[2], node.value)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            take(node.name, node.returns)
            both = [*node.args.posonlyargs, *node.args.args]
            for argument, default in zip(reversed(both), reversed(node.args.defaults), strict=False):
                take(argument.arg, default)
            for argument, only in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
                take(argument.arg, only)
    return found


def has_floats(source: Source) -> Iterator[str]:
    """The rule where money is worked out."""
    measured, exact = _measures(source.tree), _exact_names(source.tree)
    for node in ast.walk(source.tree):
        what = _float_here(node, exact)
        if what and id(node) not in measured:
            yield source.at(node, f"{what}: money is whole piastres, parts are Decimal or Fraction")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            for match in SQL_FLOATS.finditer(node.value):
                yield source.at(node, f"SQL with a float: {match.group()}")


def mixes_floats_with_money(source: Source) -> Iterator[str]:
    """The rule where floats measure time and space."""
    exact = _exact_names(source.tree)
    for statement in ast.walk(source.tree):
        parts = _own_parts(statement)
        whats = [what for node in parts if (what := _float_here(node, exact))]
        names = [name for node in parts if (name := _name_of(node)) and OF_MONEY.search(name)]
        if whats and names:
            yield source.at(statement, f"{whats[0]} beside {names[0]}: no float touches money")


def _own_parts(statement: ast.AST) -> list[ast.AST]:
    """A statement's own expressions, without the statements inside it."""
    if not isinstance(statement, ast.stmt):
        return []
    waiting: list[ast.AST] = [statement]
    parts: list[ast.AST] = []
    while waiting:
        node = waiting.pop()
        parts.append(node)
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
    return parts


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.arg | ast.keyword):
        return node.arg or ""
    return ""


def exact_files() -> Iterator[Source]:
    for source in python_files("kiosk", "central", "tests"):
        if not source.under(*MEASURED, *ALSO_MEASURED) and source.path not in ALLOWED:
            yield source


def test_no_float_where_money_is_worked_out() -> None:
    expect_none(findings(has_floats, exact_files()))


def test_no_float_beside_money_elsewhere() -> None:
    elsewhere = [*MEASURED, *(place for place in ALSO_MEASURED if place != "tests/quality")]
    expect_none(findings(mixes_floats_with_money, python_files(*elsewhere)))


def test_the_list_of_exceptions_names_files_that_still_need_it() -> None:
    for path in ALLOWED:
        assert findings(has_floats, python_files(path)), path


@pytest.mark.parametrize(
    "code",
    [
        "total = 12.5",
        "total = float(text)",
        "def fee(area: float) -> int: return 1",
        "half = total / 2",
        "total /= 2",
        "share = round(total)",
        "part = (paid_path_count + total) / 2",
        "sql = 'CREATE TABLE payment (amount REAL)'",
        "sql = 'SELECT AVG(amount) FROM payment'",
        "sql = 'SELECT amount * 1.14 FROM payment'",
        "send(amount=3.5)",
        "def part(whole: Decimal, count: int) -> Decimal: return Decimal(count / 3)",
    ],
)
def test_a_float_where_money_is_worked_out_is_found(code: str) -> None:
    assert bites(has_floats, "kiosk/core/fees.py", code)


@pytest.mark.parametrize(
    "code",
    [
        "total = 1250 // 2",
        "file = folder / 'fees.yaml'",
        "file = Path(name) / 'a' / name",
        "file = resources_folder() / name",
        "post(url, timeout=3.05)",
        "def wait(timeout_s: float = 2.5) -> None: f()",
        "sql = 'CREATE TABLE payment (amount INTEGER)'",
        "share = Fraction(1, 3) * total",
        "if kind is float or isinstance(value, int | float): refuse()",
        "share = Fraction(text) / 100",
        "def rate(text: str) -> Fraction: return number(text)\npart = rate(text) / 100",
        "def part(whole: Decimal) -> Decimal: return whole / 3",
    ],
)
def test_whole_numbers_paths_and_seconds_are_left_alone(code: str) -> None:
    assert not bites(has_floats, "kiosk/core/fees.py", code)


def test_a_float_beside_money_is_found_on_screens_too() -> None:
    for code in ("label.setText(str(total_piastres / 100))", "fee = width * 1.5", "show(amount=1.5)"):
        assert bites(mixes_floats_with_money, "kiosk/ui/pay.py", code)
    code = "def paint(total_piastres):\n    width = 1.5 * scale\n    text = money(total_piastres)"
    assert not bites(mixes_floats_with_money, "kiosk/ui/pay.py", code)
