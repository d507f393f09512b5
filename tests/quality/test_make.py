"""The Makefile has what it promises; what the demonstration does is held by tests/e2e/test_demo.py."""

import subprocess

from tests.quality.commands import targets
from tests.quality.tree import ROOT


def test_every_promised_target_exists_and_is_explained() -> None:
    promised = {
        "help",
        "setup",
        "run",
        "demo",
        "pictures",
        "test",
        "test-long",
        "lint",
        "mutants",
        "bench",
        "lock",
    }
    assert targets() == promised
    command = ["make", "--no-print-directory", "help"]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {line.split()[0] for line in said.splitlines()} == promised


def test_continuous_integration_runs_what_people_run() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("\nmake test")
