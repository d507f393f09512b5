"""The frame of the benchmarks: a missed limit fails the run, and the results have the promised keys."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import BENCHMARKS
from benchmarks.__main__ import main
from benchmarks.frame import Figure, against_limit, against_peer, chosen, interleaved, load, table

FAKES = {"fake.quick": f"{__name__}:quick", "fake.slow": f"{__name__}:slow", "other": f"{__name__}:quick"}


def quick() -> Iterator[Figure]:
    yield against_limit("fake.quick", 2, "ms", limit=4)


def slow() -> Iterator[Figure]:
    yield against_peer("fake.slow", 9, 2, "ms", at_most=4)


def test_a_run_within_its_limits_ends_well_and_keeps_its_figures(tmp_path: Path) -> None:
    results = tmp_path / "out" / "results.json"
    assert main(["other"], FAKES, results) == 0
    kept = json.loads(results.read_text(encoding="utf-8"))
    assert kept == [
        {"name": "fake.quick", "value": 2, "unit": "ms", "limit": 4, "peer": None, "ratio": 0.5, "ok": True}
    ]


def test_a_missed_limit_fails_the_run_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fake"], FAKES, tmp_path / "results.json") == 1
    said = capsys.readouterr().out
    assert "MISSED" in said
    assert "2 figures, 1 over" in said
    assert "[1/2] fake.quick" in said


def test_an_unknown_name_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fak"], FAKES, tmp_path / "results.json") == 2
    assert "fake.quick" in capsys.readouterr().out
    assert not (tmp_path / "results.json").exists()


def test_a_peer_gives_the_limit_and_the_ratio() -> None:
    assert against_peer("a", 8, 2, "ms", at_most=4) == Figure("a", 8, "ms", 8, 2, 4, ok=True)
    assert not against_peer("a", 9, 2, "ms", at_most=4).ok


def test_works_are_measured_in_turns() -> None:
    done: list[str] = []
    times = interleaved(lambda: done.append("own"), lambda: done.append("peer"), rounds=2)
    assert done == ["own", "peer", "own", "peer", "peer", "own"]
    assert len(times) == 2


def test_names_choose_what_is_below_them() -> None:
    assert list(chosen(FAKES, ["fake"])) == ["fake.quick", "fake.slow"]
    assert list(chosen(FAKES, [])) == list(FAKES)


def test_every_listed_benchmark_can_be_loaded() -> None:
    for name, target in BENCHMARKS.items():
        assert callable(load(target)), name


def test_the_table_shows_value_limit_and_verdict() -> None:
    rows = table([*quick(), *slow()]).splitlines()
    assert rows[0].split() == ["figure", "value", "limit", "peer", "ratio"]
    assert rows[1].split() == ["fake.quick", "2.00", "ms", "4.00", "ms", "–", "0.50", "ok"]
    assert rows[2].split() == ["fake.slow", "9.00", "ms", "8.00", "ms", "2.00", "ms", "4.50", "MISSED"]
