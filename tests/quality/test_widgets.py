"""Screens never block, and money, numbers and dates are typed as text in our own fields."""

import ast
from collections.abc import Iterator

import pytest

from tests.quality.tree import Source, bites, dotted, expect_none, findings, python_files

REFUSED_WIDGETS = {"QSpinBox", "QDoubleSpinBox", "QDateEdit", "QTimeEdit", "QDateTimeEdit"}
"""They scroll by accident, speak the digits of the system and cannot hold a half-typed value."""

BLOCKING = {
    "QMessageBox": {"about", "critical", "information", "question", "warning"},
    "QInputDialog": {"getDouble", "getInt", "getItem", "getMultiLineText", "getText"},
    "QFileDialog": {"getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName"},
}
"""Static calls that start an event loop of their own, as `.exec()` does."""

TURNS_THE_LOOP = "tools/demo/pulse.py"
"""Works the window from outside, turn by turn of the event loop, to measure each: nothing runs around it."""


def breaks_widgets(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute | ast.alias):
            named = node.name if isinstance(node, ast.alias) else dotted(node).rpartition(".")[2]
            if named in REFUSED_WIDGETS:
                yield source.at(node, f"{named}: use our own text field")
        if isinstance(node, ast.Attribute):
            owner = dotted(node.value).rpartition(".")[2]
            turns = node.attr == "processEvents" and not source.under(TURNS_THE_LOOP)
            if node.attr in BLOCKING.get(owner, ()) or turns:
                yield source.at(node, f"{dotted(node)} runs events inside events: open() and a signal")
            program = owner in ("app", "application", "QApplication", "QCoreApplication")
            if node.attr in ("exec", "exec_") and not (source.under("kiosk/app.py", "kiosk/ui") and program):
                yield source.at(node, "exec() stops the screen behind it: open() and a signal")


def test_screens_never_block() -> None:
    expect_none(findings(breaks_widgets, python_files("kiosk", "central", "tests", "tools")))


@pytest.mark.parametrize(
    "code",
    [
        "dialog.exec()",
        "dialog.exec_()",
        "from PySide6.QtWidgets import QSpinBox",
        "from PySide6 import QtWidgets\nfield = QtWidgets.QDoubleSpinBox()",
        "day = QDateEdit()",
        "QMessageBox.question(self, 'a', 'b')",
        "QFileDialog.getOpenFileName(self)",
        "QApplication.processEvents()",
    ],
)
def test_a_blocking_or_refused_widget_is_found(code: str) -> None:
    assert bites(breaks_widgets, "kiosk/ui/pay.py", code)


def test_the_loop_of_the_program_itself_is_left_alone() -> None:
    assert not bites(breaks_widgets, "kiosk/app.py", "code = app.exec()")
    assert bites(breaks_widgets, "kiosk/desk/pay.py", "code = app.exec()")
