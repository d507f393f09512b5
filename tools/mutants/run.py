"""Puts each mutant into a copy of the project, runs its tests there and demands that they fail."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tools.mutants.model import Mutant, PatchError

ROOT = Path(__file__).resolve().parents[2]
TESTS_FAILED = 1
"""Exit code of pytest when tests ran and failed; with any other the tests did not even start."""

SECONDS_PER_RUN = 300


class Verdict(Enum):
    """How a mutant ended."""

    KILLED = "killed"
    SURVIVED = "SURVIVED"
    BROKEN = "BROKEN"
    """It does not apply, or the tests could not start: it proves nothing."""


@dataclass(frozen=True)
class Outcome:
    """A mutant, how it ended, how long that took and what to know about it."""

    mutant: Mutant
    verdict: Verdict
    seconds: float
    note: str = ""


def copy_project(root: Path, copy: Path) -> None:
    """Copy what is tracked or would be, as a git checkout: the quality tests ask git for the files."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in {name for name in listed.stdout.split("\0") if name and (root / name).is_file()}:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, copy / name)
    subprocess.run(["git", "init", "-q"], cwd=copy, check=True)


def pytest_in(copy: Path, tests: Iterable[str]) -> tuple[int, str]:
    """Run tests of the copy, with the copy's code; return pytest's exit code and its last lines."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",  # a fault of the same size and second would pass for the old file
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".hypothesis"),
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command,
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS_PER_RUN,
        check=False,
    )
    return done.returncode, "\n".join((done.stdout + done.stderr).strip().splitlines()[-3:])


@contextmanager
def faulty(mutant: Mutant, copy: Path) -> Iterator[None]:
    """Keep the fault in the copy while the block runs. Raises PatchError when it does not fit."""
    path = copy / mutant.file
    patched = mutant.patched(copy)
    sound = path.read_text(encoding="utf-8")
    path.write_text(patched, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(sound, encoding="utf-8")


def judge(mutant: Mutant, copy: Path) -> Outcome:
    """Run the tests of one mutant and say how it ended."""
    start = time.monotonic()
    try:
        with faulty(mutant, copy):
            code, said = pytest_in(copy, mutant.tests)
    except PatchError as error:
        return Outcome(mutant, Verdict.BROKEN, 0, str(error))
    seconds = time.monotonic() - start
    if code == TESTS_FAILED:
        return Outcome(mutant, Verdict.KILLED, seconds)
    if code == 0:
        return Outcome(mutant, Verdict.SURVIVED, seconds, "every test passed with this fault in the code")
    return Outcome(mutant, Verdict.BROKEN, seconds, f"pytest ended with {code}: {said}")


def run_all(mutants: Sequence[Mutant], root: Path = ROOT) -> list[Outcome] | None:
    """Judge every mutant, printing each as it ends; None when the tests already fail without a fault."""
    with tempfile.TemporaryDirectory(prefix="kiosk-mutants-") as folder:
        copy = Path(folder)
        copy_project(root, copy)
        tests = sorted({test for mutant in mutants for test in mutant.tests})
        print(f"Without a fault: {' '.join(tests)}", flush=True)
        code, said = pytest_in(copy, tests)
        if code != 0:
            print(f"These tests must pass before a fault can prove anything:\n{said}")
            return None
        outcomes = []
        for number, mutant in enumerate(mutants, 1):
            outcome = judge(mutant, copy)
            outcomes.append(outcome)
            print(
                f"{number:3}/{len(mutants)}  {outcome.verdict.value:9} {outcome.seconds:5.1f} s"
                f"  law {mutant.law:2}  {mutant.name}" + (f"\n    {outcome.note}" if outcome.note else ""),
                flush=True,
            )
        return outcomes
