"""Devices prepared for one act each, and the process whose forks die in the middle of it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.acts import new_trial
from tests.crash.doing import CONTROLS, DOING
from tests.desk.prepared import at_work
from tests.quality.tree import ROOT


@dataclass(frozen=True)
class Ended:
    """How a fork ended: the signal that killed it (0: it finished), what it said, steps and bytes it took.

    `tries`: what was said while there was no room, and `clean` whether a verification finds nothing after.
    """

    signal: int
    said: str | None
    steps: int
    wal: int
    tries: tuple[str, ...] = ()
    clean: bool = True


class Asked:
    """A process that does what it is asked in forks of itself: a line of JSON each way."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


class Steps:
    """The process of `tests.crash.steps`."""

    def __init__(self) -> None:
        self._process = Asked("tests.crash.steps")

    def __call__(self, root: Path, act: str, **where: Any) -> Ended:
        said = self._process(root=str(root), act=act, **where)
        assert said["signal"] <= 0, f"{act} {where} failed by itself"
        tries, clean = tuple(said.get("tries", ())), said.get("clean", True)
        return Ended(
            -said["signal"], said.get("said"), said.get("steps", 0), said.get("wal", 0), tries, clean
        )

    def close(self) -> None:
        self._process.close()


@pytest.fixture(scope="session")
def steps() -> Iterator[Steps]:
    process = Steps()
    yield process
    process.close()


Copy = Callable[[], Path]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where the system has one: what a killed process wrote is there as on a disk."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


@pytest.fixture
def copies(memory: Path) -> Callable[[str], Copy]:
    """For an act, a maker of devices on which it can be done next; the copy before is removed."""

    def of(act: str) -> Copy:
        prepared = memory / "prepared"
        trial = new_trial(prepared)
        doing = (DOING | CONTROLS)[act]
        doing.stand(at_work(trial, doing.stood_by))
        trial.close()

        def copy() -> Path:
            root = memory / "copy"
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(prepared, root)
            return root

        return copy

    return of
