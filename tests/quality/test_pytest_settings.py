"""The settings of the test runner bite: warnings, Qt warnings and unknown marks turn a test red."""

import re
import subprocess
import sys
from pathlib import Path

from tests.quality.tree import ROOT

SNIPPETS = '''"""Tests that must fail."""
import warnings

import pytest
from PySide6.QtCore import qWarning


def test_qt_warns(qtbot):
    qWarning("a widget complains")


def test_python_warns():
    warnings.warn("old way", DeprecationWarning)


@pytest.mark.xfail
def test_passes_against_expectation():
    assert True


def test_sound(qtbot):
    assert True
'''


def pytest_on(text: str, folder: Path) -> tuple[int, str]:
    """Run a file of tests with the project's own settings."""
    file = folder / "test_snippet.py"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            str(ROOT / "pyproject.toml"),
            "--rootdir",
            str(folder),
            file,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_warnings_of_qt_and_python_and_passing_xfails_are_failures(tmp_path: Path) -> None:
    code, said = pytest_on(SNIPPETS, tmp_path)
    failed = re.findall(r"^FAILED \S+::(\w+)", said, re.MULTILINE)
    assert code == 1
    assert sorted(failed) == ["test_passes_against_expectation", "test_python_warns", "test_qt_warns"], said
    assert "1 passed" in said


def test_an_undeclared_mark_is_an_error(tmp_path: Path) -> None:
    code, said = pytest_on("import pytest\n\n@pytest.mark.lonk\ndef test_a():\n    assert True\n", tmp_path)
    assert code == 2
    assert "lonk" in said
