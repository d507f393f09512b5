"""Every mutant fits the code, every law has one or says why not, and a surviving mutant fails the run."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.quality.tree import ROOT
from tools.mutants.__main__ import main
from tools.mutants.laws import MUTANTS, NOT_YET
from tools.mutants.model import Mutant, PatchError
from tools.mutants.run import Outcome, Verdict, run_all

LAWS = range(1, 11)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_applies_exactly_once_and_its_tests_exist(mutant: Mutant) -> None:
    text = mutant.patched(ROOT)
    if mutant.file.endswith(".py"):
        compile(text, mutant.file, "exec")
    assert mutant.tests
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).exists(), test


def test_every_law_has_a_mutant_and_every_gap_belongs_to_a_law() -> None:
    assert sorted({mutant.law for mutant in MUTANTS}) == list(LAWS)
    assert {law for law, _ in NOT_YET} <= set(LAWS)


def test_gaps_are_said_aloud(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tools.mutants.__main__.run_all", lambda mutants: [])
    monkeypatch.setattr("tools.mutants.__main__.NOT_YET", ((7, "draining"),))
    main([])
    assert "no mutant yet  law  7  draining" in capsys.readouterr().out


def test_contributors_read_the_same_laws() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    laws = page.partition("## The laws")[2].partition("\n## ")[0]
    assert [int(number) for number in re.findall(r"^(\d+)\. ", laws, re.MULTILINE)] == list(LAWS)


def test_mutants_have_names_of_their_own() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one rule and one test, as a git checkout; its tests need no plugins."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "fee.py").write_text("def fee(area):\n    return area * 5\n")
    (tmp_path / "test_fee.py").write_text("from fee import fee\n\ndef test_fee():\n    assert fee(2) == 10\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def mutant(old: str, new: str) -> Mutant:
    return Mutant(4, "fee", "fee.py", old, new, ("test_fee.py",))


def test_killed_surviving_and_broken_mutants_are_told_apart(project: Path) -> None:
    outcomes = run_all(
        [
            mutant("area * 5", "area * 6"),
            mutant("area * 5", "area*5"),
            mutant("area * 5", "area *"),
            mutant("area * 7", "area * 8"),
        ],
        project,
    )
    assert outcomes is not None
    assert [outcome.verdict for outcome in outcomes] == [
        Verdict.KILLED,
        Verdict.SURVIVED,
        Verdict.BROKEN,
        Verdict.BROKEN,
    ]
    assert "return area * 5" in (project / "fee.py").read_text()


def test_tests_that_fail_without_a_fault_prove_nothing(project: Path) -> None:
    (project / "test_fee.py").write_text("def test_fee():\n    assert False\n")
    assert run_all([mutant("area * 5", "area * 6")], project) is None


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([Verdict.KILLED, Verdict.KILLED], 0),
        ([Verdict.KILLED, Verdict.SURVIVED], 1),
        ([Verdict.BROKEN], 1),
        (None, 1),
    ],
)
def test_only_a_run_that_kills_every_mutant_ends_well(
    monkeypatch: pytest.MonkeyPatch, verdicts: list[Verdict] | None, code: int
) -> None:
    one = mutant("area * 5", "area * 6")
    outcomes = None if verdicts is None else [Outcome(one, verdict, 0) for verdict in verdicts]
    monkeypatch.setattr("tools.mutants.__main__.run_all", lambda mutants: outcomes)
    assert main([], [one]) == code


def test_a_name_that_no_mutant_has_is_refused() -> None:
    assert main(["nothing"], [mutant("area * 5", "area * 6")]) == 2


def test_a_patch_that_fits_twice_or_changes_nothing_is_refused(project: Path) -> None:
    for old, new in (("a", "b"), ("area * 5", "area * 5"), ("missing", "b")):
        with pytest.raises(PatchError):
            mutant(old, new).patched(project)
