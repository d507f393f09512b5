"""A thousand card payments with random faults and kills: charged by the terminal = recorded, none twice.

The real desk, driver and store (encrypted, with cheap keys) talk to the terminal of software over a pty or
TCP, in processes of their own. The judge is `tests.e2e.card_lane`; here its counts are added up. Only
time-outs are shortened, by the driver's own settings.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.devices.quick_terminal import BEHAVIOURS, LINES
from tests.e2e.card_lane import ON_READ
from tests.quality.tree import ROOT

PAYMENTS, KILLS = 200, 40
LANES = ("pty", "pty", "pty", "pty", "tcp")
"""Beside each other, because most of the time somebody waits for a time-out."""


@contextmanager
def lane(folder: Path, kind: str, seed: int) -> "Iterator[subprocess.Popen[str]]":
    folder.mkdir()
    words = (str(folder), kind, str(seed), str(PAYMENTS), str(KILLS))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.card_lane", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run_lanes(folder: Path, first_seed: int) -> "Counter[str]":
    """Run all lanes and add up what they counted; a lane that found a difference ends with its reason."""
    from contextlib import ExitStack

    total: Counter[str] = Counter()
    with ExitStack() as stack:
        lanes = [
            stack.enter_context(lane(folder / f"lane-{at}", kind, first_seed + at))
            for at, kind in enumerate(LANES)
        ]
        for process in lanes:
            said, errors = process.communicate()
            assert process.returncode == 0, errors[-2_000:]
            total.update(json.loads(said.splitlines()[-1]))
    return total


@pytest.mark.timeout(480)
def test_a_thousand_payments_are_charged_and_recorded_alike_whatever_happens(memory: Path) -> None:
    total = run_lanes(memory, 20261124)
    ends = ("completed", "declined", "not_done", "unknown", "person", "refused", "killed", "approved")
    assert sum(total[end] for end in ends) == PAYMENTS * len(LANES) == 1_000
    assert total["killed"] >= 100
    assert total["charged"] == total["recorded"] > 400
    assert total["clean"] == len(LANES)
    assert total["differences"] > 15, "nothing was ever in doubt: the faults did nothing"
    assert total["refused"] < 150, "a terminal that is away takes part in nothing"
    assert total["passers-by"] > 20
    assert total["asked completed"] > 2
    assert total["read completed"] > 0
    assert total["read not_done"] > 0
    unseen = [one for one in (*BEHAVIOURS, *LINES, *ON_READ) if not total[f"fault {one}"]]
    assert unseen == []
