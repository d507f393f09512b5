"""Runs a scenario under strace, and keeps what was there before and everything that was done."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
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


def record(scenario: str, folder: Path, control: str = "") -> Recording:
    """Do a scenario on a new trial device in `folder`, seen by strace; a set-up in an empty folder."""
    root, told, seen = folder / "device", folder / "told", folder / "seen"
    if scenario == "setup":
        root.mkdir(mode=0o700)
    elif scenario in OF_DEBTS:
        owing_trial(root)
    else:
        new_trial(root)
    return record_process(
        [sys.executable, "-m", "tests.power.scenarios", scenario, str(root), str(told), control],
        root,
        told,
        seen,
    )


def record_process(command: list[str], root: Path, told: Path, seen: Path) -> Recording:
    """Run a command that works in `root` and tells in `told`; what strace sees goes to `seen`."""
    reader = Reader(root, told)
    names, before = dict(reader.names), {path.name: path.read_bytes() for path in root.iterdir()}
    options = ["-f", "--seccomp-bpf", "-y", "-xx", "-s", "8000000", "-o", str(seen), "-e", f"trace={CALLS}"]
    subprocess.run(["strace", *options, "--", *command], cwd=ROOT, check=True)
    return Recording(names, before, list(reader.read(seen.read_text())))
