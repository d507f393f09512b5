"""Two hundred histories on SQLite, the same each time, and ten thousand new ones where time is no matter."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.machine.running import run, ways_to
from tests.sync.machine.served import Lines
from tests.sync.machine.tallies import EXPECTED, kept, missing
from tests.sync.machine.template import template

PARTS = 20


@pytest.fixture(scope="module")
def ways() -> Iterator[Lines]:
    with ways_to(template()) as made:
        yield made


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all processes of this run of the tests leave what took place in theirs."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.mark.timeout(600)
@pytest.mark.parametrize("start", range(PARTS))
def test_nothing_is_lost_doubled_or_hidden(ways: Lines, parts: Path, start: int) -> None:
    """The last part to end also sees that nothing was left out of all of them."""
    ways.tally.clear()
    run(ways, 10, start)
    done = kept(parts, start, ways.tally)
    if len(done) == PARTS:
        assert not missing(done), "these never took place: let a rule do them, or they prove nothing"


def test_what_never_took_place_is_named() -> None:
    assert missing([Counter(dict.fromkeys(EXPECTED[1:], 1)), Counter()]) == [EXPECTED[0]]


@pytest.mark.long
@pytest.mark.parametrize("part", range(100))
def test_nothing_is_lost_doubled_or_hidden_in_ten_thousand_histories(ways: Lines, part: int) -> None:
    run(ways, 100, secrets.randbits(32), 24)
