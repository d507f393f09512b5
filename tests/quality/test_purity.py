"""The core is pure, nothing waits by sleeping, and no error disappears."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.quality.tree import Source, bites, dotted, expect_none, findings, imports, python_files

MACHINE_MODULES = {
    "asyncio", "builtins", "click", "concurrent", "ctypes", "fileinput", "ftplib", "getpass", "glob", "http",
    "io", "logging", "mmap", "multiprocessing", "os", "platform", "queue", "random", "requests", "secrets",
    "select", "selectors", "serial", "shutil", "signal", "smtplib", "socket", "socketserver", "sqlcipher3",
    "sqlite3", "sqlite_utils", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Files, network, clock, chance, processes and threads: what a pure rule is given, never fetches."""

MACHINE_CALLS = {"open", "input", "print", "breakpoint"}
FILE_METHODS = {
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "iterdir",
    "unlink",
    "mkdir",
    "resolve",
}
SWITCHED_OFF = re.compile(r"(pytest|unittest)\.(mark\.)?(skip|skipif|skipUnless|importorskip|xfail)")
CLOCK_READERS = {"now", "utcnow", "today"}


def breaks_purity(source: Source) -> Iterator[str]:
    for node, name in imports(source):
        if name.split(".")[0] in MACHINE_MODULES or name == "pathlib.Path":
            yield source.at(node, f"the pure core must not import {name}")
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else called
        owner = called.rpartition(".")[0].rpartition(".")[2]
        if called in MACHINE_CALLS or (isinstance(node.func, ast.Attribute) and last in FILE_METHODS):
            yield source.at(node, f"{called or last}() reaches outside the pure core")
        if last in CLOCK_READERS and owner in ("datetime", "date"):
            yield source.at(node, f"{called}() reads the clock: take the time as a parameter")


def breaks_waiting(source: Source) -> Iterator[str]:
    sleeps = {"time.sleep", "asyncio.sleep", "qtbot.wait", "QTest.qWait", "QTest.qSleep", "QThread.sleep"}
    for node, name in imports(source):
        if name == "time.sleep":
            yield source.at(node, "wait for an event or a deadline, not for time to pass")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and dotted(node.func) in sleeps:
            yield source.at(node, "wait for an event or a deadline, not for time to pass")


def breaks_errors(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            yield from _handler_faults(source, node)
        suppresses = isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "suppress"
        if isinstance(node, ast.Call) and suppresses and any(map(_is_broad, node.args)):
            yield source.at(node, "suppress() of everything hides bugs: name the exception")


def _handler_faults(source: Source, handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is None:
        yield source.at(handler, "a bare except catches even the end of the program")
        return
    if all(isinstance(line, ast.Pass) or _is_ellipsis(line) for line in handler.body):
        yield source.at(handler, "an exception is swallowed")
        return
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if any(_is_broad(kind) for kind in kinds):
        below = [node for line in handler.body for node in ast.walk(line)]
        raised = any(isinstance(node, ast.Raise) for node in below)
        passed_on = any(isinstance(node, ast.Name) and node.id == handler.name for node in below)
        if not raised and not passed_on:
            yield source.at(handler, "a broad except must raise again or hand the error on")


def _is_broad(kind: ast.expr) -> bool:
    return dotted(kind).rpartition(".")[2] in ("Exception", "BaseException")


def _is_ellipsis(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and line.value.value is ...


def breaks_testing(source: Source) -> Iterator[str]:
    """No test may be switched off, and none may type Arabic with keyClicks: Qt aborts the process."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and SWITCHED_OFF.fullmatch(dotted(node)):
            yield source.at(node, "a test that does not run proves nothing")
        if isinstance(node, ast.Call) and dotted(node.func).endswith(".keyClicks"):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if not all(text.isascii() for text in texts):
                yield source.at(node, "keyClicks aborts on Arabic: send a key event with the text")


def test_the_core_does_no_input_or_output() -> None:
    expect_none(findings(breaks_purity, python_files("kiosk/core")))


def test_nothing_sleeps() -> None:
    expect_none(findings(breaks_waiting, python_files("kiosk", "central", "tests")))


def test_no_exception_is_swallowed() -> None:
    expect_none(findings(breaks_errors, python_files()))


def test_every_test_runs() -> None:
    expect_none(findings(breaks_testing, python_files("tests")))


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "from pathlib import Path",
        "def f(p):\n    return p.read_text()",
        "text = open('a').read()",
        "import sqlite3",
        "from time import monotonic",
        "import random",
        "from datetime import datetime\nat = datetime.now()",
        "import datetime as d\nfrom datetime import date\nday = date.today()",
        "import subprocess",
        "print('paid')",
    ],
)
def test_reaching_outside_the_core_is_found(code: str) -> None:
    assert bites(breaks_purity, "kiosk/core/money.py", code)


def test_dates_as_values_are_left_alone() -> None:
    code = "from datetime import date, datetime\nfrom pathlib import PurePath\ndef f(clock): clock.now()"
    assert not bites(breaks_purity, "kiosk/core/money.py", code)


@pytest.mark.parametrize("code", ["import time\ntime.sleep(1)", "from time import sleep", "qtbot.wait(50)"])
def test_a_sleep_is_found(code: str) -> None:
    assert bites(breaks_waiting, "kiosk/sync/uplink.py", code)


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    f()\nexcept:\n    raise",
        "try:\n    f()\nexcept OSError:\n    pass",
        "try:\n    f()\nexcept Exception:\n    ...",
        "try:\n    f()\nexcept (ValueError, Exception) as error:\n    x = None",
        "import contextlib\nwith contextlib.suppress(Exception):\n    f()",
        "from contextlib import suppress\nwith suppress(ValueError, BaseException):\n    f()",
    ],
)
def test_a_swallowed_exception_is_found(code: str) -> None:
    assert bites(breaks_errors, "kiosk/desk/pay.py", code)


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    f()\nexcept Exception as error:\n    report(error)",
        "try:\n    f()\nexcept Exception:\n    undo()\n    raise",
        "try:\n    f()\nexcept KeyError:\n    x = None",
        "from contextlib import suppress\nwith suppress(FileNotFoundError):\n    f()",
    ],
)
def test_a_handled_exception_is_left_alone(code: str) -> None:
    assert not bites(breaks_errors, "kiosk/desk/pay.py", code)


@pytest.mark.parametrize(
    "code", ["@pytest.mark.skip\ndef test_a(): f()", "pytest.xfail('x')", "qtbot.keyClicks(w, 'محمد')"]
)
def test_a_test_that_cannot_run_is_found(code: str) -> None:
    assert bites(breaks_testing, "tests/ui/test_pay.py", code)
