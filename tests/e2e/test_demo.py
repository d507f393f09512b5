"""The demonstration from end to end, as a stranger sees it: with the server back at the end, and without."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.quality.tree import ROOT

DEBTORS = 300
MOST_BUSY_MS = 100
"""Processor time of the screens' thread for one key or touch; screens are built at their first visit."""
KEYS = {
    "requests", "collections", "receipts", "tender_piastres",
    "journal", "server", "prints", "terminal", "steps", "data_dir",
}  # fmt: skip


def demo(output: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tools.demo", "--output", str(output), *words]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240
    )


def summary(output: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((output / "summary.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A walk whose server stayed away."""
    output = tmp_path_factory.mktemp("demo") / "output"
    done = demo(output, "--walk", "--server-away", "--debtors", str(DEBTORS))
    assert done.returncode == 0, done.stderr
    assert "entries wait in the device" in done.stdout
    return output


def test_without_the_server_the_whole_day_is_done_and_what_waits_is_said(walked: Path) -> None:
    found = summary(walked)
    journal = found["journal"]
    assert set(found) == KEYS
    assert journal["waiting"] == journal["entries"] > 0
    assert found["server"] == {"entries": 0, "piastres": 0}
    assert (found["requests"], found["collections"], found["receipts"]["count"]) == (1, 2, 3)
    assert found["prints"] == {"confirmed": 4, "uncertain": 0, "failed": 0}
    assert set(found["tender_piastres"]) == {"card", "cash", "slip"}
    card = found["tender_piastres"]["card"]
    assert found["terminal"] == {"charged": [card], "recorded": [card], "open": 0}
    assert len(list((walked / "paper").glob("sheet-*.png"))) == 4
    assert len(list((walked / "pdf").glob("*.pdf"))) == 3
    assert len(list(walked.glob("[0-9][0-9]-*.png"))) > len(found["steps"])


def test_the_screens_are_never_busy_for_long_at_a_stretch(walked: Path) -> None:
    slow = [one for one in summary(walked)["steps"] if one["busiest_ms"] > MOST_BUSY_MS]
    assert not slow, "a tenth of a second without an answer feels like a hanging program"
    assert any(one["busiest_ms"] for one in summary(walked)["steps"])


def test_it_settles_when_the_server_is_started(walked: Path) -> None:
    before = summary(walked)
    done = demo(walked, "--settle")
    assert done.returncode == 0, done.stderr
    found = summary(walked)
    journal = found["journal"]
    assert journal["waiting"] == journal["quarantined"] == 0
    assert journal["acknowledged"] == journal["entries"] == found["server"]["entries"]
    assert journal["entries"] > before["journal"]["entries"], "the unlock is an entry too"
    assert found["server"]["piastres"] == sum(found["tender_piastres"].values())
    assert found["receipts"] == before["receipts"]


def test_a_second_time_with_the_server_back_in_the_evening_every_entry_is_confirmed(walked: Path) -> None:
    before = summary(walked)
    done = demo(walked, "--walk", "--debtors", str(DEBTORS))
    assert done.returncode == 0, done.stderr
    found = summary(walked)
    assert found["receipts"]["first"] != before["receipts"]["first"], "another device"
    assert found["journal"]["acknowledged"] == found["server"]["entries"] == found["journal"]["entries"]
    assert [one["name"] for one in found["steps"]][-2:] == ["settle", "lock"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = demo(tmp_path, "--walk")
    assert done.returncode == 1
    assert "holds something else" in done.stderr
    assert (tmp_path / "letter.txt").exists()
