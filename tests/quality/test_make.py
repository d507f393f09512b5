"""The Makefile and the demonstration do what they promise."""

import subprocess

import pytest

from tests.quality.commands import commands, targets
from tests.quality.tree import ROOT
from tools.demo import STEPS, Step, main


def test_every_promised_target_exists_and_is_explained() -> None:
    promised = {"help", "setup", "run", "demo", "test", "test-long", "lint", "mutants", "bench", "lock"}
    assert targets() == promised
    said = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {line.split()[0] for line in said.splitlines()} == promised


def test_continuous_integration_runs_what_people_run() -> None:
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("\nmake test")


def test_the_demonstration_uses_only_commands_that_exist() -> None:
    for step in STEPS:
        assert any(f"kiosk {' '.join(step.words)} ".startswith(f"{name} ") for name in commands()), step


def test_the_demonstration_goes_well(capfd: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert "لا غير" in capfd.readouterr().out


def test_a_step_that_ends_otherwise_fails_the_demonstration(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([Step("a refusal that is not expected", ("words", "12,5"))]) == 1
    assert "ended with 2 instead of 0" in capfd.readouterr().out
