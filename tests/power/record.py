"""Runs a scenario under strace, and keeps what was there before and everything that was done."""

import atexit
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.acts import new_trial
from tests.power.debt_loads import owing_trial
from tests.power.disk import Disk, Files
from tests.power.stream import CALLS, Op, Reader, Told
from tests.quality.tree import ROOT

OF_DEBTS = ("loading", "changing")
"""Scenarios that begin with debts in use and a shift open."""


@dataclass(frozen=True)
class Recording:
    """A folder before, what was done to it, and what was told meanwhile."""

    names: dict[str, int]
    before: Files
    ops: list[Op]

    def disk(self) -> Disk:
        """A disk as it was before."""
        return Disk.holding(self.names, self.before)

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was told, in order."""
        return [json.loads(op.line) for op in self.ops if isinstance(op, Told)]


class Recorder:
    """A process under strace that does scenarios in forks of itself, so that it begins but once."""

    def __init__(self, seen: Path) -> None:
        self._seen = seen
        self._process = subprocess.Popen(
            ["strace", *_options(seen), "--", sys.executable, "-m", "tests.power.scenarios"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __call__(self, reader: Reader, *words: str) -> list[Op]:
        """Do a scenario, named with its arguments; what its fork did to the folder of the reader."""
        assert self._process.stdin is not None
        before = self._seen.stat().st_size
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        ended = self._answer()
        if ended != 0:
            raise RuntimeError(f"the scenario {words} failed with {ended}")
        with self._seen.open() as seen:
            seen.seek(before)
            return list(reader.read(seen.read()))

    def close(self) -> None:
        self._process.communicate()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@cache
def recorder() -> Recorder:
    """The one of this process, which ends with it."""
    folder = TemporaryDirectory(prefix="kiosk-recorder-")
    one = Recorder(Path(folder.name) / "seen")
    atexit.register(folder.cleanup)
    atexit.register(one.close)
    return one


def record(scenario: str, folder: Path, control: str = "") -> Recording:
    """Do a scenario on a new trial device in `folder`, seen by strace; a set-up in an empty folder."""
    root, told = folder / "device", folder / "told"
    if scenario == "setup":
        root.mkdir(mode=0o700)
    elif scenario in OF_DEBTS:
        owing_trial(root)
    else:
        new_trial(root)
    reader = Reader(root, told)
    names, before = dict(reader.names), contents(root)
    found = Recording(names, before, recorder()(reader, scenario, str(root), str(told), control))
    disk = found.disk()
    for op in found.ops:
        disk.take(op)
    if disk.left(disk.pending) != contents(root):
        raise ValueError("what was seen is not what was done")
    return found


def contents(root: Path) -> Files:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in root.iterdir()}


def record_process(command: list[str], root: Path, told: Path, seen: Path) -> Recording:
    """Run a command that works in `root` and tells in `told`; what strace sees goes to `seen`."""
    reader = Reader(root, told)
    names, before = dict(reader.names), contents(root)
    subprocess.run(["strace", *_options(seen), "--", *command], cwd=ROOT, check=True)
    return Recording(names, before, list(reader.read(seen.read_text())))


def _options(seen: Path) -> list[str]:
    return ["-f", "--seccomp-bpf", "-y", "-xx", "-s", "8000000", "-o", str(seen), "-e", f"trace={CALLS}"]
